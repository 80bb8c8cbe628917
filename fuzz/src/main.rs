//! A mutation fuzzer on the stable compiler, with structure, oracles and no instrumentation.
//!
//! It begins with golden vectors and the inputs kept in `fuzz/corpus`, spoils one at a time (as bytes, as JSON, and
//! signed anew), and runs the target on it. The same seed makes the same run. What it stops at is written to a file
//! that `--replay` runs again.

mod inflate;
mod mutate;
mod random;
mod targets;

use std::collections::BTreeMap;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use sha2::{Digest as _, Sha256};

use random::Random;
use targets::{Name, Target};

#[derive(Debug, Parser)]
struct Arguments {
    #[arg(long, value_enum)]
    target: Name,
    /// How often, at most.
    #[arg(long, default_value_t = u64::MAX)]
    executions: u64,
    /// How long, at most.
    #[arg(long, default_value_t = u64::MAX)]
    seconds: u64,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder of kept inputs; those of a target in a folder of its name.
    #[arg(long)]
    corpus: PathBuf,
    /// Where an input that breaks something is written.
    #[arg(long)]
    failures: PathBuf,
    /// Write inputs that lead to new answers to the corpus.
    #[arg(long)]
    keep: bool,
    /// Run this input alone, and show its panic.
    #[arg(long)]
    replay: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let target = arguments.target.target();
    if let Some(file) = &arguments.replay {
        let input = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
        println!("{}", target.run(&input));
        return Ok(());
    }
    let began = Instant::now();
    let limit = Duration::from_secs(arguments.seconds.min(1 << 32));
    let mut random = Random::new(arguments.seed);
    let mut pool = target.seeds();
    pool.extend(kept(arguments)?);
    let mut answers: BTreeMap<String, u64> = BTreeMap::new();
    for input in &pool {
        *answers.entry(answer(&*target, input, arguments)?).or_default() += 1;
    }
    let mut executions = pool.len() as u64;
    while executions < arguments.executions && (!executions.is_multiple_of(1024) || began.elapsed() < limit) {
        let (at, other) = (random.below(pool.len()), random.below(pool.len()));
        let input = target.mutate(&mut random, &pool[at], &pool[other]);
        let answer = answer(&*target, &input, arguments)?;
        executions += 1;
        let count = answers.entry(answer).or_default();
        *count += 1;
        if *count == 1 {
            if arguments.keep && input.len() <= 2048 {
                write(&arguments.corpus.join(arguments.target.text()), &input)?;
            }
            pool.push(input);
        }
    }
    for (answer, count) in &answers {
        println!("  {count:>10}  {answer}");
    }
    let (seconds, kinds) = (began.elapsed().as_secs_f64(), answers.len());
    println!(
        "{}: {executions} executions in {seconds:.0} s, {kinds} kinds of answer, 0 failures",
        arguments.target.text()
    );
    Ok(())
}

/// The target's answer; a panic is a failure, and its input is kept.
fn answer(target: &dyn Target, input: &[u8], arguments: &Arguments) -> Result<String, String> {
    panic::catch_unwind(AssertUnwindSafe(|| target.run(input))).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        match write(&arguments.failures, input) {
            Ok(file) => {
                format!("{}: {}; --replay {}", arguments.target.text(), text.unwrap_or("panicked"), file.display())
            }
            Err(error) => error,
        }
    })
}

fn kept(arguments: &Arguments) -> Result<Vec<Vec<u8>>, String> {
    let folder = arguments.corpus.join(arguments.target.text());
    let at = |error| format!("{}: {error}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).map_err(at)? {
        files.push(entry.map_err(at)?.path());
    }
    // A folder has no order, and the same seed is to make the same run.
    files.sort();
    files.iter().map(|file| fs::read(file).map_err(|error| format!("{}: {error}", file.display()))).collect()
}

fn write(folder: &PathBuf, input: &[u8]) -> Result<PathBuf, String> {
    let name = Sha256::digest(input).iter().take(8).fold(String::new(), |name, byte| format!("{name}{byte:02x}"));
    let file = folder.join(name);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&file, input))
        .map(|()| file.clone())
        .map_err(|error| format!("{}: {error}", file.display()))
}

//! Running other programs, so that whoever watches sees what happens.

use std::fs::{self, File};
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::{During, Failure, Outcome};

/// One line about what is done or found.
pub(crate) fn say(line: &str) {
    eprintln!("  {line}");
}

/// Runs `command` with its own output shown: for programs that report progress themselves.
pub(crate) fn loud(what: &str, command: &mut Command) -> Outcome {
    say(what);
    let status = command.status().during(|| format!("{what}: cannot start {}", program(command)))?;
    succeeded(status).map_err(|how| Failure::new(format!("{what}: {} {how}", program(command))))
}

/// Runs `command` with its output in a log and the time on screen: for programs that talk much or not at all.
pub(crate) fn quiet(what: &str, log: &Path, command: &mut Command) -> Outcome {
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder).during(|| format!("cannot make {}", folder.display()))?;
    }
    let file = File::create(log).during(|| format!("cannot write {}", log.display()))?;
    let errors = file.try_clone().during(|| format!("cannot write {}", log.display()))?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(file)
        .stderr(errors)
        .spawn()
        .during(|| format!("{what}: cannot start {}", program(command)))?;
    let mut clock = Clock::start(what);
    let status = loop {
        if let Some(status) = child.try_wait().during(|| what.to_owned())? {
            break status;
        }
        thread::sleep(Duration::from_millis(100));
        clock.tick();
    };
    clock.stop();
    succeeded(status).map_err(|how| {
        for line in tail(log, 12) {
            eprintln!("    {line}");
        }
        Failure::new(format!("{what}: {} {how}; its whole output is in {}", program(command), log.display()))
    })
}

/// What `command` prints, if it can be started and succeeds. For questions to which "no" is an answer.
pub(crate) fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// Shows the time a quiet step takes: in place on a terminal, a line every half minute elsewhere.
struct Clock<'a> {
    what: &'a str,
    began: Instant,
    shown: u64,
    in_place: bool,
}

impl<'a> Clock<'a> {
    fn start(what: &'a str) -> Self {
        let in_place = std::io::stderr().is_terminal();
        if in_place {
            eprint!("  {what} …");
        } else {
            eprintln!("  {what} …");
        }
        Self { what, began: Instant::now(), shown: 0, in_place }
    }

    fn tick(&mut self) {
        let seconds = self.began.elapsed().as_secs();
        let every = if self.in_place { 1 } else { 30 };
        if seconds >= self.shown + every {
            self.shown = seconds;
            if self.in_place {
                eprint!("\r  {} … {seconds} s", self.what);
                // A line that is not flushed is only late.
                let _ = std::io::stderr().flush();
            } else {
                eprintln!("  {} … {seconds} s", self.what);
            }
        }
    }

    fn stop(&self) {
        let seconds = self.began.elapsed().as_secs();
        if self.in_place {
            eprintln!("\r  {} … {seconds} s", self.what);
        }
    }
}

fn program(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

fn succeeded(status: ExitStatus) -> Result<(), String> {
    if status.success() {
        return Ok(());
    }
    Err(status.code().map_or_else(|| "was ended by a signal".to_owned(), |code| format!("ended with code {code}")))
}

fn tail(log: &Path, lines: usize) -> Vec<String> {
    let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let all: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    all.iter().skip(all.len().saturating_sub(lines)).map(|line| (*line).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_names_the_program_and_its_log() {
        let log = std::env::temp_dir().join(format!("volens-step-{}", std::process::id())).join("x.log");
        let failure = quiet("Trying", &log, Command::new("sh").args(["-c", "echo one; echo two; exit 3"])).unwrap_err();
        assert_eq!(
            failure.to_string(),
            format!("Trying: sh ended with code 3; its whole output is in {}", log.display())
        );
        assert_eq!(tail(&log, 1), ["two"]);
        fs::remove_dir_all(log.parent().unwrap()).unwrap();
    }

    #[test]
    fn a_question_nobody_can_answer_is_none() {
        assert_eq!(answer(&mut Command::new("/nowhere/at-all")), None);
        assert_eq!(answer(Command::new("sh").args(["-c", "exit 1"])), None);
        assert_eq!(answer(Command::new("echo").arg("yes")), Some("yes".to_owned()));
    }
}

//! `volens`: the consent tool's command line, for operators and CI.

#![allow(clippy::format_push_string, clippy::format_collect, reason = "a few lines of text for a terminal")]
#![allow(
    clippy::doc_markdown,
    rustdoc::bare_urls,
    reason = "doc comments of arguments are help, printed as they stand"
)]

mod command;
mod exit;
mod input;

use std::process::ExitCode;

use clap::Parser;

use crate::command::Command;
use crate::exit::Exit;

/// Consent and cookie management: lists, proof, checks and the service itself.
#[derive(Debug, Parser)]
#[command(name = "volens", version, arg_required_else_help = true, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 ok · 1 finding or refusal · 2 failed or unreadable · 3 incomplete · \
                        4 bad configuration, record or usage")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let asked_for_help = !error.use_stderr();
            let printed = error.print();
            return if !asked_for_help {
                Exit::Bad.into()
            } else if printed.is_ok() {
                Exit::Ok.into()
            } else {
                Exit::Failed.into()
            };
        }
    };
    match cli.command.run() {
        Ok(exit) => exit.into(),
        Err(failure) => {
            eprintln!("volens: {failure}");
            failure.exit().into()
        }
    }
}

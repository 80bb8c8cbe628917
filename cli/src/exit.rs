//! How a command ends.

use std::fmt;
use std::process::ExitCode;

/// The exit codes, the same for every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Ok,
    /// Done, and there is a finding, or the answer is a refusal.
    Refused,
    /// Something could not be read, written or reached.
    Failed,
    /// The configuration, a record or the command line is wrong.
    Bad,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Ok => 0,
            Exit::Refused => 1,
            Exit::Failed => 2,
            Exit::Bad => 4,
        })
    }
}

/// Why a command did not finish: what was found, where, and what was expected.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    message: String,
}

impl Failure {
    pub(crate) fn failed(message: impl fmt::Display) -> Self {
        Self { exit: Exit::Failed, message: message.to_string() }
    }

    pub(crate) fn bad(message: impl fmt::Display) -> Self {
        Self { exit: Exit::Bad, message: message.to_string() }
    }

    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

pub(crate) type Outcome = Result<Exit, Failure>;

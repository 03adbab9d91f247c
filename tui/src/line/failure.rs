//! How a line command ends when it does not end well: an exit code and one sentence with the next step.

use std::fmt;
use std::io;

use plant_proto::client::ClientError;

/// Exit codes, fixed for scripts.
pub mod code {
    /// It failed.
    pub const FAILED: u8 = 1;
    /// It was called wrongly.
    pub const USAGE: u8 = 2;
    /// The answer was refused or is not grounded.
    pub const REFUSED: u8 = 5;
}

/// Why a command ends early.
#[derive(Debug)]
pub enum Failure {
    /// The daemon said so, or could not be reached.
    Daemon(ClientError),
    /// Called in a way that can't be meant.
    Usage(String),
    /// Anything else that went wrong.
    Failed(String),
    /// The exit code says it all; what there is to read is printed already.
    Silent(u8),
    /// Reading or writing failed; a closed pipe is no failure.
    Io(io::Error),
}

impl Failure {
    /// The exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Failure::Daemon(error) => error.exit_code(),
            Failure::Usage(_) => code::USAGE,
            Failure::Failed(_) => code::FAILED,
            Failure::Silent(code) => *code,
            Failure::Io(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            Failure::Io(_) => code::FAILED,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Daemon(error) => write!(f, "{error}"),
            Failure::Usage(text) | Failure::Failed(text) => f.write_str(text),
            Failure::Silent(_) => Ok(()),
            Failure::Io(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Failure::Io(error) => write!(f, "{error}"),
        }
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        Failure::Daemon(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Io(error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        match error.io_error_kind() {
            Some(kind) => Failure::Io(kind.into()),
            None => Failure::Failed(format!("the answer can't be written as JSON: {error}")),
        }
    }
}

//! What a worker must not do, and what becomes of it when it tries.

use serde::{Deserialize, Serialize};

/// Something that a worker must not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Reach another program of this machine, such as Postgres.
    ConnectUnix,
    /// Reach another machine.
    ConnectTcp,
    /// Be reached.
    Listen,
    /// Pass a descriptor on.
    SendDescriptor,
    /// Become another program.
    Execute,
    /// Start a process.
    Fork,
    /// Trace the daemon.
    TraceDaemon,
    /// Read the daemon's memory.
    ReadDaemon,
    /// Get a handle on the daemon.
    HoldDaemon,
    /// Send the daemon a signal.
    SignalDaemon,
    /// Become another user.
    ChangeUser,
    /// Move to namespaces of its own.
    Unshare,
    /// Mount a file system.
    Mount,
    /// Move its root.
    ChangeRoot,
    /// Open a file by its path.
    OpenFile,
    /// Make a file.
    CreateFile,
    /// See which files there are.
    ListFolder,
    /// Remove a file.
    RemoveFile,
    /// Change the daemon's limits.
    LimitDaemon,
    /// Take more memory than it may.
    Grow,
    /// Fail by a fault of its own.
    Panic,
}

/// How a forbidden act is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The kernel ends the worker with SIGSYS.
    Killed,
    /// The system call fails, and the worker goes on: libraries look for files that need not be there.
    Refused,
    /// The memory is not given, and the worker ends itself with SIGABRT.
    Aborted,
    /// The worker unwinds and ends with exit code 101.
    Panicked,
}

/// What became of an act that the worker survived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tried {
    /// It went through.
    Done,
    /// The system refused it.
    Refused {
        /// The number of the error; 0 where the system gave none.
        errno: i32,
        /// What the system says.
        text: String,
    },
}

impl Act {
    /// Every act, in the order in which they are shown.
    pub const ALL: [Act; 21] = [
        Act::ConnectUnix,
        Act::ConnectTcp,
        Act::Listen,
        Act::SendDescriptor,
        Act::Execute,
        Act::Fork,
        Act::TraceDaemon,
        Act::ReadDaemon,
        Act::HoldDaemon,
        Act::SignalDaemon,
        Act::ChangeUser,
        Act::Unshare,
        Act::Mount,
        Act::ChangeRoot,
        Act::OpenFile,
        Act::CreateFile,
        Act::ListFolder,
        Act::RemoveFile,
        Act::LimitDaemon,
        Act::Grow,
        Act::Panic,
    ];

    /// What it is, in words that follow "a worker that tries to".
    pub fn words(self) -> &'static str {
        match self {
            Act::ConnectUnix => "connect to a unix socket",
            Act::ConnectTcp => "connect over TCP",
            Act::Listen => "listen on a port",
            Act::SendDescriptor => "pass a descriptor on",
            Act::Execute => "run another program",
            Act::Fork => "start a process",
            Act::TraceDaemon => "trace the daemon",
            Act::ReadDaemon => "read the daemon's memory",
            Act::HoldDaemon => "get a handle on the daemon",
            Act::SignalDaemon => "signal the daemon",
            Act::ChangeUser => "become another user",
            Act::Unshare => "make namespaces",
            Act::Mount => "mount a file system",
            Act::ChangeRoot => "move its root",
            Act::OpenFile => "open a file",
            Act::CreateFile => "make a file",
            Act::ListFolder => "list a folder",
            Act::RemoveFile => "remove a file",
            Act::LimitDaemon => "change the daemon's limits",
            Act::Grow => "take more memory than its limit",
            Act::Panic => "panic",
        }
    }

    /// How it is stopped.
    pub fn stop(self) -> Stop {
        match self {
            Act::OpenFile | Act::CreateFile | Act::ListFolder | Act::RemoveFile | Act::LimitDaemon => Stop::Refused,
            Act::Grow => Stop::Aborted,
            Act::Panic => Stop::Panicked,
            _ => Stop::Killed,
        }
    }
}

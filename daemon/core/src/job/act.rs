//! What a worker must not do, and what becomes of it when it tries.

use serde::{Deserialize, Serialize};

use crate::word::words;

words! {
    /// Something that a worker must not do.
    ///
    /// In the order in which they are shown.
    Act, "something that a worker must not do" {
        /// Reach another program of this machine, such as Postgres.
        ConnectUnix = "connect_unix",
        /// Reach another machine.
        ConnectTcp = "connect_tcp",
        /// Be reached.
        Listen = "listen",
        /// Pass a descriptor on.
        SendDescriptor = "send_descriptor",
        /// Become another program.
        Execute = "execute",
        /// Start a process.
        Fork = "fork",
        /// Trace the daemon.
        TraceDaemon = "trace_daemon",
        /// Read the daemon's memory.
        ReadDaemon = "read_daemon",
        /// Get a handle on the daemon.
        HoldDaemon = "hold_daemon",
        /// Send the daemon a signal.
        SignalDaemon = "signal_daemon",
        /// Become another user.
        ChangeUser = "change_user",
        /// Move to namespaces of its own.
        Unshare = "unshare",
        /// Mount a file system.
        Mount = "mount",
        /// Move its root.
        ChangeRoot = "change_root",
        /// Open a file by its path.
        OpenFile = "open_file",
        /// Make a file.
        CreateFile = "create_file",
        /// See which files there are.
        ListFolder = "list_folder",
        /// Remove a file.
        RemoveFile = "remove_file",
        /// Change the daemon's limits.
        LimitDaemon = "limit_daemon",
        /// Take more memory than it may.
        Grow = "grow",
        /// Fail by a fault of its own.
        Panic = "panic",
    }
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
            Act::ConnectUnix
            | Act::ConnectTcp
            | Act::Listen
            | Act::SendDescriptor
            | Act::Execute
            | Act::Fork
            | Act::TraceDaemon
            | Act::ReadDaemon
            | Act::HoldDaemon
            | Act::SignalDaemon
            | Act::ChangeUser
            | Act::Unshare
            | Act::Mount
            | Act::ChangeRoot => Stop::Killed,
        }
    }
}

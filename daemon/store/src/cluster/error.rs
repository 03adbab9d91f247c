//! Why there is no private cluster.

use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use plant_core::trouble::Passing;

/// Why there is no private cluster.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// The Postgres programs are not on this machine.
    #[error(
        "PostgreSQL 15 or later is not installed (looked in {searched}): run `apt-get install postgresql`, or name a server with `url` under [database]"
    )]
    NotInstalled {
        /// Where they were looked for.
        searched: String,
    },
    /// Only older ones are.
    #[error(
        "PostgreSQL {found} is too old, 15 or later is needed: run `apt-get install postgresql` on a newer system, or name a server with `url` under [database]"
    )]
    TooOld {
        /// The newest found.
        found: u32,
    },
    /// The data was made by another major version.
    #[error(
        "the data in {data} was made by PostgreSQL {version}, which is not installed: run `apt-get install postgresql-{version}`"
    )]
    VersionMissing {
        /// The data directory.
        data: PathBuf,
        /// The version that made it.
        version: u32,
    },
    /// Started as root, and no account to step down to.
    #[error(
        "Postgres does not run as root, and there is neither an account `postgres` nor `nobody` to run it: run `useradd --system postgres`"
    )]
    NoAccount,
    /// The account of this process has no name, which peer authentication needs.
    #[error("the user id {uid} of this process has no account: add it to /etc/passwd")]
    NoName {
        /// The user id.
        uid: u32,
    },
    /// Another daemon has it.
    #[error("another plantd works with {path}: stop it first, or choose another --state")]
    InUse {
        /// The lock.
        path: PathBuf,
    },
    /// A path can't be used.
    #[error("{path}: {detail}")]
    Place {
        /// The path.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// The system refuses something.
    #[error("{what} {path}: {source}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// With which path.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A program of Postgres failed.
    #[error("{program} failed ({status}): {output}")]
    Program {
        /// Its name.
        program: &'static str,
        /// How it ended.
        status: ExitStatus,
        /// What it said.
        output: String,
    },
    /// Its start was ended because the daemon stops.
    #[error("the start of Postgres was ended")]
    Halted,
    /// It ended while it started, or did not become ready.
    #[error("Postgres did not start: {detail}; its log ends with:\n{log}")]
    DidNotStart {
        /// What happened.
        detail: String,
        /// The end of its log.
        log: String,
    },
}

impl ClusterError {
    /// The passing trouble that it is; `None` where a person has to do something first.
    pub fn passing(&self) -> Option<Passing> {
        let full = |said: &str| said.contains("No space left on device").then_some(Passing::DiskFull);
        match self {
            ClusterError::Io { source, .. } => {
                Passing::of_system(source.kind(), source.raw_os_error()).filter(|kind| *kind != Passing::Permission)
            }
            ClusterError::Program { output, .. } => full(output),
            ClusterError::DidNotStart { log, .. } => full(log),
            _ => None,
        }
    }

    pub(crate) fn io(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> ClusterError {
        move |source| ClusterError::Io {
            what,
            path: path.to_owned(),
            source,
        }
    }
}

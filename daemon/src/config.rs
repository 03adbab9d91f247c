//! The configuration: defaults, then the file, then the environment, then flags; unknown keys are errors.

pub mod init;
mod originals;
pub mod sources;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use originals::{Keep, Originals};

/// The effective configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the rows are kept.
    pub database: Database,
    /// Where terminals connect.
    pub server: Server,
    /// Which folders may be watched.
    pub folders: Folders,
    /// How folders are watched and files read.
    pub intake: Intake,
    /// Files that are handed over (`plant push`).
    pub inbox: Inbox,
    /// The bytes of files that are kept.
    pub originals: Originals,
    /// The org made at the first start.
    pub org: Org,
}

/// Where the rows are kept.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// A Postgres server (`postgres://plant_app@host/plant`); absent: a private cluster in the state folder.
    pub url: Option<String>,
    /// The same server as `plant_migrate`, for migrations; absent: migrations are left to `plantd migrate`.
    pub migrate_url: Option<String>,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = |url: &Option<String>| url.as_ref().map(|_| "(set, not shown)");
        f.debug_struct("Database")
            .field("url", &shown(&self.url))
            .field("migrate_url", &shown(&self.migrate_url))
            .finish()
    }
}

/// Where terminals connect.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// Path of the unix socket; absent: handed over by systemd, else `plantd.sock` in the state folder.
    pub socket: Option<PathBuf>,
}

/// Which folders may be watched: an org's administrator chooses beneath what the machine's administrator allows here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Folders {
    /// Absolute paths beneath which folders may be watched; empty: everywhere but in folders of the system, of the
    /// daemon, and hidden ones of homes.
    pub roots: Vec<PathBuf>,
}

/// Files that are handed over (`plant push`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Inbox {
    /// What an org's inbox may hold, in MiB.
    pub quota_mib: u64,
}

impl Default for Inbox {
    fn default() -> Self {
        Inbox { quota_mib: 20_480 }
    }
}

/// How folders are watched and files read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Intake {
    /// Workers at once.
    pub workers: usize,
    /// Quiet time after a close or rename event on a local file system, in milliseconds.
    pub quiet_after_close_ms: u64,
    /// Quiet time of unchanged size and time without an event, in milliseconds.
    pub quiet_unchanged_ms: u64,
    /// Every folder is scanned at least this often, in seconds.
    pub rescan_s: u64,
    /// Folders on network file systems are scanned this often, in seconds.
    pub poll_s: u64,
    /// A worker that computes or is waited for longer is ended, in seconds.
    pub worker_timeout_s: u64,
    /// A worker that does nothing at all for so long while it is waited for is ended, in seconds.
    pub worker_stall_s: u64,
    /// Address space of a worker, in MiB.
    pub worker_memory_mib: u64,
    /// A job is taken from a daemon that fell silent for this long, in seconds.
    pub lease_s: u64,
    /// A folder whose file system does not answer for this long is left alone until it does, in seconds.
    pub silence_s: u64,
    /// Largest file that is read, in MiB.
    pub file_max_mib: u64,
}

impl Default for Intake {
    fn default() -> Self {
        Intake {
            workers: 2,
            quiet_after_close_ms: 1_000,
            quiet_unchanged_ms: 10_000,
            rescan_s: 60,
            poll_s: 10,
            worker_timeout_s: 1_800,
            worker_stall_s: 120,
            worker_memory_mib: 4_096,
            lease_s: 60,
            silence_s: 20,
            file_max_mib: 10_240,
        }
    }
}

/// The org made at the first start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Org {
    /// Its name.
    pub name: String,
    /// IANA zone of its local times.
    pub zone: String,
    /// ISO 4217 currency of its money; absent: none is assumed.
    pub currency: Option<String>,
}

impl Default for Org {
    fn default() -> Self {
        Org {
            name: "plant".to_owned(),
            zone: "UTC".to_owned(),
            currency: None,
        }
    }
}

impl Config {
    /// The socket that terminals connect to, where systemd hands none over.
    pub fn socket_path(&self, state_dir: &Path) -> PathBuf {
        self.server
            .socket
            .clone()
            .unwrap_or_else(|| state_dir.join("plantd.sock"))
    }
}

#[cfg(test)]
mod tests;

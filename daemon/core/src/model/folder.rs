//! Watched folders.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::FolderId;
use crate::says::FolderSays;
use crate::trouble::Passing;
use crate::word::words;

/// A watched folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderView {
    /// Id.
    pub folder_id: FolderId,
    /// Absolute path.
    pub path: String,
    /// File system.
    pub kind: FolderKind,
    /// How it is looked at.
    pub mode: FolderMode,
    /// Site of what its rows don't say themselves, if given.
    pub site: Option<String>,
    /// Line, likewise.
    #[serde(default)]
    pub line: Option<String>,
    /// Machine, likewise.
    #[serde(default)]
    pub machine: Option<String>,
    /// Zone of its local times, where it is another than that of the org.
    #[serde(default)]
    pub zone: Option<String>,
    /// Files that were last changed before are ignored.
    #[serde(default)]
    pub since: Option<DateTime<Utc>>,
    /// When it was last scanned.
    pub last_scan_at: Option<DateTime<Utc>>,
    /// When a file was last seen.
    pub last_file_at: Option<DateTime<Utc>>,
    /// What is wrong with it, in words.
    pub fault: Option<String>,
    /// The kind of that trouble.
    pub fault_kind: Option<Passing>,
}

impl FolderView {
    /// What a person says of it.
    pub fn says(&self) -> FolderSays {
        FolderSays {
            site: self.site.clone(),
            line: self.line.clone(),
            machine: self.machine.clone(),
            zone: self.zone.clone(),
        }
    }
}

words! {
    /// The kinds of file system that matter for watching.
    FolderKind, "a kind of file system" {
        /// Events can be trusted as a wake-up.
        Local = "local",
        /// NFS.
        Nfs = "nfs",
        /// SMB, CIFS.
        Smb = "smb",
        /// A file system in user space; it may be a network share.
        Fuse = "fuse",
    }

    /// How a folder is looked at.
    FolderMode, "a mode of a folder" {
        /// By events, and now and then.
        Watch = "watch",
        /// Now and then.
        Poll = "poll",
        /// Never: it is only filled by hand-over.
        Push = "push",
    }
}

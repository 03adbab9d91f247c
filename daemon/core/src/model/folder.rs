//! Watched folders.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A watched folder.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FolderView {
    /// Id.
    pub folder_id: String,
    /// Absolute path.
    pub path: String,
    /// File system: `local`, `nfs`, `smb`, `fuse`.
    pub kind: String,
    /// `watch` or `poll`.
    pub mode: String,
    /// Site, if given.
    pub site: Option<String>,
    /// When it was last scanned.
    pub last_scan_at: Option<DateTime<Utc>>,
    /// When a file was last seen.
    pub last_file_at: Option<DateTime<Utc>>,
    /// What is wrong with it, in words.
    pub fault: Option<String>,
    /// The kind of that trouble (`silent`, `unreachable`, `place_changed`, `permission` …).
    pub fault_kind: Option<String>,
}

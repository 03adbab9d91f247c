//! What happens in the daemon, for screens that follow along.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::word::words;

/// Something that happened in the daemon, for screens that follow along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventView {
    /// Number, growing.
    pub event_no: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// What it is about.
    pub kind: EventKind,
    /// Id of the thing; empty where it is about everything.
    pub id: String,
    /// State that it came to.
    pub state: String,
    /// One line.
    pub note: String,
}

words! {
    /// What an event is about.
    EventKind, "a kind of event" {
        /// A file.
        File = "file",
        /// An analysis.
        Analysis = "analysis",
        /// A folder.
        Folder = "folder",
        /// Events were missed: everything is to be fetched again.
        Resync = "resync",
    }
}

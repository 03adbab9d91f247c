//! What happens in the daemon, for screens that follow along.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Something that happened in the daemon, for screens that follow along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventView {
    /// Number, growing.
    pub event_no: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// `file`, `analysis`, `folder`, `resync`.
    pub kind: String,
    /// Id of the thing.
    pub id: String,
    /// State that it came to.
    pub state: String,
    /// One line.
    pub note: String,
}

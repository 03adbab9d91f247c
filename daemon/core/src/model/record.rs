//! Rows as they were taken in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{FileId, RecordId};

/// One row as taken in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordView {
    /// Id.
    pub record_id: RecordId,
    /// File.
    pub file_id: FileId,
    /// Line in the file.
    pub line: u64,
    /// Whether it counts.
    pub live: bool,
    /// Typed values by variable, numbers as decimal text, times as ISO-8601 UTC.
    pub values: BTreeMap<String, serde_json::Value>,
    /// The other columns.
    pub extra: BTreeMap<String, String>,
}

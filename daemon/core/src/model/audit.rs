//! The audit log.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One entry of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Number, dense per org.
    pub seq: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// Details.
    pub body: serde_json::Value,
    /// Hash of the entry, chained, in hex.
    pub hash: String,
}

/// Whether the audit chain holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AuditVerdict {
    /// Whether it holds.
    pub ok: bool,
    /// First entry that does not fit.
    pub first_bad: Option<u64>,
    /// Last entry.
    pub last_seq: u64,
    /// Its hash in hex.
    pub last_hash: String,
}

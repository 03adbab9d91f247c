//! What an org used.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Use of the org in a month.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UsageView {
    /// `YYYY-MM`.
    pub month: String,
    /// What was counted: `files`, `rows`, `bytes`, `analyses`, `questions`.
    pub items: BTreeMap<String, u64>,
}

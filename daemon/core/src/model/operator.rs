//! Operators as they are shown.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::FileId;
use crate::operator::Operators;

/// How the operators of an org are kept, and a page of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorsView {
    /// How they are kept.
    pub kept: Operators,
    /// Since when, where somebody said so.
    pub since: Option<DateTime<Utc>>,
    /// Who said so.
    pub by: Option<String>,
    /// Those that rows name which count, in their order.
    pub items: Vec<OperatorItem>,
    /// Token of the next page.
    pub next_page: Option<String>,
}

/// One operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorItem {
    /// Code, or name where the org keeps names.
    pub operator: String,
    /// Rows that count.
    pub rows: u64,
    /// Files with such rows.
    pub files: u64,
}

/// Who an operator is, told to an administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorName {
    /// The code.
    pub operator: String,
    /// The name as the export says it.
    pub name: String,
    /// The file that says it.
    pub file_id: FileId,
    /// Its name.
    pub file: String,
    /// The line.
    pub line: u64,
}

/// What follows from keeping operators another way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorsChange {
    /// How they are kept from now on.
    pub kept: Operators,
    /// Files that are read again for it.
    pub files: u64,
}

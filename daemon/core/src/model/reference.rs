//! What lists tell, and who uses it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::ids::FileId;
use crate::unit::Unit;
use crate::variable::Variable;

/// What files tell of one variable, by things that are named alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceItem {
    /// What they tell.
    pub kind: Variable,
    /// What names the things.
    pub key: Vec<Variable>,
    /// Entries.
    pub entries: u64,
    /// How many of them stand in lists; the others are told by rows of events.
    pub listed: u64,
    /// First day that an entry names.
    pub valid_from: Option<NaiveDate>,
    /// Last day that an entry names; absent where one has no end.
    pub valid_to: Option<NaiveDate>,
    /// Files that they stand in, those with most entries first.
    pub files: Vec<ReferenceFile>,
    /// Files whose analysis took something from there.
    pub used_by: Vec<ReferenceFile>,
}

/// A file that tells something, or uses it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceFile {
    /// Id.
    pub file_id: FileId,
    /// Name.
    pub name: String,
    /// Its entries, or its rows that use some.
    pub rows: u64,
}

/// What one row tells of one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceEntry {
    /// What it tells.
    pub kind: Variable,
    /// The codes of the thing by what they are.
    pub key: BTreeMap<String, String>,
    /// The value, where it is a number.
    #[serde(with = "crate::number::option")]
    pub value: Option<Decimal>,
    /// The value, where it is a text.
    pub text: Option<String>,
    /// Unit of the value.
    pub unit: Unit,
    /// First day on which it holds; absent: from the beginning.
    pub valid_from: Option<NaiveDate>,
    /// Last day on which it holds; absent: until another one does.
    pub valid_to: Option<NaiveDate>,
    /// Whether a list says it; else a row of events does.
    pub listed: bool,
    /// The file.
    pub file_id: FileId,
    /// Its name.
    pub file: String,
    /// The line.
    pub line: u64,
}

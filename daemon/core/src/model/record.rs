//! Rows as they were taken in.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::ids::{FileId, RecordId};
use crate::measure::{MeasureKind, label};
use crate::series::Why;

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
    /// Why not, where it does not.
    pub why: Option<Why>,
    /// Typed values by variable, numbers as decimal text, times as ISO-8601 UTC.
    pub values: BTreeMap<String, serde_json::Value>,
    /// By what name a machine or product goes where its value is another one, by variable.
    #[serde(default)]
    pub canonical: BTreeMap<String, String>,
    /// What it measures beside them, by kind and name.
    pub measures: Vec<MeasureView>,
    /// The other columns.
    pub extra: BTreeMap<String, String>,
}

/// A number or flag of a row that no variable takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeasureView {
    /// What it is.
    pub kind: MeasureKind,
    /// Its name.
    pub name: String,
    /// Its unit; empty where its column says none.
    pub unit: String,
    /// The number; of a flag 1 or 0.
    #[serde(with = "crate::number")]
    pub value: Decimal,
}

impl MeasureView {
    /// Name and unit: `Torque [Nm]`.
    pub fn label(&self) -> String {
        label(&self.name, &self.unit)
    }
}

//! Findings: a loss with its evidence.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::SavingView;

/// Where a figure comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// File name.
    pub file: String,
    /// File id.
    pub file_id: String,
    /// SHA-256 in hex.
    pub sha256: String,
    /// Line in the file.
    pub line: u64,
    /// The values used.
    pub values: BTreeMap<String, String>,
}

/// A finding as the analyzer makes it, before it has an id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingDraft {
    /// Analyzer that made it.
    pub analyzer: String,
    /// `scrap_pareto`, `stop_pareto`, `missing_column`, `stuck_sensor` …
    pub kind: String,
    /// One line.
    pub title: String,
    /// What it is about (dimension → value).
    pub scope: BTreeMap<String, String>,
    /// First local date.
    pub from: Option<NaiveDate>,
    /// Last local date.
    pub to: Option<NaiveDate>,
    /// How much was lost.
    #[serde(with = "crate::number::option")]
    pub loss_quantity: Option<Decimal>,
    /// Unit of the loss.
    pub loss_unit: String,
    /// The saving, only where the rules allow one.
    pub saving: Option<SavingView>,
    /// Method and version.
    pub method: String,
    /// The formula with the numbers put in.
    pub working: String,
    /// Lines of the file that show it, the weightiest first (at most 20).
    pub evidence_lines: Vec<u64>,
    /// How many rows there are behind it.
    pub evidence_count: u64,
}

/// How much was lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LossView {
    /// Quantity.
    #[serde(with = "crate::number::option")]
    pub quantity: Option<Decimal>,
    /// Unit.
    pub unit: String,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingView {
    /// Id.
    pub finding_id: String,
    /// Analysis it came from.
    pub analysis_id: String,
    /// Analyzer.
    pub analyzer: String,
    /// Kind.
    pub kind: String,
    /// One line.
    pub title: String,
    /// What it is about.
    pub scope: BTreeMap<String, String>,
    /// First and last local date.
    pub period: PeriodView,
    /// How much was lost.
    pub loss: LossView,
    /// The saving, if the rules allow one.
    pub saving: Option<SavingView>,
    /// Method and version.
    pub method: String,
    /// The formula with the numbers put in.
    pub working: String,
    /// Rows that show it.
    pub evidence: Vec<Evidence>,
    /// How many rows there are behind it.
    pub evidence_count: u64,
    /// `identified`, `signal`, `accepted` …
    pub state: String,
}

/// A period of local dates, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PeriodView {
    /// First.
    pub from: Option<NaiveDate>,
    /// Last.
    pub to: Option<NaiveDate>,
}

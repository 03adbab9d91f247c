//! What a change would make of files, tried and not kept.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::FindingKind;
use crate::variable::Variable;

/// What a change would make of the rows of the series that it concerns.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TrialView {
    /// Files that were read for it.
    pub files: u64,
    /// Further files that it concerns and that were not read for it: the older ones, where all are too many or too large.
    pub left_out: u64,
    /// Files that would be held, each with the reason; what is in stays as it was read.
    pub held: Vec<TrialHeld>,
    /// What would be asked of the series then: until it is answered the rows that it is about don't count.
    pub questions: Vec<String>,
    /// Rows of the series before.
    pub rows_before: u64,
    /// Rows of the series then.
    pub rows_after: u64,
    /// Those that count.
    pub live_before: u64,
    /// Those that would count.
    pub live_after: u64,
    /// Sums of the rows that count; empty where these are too many.
    pub sums: Vec<SumChange>,
    /// Whether there are more rows than are added up for it.
    pub unsummed: bool,
    /// Files of which the findings are told: those that were read for it, where they are not too many.
    pub analysed: u64,
    /// Their findings before.
    pub findings_before: u64,
    /// Those that they would have.
    pub findings_after: u64,
    /// Those that they have only before, or only then.
    pub findings: Vec<FindingChange>,
    /// The highest tier of the files that were read for it.
    pub tier_before: Option<u8>,
    /// The highest that they would have.
    pub tier_after: Option<u8>,
}

/// A finding that would go, or come.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FindingChange {
    /// Whether it would come; else it would go.
    pub comes: bool,
    /// Kind.
    pub kind: FindingKind,
    /// One line.
    pub title: String,
}

/// A file that a change would hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialHeld {
    /// Its name.
    pub file: String,
    /// Why.
    pub reason: String,
}

/// The sum of a variable before and then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SumChange {
    /// Variable.
    pub variable: Variable,
    /// Before; absent where no row has it.
    #[serde(with = "crate::number::option")]
    pub before: Option<Decimal>,
    /// Then.
    #[serde(with = "crate::number::option")]
    pub after: Option<Decimal>,
}

//! Savings: what a finding might save in money, and the ledger.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::FindingView;

/// What a finding might save, in money.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavingView {
    /// Careful bound, rounded down.
    #[serde(with = "crate::number")]
    pub low: Decimal,
    /// Expected.
    #[serde(with = "crate::number")]
    pub expected: Decimal,
    /// ISO 4217.
    pub currency: String,
    /// A to D.
    pub grade: String,
    /// `material`, `labor_time`, `price`, `energy`, `capacity`.
    pub pool: String,
    /// Observed loss in money over the period.
    #[serde(with = "crate::number")]
    pub observed: Decimal,
    /// Loss a year, where the rules allow one.
    #[serde(with = "crate::number::option")]
    pub run_rate: Option<Decimal>,
    /// What limits it.
    pub note: String,
}

/// The savings ledger.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SavingsView {
    /// What the pilot promises.
    #[serde(with = "crate::number")]
    pub goal: Decimal,
    /// Currency of the figures; absent where the org has none.
    pub currency: Option<String>,
    /// Sum of the verified low bounds.
    #[serde(with = "crate::number")]
    pub verified_low: Decimal,
    /// Sum of the identified low bounds, never added to the verified.
    #[serde(with = "crate::number")]
    pub identified_low: Decimal,
    /// The findings with a saving.
    pub items: Vec<FindingView>,
}

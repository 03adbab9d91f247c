//! Savings: what a finding might save in money, and the ledger.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::FindingView;
use crate::word::words;

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
    /// How well it is founded.
    pub grade: Grade,
    /// Where it counts.
    pub pool: Pool,
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

words! {
    /// Money that is counted once: each planned minute and each scrapped piece has one owner.
    Pool, "a pool" {
        /// Paid labour.
        LaborTime = "labor_time",
        /// Material, with scrap.
        Material = "material",
        /// Prices paid.
        Price = "price",
        /// Energy.
        Energy = "energy",
        /// Contribution of more output at a constraint.
        Capacity = "capacity",
    }

    /// How well a saving is founded.
    Grade, "a grade" {
        /// Measured.
        A = "A",
        /// Reconciled with the ledger over a baseline that holds.
        B = "B",
        /// Own data at own cost.
        C = "C",
        /// Rests on a default: listed and never summed.
        D = "D",
    }
}

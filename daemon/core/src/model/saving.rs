//! What a finding might save in money.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

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

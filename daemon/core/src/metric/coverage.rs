//! How much of what was asked a figure rests on.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// How much of what was asked a figure rests on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Coverage {
    /// Share (0-1) of the rows in scope that carry it.
    #[serde(with = "crate::number::option")]
    pub rows: Option<Decimal>,
    /// Days of places (machine-days) that any of its inputs was found on; absent where the files that take part all have
    /// all of its inputs.
    pub asked: Option<u64>,
    /// Of these the ones that count: all of its inputs are known there.
    pub covered: Option<u64>,
    /// What the places are: `machines`, `lines`, `sites`; empty where only days are told apart or nothing had to be.
    pub places: String,
    /// Places that any of its inputs was found on.
    pub places_asked: u32,
    /// Of these the ones that count.
    pub places_covered: u32,
    /// Days that any of its inputs was found on.
    pub days_asked: u32,
    /// Of these the ones that count.
    pub days_covered: u32,
    /// Places and periods that don't count, the first 20 of them.
    pub missing: Vec<String>,
}

impl Coverage {
    /// Whether some of what was asked does not count.
    pub fn is_partial(&self) -> bool {
        self.asked > self.covered
    }
}

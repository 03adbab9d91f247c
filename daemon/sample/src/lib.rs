//! A synthetic plant whose true figures are known by construction, for the demonstration and for tests.
//!
//! Invariants: the same arguments give the same bytes; the truth is added up by the generator's own loop in whole
//! numbers and never by the code that is to be tested with it; no clock and no source of randomness but the seed.

mod csv;
mod kinds;
mod model;
mod random;
#[cfg(test)]
mod tests;
mod truth;
mod year;

pub use kinds::{KINDS, kind};
pub use truth::{Figures, Plant, SampleFile, Truth};

/// The plant of an org: 0 writes English files in USD, any other German ones in EUR (`;`, decimal comma, DD.MM.YYYY).
/// `months` counts from January of `year`, 1 to 12.
pub fn plant(seed: u64, org: u32, year: i32, months: u32) -> Plant {
    year::plant(seed, &model::site(org), year, months.clamp(1, 12))
}

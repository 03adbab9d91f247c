//! Families of cells: by which dimensions the sums of a file are kept, and which of them a query reads.
//!
//! Invariants: the sums of every family of a file are made of the same rows, so that their totals are equal; a dimension
//! that no row of the file has is in each of its families, for it divides nothing; units and currencies are in each, so
//! that what must not be added up is seen in each.

mod by;
mod choice;
mod kept;
#[cfg(test)]
mod tests;

pub use by::{Dimensions, Family};
pub use choice::{CELLS_MOST, Lost, Occurring, choose};
pub use kept::{KeptFamily, OF_MEASURES, alternatives, answering};

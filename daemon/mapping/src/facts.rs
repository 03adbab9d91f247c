//! What the columns of a file hold, gathered while every row goes by once.
//!
//! Invariants: memory is bounded whatever the file (1,000 distinct values, a million hashes, five samples and 1,024 cells
//! seen of late per column, 1,500 sample rows, a megabyte of rows that wait); samples are sanitised; nothing is decided
//! here; what is found does not hang on how many threads look.

mod batch;
mod blank;
mod column;
mod hash;
mod kept;
mod once;
mod recent;
mod scan;
mod tally;
mod trail;

pub use blank::{Blank, blank};
pub use column::{Column, ColumnFacts};
pub use scan::look;
pub use tally::{DateTally, Lies, Order, Track};
pub use trail::Looked;

#[cfg(test)]
mod tests;

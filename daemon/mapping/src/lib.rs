//! From columns of text to typed records: statistics of the columns, suggestions, the decision, and the typing of rows.
//!
//! The way of a file: [`look`] sees every row, [`decide`] says whether it is taken in and by which profile,
//! [`Typer`] turns every row into a record or puts it aside. Nothing here guesses per cell: how numbers and dates are
//! written is decided for a whole column.

pub mod date;
pub mod decide;
pub mod duration;
pub mod edit;
pub mod facts;
mod happened;
mod measure;
mod nights;
pub mod number;
mod operators;
pub mod output;
pub mod plan;
pub mod reading;
pub mod shape;
pub mod suggest;
pub mod synonyms;
pub mod typer;

pub use decide::decide;
pub use edit::{EditError, Overrides, build, check, parse_transform, shape as shape_of};
pub use facts::{ColumnFacts, Looked, look};
pub use measure::telling;
pub use output::OutputError;
pub use shape::ShapeError;
pub use typer::{Typed, Typer, TyperEnd};

#[cfg(test)]
pub(crate) mod tests;

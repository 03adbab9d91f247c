//! What every line step is to the rest.

use std::ops::ControlFlow;

use plant_core::header::skeleton;

use super::error::ShapeError;
use crate::synonyms::closest;

/// Rows that one line may become.
pub const ROWS_OF_LINE: usize = 1_000;

/// A row of text.
#[derive(Debug, Clone, Copy)]
pub struct Row<'r> {
    /// Its cells.
    pub cells: &'r [&'r str],
    /// Of each cell whether it only says again what stands in a row before, so that no quantity is counted in both; empty
    /// where none does.
    pub repeats: &'r [bool],
}

impl<'r> Row<'r> {
    /// The cell at a place; blank beyond the row.
    pub(super) fn cell(&self, at: usize) -> &'r str {
        self.cells.get(at).copied().unwrap_or_default()
    }

    /// Whether the cell at a place says again what stands before.
    pub(super) fn is_repeated(&self, at: usize) -> bool {
        self.repeats.get(at) == Some(&true)
    }
}

/// Where the rows of a step go.
pub(super) type Next<'n> = &'n mut dyn FnMut(Row<'_>) -> Outcome;

/// Whether more rows are wanted, or why a line can't be used.
pub(super) type Outcome = Result<ControlFlow<()>, String>;

/// One step: rows in, rows out.
pub(super) trait Step {
    /// One row; what it becomes goes to `next`, nothing where it is left out.
    ///
    /// # Errors
    /// A sentence about a row that can't be taken apart as the step says.
    fn row(&mut self, row: Row<'_>, next: Next<'_>) -> Outcome;

    /// How many rows it left out and why, where it did.
    fn left(&self) -> Option<(u64, String)> {
        None
    }
}

/// Where a column stands: by its name, else by its letters and digits.
///
/// # Errors
/// [`ShapeError::Column`].
pub(super) fn place(step: &'static str, header: &[String], name: &str) -> Result<usize, ShapeError> {
    let wanted = skeleton(name);
    let by = |is: &dyn Fn(&String) -> bool| header.iter().position(is);
    by(&|column| column == name)
        .or_else(|| by(&|column| column.trim() == name.trim()))
        .or_else(|| by(&|column| !wanted.is_empty() && skeleton(column) == wanted))
        .ok_or_else(|| ShapeError::Column {
            step,
            column: name.to_owned(),
            closest: closest(name, header.iter().map(String::as_str)).map(str::to_owned),
        })
}

/// The cell at a place; blank beyond the row.
pub(super) fn cell<'c>(cells: &[&'c str], at: usize) -> &'c str {
    cells.get(at).copied().unwrap_or_default()
}

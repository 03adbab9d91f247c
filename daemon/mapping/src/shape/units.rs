//! Rows below the header that describe its columns.

use std::collections::HashSet;
use std::ops::ControlFlow;

use plant_lexicon::units;

use crate::date;
use crate::number::NumberCell;

use super::step::{Next, Outcome, Row, Step};

/// Leaves out the first rows, and later ones with the same cells (a logger that starts anew writes them again).
#[derive(Debug)]
pub(super) struct UnitsRows {
    rows: usize,
    seen: HashSet<Vec<String>>,
    left: u64,
}

impl UnitsRows {
    pub(super) fn new(rows: u8) -> UnitsRows {
        UnitsRows {
            rows: usize::from(rows),
            seen: HashSet::new(),
            left: 0,
        }
    }
}

impl Step for UnitsRows {
    fn row(&mut self, row: Row<'_>, next: Next<'_>) -> Outcome {
        let trimmed = || {
            row.cells
                .iter()
                .map(|cell| cell.trim().to_owned())
                .collect::<Vec<String>>()
        };
        let is_new = (self.left as usize) < self.rows;
        if is_new {
            self.seen.insert(trimmed());
        } else if !self.seen.contains(&trimmed()) {
            return next(row);
        }
        self.left += 1;
        Ok(ControlFlow::Continue(()))
    }

    fn left(&self) -> Option<(u64, String)> {
        (self.left > 0).then(|| (self.left, "they describe the columns (units_row)".to_owned()))
    }
}

/// A cell of a row that is a number or a date, as no description of a column is.
pub(super) fn measured<'c>(cells: &[&'c str]) -> Option<&'c str> {
    let is_value = |cell: &&&str| NumberCell::of(cell.trim()).is_some() || date::read(cell.trim()).is_some();
    cells.iter().find(is_value).copied()
}

/// The name of a column with the unit that a row below the header gives it: `Energie` and `Wirkenergie [kWh]` are
/// `Energie [kWh]`.
pub(super) fn with_unit(name: &str, text: &str) -> String {
    let text = text.trim();
    let inside = |open: char, close: char| {
        let from = text.find(open)? + open.len_utf8();
        let length = text.get(from..)?.find(close)?;
        text.get(from..from + length)
    };
    let unit = inside('[', ']')
        .or_else(|| inside('(', ')'))
        .or_else(|| units::header(text).map(|_| text))
        .map(str::trim)
        .filter(|unit| !unit.is_empty());
    match unit {
        Some(unit) => format!("{name} [{unit}]"),
        None => name.to_owned(),
    }
}

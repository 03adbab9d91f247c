//! Cells that hold several items: a row for each.

use std::ops::ControlFlow;

use plant_core::profile::SplitRows;

use super::error::ShapeError;
use super::step::{Next, Outcome, Row, Step, place};

/// Takes cells apart, item by item.
#[derive(Debug)]
pub(super) struct Split {
    columns: Vec<usize>,
    repeat: Vec<usize>,
    at: String,
    /// Rows that it may make of one.
    most: usize,
}

impl Split {
    pub(super) fn new(split: &SplitRows, header: &[String], most: usize) -> Result<Split, ShapeError> {
        let places = |names: &[String]| -> Result<Vec<usize>, ShapeError> {
            names.iter().map(|name| place("split_rows", header, name)).collect()
        };
        Ok(Split {
            columns: places(&split.columns)?,
            repeat: places(&split.repeat)?,
            at: split.at.clone(),
            most,
        })
    }
}

/// The items of a cell, blank ones too; those at its end are none.
fn items<'c>(text: &'c str, at: &str) -> Vec<&'c str> {
    let mut items: Vec<&str> = text.split(at).map(str::trim).collect();
    while items.last().is_some_and(|item| item.is_empty()) {
        items.pop();
    }
    items
}

impl Step for Split {
    fn row(&mut self, given: Row<'_>, next: Next<'_>) -> Outcome {
        let text = |at: &usize| given.cell(*at);
        let items: Vec<Vec<&str>> = self.columns.iter().map(|at| items(text(at), &self.at)).collect();
        let rows = items.iter().map(Vec::len).max().unwrap_or_default();
        if rows < 2 {
            return next(given);
        }
        for (column, items) in self.columns.iter().zip(&items) {
            // Blank at all, or blank at its end in as many places.
            let fits = items.is_empty() || text(column).split(self.at.as_str()).count() >= rows;
            if items.len() != rows && !fits {
                let other = items.len();
                return Err(format!(
                    "its cells hold {rows} items and {other}, which do not belong to one another"
                ));
            }
        }
        if rows > self.most {
            return Err(format!(
                "its cells hold {rows} items; at most {} can become rows",
                self.most
            ));
        }
        let mut is_first = true;
        for row in 0..rows {
            let of_row: Vec<&str> = items
                .iter()
                .map(|items| items.get(row).copied().unwrap_or_default())
                .collect();
            if of_row.iter().all(|item| item.is_empty()) {
                continue;
            }
            let mut cells: Vec<&str> = given.cells.to_vec();
            let mut repeats: Vec<bool> = (0..cells.len()).map(|at| given.is_repeated(at)).collect();
            for (at, (cell, repeats)) in cells.iter_mut().zip(&mut repeats).enumerate() {
                match self.columns.iter().position(|column| *column == at) {
                    Some(column) => *cell = of_row.get(column).copied().unwrap_or_default(),
                    None if is_first => {}
                    None if self.repeat.contains(&at) => *repeats = true,
                    None => *cell = "",
                }
            }
            is_first = false;
            let row = Row {
                cells: &cells,
                repeats: &repeats,
            };
            if next(row)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

//! Cells that hold several items: a row for each.

use std::ops::ControlFlow;

use plant_core::profile::SplitRows;

use super::error::ShapeError;
use super::step::{Next, Outcome, Step, cell, place};

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

impl Step for Split {
    fn row(&mut self, cells: &[&str], next: Next<'_>) -> Outcome {
        let items: Vec<Vec<&str>> = (self.columns.iter())
            .map(|at| {
                let items = cell(cells, *at).split(self.at.as_str()).map(str::trim);
                items.filter(|item| !item.is_empty()).collect()
            })
            .collect();
        let rows = items.iter().map(Vec::len).max().unwrap_or_default();
        if rows < 2 {
            return next(cells);
        }
        if let Some(other) = items.iter().map(Vec::len).find(|count| *count > 1 && *count != rows) {
            return Err(format!(
                "its cells hold {rows} items and {other}, which do not belong to one another"
            ));
        }
        if rows > self.most {
            return Err(format!(
                "its cells hold {rows} items; at most {} can become rows",
                self.most
            ));
        }
        for row in 0..rows {
            let mut made: Vec<&str> = cells.to_vec();
            for (at, made) in made.iter_mut().enumerate() {
                if let Some(items) = self
                    .columns
                    .iter()
                    .position(|column| *column == at)
                    .and_then(|at| items.get(at))
                {
                    *made = match items.as_slice() {
                        [one] => one,
                        items => items.get(row).copied().unwrap_or_default(),
                    };
                } else if row > 0 && !self.repeat.contains(&at) {
                    *made = "";
                }
            }
            if next(&made)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

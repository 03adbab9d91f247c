//! A log of names and values: a column for each name, filled in its own rows, so that each line stays one row.

use std::collections::HashMap;
use std::ops::ControlFlow;

use plant_core::profile::Pivot;

use super::error::ShapeError;
use super::step::{Next, Outcome, Row, Step, cell, place};

/// Names that a log may hold.
pub(super) const NAMES_MAX: usize = 500;

/// Puts each value under its name.
#[derive(Debug)]
pub(super) struct Pivoting {
    name: usize,
    value: usize,
    /// Where the column of a name stands among those of the names.
    places: HashMap<String, usize>,
    left: u64,
}

impl Pivoting {
    /// With the header that it makes; `names` are those of the file.
    pub(super) fn new(
        pivot: &Pivot,
        header: &[String],
        names: &[String],
    ) -> Result<(Pivoting, Vec<String>), ShapeError> {
        let name = place("pivot", header, &pivot.name)?;
        let value = place("pivot", header, &pivot.value)?;
        let stay = header.iter().enumerate().filter(|(at, _)| *at != value);
        let mut made: Vec<String> = stay.map(|(_, column)| column.clone()).collect();
        if name == value {
            return Err(ShapeError::Twice {
                step: "pivot",
                column: pivot.name.clone(),
            });
        }
        if let Some(twice) = names.iter().find(|name| made.contains(name)) {
            return Err(ShapeError::Twice {
                step: "pivot",
                column: twice.clone(),
            });
        }
        made.extend(names.iter().cloned());
        let places = names.iter().enumerate().map(|(at, name)| (name.clone(), at)).collect();
        let pivoting = Pivoting {
            name,
            value,
            places,
            left: 0,
        };
        Ok((pivoting, made))
    }
}

impl Step for Pivoting {
    fn row(&mut self, row: Row<'_>, next: Next<'_>) -> Outcome {
        let name = row.cell(self.name).trim();
        let Some(at) = self.places.get(name) else {
            // Names are gathered from the same rows before, so that only a blank one has no place.
            self.left += 1;
            return Ok(ControlFlow::Continue(()));
        };
        let stay = || (0..row.cells.len()).filter(|at| *at != self.value);
        let mut cells: Vec<&str> = stay().map(|at| row.cell(at)).collect();
        let mut repeats: Vec<bool> = stay().map(|at| row.is_repeated(at)).collect();
        let first = cells.len();
        cells.resize(first + self.places.len(), "");
        repeats.resize(cells.len(), row.is_repeated(self.value));
        if let Some(place) = cells.get_mut(first + at) {
            *place = row.cell(self.value);
        }
        next(Row {
            cells: &cells,
            repeats: &repeats,
        })
    }

    fn left(&self) -> Option<(u64, String)> {
        (self.left > 0).then(|| (self.left, "they have no name (pivot)".to_owned()))
    }
}

/// Gathers the names of a log in the order of their first rows.
#[derive(Debug)]
pub(super) struct Names {
    column: String,
    at: usize,
    seen: std::collections::HashSet<String>,
    pub(super) names: Vec<String>,
}

impl Names {
    pub(super) fn new(pivot: &Pivot, header: &[String]) -> Result<Names, ShapeError> {
        Ok(Names {
            column: pivot.name.clone(),
            at: place("pivot", header, &pivot.name)?,
            seen: Default::default(),
            names: Vec::new(),
        })
    }

    pub(super) fn see(&mut self, cells: &[&str]) -> Result<(), ShapeError> {
        let name = cell(cells, self.at).trim();
        if name.is_empty() || self.seen.contains(name) {
            return Ok(());
        }
        if self.names.len() >= NAMES_MAX {
            return Err(ShapeError::TooManyNames {
                column: self.column.clone(),
                limit: NAMES_MAX,
            });
        }
        self.seen.insert(name.to_owned());
        self.names.push(name.to_owned());
        Ok(())
    }
}

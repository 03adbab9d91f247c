//! Columns that hold values of one kind: a row for each filled cell.

use std::ops::ControlFlow;

use plant_core::header::{is_like, skeleton};
use plant_core::profile::Unpivot;

use super::error::ShapeError;
use super::step::{Next, Outcome, ROWS_OF_LINE, Row, Step, place};

/// Turns columns into rows.
#[derive(Debug)]
pub(super) struct Unpivoting {
    /// Columns that stay.
    stay: Vec<usize>,
    /// Those of them that say something by themselves: a line with one is a row, whatever else is blank.
    telling: Vec<usize>,
    /// Columns that become rows, with their names.
    turned: Vec<(usize, String)>,
    left: u64,
}

impl Unpivoting {
    /// With the header that it makes.
    pub(super) fn new(
        unpivot: &Unpivot,
        header: &[String],
        telling: &[String],
    ) -> Result<(Unpivoting, Vec<String>), ShapeError> {
        let mut turned: Vec<usize> = Vec::new();
        for name in &unpivot.columns {
            match name.contains('*') {
                true => {
                    let before = turned.len();
                    turned.extend(
                        (0..header.len()).filter(|at| header.get(*at).is_some_and(|column| is_like(column, name))),
                    );
                    if turned.len() == before {
                        return Err(ShapeError::NoneLike { pattern: name.clone() });
                    }
                }
                false => turned.push(place("unpivot", header, name)?),
            }
        }
        turned.sort_unstable();
        turned.dedup();
        if turned.len() > ROWS_OF_LINE {
            return Err(ShapeError::TooManyColumns {
                columns: turned.len(),
                limit: ROWS_OF_LINE,
            });
        }
        let stay: Vec<usize> = (0..header.len()).filter(|at| !turned.contains(at)).collect();
        let named = |at: &usize| header.get(*at).cloned().unwrap_or_default();
        let mut made: Vec<String> = stay.iter().map(named).collect();
        for name in [&unpivot.name, &unpivot.value] {
            if made.iter().any(|other| skeleton(other) == skeleton(name)) {
                return Err(ShapeError::Twice {
                    step: "unpivot",
                    column: name.clone(),
                });
            }
            made.push(name.clone());
        }
        let turned = turned.iter().map(|at| (*at, named(at))).collect();
        // With the unit that a row below the header says, a column is called otherwise.
        let counts = |at: &&usize| {
            let own = header.get(**at).map(|name| skeleton(name));
            own.is_some_and(|own| telling.iter().any(|name| skeleton(name) == own))
        };
        let unpivoting = Unpivoting {
            telling: stay.iter().filter(counts).copied().collect(),
            stay,
            turned,
            left: 0,
        };
        Ok((unpivoting, made))
    }
}

impl Unpivoting {
    /// Rows that it may make of one.
    pub(super) fn rows(&self) -> usize {
        self.turned.len()
    }
}

impl Step for Unpivoting {
    fn row(&mut self, row: Row<'_>, next: Next<'_>) -> Outcome {
        let mut is_filled = false;
        for (at, name) in &self.turned {
            let value = row.cell(*at);
            if value.trim().is_empty() {
                continue;
            }
            let mut cells: Vec<&str> = self.stay.iter().map(|at| row.cell(*at)).collect();
            let mut repeats: Vec<bool> = (self.stay.iter()).map(|at| is_filled || row.is_repeated(*at)).collect();
            is_filled = true;
            cells.extend([name.as_str(), value]);
            repeats.extend([row.is_repeated(*at); 2]);
            let made = Row {
                cells: &cells,
                repeats: &repeats,
            };
            if next(made)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        let says = |at: &usize| !row.cell(*at).trim().is_empty() && !row.is_repeated(*at);
        if !is_filled && self.telling.iter().any(says) {
            let mut cells: Vec<&str> = self.stay.iter().map(|at| row.cell(*at)).collect();
            let mut repeats: Vec<bool> = self.stay.iter().map(|at| row.is_repeated(*at)).collect();
            cells.extend(["", ""]);
            repeats.extend([false; 2]);
            return next(Row {
                cells: &cells,
                repeats: &repeats,
            });
        }
        self.left += u64::from(!is_filled);
        Ok(ControlFlow::Continue(()))
    }

    fn left(&self) -> Option<(u64, String)> {
        (self.left > 0).then(|| {
            (
                self.left,
                "none of the columns that become rows is filled (unpivot)".to_owned(),
            )
        })
    }
}

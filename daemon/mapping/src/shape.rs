//! Line steps of a mapping, applied to rows of text before their columns are mapped.
//!
//! Invariants: a line becomes no row, one or several, and which of these is counted; a cell is moved or repeated and never
//! changed, and one that is repeated is told from one that stands there; what a file lacks for a step is said; memory is
//! bounded (500 names of a log, 1,000 rows of a line).

mod drops;
mod error;
mod fill;
mod pivot;
mod split;
mod step;
mod units;
mod unpivot;

use std::ops::ControlFlow;

use plant_core::profile::Shape;

pub use self::error::ShapeError;
pub use self::step::{ROWS_OF_LINE, Row};

use self::drops::Drops;
use self::fill::FillDown;
use self::pivot::{Names, Pivoting};
use self::split::Split;
use self::step::{Next, Outcome, Step, cell};
use self::units::{UnitsRows, with_unit};
use self::unpivot::Unpivoting;

/// What has to be seen of a file before its columns have their names.
#[derive(Debug)]
pub struct Survey {
    shape: Shape,
    telling: Vec<String>,
    written: Vec<String>,
    described: Vec<String>,
    described_rows: u8,
    /// The steps before the pivot, and what they give.
    before: Option<(Pass, Names)>,
    fault: Option<ShapeError>,
}

/// The steps for a file whose columns are named.
#[derive(Debug)]
pub struct Shaper {
    shape: Shape,
    telling: Vec<String>,
    written: Vec<String>,
    names: Vec<String>,
    header: Vec<String>,
}

/// One time that the rows go by.
pub struct Pass {
    steps: Vec<Box<dyn Step + Send>>,
}

/// What a line became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// So many rows.
    Rows(u64),
    /// It was left out.
    Left,
    /// It can't be taken apart, for this reason.
    Bad(String),
}

impl Survey {
    /// For a file with that header; `telling` are columns that say something of a line by themselves ([`crate::telling`]).
    ///
    /// # Errors
    /// When the file lacks a column of a step, or a pattern is none.
    pub fn new(shape: &Shape, written: &[String], telling: &[String]) -> Result<Survey, ShapeError> {
        let before = match &shape.pivot {
            Some(pivot) => {
                let bare = Shape {
                    pivot: None,
                    ..shape.clone()
                };
                let (pass, header) = Pass::new(&bare, written.to_vec(), &[], telling)?;
                Some((pass, Names::new(pivot, &header)?))
            }
            None => None,
        };
        Ok(Survey {
            described: vec![String::new(); written.len()],
            described_rows: shape.units_row,
            shape: shape.clone(),
            telling: telling.to_vec(),
            written: written.to_vec(),
            before,
            fault: None,
        })
    }

    /// One row as it is written. Breaks where nothing more has to be seen.
    pub fn row(&mut self, cells: &[&str]) -> ControlFlow<()> {
        if self.described_rows > 0 {
            self.described_rows -= 1;
            if let Some(cell) = units::measured(cells) {
                self.fault = Some(ShapeError::NoDescription { cell: cell.to_owned() });
                return ControlFlow::Break(());
            }
            for (at, text) in self.described.iter_mut().enumerate() {
                let said = cell(cells, at).trim();
                if !said.is_empty() && text.is_empty() {
                    said.clone_into(text);
                }
            }
        }
        let Some((pass, names)) = &mut self.before else {
            return match self.described_rows {
                0 => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            };
        };
        let fault = &mut self.fault;
        pass.row(cells, &mut |row| match names.see(row.cells) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                *fault = Some(error);
                ControlFlow::Break(())
            }
        });
        match self.fault {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    }

    /// The steps.
    ///
    /// # Errors
    /// When the file lacks a column of a step, has too many names, or no row is left.
    pub fn end(self) -> Result<Shaper, ShapeError> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let names = match self.before {
            Some((pass, names)) if names.names.is_empty() => {
                let left: Vec<String> = pass.left().into_iter().map(|(_, why)| why).collect();
                return Err(ShapeError::NothingLeft {
                    left: match left.is_empty() {
                        true => "blank names (pivot)".to_owned(),
                        false => left.join("; "),
                    },
                });
            }
            Some((_, names)) => names.names,
            None => Vec::new(),
        };
        let written: Vec<String> = (self.written.iter().zip(&self.described))
            .map(|(name, text)| with_unit(name, text))
            .collect();
        let (_, header) = Pass::new(&self.shape, written.clone(), &names, &self.telling)?;
        Ok(Shaper {
            shape: self.shape,
            telling: self.telling,
            written,
            names,
            header,
        })
    }
}

impl Shaper {
    /// The columns that the steps make.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The steps, before the first row.
    ///
    /// # Errors
    /// None that [`Survey::end`] did not tell.
    pub fn pass(&self) -> Result<Pass, ShapeError> {
        Ok(Pass::new(&self.shape, self.written.clone(), &self.names, &self.telling)?.0)
    }
}

impl Pass {
    fn new(
        shape: &Shape,
        header: Vec<String>,
        names: &[String],
        telling: &[String],
    ) -> Result<(Pass, Vec<String>), ShapeError> {
        let mut header = header;
        let mut steps: Vec<Box<dyn Step + Send>> = Vec::new();
        if shape.units_row > 0 {
            steps.push(Box::new(UnitsRows::new(shape.units_row)));
        }
        if !shape.fill_down.is_empty() {
            steps.push(Box::new(FillDown::new(&shape.fill_down, &header)?));
        }
        for condition in &shape.drop_where {
            steps.push(Box::new(Drops::new(condition, &header)?));
        }
        let unpivoting = match &shape.unpivot {
            Some(unpivot) => Some(Unpivoting::new(unpivot, &header, telling)?),
            None => None,
        };
        if let Some(split) = &shape.split_rows {
            let each = unpivoting.as_ref().map_or(1, |(step, _)| step.rows());
            steps.push(Box::new(Split::new(split, &header, ROWS_OF_LINE / each.max(1))?));
        }
        if let Some((step, made)) = unpivoting {
            steps.push(Box::new(step));
            header = made;
        }
        if let Some(pivot) = &shape.pivot {
            let (step, made) = Pivoting::new(pivot, &header, names)?;
            steps.push(Box::new(step));
            header = made;
        }
        Ok((Pass { steps }, header))
    }

    /// One row as it is written; what it becomes goes to `each` until that breaks.
    pub fn row(&mut self, cells: &[&str], each: &mut dyn FnMut(Row<'_>) -> ControlFlow<()>) -> Fate {
        let mut rows = 0;
        let written = Row { cells, repeats: &[] };
        let through = run(&mut self.steps, written, &mut |row| {
            rows += 1;
            Ok(each(row))
        });
        match through {
            Err(why) => Fate::Bad(why),
            Ok(_) if rows == 0 => Fate::Left,
            Ok(_) => Fate::Rows(rows),
        }
    }

    /// How many rows each step left out, and why.
    pub fn left(&self) -> Vec<(u64, String)> {
        self.steps.iter().filter_map(|step| step.left()).collect()
    }
}

fn run(steps: &mut [Box<dyn Step + Send>], row: Row<'_>, each: Next<'_>) -> Outcome {
    match steps.split_first_mut() {
        None => each(row),
        Some((first, rest)) => first.row(row, &mut |row| run(rest, row, each)),
    }
}

impl std::fmt::Debug for Pass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pass").field("steps", &self.steps.len()).finish()
    }
}

#[cfg(test)]
mod tests;

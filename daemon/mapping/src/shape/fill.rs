//! Blank cells that mean what stands above them.

use super::error::ShapeError;
use super::step::{Next, Outcome, Step, cell, place};

/// Puts the last filled cell of a column into the blank ones below.
#[derive(Debug)]
pub(super) struct FillDown {
    columns: Vec<(usize, String)>,
}

impl FillDown {
    pub(super) fn new(columns: &[String], header: &[String]) -> Result<FillDown, ShapeError> {
        let columns = columns
            .iter()
            .map(|name| Ok((place("fill_down", header, name)?, String::new())));
        Ok(FillDown {
            columns: columns.collect::<Result<_, ShapeError>>()?,
        })
    }
}

impl Step for FillDown {
    fn row(&mut self, cells: &[&str], next: Next<'_>) -> Outcome {
        for (at, above) in &mut self.columns {
            let text = cell(cells, *at);
            if !text.trim().is_empty() {
                text.clone_into(above);
            }
        }
        let mut filled = cells.to_vec();
        for (at, above) in &self.columns {
            if let Some(cell) = filled.get_mut(*at) {
                *cell = above;
            }
        }
        next(&filled)
    }
}

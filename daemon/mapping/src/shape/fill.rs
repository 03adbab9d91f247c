//! Blank cells that mean what stands above them.

use super::error::ShapeError;
use super::step::{Next, Outcome, Row, Step, place};

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
    fn row(&mut self, row: Row<'_>, next: Next<'_>) -> Outcome {
        for (at, above) in &mut self.columns {
            let text = row.cell(*at);
            if !text.trim().is_empty() {
                text.clone_into(above);
            }
        }
        let mut cells = row.cells.to_vec();
        let mut repeats: Vec<bool> = (0..cells.len()).map(|at| row.is_repeated(at)).collect();
        for (at, above) in &self.columns {
            if let (Some(cell), Some(repeats)) = (cells.get_mut(*at), repeats.get_mut(*at)) {
                *repeats |= cell.trim().is_empty();
                *cell = above;
            }
        }
        next(Row {
            cells: &cells,
            repeats: &repeats,
        })
    }
}

//! What tells one row from another beside its mapped values: the cells of columns that no variable takes, without marks.
//!
//! A mark says something about the export and nothing about the event: the number of the row, when it was printed. Rows
//! that differ in marks alone are the same.

use plant_core::header::skeleton;
use plant_core::plan::ReadingPlan;
use rust_decimal::Decimal;
use xxhash_rust::xxh3::xxh3_64;

use crate::facts::{Blank, blank};

/// The columns that count, with the hash of their names.
#[derive(Debug)]
pub(super) struct Other {
    columns: Vec<(usize, u64)>,
}

impl Other {
    pub(super) fn new(header: &[String], plan: &ReadingPlan) -> Other {
        let telling = header.iter().zip(&plan.columns).enumerate();
        Other {
            columns: telling
                .filter(|(_, (_, column))| column.tells)
                .map(|(index, (source, _))| (index, xxh3_64(skeleton(source).as_bytes())))
                .collect(),
        }
    }

    /// The hash of a row's cells, whatever the order of the columns; 0 where none is filled.
    pub(super) fn hash(&self, cells: &[&str]) -> u64 {
        // A sum does not depend on the order; each cell is hashed with the name of its column.
        self.columns.iter().fold(0_u64, |sum, (index, name)| {
            let text = cells.get(*index).copied().unwrap_or_default().trim();
            match blank(text) {
                Blank::Yes => sum,
                _ => sum.wrapping_add(cell(text, *name)),
            }
        })
    }
}

fn cell(text: &str, name: u64) -> u64 {
    let number = text.contains('.').then(|| text.parse::<Decimal>().ok()).flatten();
    let written = number.map(|number| number.normalize().to_string());
    let hash = xxh3_64(written.as_deref().unwrap_or(text).as_bytes());
    xxh3_64([hash.to_le_bytes(), name.to_le_bytes()].as_flattened())
}

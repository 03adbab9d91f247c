//! A stretch of time of a machine, and which machine that is.

use chrono::NaiveDate;
use plant_core::component::Dimension;

use super::row::TimeRow;
use crate::table::{ABSENT, Table};

/// A stretch of time that one row owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Index of the time row.
    pub(crate) owner: usize,
    /// Length.
    pub(crate) ticks: i128,
    /// Begin in microseconds, where known.
    pub(crate) start: Option<i64>,
    /// The local day it belongs to, where that is not the day of its row.
    pub(crate) day: Option<NaiveDate>,
    /// The entry of the plan in whose window it lies.
    pub(crate) entry: Option<usize>,
}

/// Machine of a row, or its line where it names none; rows without both can't be told apart.
pub(super) fn machine_key(table: &Table, row: &TimeRow) -> Option<(u32, u32)> {
    let key = table.key(row.row())?;
    let (machine, line) = (key.code(Dimension::Machine), key.code(Dimension::Line));
    match (machine, line) {
        (ABSENT, ABSENT) => None,
        (ABSENT, line) => Some((ABSENT, line)),
        (machine, _) => Some((machine, ABSENT)),
    }
}

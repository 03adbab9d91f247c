//! The readings of one variable, place by place.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use plant_core::profile::Counter;
use plant_core::record::{Record, RowAt};
use plant_core::step::{Carried, CarriedIn, Change, Edge, Kind, Left, Place, count, is_reading};
use plant_core::variable::Variable;
use rust_decimal::Decimal;

use super::carry::carried;
use crate::table::Remarks;

/// What a row adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    /// It has no reading.
    Absent,
    /// By how much the counter went on is not known or not its to tell.
    Nothing,
    /// By how much it went on.
    Adds(Decimal),
}

#[derive(Debug)]
struct Reading {
    at: DateTime<Utc>,
    row: usize,
    place: RowAt,
    value: Decimal,
}

/// The readings of one variable.
#[derive(Debug)]
pub(super) struct Counters {
    rules: Counter,
    target: Variable,
    readings: BTreeMap<Place, Vec<Reading>>,
    cells: Vec<Cell>,
    rows: usize,
}

impl Counters {
    /// Of a counter whose steps can be added up.
    pub(super) fn of(rules: &Counter) -> Option<Counters> {
        Some(Counters {
            target: rules.adds_to()?,
            rules: rules.clone(),
            readings: BTreeMap::new(),
            cells: Vec::new(),
            rows: 0,
        })
    }

    /// The variable of the readings.
    pub(super) fn variable(&self) -> Variable {
        self.rules.variable
    }

    /// The variable that the steps are values of.
    pub(super) fn target(&self) -> Variable {
        self.target
    }

    /// What the row of that number adds.
    pub(super) fn cell(&self, row: usize) -> Cell {
        self.cells.get(row).copied().unwrap_or(Cell::Absent)
    }

    /// Takes the reading of the next row.
    pub(super) fn see(&mut self, record: &Record, place: &Place, remarks: &mut Remarks) {
        let row = self.rows;
        self.rows += 1;
        let Some(value) = record.number(self.rules.variable) else {
            return;
        };
        self.put(row, Cell::Nothing);
        let Some(at) = record.ts else {
            remarks.add("counter_undated", record.at());
            return;
        };
        if !is_reading(value) {
            remarks.add("counter_negative", record.at());
            return;
        }
        let reading = Reading {
            at,
            row,
            place: record.at(),
            value,
        };
        match self.readings.get_mut(place) {
            Some(readings) => readings.push(reading),
            None => drop(self.readings.insert(place.clone(), vec![reading])),
        }
    }

    fn put(&mut self, row: usize, cell: Cell) {
        if self.cells.len() <= row {
            self.cells.resize(row + 1, Cell::Absent);
        }
        if let Some(slot) = self.cells.get_mut(row) {
            *slot = cell;
        }
    }

    /// Says what each row adds, once all were seen.
    pub(super) fn close(&mut self, all: &[CarriedIn], edges: &mut Vec<Edge>, remarks: &mut Remarks) {
        let kind = Kind::Counter(self.rules.variable);
        for (place, mut readings) in std::mem::take(&mut self.readings) {
            readings.sort_by_key(|reading| (reading.at, reading.row));
            let (Some(first), Some(last)) = (readings.first(), readings.last()) else {
                continue;
            };
            let (first_at, last_at) = (first.at, last.at);
            for (one, other) in readings.iter().zip(readings.iter().skip(1)) {
                if one.at == other.at {
                    remarks.add("counter_same_moment", other.place);
                }
            }
            let before: Option<&Carried> = carried(all, &place, kind);
            let covered = before.map_or(0, |before| {
                readings.partition_point(|reading| reading.at <= before.until)
            });
            let own = readings.split_off(covered);
            for reading in readings {
                remarks.add("told_by_other_files", reading.place);
            }
            let standing = before.and_then(|before| match &before.left {
                Left::Counter(standing) => Some(standing.clone()),
                Left::State(_) => None,
            });
            let values: Vec<Decimal> = own.iter().map(|reading| reading.value).collect();
            let (counted, standing) = count(&self.rules, standing, &values);
            for (reading, counted) in own.iter().zip(counted) {
                if let Some(code) = code(counted.change) {
                    remarks.add(code, reading.place);
                }
                if let Some(step) = counted.adds {
                    self.put(reading.row, Cell::Adds(step));
                }
            }
            if let Some(standing) = standing {
                edges.push(Edge {
                    place,
                    kind,
                    first_at,
                    last_at,
                    left: Left::Counter(standing),
                    carried: before.cloned(),
                });
            }
        }
    }
}

/// What is remarked on a reading.
fn code(change: Change) -> Option<&'static str> {
    match change {
        Change::Forward | Change::Began => None,
        Change::First => Some("counter_first"),
        Change::Rollover => Some("counter_rollover"),
        Change::Reset => Some("counter_reset"),
        Change::Back => Some("counter_back"),
        Change::TooFar => Some("counter_too_far"),
        Change::Zero => Some("counter_zero"),
        Change::Glitch => Some("counter_glitch"),
    }
}

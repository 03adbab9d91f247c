//! Sums of process values and failure modes: a family of components beside that of the rows, one cell for each day, its
//! dimensions and each name.
//!
//! Invariants: sums are exact; there are never more than [`CELLS_MOST`] cells: where there would be, the dimensions of
//! [`OF_MEASURES`] go from the last one on, the same ones in whichever order the rows come, and a finding says which.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use plant_core::component::{Component, ComponentRow, Components, Dimension, Made, OF_MEASURES};
use plant_core::family::OF_MEASURES as OF_MEASURES_NO;
use plant_core::measure::{Measure, MeasureKind};
use plant_core::record::Record;
use rust_decimal::Decimal;

use crate::AnalysisError;
use crate::table::{ABSENT, GroupKey, Groups};

/// Cells of one file, at most.
pub(crate) const CELLS_MOST: usize = if cfg!(test) { 60 } else { 50_000 };

/// A day, dimensions in the order of [`OF_MEASURES`], and the number of a measure.
type Key = (Option<NaiveDate>, [u32; OF_MEASURES.len()], u32);

/// What is kept of the values of a cell.
#[derive(Debug, Clone, Copy)]
struct Cell {
    n: u64,
    sum: Decimal,
    least: Decimal,
    most: Decimal,
}

impl Cell {
    fn join(&mut self, other: Cell) -> Option<()> {
        self.n += other.n;
        self.sum = self.sum.checked_add(other.sum)?;
        self.least = self.least.min(other.least);
        self.most = self.most.max(other.most);
        Some(())
    }
}

/// The cells of a file.
#[derive(Debug, Default)]
pub(crate) struct Measures {
    all: Vec<Arc<Measure>>,
    cells: HashMap<Key, Cell>,
    /// How many of the dimensions are left out, from the last one on; beyond them all it is the days.
    left_out: usize,
}

impl Measures {
    /// Counts what a row of that group measures.
    ///
    /// # Errors
    /// A sum with more digits than a decimal has.
    pub(crate) fn push(&mut self, record: &Record, group: &GroupKey) -> Result<(), AnalysisError> {
        for (measure, value) in &record.measures {
            let number = self.number(measure);
            let cell = Cell {
                n: 1,
                sum: *value,
                least: *value,
                most: *value,
            };
            let codes = OF_MEASURES.map(|dimension| group.code(dimension));
            let key = coarse((group.day, codes, number), self.left_out);
            put(&mut self.cells, key, cell, measure)?;
            while self.cells.len() > CELLS_MOST && self.left_out <= OF_MEASURES.len() {
                self.left_out += 1;
                // In an order of their own, so that the same rows give the same digits.
                let mut all: Vec<(Key, Cell)> = std::mem::take(&mut self.cells).into_iter().collect();
                all.sort_unstable_by_key(|(key, _)| *key);
                for (key, cell) in all {
                    put(&mut self.cells, coarse(key, self.left_out), cell, measure)?;
                }
            }
        }
        Ok(())
    }

    fn number(&mut self, measure: &Arc<Measure>) -> u32 {
        let known = self.all.iter().position(|known| known == measure);
        let at = known.unwrap_or_else(|| {
            self.all.push(Arc::clone(measure));
            self.all.len() - 1
        });
        // A file has few of them.
        u32::try_from(at).unwrap_or(ABSENT)
    }

    /// The dimensions that were left out because there would have been too many cells; the day last.
    pub(crate) fn left_out(&self) -> Vec<&'static str> {
        let dimensions = OF_MEASURES.iter().rev().map(|dimension| dimension.name());
        dimensions.chain(["day"]).take(self.left_out).collect()
    }

    /// The components, in the order of day, dimensions and names.
    pub(crate) fn rows(&self, groups: &Groups) -> Vec<ComponentRow> {
        let mut rows: Vec<ComponentRow> = self
            .cells
            .iter()
            .filter_map(|((day, codes, number), cell)| {
                let measure = self.all.get(usize::try_from(*number).ok()?)?;
                Some(ComponentRow {
                    family_no: OF_MEASURES_NO,
                    day: *day,
                    dimensions: dimensions(groups, codes, measure),
                    values: values(measure.kind, *cell),
                })
            })
            .collect();
        rows.sort_by(|one, other| (one.day, &one.dimensions).cmp(&(other.day, &other.dimensions)));
        rows
    }
}

fn put(cells: &mut HashMap<Key, Cell>, key: Key, cell: Cell, measure: &Measure) -> Result<(), AnalysisError> {
    match cells.entry(key) {
        std::collections::hash_map::Entry::Vacant(slot) => {
            slot.insert(cell);
            Ok(())
        }
        std::collections::hash_map::Entry::Occupied(mut slot) => {
            slot.get_mut().join(cell).ok_or_else(|| AnalysisError::TooManyDigits {
                component: measure.label(),
            })
        }
    }
}

/// A key without so many of its dimensions, the day behind them.
fn coarse((day, mut codes, number): Key, left_out: usize) -> Key {
    for code in codes.iter_mut().rev().take(left_out) {
        *code = ABSENT;
    }
    (day.filter(|_| left_out <= codes.len()), codes, number)
}

fn dimensions(groups: &Groups, codes: &[u32; OF_MEASURES.len()], measure: &Measure) -> Vec<Option<String>> {
    let kept = |dimension: Dimension| {
        let place = OF_MEASURES.iter().position(|one| *one == dimension)?;
        groups
            .texts
            .get(dimension as usize)?
            .get(*codes.get(place)?)
            .map(str::to_owned)
    };
    let of = |kind: MeasureKind, text: &str| (measure.kind == kind).then(|| text.to_owned());
    Dimension::ALL
        .into_iter()
        .map(|dimension| match dimension {
            Dimension::ProcessValue => of(MeasureKind::ProcessValue, &measure.name),
            Dimension::ProcessUnit => of(MeasureKind::ProcessValue, &measure.unit),
            Dimension::FailureMode => of(MeasureKind::FailureMode, &measure.name),
            other => kept(other),
        })
        .collect()
}

fn values(kind: MeasureKind, cell: Cell) -> Components {
    let made = |made: Made, value: Decimal| (Component::Made(made), value);
    match kind {
        MeasureKind::ProcessValue => [
            made(Made::ProcessN, cell.n.into()),
            made(Made::ProcessSum, cell.sum),
            made(Made::ProcessLeast, cell.least),
            made(Made::ProcessMost, cell.most),
        ]
        .into_iter()
        .collect(),
        MeasureKind::FailureMode => std::iter::once(made(Made::ModeFailures, cell.sum)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(kind: MeasureKind, name: &str, unit: &str) -> Arc<Measure> {
        Arc::new(Measure {
            kind,
            name: name.to_owned(),
            unit: unit.to_owned(),
        })
    }

    /// A row of that day, machine and product with these measures.
    struct Plant {
        groups: Groups,
        measures: Measures,
    }

    impl Plant {
        fn row(&mut self, day: u32, machine: &str, product: &str, measured: &[(&Arc<Measure>, i64)]) {
            let mut dimensions = [ABSENT; Dimension::ALL.len()];
            for (dimension, text) in [(Dimension::Machine, machine), (Dimension::ProductCode, product)] {
                dimensions[dimension as usize] = self.groups.texts[dimension as usize].code(text);
            }
            let group = GroupKey {
                day: NaiveDate::from_ymd_opt(2026, 5, day),
                dimensions,
            };
            let mut record = Record::empty(1);
            record.measures = (measured.iter())
                .map(|(measure, value)| (Arc::clone(measure), Decimal::new(*value, 1)))
                .collect();
            self.measures.push(&record, &group).unwrap();
        }
    }

    fn plant() -> Plant {
        Plant {
            groups: Groups::default(),
            measures: Measures::default(),
        }
    }

    fn of(row: &ComponentRow, dimension: Dimension) -> Option<&str> {
        row.dimensions[dimension as usize].as_deref()
    }

    #[test]
    fn each_name_has_its_own_sums() {
        let (torque, wear) = (
            measure(MeasureKind::ProcessValue, "Torque", "Nm"),
            measure(MeasureKind::ProcessValue, "Tool wear", "min"),
        );
        let mode = measure(MeasureKind::FailureMode, "TWF", "");
        let mut plant = plant();
        plant.row(1, "M1", "A", &[(&torque, 428), (&wear, 30), (&mode, 10)]);
        plant.row(1, "M1", "A", &[(&torque, -13), (&mode, 0)]);
        plant.row(1, "M2", "A", &[(&torque, 1)]);
        let rows = plant.measures.rows(&plant.groups);
        let find = |machine: &str, dimension: Dimension, name: &str| {
            let is =
                |row: &&ComponentRow| of(row, Dimension::Machine) == Some(machine) && of(row, dimension) == Some(name);
            let all: Vec<&ComponentRow> = rows.iter().filter(is).collect();
            assert_eq!(all.len(), 1);
            let value = |made| all[0].values.get(Component::Made(made)).map(|value| value.to_string());
            [
                Made::ProcessN,
                Made::ProcessSum,
                Made::ProcessLeast,
                Made::ProcessMost,
                Made::ModeFailures,
            ]
            .map(value)
        };
        let some = |texts: [&str; 4]| texts.map(|text| Some(text.to_owned()));
        assert_eq!(
            find("M1", Dimension::ProcessValue, "Torque")[..4],
            some(["2", "41.5", "-1.3", "42.8"])
        );
        assert_eq!(
            find("M2", Dimension::ProcessValue, "Torque")[..4],
            some(["1", "0.1", "0.1", "0.1"])
        );
        assert_eq!(find("M1", Dimension::FailureMode, "TWF")[4].as_deref(), Some("1.0"));
        assert_eq!(rows.len(), 4);
        assert_eq!(of(&rows[0], Dimension::ProductCode), Some("A"));
    }

    #[test]
    fn too_many_cells_lose_the_product_before_the_machine_in_whichever_order_they_come() {
        let torque = measure(MeasureKind::ProcessValue, "Torque", "Nm");
        let filled = |reversed: bool| {
            let mut plant = plant();
            let mut all: Vec<u32> = (0..200).collect();
            if reversed {
                all.reverse();
            }
            for at in all {
                plant.row(
                    1 + at % 20,
                    &format!("M{}", at % 2),
                    &format!("P{at}"),
                    &[(&torque, at.into())],
                );
            }
            (plant.measures.left_out(), plant.measures.rows(&plant.groups))
        };
        let (left_out, rows) = filled(false);
        assert_eq!(left_out, ["operator", "operation", "product_name", "product_code"]);
        assert!(rows.len() <= CELLS_MOST);
        assert!(rows.iter().all(|row| of(row, Dimension::ProductCode).is_none()));
        assert!(rows.iter().all(|row| of(row, Dimension::Machine).is_some()));
        let sum: Decimal = (rows.iter())
            .filter_map(|row| row.values.get(Component::Made(Made::ProcessSum)))
            .sum();
        assert_eq!(sum, Decimal::from(199 * 10));
        assert_eq!(filled(true).1, rows);
    }
}

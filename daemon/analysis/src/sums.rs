//! Exact sums of the cells of a family: polars counts the rows of the finest one, columns of integers are added up cell by
//! cell.
//!
//! Invariants: a sum equals the decimal sum of its rows; a component is there only where a row contributed to it; only
//! the cells of one family are in memory as components, never those of every group of rows.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use plant_core::component::{Component, ComponentRow, Components, Dimension, Made};
use plant_core::variable::Variable;
use polars::prelude::{DataFrame, DataType, IntoColumn, IntoLazy, NamedFrom, Series, col, len};
use rust_decimal::Decimal;

use crate::AnalysisError;
use crate::cells::Cells;
use crate::exact;
use crate::stops::TimeSums;
use crate::table::{ABSENT, Table};

/// The number of the finest family.
const FINEST_NO: u16 = 1;
/// Name of the column of cells.
const CELL: &str = "cell";
/// Name of the row count.
const ROWS: &str = "rows";

/// The components of every cell of a family, in the order of day and dimensions; cells that nothing contributed to are
/// left out.
///
/// # Errors
/// Polars fails, or a sum has more than 28 digits before the point.
pub(crate) fn of_family(
    table: &Table,
    time: &TimeSums,
    family_no: u16,
    cells: &Cells,
) -> Result<Vec<ComponentRow>, AnalysisError> {
    let cell_of = |group: &u32| cells.of_group.get(usize::try_from(*group).ok()?).copied();
    let of_rows: Vec<u32> = table
        .group_of
        .iter()
        .map(|group| cell_of(group).unwrap_or(ABSENT))
        .collect();
    let (rows, carried) = of_rows.split_at_checked(table.rows()).unwrap_or_default();
    let mut all = of_rows_alone(table, rows, cells.len(), family_no == FINEST_NO)?;
    add_carried(table, carried, &mut all);
    for (cell, made, value) in time.sums.by_cell(&cells.of_group) {
        add(&mut all, Some(cell), Component::Made(made), value);
    }
    let mut rows: Vec<ComponentRow> = all
        .into_iter()
        .enumerate()
        .filter(|(_, values)| !values.is_empty())
        .filter_map(|(cell, values)| {
            let key = cells.key(&table.groups, cell)?;
            Some(ComponentRow {
                family_no,
                day: key.day,
                dimensions: table.groups.dimensions(&key),
                values,
            })
        })
        .collect();
    rows.sort_by(|one, other| (one.day, &one.dimensions).cmp(&(other.day, &other.dimensions)));
    Ok(rows)
}

/// What the rows of the file add, each in its cell.
fn of_rows_alone(
    table: &Table,
    cell_of: &[u32],
    cells: usize,
    is_finest: bool,
) -> Result<Vec<Components>, AnalysisError> {
    let mut all = vec![Components::default(); cells];
    if is_finest {
        count(&mut all, cell_of)?;
    } else {
        let mut counts = vec![0_u32; cells];
        for cell in cell_of {
            bump(&mut counts, *cell, 1);
        }
        for (cell, count) in (0_u32..).zip(counts).filter(|(_, count)| *count > 0) {
            add(&mut all, Some(cell), Component::Rows, Decimal::from(count));
        }
    }
    let numbers = table
        .numbers
        .iter()
        .filter(|(variable, _)| variable.is_additive())
        .map(|(variable, column)| (Component::Sum(*variable), column));
    let made = table.made.iter().map(|(made, column)| (Component::Made(*made), column));
    for (component, column) in numbers.chain(made) {
        let (mut sums, mut counts) = (vec![0_i128; cells], vec![0_u32; cells]);
        for (value, cell) in column.cells(cell_of.len()).zip(cell_of) {
            if let Some(value) = value {
                // No order of adding can overflow, see `exact`.
                bump(&mut sums, *cell, value);
                bump(&mut counts, *cell, 1);
            }
        }
        for ((cell, sum), count) in (0_u32..).zip(sums).zip(counts).filter(|(_, count)| *count > 0) {
            let sum = exact::decimal(sum, column.scale()).ok_or_else(|| AnalysisError::TooManyDigits {
                component: component.name(),
            })?;
            add(&mut all, Some(cell), component, sum);
            if let Component::Sum(variable) = component {
                add(&mut all, Some(cell), Component::Count(variable), Decimal::from(count));
            }
        }
    }
    Ok(all)
}

fn bump<T: Copy + std::ops::AddAssign>(sums: &mut [T], cell: u32, value: T) {
    let place = usize::try_from(cell).ok();
    if let Some(sum) = place.and_then(|place| sums.get_mut(place)) {
        *sum += value;
    }
}

/// How many rows each cell has.
fn count(all: &mut [Components], cell_of: &[u32]) -> Result<(), AnalysisError> {
    let cells = Series::new(CELL.into(), cell_of).into_column();
    let counts = DataFrame::new(cell_of.len(), vec![cells])?
        .lazy()
        .group_by([col(CELL)])
        .agg([len().alias(ROWS)])
        .collect()?;
    let counted = counts.column(ROWS)?.cast(&DataType::UInt32)?;
    for (cell, count) in counts.column(CELL)?.u32()?.iter().zip(counted.u32()?.iter()) {
        add(all, cell, Component::Rows, Decimal::from(count.unwrap_or(0)));
    }
    Ok(())
}

fn add(all: &mut [Components], id: Option<u32>, component: Component, value: Decimal) {
    let components = id
        .and_then(|id| usize::try_from(id).ok())
        .and_then(|id| all.get_mut(id));
    if let Some(components) = components {
        components.add(component, value);
    }
}

/// Adds how long states lasted that began in files before this one, each in its cell.
fn add_carried(table: &Table, cell_of: &[u32], all: &mut [Components]) {
    for ((_, carried), cell) in table.carried().zip(cell_of) {
        if let Some(seconds) = carried.record().number(Variable::Duration) {
            add(all, Some(*cell), Component::Sum(Variable::Duration), seconds);
            // The rest of a state was counted with its beginning.
            let count = if carried.began.goes_on {
                Decimal::ZERO
            } else {
                Decimal::ONE
            };
            add(all, Some(*cell), Component::Count(Variable::Duration), count);
        }
    }
}

/// Pieces and energy that belong together, as what their rows add: on the same row, else on the same day and machine, else
/// on the same day.
///
/// Rows that carry both are taken alone; only where no row does are totals of a day joined.
pub(crate) fn join_energy(table: &mut Table) {
    let Some(joined) = joined(table) else { return };
    for (made, variable) in [
        (Made::EnergyWithPq, Variable::EnergyUsed),
        (Made::EnergyPq, Variable::QuantityProduced),
    ] {
        let Some(column) = table.numbers.get(&variable) else {
            continue;
        };
        let column = column.only(|row| joined.get(row) == Some(&true));
        table.made.insert(made, column);
    }
}

/// The rows of pieces and energy that belong together.
fn joined(table: &Table) -> Option<Vec<bool>> {
    let (energy, pieces) = (
        table.numbers.get(&Variable::EnergyUsed)?,
        table.numbers.get(&Variable::QuantityProduced)?,
    );
    let both: Vec<bool> = (0..table.rows())
        .map(|row| energy.has(row) && pieces.has(row))
        .collect();
    if both.contains(&true) {
        return Some(both);
    }
    let metered = (0..table.rows())
        .any(|row| energy.has(row) && table.key(row).is_some_and(|key| key.code(Dimension::Machine) != ABSENT));
    let place = |row: usize| -> Option<(NaiveDate, u32)> {
        let key = table.key(row)?;
        Some((key.day?, if metered { key.code(Dimension::Machine) } else { ABSENT }))
    };
    let mut days: BTreeMap<(NaiveDate, u32), (bool, bool)> = BTreeMap::new();
    for row in 0..table.rows() {
        if let Some(place) = place(row) {
            let both = days.entry(place).or_default();
            both.0 |= energy.has(row);
            both.1 |= pieces.has(row);
        }
    }
    let is_joined = |row| place(row).and_then(|place| days.get(&place)) == Some(&(true, true));
    Some((0..table.rows()).map(is_joined).collect())
}

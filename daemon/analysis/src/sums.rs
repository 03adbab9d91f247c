//! Exact sums of the cells of a family: polars adds up decimal columns, the rest is joined to them.
//!
//! Invariants: a sum equals the decimal sum of its rows; a component is there only where a row contributed to it; only
//! the cells of one family are in memory as components, never those of every group of rows.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use plant_core::component::{Component, ComponentRow, Components, Dimension, Made};
use plant_core::variable::Variable;
use polars::prelude::{
    Column, DataFrame, DataType, Expr, Int128Chunked, IntoColumn, IntoLazy, NamedFrom, NewChunkedArray, Series, col,
    len,
};
use rust_decimal::Decimal;

use crate::AnalysisError;
use crate::cells::Cells;
use crate::exact::{self, ExactColumn};
use crate::stops::TimeSums;
use crate::table::{ABSENT, Table};

/// Digits that a decimal column of polars holds.
const PRECISION: usize = 38;
/// Columns that are added up at a time, so that no second copy of all of them is in memory.
const COLUMNS_AT_ONCE: usize = 4;
/// Name of the group column.
const GROUP: &str = "group";
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
    let mut all = of_rows_alone(table, rows, cells.len())?;
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
fn of_rows_alone(table: &Table, cell_of: &[u32], cells: usize) -> Result<Vec<Components>, AnalysisError> {
    let mut all = vec![Components::default(); cells];
    let group = Series::new(GROUP.into(), cell_of).into_column();
    let counts = grouped(vec![group.clone()], table.rows(), &[len().alias(ROWS)])?;
    let counted = counts.column(ROWS)?.cast(&DataType::UInt32)?;
    for (id, count) in ids(&counts)?.zip(counted.u32()?.iter()) {
        add(&mut all, id, Component::Rows, Decimal::from(count.unwrap_or(0)));
    }

    let numbers = table
        .numbers
        .iter()
        .filter(|(variable, _)| variable.is_additive())
        .map(|(variable, column)| (Component::Sum(*variable), column));
    let made = table.made.iter().map(|(made, column)| (Component::Made(*made), column));
    let columns: Vec<(Component, &ExactColumn)> = numbers.chain(made).collect();
    for batch in columns.chunks(COLUMNS_AT_ONCE) {
        let mut frame = vec![group.clone()];
        let mut sums = Vec::new();
        for (component, column) in batch {
            let name = component.name();
            frame.push(decimals(&name, column, table.rows())?);
            sums.push(col(name.as_str()).sum());
            sums.push(col(name.as_str()).count().alias(format!("n_of_{name}")));
        }
        let sums = grouped(frame, table.rows(), &sums)?;
        for (component, column) in batch {
            let name = component.name();
            let counts = sums.column(&format!("n_of_{name}"))?.cast(&DataType::UInt32)?;
            let totals = sums.column(&name)?.decimal()?;
            for ((id, count), total) in ids(&sums)?.zip(counts.u32()?.iter()).zip(totals.physical().iter()) {
                let (Some(count), Some(total)) = (count.filter(|count| *count > 0), total) else {
                    continue;
                };
                let total = exact::decimal(total, column.scale()).ok_or_else(|| AnalysisError::TooManyDigits {
                    component: name.clone(),
                })?;
                add(&mut all, id, *component, total);
                if let Component::Sum(variable) = component {
                    add(&mut all, id, Component::Count(*variable), Decimal::from(count));
                }
            }
        }
    }
    Ok(all)
}

fn grouped(columns: Vec<Column>, height: usize, sums: &[Expr]) -> Result<DataFrame, AnalysisError> {
    Ok(DataFrame::new(height, columns)?
        .lazy()
        .group_by([col(GROUP)])
        .agg(sums)
        .collect()?)
}

fn ids(frame: &DataFrame) -> Result<impl Iterator<Item = Option<u32>> + '_, AnalysisError> {
    Ok(frame.column(GROUP)?.u32()?.iter())
}

fn decimals(name: &str, column: &ExactColumn, rows: usize) -> Result<Column, AnalysisError> {
    let cells = Int128Chunked::from_iter_options(name.into(), column.cells(rows));
    let scale = usize::try_from(column.scale()).unwrap_or(0);
    Ok(cells.into_decimal_unchecked(PRECISION, scale).into_column())
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
    let joined = match joined(table) {
        Some(joined) => joined,
        None => return,
    };
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

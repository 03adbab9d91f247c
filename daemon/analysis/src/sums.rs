//! Exact sums per group of rows: polars adds up decimal columns, the rest is joined to them.
//!
//! Invariants: a sum equals the decimal sum of its rows; a component is there only where a row contributed to it.

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
use crate::exact::{self, ExactColumn};
use crate::table::{ABSENT, Table};

/// Digits that a decimal column of polars holds.
const PRECISION: usize = 38;
/// Columns that are added up at a time, so that no second copy of all of them is in memory.
const COLUMNS_AT_ONCE: usize = 4;
/// Name of the group column.
const GROUP: &str = "group";
/// Name of the row count.
const ROWS: &str = "rows";

/// The components of every group of rows, in the order of the group numbers.
///
/// # Errors
/// Polars fails, or a sum has more than 28 digits before the point.
pub(crate) fn of_rows(table: &Table) -> Result<Vec<Components>, AnalysisError> {
    let mut all = vec![Components::default(); table.groups.len()];
    let groups = table.group_of.get(..table.rows()).unwrap_or_default();
    let group = Series::new(GROUP.into(), groups).into_column();
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

/// Adds how long states lasted that began in files before this one.
pub(crate) fn add_carried(table: &Table, all: &mut Vec<Components>) {
    if all.len() < table.groups.len() {
        all.resize(table.groups.len(), Components::default());
    }
    for (row, carried) in table.carried() {
        let group = table.group_of.get(row).copied();
        if let Some(seconds) = carried.record().number(Variable::Duration) {
            add(all, group, Component::Sum(Variable::Duration), seconds);
            // The rest of a state was counted with its beginning.
            let count = if carried.began.goes_on {
                Decimal::ZERO
            } else {
                Decimal::ONE
            };
            add(all, group, Component::Count(Variable::Duration), count);
        }
    }
}

/// Adds what was worked out per group beside the rows.
pub(crate) fn add_made(all: &mut Vec<Components>, sums: &BTreeMap<(u32, Made), Decimal>) {
    for ((group, made), value) in sums {
        let Ok(index) = usize::try_from(*group) else { continue };
        if index >= all.len() {
            all.resize(index + 1, Components::default());
        }
        add(all, Some(*group), Component::Made(*made), *value);
    }
}

/// Pieces and energy that belong together: on the same row, else on the same day and machine, else on the same day.
///
/// Rows that carry both are taken alone; only where no row does are totals of a day joined.
pub(crate) fn join_energy(table: &Table, all: &mut [Components]) {
    let (Some(energy), Some(pieces)) = (
        table.numbers.get(&Variable::EnergyUsed),
        table.numbers.get(&Variable::QuantityProduced),
    ) else {
        return;
    };
    let mut sums: BTreeMap<(u32, Made), Decimal> = BTreeMap::new();
    let mut put = |group: Option<&u32>, made: Made, value: Option<Decimal>| {
        if let (Some(group), Some(value)) = (group, value) {
            let sum = sums.entry((*group, made)).or_default();
            *sum = sum.saturating_add(value);
        }
    };
    if (0..table.rows()).any(|row| energy.has(row) && pieces.has(row)) {
        for row in (0..table.rows()).filter(|row| energy.has(*row) && pieces.has(*row)) {
            put(table.group_of.get(row), Made::EnergyWithPq, energy.get(row));
            put(table.group_of.get(row), Made::EnergyPq, pieces.get(row));
        }
    } else {
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
        for row in 0..table.rows() {
            if place(row).and_then(|place| days.get(&place)) == Some(&(true, true)) {
                put(table.group_of.get(row), Made::EnergyWithPq, energy.get(row));
                put(table.group_of.get(row), Made::EnergyPq, pieces.get(row));
            }
        }
    }
    for ((group, made), value) in sums {
        add(all, Some(group), Component::Made(made), value);
    }
}

/// The rows of components, in the order of day and dimensions; groups that nothing contributed to are left out.
pub(crate) fn rows(table: &Table, all: Vec<Components>) -> Vec<ComponentRow> {
    let mut rows: Vec<ComponentRow> = all
        .into_iter()
        .enumerate()
        .filter(|(_, values)| !values.is_empty())
        .filter_map(|(id, values)| {
            let key = table.groups.key(u32::try_from(id).ok()?)?;
            Some(ComponentRow {
                day: key.day,
                dimensions: table.groups.dimensions(key),
                values,
            })
        })
        .collect();
    rows.sort_by(|one, other| (one.day, &one.dimensions).cmp(&(other.day, &other.dimensions)));
    rows
}

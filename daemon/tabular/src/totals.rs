//! Running sums of the numeric columns, to tell total rows from data and to check them.
//!
//! Sums are exact in billionths. A quantity column is also summed by the unit beside it, because reports of SAP give
//! one total row for each unit of measure and leave the unit itself out.

use std::collections::HashMap;

use crate::cell::{fixed, is_blank};

/// Units that are summed apart; with more distinct texts the column is no unit.
const UNITS: usize = 64;

#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    value: i128,
    rows: u64,
}

/// Groups at the end whose sums a total of a higher level may be made of.
const NESTED: usize = 256;

impl Column {
    /// The sums of the last groups: of one, of two, and so on, where no row came since.
    fn nested(&self) -> impl Iterator<Item = Sum> {
        let groups = match self.since.rows {
            0 => self.groups.as_slice(),
            _ => &[],
        };
        groups.iter().rev().take(NESTED).scan(Sum::default(), |sum, group| {
            sum.value = sum.value.saturating_add(group.value);
            sum.rows += group.rows;
            Some(*sum)
        })
    }
}

impl Sum {
    fn add(&mut self, value: i128) {
        self.value = self.value.saturating_add(value);
        self.rows += 1;
    }
}

#[derive(Debug, Clone, Default)]
struct Column {
    all: Sum,
    /// Since the last total row.
    since: Sum,
    /// The groups of rows that total rows have ended, in their order.
    groups: Vec<Sum>,
    units: Vec<(usize, Option<HashMap<String, Sum>>)>,
}

/// The sums of one reading of the file.
#[derive(Debug, Clone)]
pub(crate) struct Totals {
    decimal: char,
    columns: Vec<(usize, Column)>,
}

/// What the numbers of a possible total row say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Check {
    /// Numeric cells that equal a sum.
    pub(crate) equal: usize,
    /// Numeric cells that equal the mean of the rows, as totals of rates do.
    pub(crate) mean: usize,
    /// Columns whose number equals neither, with the sum that was expected as text.
    pub(crate) different: Vec<(usize, String)>,
    /// Whether one of the equal ones is not zero and sums at least two rows.
    pub(crate) telling: bool,
}

impl Totals {
    /// `numeric` are the columns to sum; `texts` those that may hold a unit.
    pub(crate) fn new(numeric: &[usize], texts: &[usize], decimal: char) -> Totals {
        let columns = numeric.iter().map(|&column| {
            let beside = texts.iter().filter(|text| text.abs_diff(column) == 1);
            let units = beside.map(|&text| (text, Some(HashMap::new()))).collect();
            (
                column,
                Column {
                    units,
                    ..Column::default()
                },
            )
        });
        Totals {
            decimal,
            columns: columns.collect(),
        }
    }

    /// Adds a row.
    pub(crate) fn add(&mut self, cells: &[&str]) {
        for (at, column) in &mut self.columns {
            let Some((value, _)) = cells.get(*at).and_then(|cell| fixed(cell, self.decimal)) else {
                continue;
            };
            column.all.add(value);
            column.since.add(value);
            for (text, units) in &mut column.units {
                let Some(map) = units else { continue };
                let unit = cells.get(*text).map(|cell| cell.trim()).unwrap_or_default();
                if let Some(sum) = map.get_mut(unit) {
                    sum.add(value);
                } else if map.len() < UNITS && unit.len() <= 32 {
                    map.insert(unit.to_owned(), Sum { value, rows: 1 });
                } else {
                    *units = None;
                }
            }
        }
    }

    /// Compares the numbers of a row with the sums; where a word says that it is one, also with those of the groups before it,
    /// as a total of totals has them.
    pub(crate) fn check(&self, cells: &[&str], has_word: bool) -> Check {
        let mut check = Check::default();
        for (at, column) in &self.columns {
            let Some((value, places)) = cells
                .get(*at)
                .filter(|cell| !is_blank(cell))
                .and_then(|cell| fixed(cell, self.decimal))
            else {
                continue;
            };
            // A total is shown with as many places as it has; the last one may be rounded.
            let tolerance = 5 * 10_i128.pow(8_u32.saturating_sub(places));
            let close = |sum: &Sum| sum.rows > 0 && sum.value.saturating_sub(value).abs() <= tolerance;
            let by_unit = column
                .units
                .iter()
                .filter_map(|(_, units)| units.as_ref())
                .flat_map(HashMap::values);
            let nested = has_word.then(|| column.nested()).into_iter().flatten();
            let mut sums = [column.all, column.since]
                .into_iter()
                .chain(by_unit.copied())
                .chain(nested);
            if let Some(sum) = sums.find(|sum| close(sum)) {
                check.equal += 1;
                check.telling |= sum.value != 0 && sum.rows >= 2;
            } else if [column.all, column.since].iter().any(|sum| {
                let rows = i128::from(sum.rows.max(1));
                sum.rows > 0 && (sum.value / rows).saturating_sub(value).abs() <= tolerance
            }) {
                check.mean += 1;
            } else {
                check.different.push((*at, shown(column.all.value)));
            }
        }
        check
    }

    /// Begins the next subtotal.
    pub(crate) fn close_group(&mut self) {
        for (_, column) in &mut self.columns {
            if column.since.rows > 0 {
                column.groups.push(std::mem::take(&mut column.since));
            }
        }
    }
}

fn shown(value: i128) -> String {
    let whole = value.unsigned_abs() / 1_000_000_000;
    let part = format!("{:09}", value.unsigned_abs() % 1_000_000_000);
    let part = part.trim_end_matches('0');
    let sign = if value < 0 { "-" } else { "" };
    if part.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{part}")
    }
}

#[cfg(test)]
mod tests;

//! Line steps that a file seems to need. They are shown and never taken without a person.

use plant_core::header::skeleton;
use plant_core::profile::{DropWhere, Pivot, Shape, Test};
use plant_core::table::Layout;
use plant_lexicon::{LogPart, is_log_part};

use super::neighbours::Grouped;
use crate::facts::{Blank, Column, ColumnFacts, blank};
use crate::number::NumberCell;

/// Names that a log may hold, and how often each stands at least, on the average.
const NAMES: usize = 500;
const ROWS_OF_NAME: u64 = 2;
/// Different texts of a column of quality.
const QUALITIES: usize = 12;
/// Share of the rows that have the usual quality.
const USUAL: f64 = 0.5;

/// What the columns and their first rows look like; `grouped` is the column whose blank cells seem to mean
/// what stands above.
pub(super) fn of(facts: &ColumnFacts, grouped: Option<&Grouped>) -> Shape {
    let mut shape = log(facts).unwrap_or_default();
    shape.units_row = u8::from(begins_with_units(facts));
    if shape.pivot.is_none() {
        shape.fill_down = grouped.map(|grouped| grouped.column.clone()).into_iter().collect();
    }
    shape
}

/// Line steps that a file without a mapping seems to need, to be added to a reason.
pub(crate) fn advice(layout: &Layout, seems: &Shape) -> String {
    let shape = Shape {
        fill_down: Vec::new(),
        ..seems.clone()
    };
    if shape.is_none() || !layout.written.is_empty() {
        return String::new();
    }
    let steps: Vec<String> = shape.steps().iter().map(|step| format!("--shape '{step}'")).collect();
    let looks = match shape.pivot {
        Some(_) => "each row seems to hold a name and a value",
        None => "its first row seems to describe the columns",
    };
    format!(
        "; {looks}: see what becomes of it with `plant profiles save NAME --from FILE {} --dry-run`",
        steps.join(" ")
    )
}

/// A log with a name and a value in each row.
fn log(facts: &ColumnFacts) -> Option<Shape> {
    let part = |part: LogPart| {
        let is = |column: &&Column| is_log_part(&skeleton(&column.source), part);
        facts.columns.iter().find(is)
    };
    let (name, value) = (part(LogPart::Name)?, part(LogPart::Value)?);
    let is_time = |column: &Column| column.dates.dates() > 0;
    let repeats = facts.rows >= ROWS_OF_NAME * name.distinct.len() as u64;
    let is_log = name.distinct_complete
        && name.distinct.len() <= NAMES
        && repeats
        && name.numbers.numbers < name.filled
        && value.numbers.numbers * 2 > value.filled
        && facts.columns.iter().any(is_time);
    if !is_log {
        return None;
    }
    let mut drops = Vec::new();
    if let Some(quality) = part(LogPart::Quality).filter(|column| column.distinct_complete) {
        let usual = quality.distinct.iter().max_by_key(|(_, rows)| **rows);
        if let Some((usual, rows)) = usual
            // `Bad` is an error of a historian and no value of a column.
            && (2..=QUALITIES).contains(&(quality.distinct.len() + usize::from(quality.errors > 0)))
            && *rows as f64 > facts.rows as f64 * USUAL
        {
            drops.push(DropWhere {
                column: quality.source.clone(),
                test: Test::Not(vec![usual.clone()]),
            });
        }
    }
    // What a panel writes about itself.
    let own: Vec<String> = name
        .distinct
        .keys()
        .filter(|text| text.starts_with('$'))
        .cloned()
        .collect();
    if !own.is_empty() {
        drops.push(DropWhere {
            column: name.source.clone(),
            test: Test::Is(own),
        });
    }
    Some(Shape {
        drop_where: drops,
        pivot: Some(Pivot {
            name: name.source.clone(),
            value: value.source.clone(),
        }),
        ..Shape::default()
    })
}

fn is_number(cell: &str) -> bool {
    NumberCell::of(cell.trim()).is_some()
}

/// Whether the first row holds no number and no date where the others do.
fn begins_with_units(facts: &ColumnFacts) -> bool {
    let Some((first, rest)) = facts.sample.split_first().filter(|(_, rest)| rest.len() > 1) else {
        return false;
    };
    // A logger that starts anew writes the row again.
    let rest: Vec<&Vec<String>> = rest.iter().filter(|row| *row != first).take(20).collect();
    let mut figures = 0;
    for (at, column) in facts.columns.iter().enumerate() {
        let Some(cell) = first.get(at) else { continue };
        // It names what has no name above: the header goes on.
        if column.source == format!("column_{}", at + 1) && blank(cell) == Blank::No {
            return false;
        }
        let figure = |row: &&Vec<String>| row.get(at).is_some_and(|cell| is_number(cell));
        if rest.is_empty() || !rest.iter().all(figure) {
            continue;
        }
        if is_number(cell) || column.filled == 0 {
            return false;
        }
        figures += u64::from(blank(cell) == Blank::No);
    }
    figures > 0
}

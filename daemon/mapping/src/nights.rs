//! Shifts that go over midnight: those that are called so, and those of other names whose rows begin at such hours.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Timelike;
use plant_core::fold::fold;
use plant_core::profile::{Profile, Transform};
use plant_core::table::Layout;
use plant_core::variable::Variable;
use plant_lexicon::{ShiftHours, shift_hours};

use crate::date::{self, DateCell};
use crate::facts::ColumnFacts;

/// Hours from which a row is one of the evening, and before which one of the early morning; between them it is one of the day.
const EVENING: u32 = 18;
const MORNING: u32 = 6;
/// Of how many rows one by day is chance: somebody stayed longer.
const FEW: u64 = 10;

/// How many rows of a shift begin at which part of a day.
#[derive(Default)]
struct Begins {
    evening: u64,
    morning: u64,
    day: u64,
}

/// Whether a shift goes over midnight: as it is called, else as the rows of the file say of its name.
pub(crate) fn is_one(name: &str, by_rows: &BTreeSet<String>) -> bool {
    match shift_hours(name) {
        Some(hours) => hours == ShiftHours::Night,
        None => by_rows.contains(&fold(name.trim())),
    }
}

/// The shifts of a file whose rows have the date of the shift and times of day, whose names say nothing, and that begin in
/// the evening and in the early morning but not by day, folded. One name for crews that change shifts is none of them.
pub(crate) fn of(profile: &Profile, layout: &Layout, facts: &ColumnFacts) -> BTreeSet<String> {
    let column = |variable: Variable| {
        let is_it = |source: &String| {
            let mapped = profile.column(source);
            mapped.is_some_and(|mapped| mapped.variable == Some(variable))
        };
        layout.header.iter().position(is_it)
    };
    let is_clock = |at: &usize| {
        let mapped = layout.header.get(*at).and_then(|source| profile.column(source));
        mapped.is_some_and(|mapped| mapped.transform == Transform::TimeOfDay)
    };
    let (Some(shift), Some(start), Some(_)) = (
        column(Variable::Shift),
        column(Variable::EventStart).filter(is_clock),
        column(Variable::ShiftDate),
    ) else {
        return BTreeSet::new();
    };
    let mut shifts: BTreeMap<String, Begins> = BTreeMap::new();
    for row in &facts.sample {
        let cell = |at: usize| row.get(at).map_or("", |cell| cell.trim());
        if let Some(DateCell::Clock(clock)) = date::read(cell(start)).filter(|_| shift_hours(cell(shift)).is_none()) {
            let (begins, hour) = (shifts.entry(fold(cell(shift))).or_default(), clock.time.hour());
            match hour {
                EVENING.. => begins.evening += 1,
                ..MORNING => begins.morning += 1,
                _ => begins.day += 1,
            }
        }
    }
    let over_midnight = |begins: &Begins| {
        let all = begins.evening + begins.morning + begins.day;
        begins.evening > 0 && begins.morning > 0 && begins.day * FEW <= all
    };
    let names = shifts.into_iter().filter(|(_, begins)| over_midnight(begins));
    names.map(|(name, _)| name).collect()
}

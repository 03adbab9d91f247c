//! Shifts that go over midnight, told by the hours at which their rows begin.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Timelike;
use plant_core::fold::fold;
use plant_core::profile::{Profile, Transform};
use plant_core::table::Layout;
use plant_core::variable::Variable;

use crate::date::{self, DateCell};
use crate::facts::ColumnFacts;

/// Hours from which a row is one of the evening, and before which one of the early morning; between them it is one of the day.
const EVENING: u32 = 18;
const MORNING: u32 = 6;

/// At which parts of a day rows of a shift begin.
#[derive(Default)]
struct Begins {
    evening: bool,
    morning: bool,
    day: bool,
}

/// The shifts of a file whose rows have the date of the shift and times of day, and that begin in the evening and in the
/// early morning but not by day, folded. One name for crews that change shifts is none of them.
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
        if let Some(DateCell::Clock(clock)) = date::read(cell(start)).filter(|_| !cell(shift).is_empty()) {
            let (begins, hour) = (shifts.entry(fold(cell(shift))).or_default(), clock.time.hour());
            begins.evening |= hour >= EVENING;
            begins.morning |= hour < MORNING;
            begins.day |= (MORNING..EVENING).contains(&hour);
        }
    }
    let over_midnight = |begins: &Begins| begins.evening && begins.morning && !begins.day;
    let names = shifts.into_iter().filter(|(_, begins)| over_midnight(begins));
    names.map(|(name, _)| name).collect()
}

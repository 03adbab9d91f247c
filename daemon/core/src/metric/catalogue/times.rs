//! Minutes of each state of the machine, and the count of rows.

use super::entry::{DOWN, Entry, ISO, PLAIN, ROWS, UP, minutes, plus};
use crate::component::{Component, Made};
use crate::metric::recipe::Recipe;

/// Minutes of one state of the machine.
const fn time(id: &'static str, label: &'static str, recipe: Recipe, better: Option<bool>) -> Entry {
    Entry {
        id,
        code: "",
        label,
        unit: "min",
        recipe,
        formula: "time in this state inside the window, each minute once",
        source: ISO,
        better,
        counted_by: ROWS,
    }
}

pub(super) const TIMES: &[Entry] = &[
    time(
        "planned_busy_time",
        "Planned busy time",
        minutes!(plus(Made::PbtS)),
        None,
    ),
    time(
        "production_time",
        "Actual production time",
        minutes!(plus(Made::AptS)),
        UP,
    ),
    time("setup_time", "Set-up time", minutes!(plus(Made::AustS)), DOWN),
    time("delay_time", "Delay time", minutes!(plus(Made::AdetS)), DOWN),
    time(
        "breakdown_time",
        "Breakdown time",
        minutes!(plus(Made::BreakdownS)),
        DOWN,
    ),
    time("waiting_time", "Waiting time", minutes!(plus(Made::WaitingS)), DOWN),
    time("minor_stop_time", "Short stops", minutes!(plus(Made::MinorStopS)), DOWN),
    time(
        "unknown_stop_time",
        "Stop time without a category",
        minutes!(plus(Made::UnknownStopS)),
        DOWN,
    ),
    time(
        "planned_down_time",
        "Planned down time",
        minutes!(plus(Made::PlannedDownS)),
        None,
    ),
];

pub(super) const OTHER: &[Entry] = &[Entry {
    id: "rows",
    code: "",
    label: "Rows",
    unit: "1",
    recipe: Recipe::Plain(Component::Rows),
    formula: "rows that count",
    source: PLAIN,
    better: None,
    counted_by: ROWS,
}];

//! Minutes of each state of the machine, and the count of rows.

use super::entry::{DOWN, Entry, ISO, PLAIN, ROWS, UP, minutes, plus};
use crate::component::{Component, Made};
use crate::metric::recipe::Recipe;

/// Minutes of one state of the machine.
const fn time(
    id: &'static str,
    label: &'static str,
    recipe: Recipe,
    better: Option<bool>,
    synonyms: &'static [&'static str],
) -> Entry {
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
        synonyms,
    }
}

pub(super) const TIMES: &[Entry] = &[
    time(
        "planned_busy_time",
        "Planned busy time",
        minutes!(plus(Made::PbtS)),
        None,
        &["pbt", "planned production time", "scheduled time"],
    ),
    time(
        "production_time",
        "Actual production time",
        minutes!(plus(Made::AptS)),
        UP,
        &[
            "apt",
            "run time",
            "running time",
            "runtime",
            "actual production time",
            "laufzeit",
        ],
    ),
    time(
        "setup_time",
        "Set-up time",
        minutes!(plus(Made::AustS)),
        DOWN,
        &[
            "aust",
            "set-up time",
            "changeover time",
            "change-over time",
            "setup minutes",
            "rüstzeit",
        ],
    ),
    time(
        "delay_time",
        "Delay time",
        minutes!(plus(Made::AdetS)),
        DOWN,
        &["adet", "actual unit delay time"],
    ),
    time(
        "breakdown_time",
        "Breakdown time",
        minutes!(plus(Made::BreakdownS)),
        DOWN,
        &["breakdown minutes", "failure time", "störzeit"],
    ),
    time(
        "waiting_time",
        "Waiting time",
        minutes!(plus(Made::WaitingS)),
        DOWN,
        &["waiting minutes", "idle time", "wartezeit"],
    ),
    time(
        "minor_stop_time",
        "Short stops",
        minutes!(plus(Made::MinorStopS)),
        DOWN,
        &[
            "minor stops",
            "short stops",
            "micro stops",
            "micro-stops",
            "minor stoppages",
        ],
    ),
    time(
        "unknown_stop_time",
        "Stop time without a category",
        minutes!(plus(Made::UnknownStopS)),
        DOWN,
        &["unknown stops", "uncoded stops", "unexplained stop time"],
    ),
    time(
        "planned_down_time",
        "Planned down time",
        minutes!(plus(Made::PlannedDownS)),
        None,
        &["planned maintenance time", "planned stops", "scheduled downtime"],
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
    synonyms: &[
        "row count",
        "number of rows",
        "records",
        "record count",
        "number of records",
        "entries",
        "lines of data",
    ],
}];

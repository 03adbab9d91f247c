//! Metrics of process values, which have one name each, and of failure modes.

use super::entry::{DOWN, Entry, plus, ratio};
use crate::component::{Component, Made};
use crate::metric::recipe::Recipe;

const COLUMN: &str = "the column of that name";
const VALUES: &[Component] = &[Component::Made(Made::ProcessN)];
const MODES: &[Component] = &[Component::Made(Made::ModeFailures)];

/// One figure over the process values of one name and unit.
const fn of_values(id: &'static str, label: &'static str, recipe: Recipe, formula: &'static str) -> Entry {
    Entry {
        id,
        code: "",
        label,
        unit: "",
        recipe,
        formula,
        source: COLUMN,
        better: None,
        counted_by: VALUES,
    }
}

pub(super) const MEASURES: &[Entry] = &[
    of_values(
        "process_mean",
        "Mean of a process value",
        ratio!([plus(Made::ProcessSum)], [plus(Made::ProcessN)]),
        "sum of the values of one name and unit / their number",
    ),
    of_values(
        "process_min",
        "Least of a process value",
        Recipe::Plain(Component::Made(Made::ProcessLeast)),
        "least value of one name and unit",
    ),
    of_values(
        "process_max",
        "Greatest of a process value",
        Recipe::Plain(Component::Made(Made::ProcessMost)),
        "greatest value of one name and unit",
    ),
    of_values(
        "process_sum",
        "Sum of a process value",
        Recipe::Plain(Component::Made(Made::ProcessSum)),
        "sum of the values of one name and unit",
    ),
    Entry {
        id: "process_count",
        code: "",
        label: "Number of process values",
        unit: "1",
        recipe: Recipe::Plain(Component::Made(Made::ProcessN)),
        formula: "values counted",
        source: COLUMN,
        better: None,
        counted_by: VALUES,
    },
    Entry {
        id: "failure_mode_count",
        code: "",
        label: "Failures by mode",
        unit: "1",
        recipe: Recipe::Plain(Component::Made(Made::ModeFailures)),
        formula: "rows flagged with a failure mode; a row with two modes counts in both",
        source: COLUMN,
        better: DOWN,
        counted_by: MODES,
    },
];

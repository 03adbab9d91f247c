//! Metrics of quality.

use super::entry::{DOWN, Entry, ISO, UP, minus, plus, ratio};
use crate::component::{Component, Made};
use crate::metric::recipe::{Recipe, Term};
use crate::variable::Variable;

const CHECKED: Term = plus(Made::PqChecked);
const PIECES: &[Component] = &[
    Component::Count(Variable::QuantityProduced),
    Component::Count(Variable::QuantityGood),
];

pub(super) const QUALITY: &[Entry] = &[
    Entry {
        id: "quality_ratio",
        code: "Q-01",
        label: "Quality ratio",
        unit: "ratio",
        recipe: ratio!([plus(Made::GqChecked)], [CHECKED]),
        formula: "good pieces / pieces made, over the rows whose quality is known (rework is not good)",
        source: ISO,
        better: UP,
        counted_by: PIECES,
    },
    Entry {
        id: "first_pass_yield",
        code: "Q-02",
        label: "First pass yield",
        unit: "ratio",
        recipe: ratio!(
            [
                CHECKED,
                minus(Made::SqChecked),
                plus(Made::SqRework),
                minus(Made::RqChecked)
            ],
            [CHECKED]
        ),
        formula: "(pieces made - scrapped at first pass - reworked) / pieces made",
        source: ISO,
        better: UP,
        counted_by: PIECES,
    },
    Entry {
        id: "final_yield",
        code: "Q-02",
        label: "Final yield",
        unit: "ratio",
        recipe: ratio!([plus(Made::GqChecked), plus(Made::GqRecovered)], [CHECKED]),
        formula: "(pieces good at first pass + pieces recovered by rework) / pieces made",
        source: ISO,
        better: UP,
        counted_by: PIECES,
    },
    Entry {
        id: "scrap_ratio",
        code: "Q-03",
        label: "Scrap ratio",
        unit: "ratio",
        recipe: ratio!([plus(Made::SqChecked)], [CHECKED]),
        formula: "scrapped pieces / pieces made, over the rows whose quality is known",
        source: ISO,
        better: DOWN,
        counted_by: PIECES,
    },
    Entry {
        id: "rework_ratio",
        code: "Q-03",
        label: "Rework ratio",
        unit: "ratio",
        recipe: ratio!([plus(Made::RqChecked)], [CHECKED]),
        formula: "reworked pieces / pieces made, over the rows whose quality is known",
        source: ISO,
        better: DOWN,
        counted_by: PIECES,
    },
    Entry {
        id: "defects_per_unit",
        code: "",
        label: "Defects per inspected unit",
        unit: "1/unit",
        recipe: ratio!(
            [(1, Component::Sum(Variable::DefectCount))],
            [(1, Component::Sum(Variable::QuantityInspected))]
        ),
        formula: "defects found / pieces inspected",
        source: "NIST handbook 6.3.3",
        better: DOWN,
        counted_by: &[Component::Count(Variable::QuantityInspected)],
    },
    Entry {
        id: "measured_mean",
        code: "",
        label: "Mean of the measured values",
        unit: "",
        recipe: ratio!([plus(Made::MeasureSum)], [plus(Made::MeasureN)]),
        formula: "sum of the measured values / their number",
        source: "NIST handbook 1.3.5.1",
        better: None,
        counted_by: &[Component::Made(Made::MeasureN)],
    },
    Entry {
        id: "measured_deviation",
        code: "",
        label: "Standard deviation of the measured values",
        unit: "",
        recipe: Recipe::MeasuredDeviation,
        formula: "square root of (sum of squares - sum squared / n) / (n - 1)",
        source: "NIST handbook 1.3.5.6",
        better: DOWN,
        counted_by: &[Component::Made(Made::MeasureN)],
    },
];

//! What is odd about the data itself: told with its lines, never corrected in silence.

use plant_core::component::{Dimension, Made};
use plant_core::family::CELLS_MOST as FAMILY_MOST;
use plant_core::model::{Analyzer, FindingDraft, FindingKind};
use plant_core::stop::StopCategory;
use plant_core::variable::Variable;
use plant_core::words::{self, counted, duration, number, part};
use rust_decimal::Decimal;

use super::draft::{Draft, about};
use super::told::{Told, told};
use crate::measures::CELLS_MOST;
use crate::scope::Scope;

/// Share of the stop time without a category or reason from which it is told: 10 %.
const UNKNOWN_FROM: Decimal = Decimal::from_parts(1, 0, 0, false, 1);
/// Share of the planned busy time without a signal from which it is told: 5 %.
const GAP_FROM: Decimal = Decimal::from_parts(5, 0, 0, false, 2);

const EQUIPMENT: &[Told] = &[
    Told {
        code: "stops_exceed_plan",
        kind: FindingKind::StopsExceedPlan,
        analyzer: Analyzer::Equipment,
        title: "more stop time than planned time is left for; the rest was cut off",
        working: "stop time is taken from the planned time of its machine, day and shift and never makes it negative",
    },
    Told {
        code: "stop_outside_plan",
        kind: FindingKind::StopOutsidePlan,
        analyzer: Analyzer::Equipment,
        title: "a stop outside every planned time; it takes nothing from the availability",
        working: "no planned time of the same machine, day and shift covers the stop",
    },
    Told {
        code: "open_stop",
        kind: FindingKind::OpenStop,
        analyzer: Analyzer::Equipment,
        title: "a stop without an end; it was closed at the next row of its machine",
        working: "counted as a stop until the next row of the machine, or the end of the data, and left out of the repair time",
    },
    Told {
        code: "duplicate_stop",
        kind: FindingKind::DuplicateStop,
        analyzer: Analyzer::Equipment,
        title: "a stop that is there twice; it counts once",
        working: "same machine, begin, end and reason",
    },
];

const GENERAL: &[Told] = &[
    Told {
        code: "no_date",
        kind: FindingKind::MissingDates,
        analyzer: Analyzer::Efficiency,
        title: "no usable date; these rows count in totals and in nothing over time",
        working: "no trend, lead time, availability or saving is computed from rows without a date",
    },
    Told {
        code: "planned_time_repeated",
        kind: FindingKind::PlannedTimeRepeated,
        analyzer: Analyzer::Efficiency,
        title: "planned time that repeats that of its machine and day; it counts once",
        working: "the machine would have more than 25 planned hours on one day",
    },
];

const QUALITY: &[Told] = &[
    Told {
        code: "quantities_disagree",
        kind: FindingKind::QuantitiesDisagree,
        analyzer: Analyzer::Quality,
        title: "quantities that contradict each other; they are left out of the quality figures",
        working: "made has to be good + scrap + rework within 1 piece or 0.1 %, and no part larger than the whole; which of them is wrong is not guessed",
    },
    Told {
        code: "censored",
        kind: FindingKind::CensoredValues,
        analyzer: Analyzer::Quality,
        title: "a measured value below or beyond what could be measured; they are counted and not averaged",
        working: "the qualifier of the value is <, > or ND",
    },
];

/// What a profile takes from lists and none of them names.
fn unlisted(scope: &Scope) -> impl Iterator<Item = FindingDraft> {
    scope.table.looked_up.misses.iter().map(|(variable, miss)| {
        let (count, rows) = (Decimal::from(miss.remark.count), Decimal::from(scope.table.rows()));
        let things = miss.things.iter();
        let things: Vec<String> = things
            .map(|(thing, rows)| format!("{thing} ({})", counted(*rows, "row", "rows")))
            .collect();
        let draft = Draft {
            analyzer: Analyzer::Efficiency,
            kind: FindingKind::Unlisted,
            title: format!(
                "{} without a {}: no list names it",
                counted(miss.remark.count, "row", "rows"),
                variable.noun()
            ),
            about: about([("variable", Some(variable.name()))]),
            loss: Some(count),
            unit: "rows",
            method: "data quality v1",
            working: format!(
                "{} of {} rows ({}); such as {}. A list that names them fills it in",
                number(count),
                number(rows),
                part(count, rows),
                things.join(", ")
            ),
        };
        draft.with(scope, miss.remark.rows.clone(), miss.remark.count)
    })
}

/// Dates, planned time, cycle times and what lists lack.
pub(crate) fn general(scope: &Scope) -> Vec<FindingDraft> {
    let mut found = told(scope, GENERAL);
    found.extend(unlisted(scope));
    if let Some((ideal, production)) = scope.made(Made::IdealS).zip(scope.made(Made::AptS))
        && ideal > production
        && production > Decimal::ZERO
    {
        let rows = (0..scope.table.rows())
            .filter_map(|row| Some((row, scope.table.made(Made::IdealS, row)?)))
            .collect();
        let draft = Draft {
            analyzer: Analyzer::Efficiency,
            kind: FindingKind::IdealCycleTooSlow,
            title: format!(
                "Effectiveness above 100 % ({}): the ideal cycle time is too slow",
                part(ideal, production)
            ),
            about: about([]),
            loss: None,
            unit: "",
            method: "F-01 v1",
            working: format!(
                "ideal run time {} / production time {} = {}; it is not clamped, and lost speed is not valued",
                duration(ideal),
                duration(production),
                part(ideal, production)
            ),
        };
        found.push(draft.shown_by(scope, rows));
    }
    if let Some(gap) = scope.time.gap_s
        && let Some(busy) = scope.made(Made::PbtS)
        && gap > busy.saturating_mul(GAP_FROM)
    {
        let draft = Draft {
            analyzer: Analyzer::Efficiency,
            kind: FindingKind::NoSignalGap,
            title: format!("{} of the planned time is neither run nor stop", duration(gap)),
            about: about([]),
            loss: Some(
                gap.checked_div(Decimal::from(60))
                    .unwrap_or_default()
                    .round_dp(3)
                    .normalize(),
            ),
            unit: "min",
            method: "F-12 v1",
            working: format!(
                "planned busy time less the listed stops and runs: {} of {} ({})",
                duration(gap),
                duration(busy),
                part(gap, busy)
            ),
        };
        found.push(draft.with(scope, Vec::new(), 0));
    }
    found
}

/// Process values and failure modes that are kept by fewer dimensions than the rows have.
pub(crate) fn coarse(scope: &Scope) -> Option<FindingDraft> {
    let left_out = scope.table.measures.left_out();
    let names: Vec<String> = left_out.iter().map(|name| words::plain(name)).collect();
    let draft = Draft {
        analyzer: Analyzer::Equipment,
        kind: FindingKind::ProcessValuesCoarse,
        title: format!("Process values and failure modes are not kept by {}", names.join(", ")),
        about: about([]),
        loss: None,
        unit: "",
        method: "data quality v1",
        working: format!(
            "their groups would be more than {}; figures of the whole and by what is left are exact",
            number(CELLS_MOST.into())
        ),
    };
    (!left_out.is_empty()).then(|| draft.with(scope, Vec::new(), 0))
}

/// Sums that are kept by fewer dimensions than the rows have.
pub(crate) fn lost(scope: &Scope) -> Option<FindingDraft> {
    let lost = scope.lost;
    let names = |dimensions: &[Dimension]| -> Vec<String> {
        let names = dimensions.iter().map(|dimension| words::plain(dimension.name()));
        names.collect()
    };
    let mut says = Vec::new();
    if !lost.dimensions.is_empty() {
        says.push(format!("by {}", names(&lost.dimensions).join(", ")));
    }
    if lost.has_no_day {
        says.push("by day".to_owned());
    }
    if !lost.not_by_day.is_empty() {
        says.push(format!("by day and {}", names(&lost.not_by_day).join(", ")));
    }
    let draft = Draft {
        analyzer: Analyzer::Efficiency,
        kind: FindingKind::SumsCoarse,
        title: format!("Figures are not kept {}", says.join(", nor ")),
        about: about([]),
        loss: None,
        unit: "",
        method: "data quality v1",
        working: format!(
            "the groups would be more than {}; figures of the whole and by everything else are exact",
            number(FAMILY_MOST.into())
        ),
    };
    (!lost.is_nothing()).then(|| draft.with(scope, Vec::new(), 0))
}

/// Columns whose values need more digits than are kept.
pub(crate) fn digits(scope: &Scope) -> Vec<FindingDraft> {
    scope
        .table
        .numbers
        .iter()
        .filter(|(_, column)| column.limited())
        .map(|(variable, column)| {
            let draft = Draft {
                analyzer: Analyzer::Cost,
                kind: FindingKind::DigitsLimited,
                title: format!(
                    "{}: its values need more than 38 digits; the last decimals were rounded",
                    words::capital(&variable.noun())
                ),
                about: about([]),
                loss: None,
                unit: "",
                method: "data quality v1",
                working: "sums are exact up to 38 digits".to_owned(),
            };
            draft.with(scope, Vec::new(), column.filled())
        })
        .collect()
}

/// Contradictory quantities, censored values.
pub(crate) fn quality(scope: &Scope) -> Vec<FindingDraft> {
    told(scope, QUALITY)
}

/// Stops that are cut, open, doubled, unnamed or of unknown category.
pub(crate) fn equipment(scope: &Scope) -> Vec<FindingDraft> {
    let mut found = told(scope, EQUIPMENT);
    let counted = || scope.time.stops.iter().filter(|stop| !stop.category.outside_plan());
    let total: Decimal = counted().map(|stop| stop.seconds).sum();
    let unknown: Vec<(usize, Decimal)> = counted()
        .filter(|stop| stop.category == StopCategory::Unknown)
        .map(|stop| (stop.row, stop.seconds))
        .collect();
    let sum: Decimal = unknown.iter().map(|(_, seconds)| *seconds).sum();
    if sum > total.saturating_mul(UNKNOWN_FROM) {
        let draft = Draft {
            analyzer: Analyzer::Equipment,
            kind: FindingKind::UnknownStops,
            title: format!(
                "{} of the stop time has no known category ({})",
                part(sum, total),
                duration(sum)
            ),
            about: about([]),
            loss: Some(
                sum.checked_div(Decimal::from(60))
                    .unwrap_or_default()
                    .round_dp(3)
                    .normalize(),
            ),
            unit: "min",
            method: "data quality v1",
            working: format!(
                "{} of {}; it counts against the availability{}. Map the words of the reasons to categories in the profile",
                duration(sum),
                duration(total),
                if scope.time.failures_known {
                    ""
                } else {
                    "; failures can't be told from other stops"
                }
            ),
        };
        found.push(draft.shown_by(scope, unknown));
    }
    let has_reasons = scope.table.has(Variable::ReasonCode) || scope.table.has(Variable::ReasonText);
    let blank: Vec<(usize, Decimal)> = counted()
        .filter(|stop| stop.category == StopCategory::Unknown)
        .filter(|stop| scope.table.dimension(Dimension::Reason, stop.row).is_none())
        .map(|stop| (stop.row, stop.seconds))
        .collect();
    let sum: Decimal = blank.iter().map(|(_, seconds)| *seconds).sum();
    if has_reasons && sum > total.saturating_mul(UNKNOWN_FROM) {
        let draft = Draft {
            analyzer: Analyzer::Equipment,
            kind: FindingKind::BlankReasons,
            title: format!(
                "{} of the stop time has neither a reason nor a category ({})",
                part(sum, total),
                duration(sum)
            ),
            about: about([]),
            loss: Some(
                sum.checked_div(Decimal::from(60))
                    .unwrap_or_default()
                    .round_dp(3)
                    .normalize(),
            ),
            unit: "min",
            method: "data quality v1",
            working: format!("{} of {} without a reason", duration(sum), duration(total)),
        };
        found.push(draft.shown_by(scope, blank));
    }
    found
}

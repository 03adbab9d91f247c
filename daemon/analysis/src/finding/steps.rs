//! What is odd about rows that mean something only in their order: told with their lines.

use plant_core::model::{Analyzer, FindingDraft, FindingKind};
use plant_core::stop::StopCategory;
use plant_core::variable::Variable;
use plant_core::words::{counted, duration, time};
use rust_decimal::Decimal;

use super::draft::{Draft, about};
use super::told::{Told, told};
use crate::scope::Scope;
use crate::steps::CarriedState;

/// Carried states that are told one by one.
const TOLD_MOST: usize = 5;

const COUNTERS: &[Told] = &[
    Told {
        code: "counter_first",
        kind: FindingKind::CounterFirst,
        analyzer: Analyzer::Efficiency,
        title: "a first reading of a counter; it adds nothing, because none is known before it",
        working: "a counter adds later less earlier reading; the file that holds the reading before it would bring the difference",
    },
    Told {
        code: "counter_rollover",
        kind: FindingKind::CounterRollover,
        analyzer: Analyzer::Efficiency,
        title: "a counter that went over its end; it is counted on from 0",
        working: "the reading fell, stood close below the end of the counter before and the step is like those before it",
    },
    Told {
        code: "counter_reset",
        kind: FindingKind::CounterReset,
        analyzer: Analyzer::Efficiency,
        title: "a counter that began anew; its reading is what it counted since",
        working: "the reading fell and did not stand close below an end of the counter: what it counted before it was set to 0 is not known",
    },
    Told {
        code: "counter_glitch",
        kind: FindingKind::CounterGlitch,
        analyzer: Analyzer::Efficiency,
        title: "a reading of 0 between two that go on; it is passed over",
        working: "the reading behind it is not below the one before it, so the counter did not begin anew",
    },
    Told {
        code: "counter_zero",
        kind: FindingKind::CounterZero,
        analyzer: Analyzer::Efficiency,
        title: "a reading of 0 with none behind it; what it means is told by the next reading",
        working: "a counter that goes on from where it was did not answer; one that goes on from 0 began anew",
    },
    Told {
        code: "counter_back",
        kind: FindingKind::CounterBack,
        analyzer: Analyzer::Efficiency,
        title: "a counter that fell by no more than its usual step; nothing is added until it is where it was",
        working: "so small a fall far above 0 is a correction and no new beginning",
    },
    Told {
        code: "counter_too_far",
        kind: FindingKind::CounterTooFar,
        analyzer: Analyzer::Efficiency,
        title: "a step of a counter above the largest that the profile allows; it is not counted",
        working: "the steps behind it are counted from its reading on",
    },
    Told {
        code: "counter_negative",
        kind: FindingKind::CounterNegative,
        analyzer: Analyzer::Efficiency,
        title: "a reading of a counter below 0; it is passed over",
        working: "a counter shows 0 or more",
    },
    Told {
        code: "counter_undated",
        kind: FindingKind::CounterUndated,
        analyzer: Analyzer::Efficiency,
        title: "a reading of a counter and no time; it adds nothing",
        working: "readings are compared in the order of time",
    },
    Told {
        code: "counter_same_moment",
        kind: FindingKind::CounterSameMoment,
        analyzer: Analyzer::Efficiency,
        title: "a reading of a counter at the moment of another one; between files of one moment nothing is counted",
        working: "readings of one moment follow each other as their lines do, and a moment belongs to one file; a time of day tells them \
            apart (--output event_start=date+time:DAY|TIME)",
    },
    Told {
        code: "told_by_other_files",
        kind: FindingKind::ToldByOtherFiles,
        analyzer: Analyzer::Efficiency,
        title: "a time of which other files of the series tell already; they add no step and no interval",
        working: "the file that begins first tells all of its time, the next one what comes after it",
    },
];

const STATES: &[Told] = &[Told {
    code: "open_state",
    kind: FindingKind::OpenState,
    analyzer: Analyzer::Equipment,
    title: "a state that had not ended; it adds nothing until the next row of its machine is in",
    working: "a state lasts until the next row of its machine, also in the next file",
}];

/// Counters, and rows that other files tell of.
pub(crate) fn counters(scope: &Scope) -> Vec<FindingDraft> {
    told(scope, COUNTERS)
}

/// States that had not ended, and those that began in other files.
pub(crate) fn states(scope: &Scope) -> Vec<FindingDraft> {
    let mut found = told(scope, STATES);
    let carried: Vec<&CarriedState> = scope.table.carried().map(|(_, carried)| carried).collect();
    if carried.is_empty() {
        return found;
    }
    let count = carried.len() as u64;
    let mut working: Vec<String> = carried.iter().take(TOLD_MOST).map(|carried| one(carried)).collect();
    if count > TOLD_MOST as u64 {
        working.push(format!("{} more", count - TOLD_MOST as u64));
    }
    let draft = Draft {
        analyzer: Analyzer::Equipment,
        kind: FindingKind::CarriedState,
        title: format!(
            "{} from earlier files ended in this one; {} here, under the day on which {} began",
            counted(count, "state", "states"),
            if count == 1 { "it counts" } else { "they count" },
            if count == 1 { "it" } else { "they" },
        ),
        about: about([]),
        loss: Some(Decimal::from(count)),
        unit: "rows",
        method: "data quality v1",
        working: format!("each ended with the line shown: {}", working.join("; ")),
    };
    let lines = carried.iter().map(|carried| carried.ended_by).take(20).collect();
    found.push(draft.with(scope, lines, count));
    found
}

/// "M1: breakdown since 2025-03-03 21:40 (log_01.csv, line 97), 2 h 10 min".
fn one(carried: &CarriedState) -> String {
    let text = |name| carried.began.values.get(name).map(String::as_str);
    let machine = text(&Variable::Machine).or_else(|| text(&Variable::Line));
    let category = text(&Variable::StopCategory)
        .map(|name| StopCategory::from_name(name).map_or(name, |category| category.label()));
    let state = category
        .or_else(|| text(&Variable::ReasonText))
        .or_else(|| text(&Variable::ReasonCode))
        .unwrap_or("a state without a name");
    let length = carried.record().number(Variable::Duration).unwrap_or_default();
    format!(
        "{}{state} since {} ({}, line {}), {}",
        machine.map_or_else(String::new, |machine| format!("{machine}: ")),
        time(carried.began.since),
        carried.began.file,
        carried.began.line,
        duration(length)
    )
}

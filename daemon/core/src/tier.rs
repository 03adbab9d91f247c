//! Tiers: what the columns of the data allow to be computed and claimed.
//!
//! Each level is a predicate over present columns, written as data: one of several lists of needs has to be met, and the
//! level below it as well. What is missing for the next level is said in words, so that no tier is a dead end.

mod ladder;

use crate::model::TierView;
use crate::variable::Variable;
use crate::words;
use ladder::{LADDERS, Ladder, Need, OVERALL};

/// What is known about some data. A variable is present only if it is mapped, at least 80 % filled and at least 95 %
/// parseable and in its domain.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TierInput {
    /// Variables that count as present.
    pub present: Vec<Variable>,
    /// Whether a shift calendar is known beside the file.
    pub has_calendar: bool,
    /// Whether running and stopped time are both logged, so that the log itself is the calendar.
    pub is_state_log: bool,
    /// Days from the first to the last.
    pub span_days: u32,
    /// Share (0 to 1) of the scheduled days that have rows.
    pub day_coverage: f64,
    /// Failures counted.
    pub failures: u32,
    /// Whether somebody accepted a finding, which freezes its baseline.
    pub baseline_frozen: bool,
    /// Share (0 to 1) of filled cells of the mapped variables, for the words about what is missing.
    pub filled: Vec<(Variable, f64)>,
}

/// Days that proof takes.
const PROOF_DAYS: u32 = 90;
/// Share of the scheduled days that proof takes.
const PROOF_COVERAGE: f64 = 0.8;
/// Failures from which a trend can be told.
const TREND_FAILURES: u32 = 6;

/// The overall tier (0 to 4), the tier of each analyzer (0 to 3), and what one more column would unlock.
pub fn assess(input: &TierInput) -> TierView {
    let [cost, equipment, quality, efficiency] = LADDERS.map(|ladder| level(&ladder, input));
    let mut present = input.present.clone();
    present.sort_unstable();
    present.dedup();
    TierView {
        overall: level(&OVERALL, input),
        cost,
        equipment,
        quality,
        efficiency,
        unlocks: unlocks(input),
        present,
    }
}

/// How many rungs are met from the bottom without a gap.
fn level(ladder: &Ladder, input: &TierInput) -> u8 {
    let met = ladder
        .rungs
        .iter()
        .take_while(|rung| {
            rung.any_of
                .iter()
                .any(|needs| needs.iter().all(|need| is_met(need, input)))
        })
        .count();
    u8::try_from(met).unwrap_or(u8::MAX)
}

fn is_met(need: &Need, input: &TierInput) -> bool {
    match need {
        Need::Any(variables) => variables.iter().any(|variable| input.present.contains(variable)),
        Need::Calendar => input.has_calendar || input.is_state_log || input.present.contains(&Variable::PlannedTime),
        Need::Failures => input.failures >= TREND_FAILURES,
        Need::Span => input.span_days >= PROOF_DAYS,
        Need::Coverage => input.day_coverage >= PROOF_COVERAGE,
        Need::FrozenBaseline => input.baseline_frozen,
    }
}

/// One sentence per ladder about its next rung; ladders that lack the same things share one.
fn unlocks(input: &TierInput) -> Vec<String> {
    let mut sentences: Vec<(String, Vec<&str>)> = Vec::new();
    for ladder in std::iter::once(&OVERALL).chain(&LADDERS) {
        let reached = usize::from(level(ladder, input));
        let Some(rung) = ladder.rungs.get(reached) else {
            continue;
        };
        // The way with the fewest gaps; of equal ones the first.
        let gaps = rung
            .any_of
            .iter()
            .map(|needs| needs.iter().filter(|need| !is_met(need, input)).collect::<Vec<_>>())
            .min_by_key(Vec::len)
            .unwrap_or_default();
        let missing = gaps.iter().map(|need| gap(need, input)).collect::<Vec<_>>().join(", ");
        match sentences.iter_mut().find(|(known, _)| *known == missing) {
            Some((_, unlocked)) => {
                for what in rung.unlocks {
                    if !unlocked.contains(what) {
                        unlocked.push(what);
                    }
                }
            }
            None => sentences.push((missing, rung.unlocks.to_vec())),
        }
    }
    sentences
        .into_iter()
        .map(|(missing, unlocked)| format!("missing: {missing} → would unlock {}", unlocked.join(", ")))
        .collect()
}

/// What is missing, with the real figure.
fn gap(need: &Need, input: &TierInput) -> String {
    match need {
        Need::Any(variables) => {
            let filled = |variable: &Variable| {
                let known = input.filled.iter().find(|(other, _)| other == variable);
                known.map_or(0.0, |(_, share)| *share)
            };
            let best = variables
                .iter()
                .max_by(|left, right| filled(left).total_cmp(&filled(right)))
                .filter(|variable| filled(variable) > 0.0);
            match best {
                Some(variable) => format!("{} ({} filled)", variable.noun(), words::floored(filled(variable))),
                None => format!("{} ({} filled)", words::either(variables), words::floored(0.0)),
            }
        }
        Need::Calendar => "planned time or a shift calendar (0 % filled)".to_owned(),
        Need::Failures => format!("{TREND_FAILURES} failures ({} so far)", input.failures),
        Need::Span => format!("{PROOF_DAYS} days of data ({} so far)", input.span_days),
        Need::Coverage => format!(
            "rows on {} of the scheduled days ({} so far)",
            words::floored(PROOF_COVERAGE),
            words::floored(input.day_coverage)
        ),
        Need::FrozenBaseline => "a baseline frozen by accepting a finding".to_owned(),
    }
}

#[cfg(test)]
mod tests;

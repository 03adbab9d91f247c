//! Columns whose numbers only rise from row to row: readings of a counter, which are never added up.
//!
//! Invariant: looked for in the rows of the sample, each machine by itself; a name that speaks of a counter needs less proof.

use std::collections::HashMap;

use plant_core::profile::Transform;
use plant_core::variable::Variable;
use rust_decimal::Decimal;

use super::candidate::{Candidate, Context};
use super::doubt;
use crate::number;
use crate::synonyms::Match;

/// Steps forward that are proof where the name speaks of a counter.
const ENOUGH_NAMED: u64 = 5;
/// The same where it does not, and rows go forward in time.
const ENOUGH: u64 = 30;
/// How many steps forward there are for each step back, at least.
const BACK_FEW: u64 = 30;
/// The same where the name speaks of a counter and there are [`MANY`] steps: one that begins anew with each shift.
const BACK_SOME: u64 = 6;
const MANY: u64 = 20;
/// How many of its steps a counter shows on average, at least.
const HIGH: i64 = 3;
/// Confidence that it is a counter: less than is taken in without a person.
const LIKELY: f64 = 0.85;

/// Words by which names speak of counters and meters.
const WORDS: [&str; 20] = [
    "total",
    "count",
    "counter",
    "cum",
    "cumulative",
    "accumulated",
    "totalizer",
    "reading",
    "meter",
    "zahler",
    "zaehler",
    "zahlerstand",
    "zaehlerstand",
    "gesamt",
    "kumuliert",
    "kum",
    "compteur",
    "contador",
    "contatore",
    "累计",
];

/// Lowers quantities and energy that only rise, and proposes the reading of a counter instead.
pub(super) fn doubt(context: &Context<'_>, matched: &[Vec<Match>], columns: &mut [Vec<Candidate>]) {
    let places: Vec<usize> = (0..columns.len())
        .filter(|index| {
            let best = matched.get(*index).and_then(|found| found.first());
            best.is_some_and(|best| {
                best.score >= 0.8 && matches!(best.variable, Variable::Machine | Variable::Line | Variable::Site)
            })
        })
        .collect();
    let goes_forward = (0..columns.len()).any(|index| {
        let order = context.reading.column(index).order;
        let column = context.facts.columns.get(index);
        context.is_timed(index) && column.is_some_and(|column| column.dates.track(order).is_increasing())
    });
    for (index, candidates) in columns.iter_mut().enumerate() {
        let summed = |candidate: &Candidate| reading(candidate.variable).filter(|_| !is_power(candidate));
        let Some((variable, transform)) = candidates
            .iter()
            .find_map(|candidate| Some((summed(candidate)?, candidate.transform.clone())))
        else {
            continue;
        };
        let named = context.facts.columns.get(index).is_some_and(|column| {
            let words = &column.name.words;
            words.split(' ').any(|word| WORDS.contains(&word)) || words.contains("累计")
        });
        if !(named || goes_forward) || !only_rises(context, index, &places, named) {
            continue;
        }
        for candidate in candidates.iter_mut().filter(|candidate| summed(candidate).is_some()) {
            candidate.confidence *= doubt::COUNTS_ON.factor;
            candidate.why = format!("{}; {}", candidate.why, doubt::COUNTS_ON.words);
        }
        candidates.retain(|candidate| candidate.variable != variable);
        candidates.push(Candidate {
            variable,
            confidence: LIKELY,
            transform,
            why: format!(
                "it only rises from row to row, as the readings of a counter do; save it with --step counter:{}, and what it \
                 goes on by is counted",
                variable.name()
            ),
        });
    }
}

/// The reading of a counter of what a variable counts.
fn reading(variable: Variable) -> Option<Variable> {
    use Variable::{DefectCount, EnergyUsed, QuantityGood, QuantityProduced, QuantityRework, QuantityScrap};
    match variable {
        QuantityProduced | QuantityGood | QuantityScrap | QuantityRework | DefectCount => {
            Some(Variable::CounterReading)
        }
        EnergyUsed => Some(Variable::MeterReading),
        _ => None,
    }
}

fn is_power(candidate: &Candidate) -> bool {
    matches!(candidate.transform, Transform::PowerFor(_))
}

/// Whether the numbers of a column only rise, but for a few new beginnings, and stand high above their steps.
fn only_rises(context: &Context<'_>, index: usize, places: &[usize], named: bool) -> bool {
    let sign = context.reading.column(index).decimal;
    let mut last: HashMap<Vec<&str>, Decimal> = HashMap::new();
    let (mut rises, mut falls, mut seen) = (0_u64, 0_u64, 0_i64);
    let (mut level, mut risen) = (Decimal::ZERO, Decimal::ZERO);
    for row in &context.facts.sample {
        let Some(Ok(read)) = row.get(index).map(|cell| number::parse(cell.trim(), sign)) else {
            continue;
        };
        let place: Vec<&str> = places
            .iter()
            .map(|place| row.get(*place).map_or("", |cell| cell.trim()))
            .collect();
        seen += 1;
        level = level.saturating_add(read.value);
        if let Some(before) = last.insert(place, read.value) {
            rises += u64::from(read.value > before);
            falls += u64::from(read.value < before);
            if read.value > before {
                risen = risen.saturating_add(read.value.saturating_sub(before));
            }
        }
    }
    let enough = if named { ENOUGH_NAMED } else { ENOUGH };
    let few = if named && rises >= MANY { BACK_SOME } else { BACK_FEW };
    if rises < enough || falls.saturating_mul(few) > rises {
        return false;
    }
    let mean = level.checked_div(Decimal::from(seen));
    let step = risen.checked_div(Decimal::from(rises));
    mean.zip(step)
        .is_some_and(|(mean, step)| mean >= step.saturating_mul(Decimal::from(HIGH)))
}

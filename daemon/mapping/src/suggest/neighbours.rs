//! What columns say about each other: sums that agree, durations that fit start and end, rows that repeat.
//!
//! Invariants: evidence comes from the sample rows; it raises a confidence only where the agreement can't be chance, and
//! a doubt that it finds is said in `why`.

use plant_core::profile::{Settings, Transform};
use plant_core::stop::StopCategory;
use plant_core::variable::{Kind, Variable};
use plant_lexicon::stops::{category, says_scrap};
use rust_decimal::Decimal;

use super::candidate::{Candidate, Context, SURE, WORTH};
use super::judge::category_share;
use crate::date::{self, DateCell};
use crate::duration::{self, Unit};
use crate::facts::Column;
use crate::number;

/// Rows that an agreement needs at least.
const ENOUGH: usize = 8;
/// Rows that a contradiction needs at least.
const CONTRADICTED: usize = 3;
/// Confidence of a time of day without a date, of a number that the others contradict.
const UNDATED: f64 = 0.6;
const DENIED: f64 = 0.6;

/// Whether nearly every row of a column of few values speaks of scrap.
pub(super) fn speaks_of_scrap_only(column: &Column) -> bool {
    let scrap: u64 = column
        .distinct
        .iter()
        .filter(|(value, _)| says_scrap(value))
        .map(|(_, count)| count)
        .sum();
    column.filled > 0 && column.distinct_complete && column.distinct.len() <= 20 && column.share(scrap) >= 0.95
}

/// The number in a cell of a sample row.
fn value(context: &Context<'_>, row: &[String], index: usize) -> Option<Decimal> {
    number::parse(row.get(index)?, context.reading.column(index).decimal)
        .ok()
        .map(|number| number.value)
}

fn best(columns: &[Vec<Candidate>], variable: Variable) -> Option<usize> {
    columns
        .iter()
        .enumerate()
        .filter_map(|(index, candidates)| {
            let candidate = candidates.iter().find(|candidate| candidate.variable == variable)?;
            Some((index, candidate.confidence))
        })
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
        .map(|(index, _)| index)
}

fn candidate_mut(columns: &mut [Vec<Candidate>], index: usize, variable: Variable) -> Option<&mut Candidate> {
    columns
        .get_mut(index)?
        .iter_mut()
        .find(|candidate| candidate.variable == variable)
}

/// Before the variables are given out: agreements that make a candidate sure.
pub(super) fn refine(context: &Context<'_>, columns: &mut [Vec<Candidate>]) {
    sums(context, columns);
    durations(context, columns);
    if context.has_scrap {
        for candidates in columns.iter_mut() {
            for candidate in candidates.iter_mut() {
                if candidate.variable == Variable::QuantityGood && (0.85..SURE).contains(&candidate.confidence) {
                    candidate.confidence = 0.92;
                    candidate.why = format!("{}, and scrap is counted apart", candidate.why);
                }
            }
        }
    }
    plans_of_orders(context, columns);
    denied(context, columns);
}

/// `PQ = GQ + SQ` on the rows proves what a column of quantities counts.
fn sums(context: &Context<'_>, columns: &mut [Vec<Candidate>]) {
    let (Some(good), Some(scrap)) = (
        best(columns, Variable::QuantityGood),
        best(columns, Variable::QuantityScrap),
    ) else {
        return;
    };
    for index in 0..columns.len() {
        if index == good || index == scrap {
            continue;
        }
        let mut seen = 0;
        let mut agree = 0;
        let mut above = 0;
        for row in &context.facts.sample {
            if let (Some(whole), Some(good), Some(scrap)) = (
                value(context, row, index),
                value(context, row, good),
                value(context, row, scrap),
            ) {
                seen += 1;
                agree += usize::from(whole == good + scrap);
                above += usize::from(!whole.is_zero() && !scrap.is_zero());
            }
        }
        if seen < ENOUGH || agree * 100 < seen * 98 || above == 0 {
            continue;
        }
        for candidate in columns.get_mut(index).into_iter().flatten() {
            match candidate.variable {
                Variable::QuantityProduced => {
                    candidate.confidence = candidate.confidence.max(0.95);
                    candidate.why = format!("{}, and it is good + scrap on every row", candidate.why);
                }
                Variable::QuantityPlanned => {
                    candidate.why = format!("{}; it equals good + scrap on every row", candidate.why);
                }
                _ => {}
            }
        }
    }
}

/// Good and scrapped pieces that are far from the whole on most rows are not what their names say: a yield in per cent.
fn denied(context: &Context<'_>, columns: &mut [Vec<Candidate>]) {
    let found = |variable| best(columns, variable);
    let (Some(whole), Some(good), Some(scrap)) = (
        found(Variable::QuantityProduced),
        found(Variable::QuantityGood),
        found(Variable::QuantityScrap),
    ) else {
        return;
    };
    let rework = found(Variable::QuantityRework);
    let (mut seen, mut far) = (0, 0);
    for row in &context.facts.sample {
        let number = |index| value(context, row, index);
        let (Some(whole), Some(good), Some(scrap)) = (number(whole), number(good), number(scrap)) else {
            continue;
        };
        if whole <= Decimal::ZERO {
            continue;
        }
        let rework = rework.and_then(number).unwrap_or_default();
        let gap = |parts: Decimal| (whole - parts).abs() > whole * Decimal::new(2, 1);
        seen += 1;
        far += usize::from(gap(good + scrap) && gap(good + scrap + rework) && gap(good));
    }
    if seen < CONTRADICTED || far * 2 < seen {
        return;
    }
    // The one of the least certain name is doubted.
    let trio = [
        (good, Variable::QuantityGood),
        (whole, Variable::QuantityProduced),
        (scrap, Variable::QuantityScrap),
    ];
    let certain = |(index, variable): &(usize, Variable)| {
        let candidates = columns.get(*index).into_iter().flatten();
        let of = candidates.filter(|candidate| candidate.variable == *variable);
        of.map(|candidate| candidate.confidence).fold(0.0, f64::max)
    };
    let weakest = trio.into_iter().min_by(|a, b| certain(a).total_cmp(&certain(b)));
    if let Some((index, variable)) = weakest
        && let Some(candidate) = candidate_mut(columns, index, variable)
    {
        candidate.confidence = candidate.confidence.min(DENIED);
        candidate.why = format!(
            "{}; but good and scrapped pieces are far from all pieces on {far} of {seen} rows",
            candidate.why
        );
    }
}

/// Seconds from a start to an end in one row, rolled over midnight for times of day.
fn seconds_between(context: &Context<'_>, row: &[String], start: usize, end: usize) -> Option<i64> {
    let read = |index: usize| date::read(row.get(index)?);
    match (read(start)?, read(end)?) {
        (DateCell::Clock(start), DateCell::Clock(end)) => {
            let gap = end.time.signed_duration_since(start.time).num_seconds();
            Some(if gap < 0 { gap + 86_400 } else { gap })
        }
        (first, last) => {
            let first = first.moment(context.reading.column(start).order)?;
            let last = last.moment(context.reading.column(end).order)?;
            Some(last.local.signed_duration_since(first.local).num_seconds())
        }
    }
}

/// A duration without a unit is measured against end − start.
fn durations(context: &Context<'_>, columns: &mut [Vec<Candidate>]) {
    let (Some(start), Some(end)) = (best(columns, Variable::EventStart), best(columns, Variable::EventEnd)) else {
        return;
    };
    for index in 0..columns.len() {
        let Some(candidate) = columns.get(index).and_then(|candidates| {
            candidates
                .iter()
                .find(|candidate| candidate.variable == Variable::Duration)
        }) else {
            continue;
        };
        // `1:30` is hours and minutes, or minutes and seconds.
        let is_clock = candidate.transform == Transform::Hours;
        if !is_clock && (candidate.transform != Transform::None || candidate.confidence >= SURE) {
            continue;
        }
        let mut fits = [0_usize; 3];
        let mut seen = 0;
        for row in &context.facts.sample {
            let sign = context.reading.column(index).decimal;
            let read = |unit| duration::parse(row.get(index)?, unit, sign);
            let (Some(written), Some(clock)) = (read(Unit::Seconds), seconds_between(context, row, start, end)) else {
                continue;
            };
            if clock < 60 || written.is_zero() {
                continue;
            }
            seen += 1;
            for (unit, count) in [Unit::Hours, Unit::Minutes, Unit::Seconds].into_iter().zip(&mut fits) {
                // Net times are shorter than the clock by breaks, never many times longer or shorter.
                let share = read(unit).and_then(|seconds| seconds.checked_div(Decimal::from(clock)));
                *count +=
                    usize::from(share.is_some_and(|share| share > Decimal::new(5, 1) && share < Decimal::new(12, 1)));
            }
        }
        if is_clock {
            let [as_hours, as_minutes, _] = fits;
            let Some(candidate) = candidate_mut(columns, index, Variable::Duration) else {
                continue;
            };
            if as_minutes > as_hours && as_minutes * 10 >= seen * 8 && seen >= CONTRADICTED {
                candidate.transform = Transform::Minutes;
                candidate.why = "its values fit end − start when read as minutes and seconds".to_owned();
            } else if as_hours * 2 < seen && seen >= CONTRADICTED {
                candidate.confidence = candidate.confidence.min(DENIED);
                candidate.why = format!("{}; but they are far from end − start on most rows", candidate.why);
            }
            continue;
        }
        let best = fits
            .iter()
            .zip([Transform::Hours, Transform::Minutes, Transform::None])
            .max_by_key(|(count, _)| **count);
        if let Some((count, transform)) = best
            && seen >= ENOUGH
            && count * 10 >= seen * 8
            && let Some(candidate) = candidate_mut(columns, index, Variable::Duration)
        {
            let words = match transform {
                Transform::Hours => "hours",
                Transform::Minutes => "minutes",
                _ => "seconds",
            };
            candidate.transform = transform;
            candidate.confidence = 0.93;
            candidate.why = format!("its values fit end − start when read as {words}");
        }
    }
}

/// The plan of an order that stands on each of its rows must not be added up.
fn plans_of_orders(context: &Context<'_>, columns: &mut [Vec<Candidate>]) {
    let (Some(plan), Some(order)) = (
        best(columns, Variable::QuantityPlanned),
        best(columns, Variable::WorkOrder),
    ) else {
        return;
    };
    let mut plans: std::collections::BTreeMap<&str, &str> = std::collections::BTreeMap::new();
    let mut repeats = 0;
    let mut differs = 0;
    for row in &context.facts.sample {
        let (Some(order), Some(plan)) = (row.get(order), row.get(plan)) else {
            continue;
        };
        if order.is_empty() || plan.is_empty() {
            continue;
        }
        match plans.get(order.as_str()) {
            Some(known) => {
                repeats += 1;
                differs += usize::from(*known != plan.as_str());
            }
            None => {
                plans.insert(order, plan);
            }
        }
    }
    if repeats >= ENOUGH
        && repeats * 2 >= plans.len()
        && differs * 20 <= repeats
        && let Some(candidate) = candidate_mut(columns, plan, Variable::QuantityPlanned)
    {
        candidate.confidence = candidate.confidence.min(0.45);
        candidate.why = format!(
            "{}; but it is repeated on every row of its order, so adding it up would count it many times",
            candidate.why
        );
    }
}

fn first(columns: &[Vec<Candidate>], variable: Variable, bar: f64) -> Option<usize> {
    columns.iter().position(|candidates| {
        candidates
            .first()
            .is_some_and(|candidate| candidate.variable == variable && candidate.confidence >= bar)
    })
}

/// After the variables are given out: the settings that go with them.
pub(super) fn settle(context: &Context<'_>, columns: &mut [Vec<Candidate>], settings: &mut Settings) {
    let bar = WORTH;
    if let Some(index) = first(columns, Variable::StopCategory, bar) {
        categories(context, index, settings, |_| true);
        for reason in [Variable::ReasonText, Variable::ReasonCode] {
            if let Some(index) = first(columns, reason, bar) {
                // Beside a state that says "stopped" a word of a reason never takes time out of the plan by itself.
                categories(context, index, settings, |category| !category.outside_plan());
            }
        }
        repeated_quantities(context, columns, index, settings);
    } else if let Some(index) = first(columns, Variable::ReasonText, bar) {
        categories(context, index, settings, |_| true);
    }
    undated_clocks(columns);
    for variable in [Variable::EventEnd, Variable::EventStart, Variable::SampleTime] {
        if let Some(index) = first(columns, variable, bar) {
            let order = context.reading.column(index).order;
            settings.midnight_closes_day |= context
                .facts
                .columns
                .get(index)
                .is_some_and(|column| column.dates.track(order).midnight_closes_day());
        }
    }
    // No key is set by itself: an order that occurs once in this file may be confirmed in parts in the next, and a key
    // would let the second part replace the first. A person who knows the export says so (`--key`).
    if first(columns, Variable::Currency, bar).is_none() {
        settings.currency = written_currency(context, columns);
    }
}

/// A column whose blank cells seem to mean the one above.
#[derive(Debug, Clone)]
pub(crate) struct Grouped {
    /// Its name.
    pub(crate) column: String,
    /// What it may be, and what to do.
    pub(crate) text: String,
}

/// Why the blank cells of a column of codes may mean the one above, as a report writes its groups: the first row has one,
/// no value follows itself, and most rows have none or the groups are as many as the blanks.
pub(super) fn grouped(context: &Context<'_>, columns: &[Vec<Candidate>]) -> Option<Grouped> {
    let groups = |index: usize| {
        let cells: Vec<&str> = (context.facts.sample.iter())
            .map(|row| row.get(index).map_or("", |cell| cell.trim()))
            .collect();
        let filled: Vec<&str> = cells.iter().copied().filter(|cell| !cell.is_empty()).collect();
        let blanks = cells.len() - filled.len();
        let starts = cells.first().is_some_and(|cell| !cell.is_empty());
        let mut once = std::collections::BTreeSet::new();
        starts && filled.len() >= 2 && blanks * 2 >= cells.len() && filled.iter().all(|cell| once.insert(*cell))
    };
    let of_code = |candidates: &Vec<Candidate>| {
        let best = candidates.first()?;
        let places = [
            Variable::Machine,
            Variable::Line,
            Variable::Site,
            Variable::ProductCode,
            Variable::WorkOrder,
        ];
        (best.confidence >= WORTH && places.contains(&best.variable)).then_some(best.variable)
    };
    columns.iter().enumerate().find_map(|(index, candidates)| {
        let variable = of_code(candidates)?;
        let source = &context.facts.columns.get(index)?.source;
        groups(index).then(|| Grouped {
            column: source.clone(),
            text: format!(
                "`{source}` may be {} of the row above where it is blank: if so, save a profile with --shape \
                 'fill_down:{source}', or one without if its blank rows belong to none",
                variable.noun()
            ),
        })
    })
}

/// A time of day is no time where no column gives the day of its row.
fn undated_clocks(columns: &mut [Vec<Candidate>]) {
    let dated = [Variable::ShiftDate, Variable::PostingDate];
    if dated.iter().any(|date| first(columns, *date, WORTH).is_some()) {
        return;
    }
    let clocks = columns.iter_mut().flatten();
    for candidate in clocks.filter(|candidate| candidate.transform == Transform::TimeOfDay) {
        candidate.confidence = candidate.confidence.min(UNDATED);
        candidate.why = format!(
            "{}; but no column gives the day of its row: map one to the posting date",
            candidate.why
        );
    }
}

/// The currency that the name or the cells of a column of money carry.
fn written_currency(context: &Context<'_>, columns: &[Vec<Candidate>]) -> Option<String> {
    columns
        .iter()
        .zip(&context.facts.columns)
        .find_map(|(candidates, column)| {
            candidates
                .first()
                .filter(|candidate| candidate.variable.is_money() && candidate.confidence >= WORTH)?;
            let named = column.name.unit.as_deref().and_then(number::currency_code);
            let written = || {
                let sample = context.facts.sample.iter().filter_map(|row| {
                    let index = context
                        .facts
                        .columns
                        .iter()
                        .position(|other| std::ptr::eq(other, column))?;
                    number::parse(row.get(index)?, context.reading.column(index).decimal).ok()
                });
                let mut codes: Vec<Option<&'static str>> =
                    sample.map(|number| number::currency_code(number.unit)).collect();
                codes.dedup();
                match codes.as_slice() {
                    [Some(code)] => Some(*code),
                    _ => None,
                }
            };
            named.or_else(written).map(str::to_owned)
        })
}

/// The words of a column and the categories that they mean.
fn categories(context: &Context<'_>, index: usize, settings: &mut Settings, wanted: fn(StopCategory) -> bool) {
    let Some(column) = context.facts.columns.get(index) else {
        return;
    };
    for word in column.distinct.keys() {
        if let Some(category) = category(word).filter(|category| wanted(*category)) {
            settings.categories.insert(word.clone(), category);
        }
    }
}

/// Quantities on stop rows, where running rows carry their own: they repeat those of the run.
fn repeated_quantities(context: &Context<'_>, columns: &mut [Vec<Candidate>], state: usize, settings: &mut Settings) {
    if context
        .facts
        .columns
        .get(state)
        .is_none_or(|column| category_share(column) < 0.5)
    {
        return;
    }
    let counted: Vec<usize> = columns
        .iter()
        .enumerate()
        .filter(|(_, candidates)| candidates.first().is_some_and(|candidate| is_count(candidate.variable)))
        .map(|(index, _)| index)
        .collect();
    let mut running = 0;
    let mut stopped = 0;
    let mut carrying = 0;
    for row in &context.facts.sample {
        let Some(state) = row.get(state).and_then(|word| category(word)) else {
            continue;
        };
        if state.runs() {
            running += 1;
            continue;
        }
        stopped += 1;
        carrying += usize::from(
            counted
                .iter()
                .any(|index| value(context, row, *index).is_some_and(|value| !value.is_zero())),
        );
    }
    if running < ENOUGH || stopped < ENOUGH || carrying * 50 < stopped {
        return;
    }
    settings.quantities_on_running_rows = true;
    for index in counted {
        if let Some(candidate) = columns.get_mut(index).and_then(|candidates| candidates.first_mut()) {
            candidate.confidence = candidate.confidence.min(0.88);
            candidate.why = format!(
                "{}; rows of stops carry quantities too, as if repeating those of their run: only running rows would count",
                candidate.why
            );
        }
    }
}

/// Pieces that a run makes.
pub(crate) fn is_count(variable: Variable) -> bool {
    variable.kind() == Kind::Number
        && matches!(
            variable,
            Variable::QuantityPlanned
                | Variable::QuantityProduced
                | Variable::QuantityGood
                | Variable::QuantityScrap
                | Variable::QuantityRework
                | Variable::QuantityInspected
                | Variable::DefectCount
        )
}

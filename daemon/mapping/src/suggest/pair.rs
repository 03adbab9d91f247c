//! A day in one column and a time of day in another that are one point in time, as ERP systems write them.
//!
//! Invariants: two columns are one only where their names differ in nothing but the words for day and time, or where they
//! are the only ones beside the readings of a counter, whose order they tell; each is nearly wholly what its name says, and no
//! end would lie before its start.

use plant_core::header::skeleton;
use plant_core::profile::{Output, Source, Transform};
use plant_core::variable::Variable;

use super::candidate::{Candidate, Context, SURE};
use crate::date::{self, DateCell};
use crate::facts::Column;

/// Share of the cells that must be dates, or times of day.
const FIT: f64 = 0.95;
/// Words for a day and for a time of day, longer ones first.
const DAYS: [&str; 10] = [
    "datum", "fecha", "data", "dato", "date", "day", "tag", "dia", "jour", "日期",
];
const TIMES: [&str; 10] = [
    "uhrzeit", "zeit", "heure", "hora", "time", "tijd", "ora", "tid", "uhr", "时间",
];

/// Two columns that are one time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pair {
    pub(crate) variable: Variable,
    /// Index of the column of the day.
    pub(crate) date: usize,
    /// Index of that of the time.
    pub(crate) time: usize,
    source: Source,
}

impl Pair {
    fn of(variable: Variable, (date, of_date): (usize, &Column), (time, of_time): (usize, &Column)) -> Pair {
        Pair {
            variable,
            date,
            time,
            source: Source::DateTime {
                date: of_date.source.clone(),
                time: of_time.source.clone(),
            },
        }
    }

    /// What it makes.
    pub(crate) fn output(&self) -> Output {
        Output {
            variable: self.variable,
            source: self.source.clone(),
            transform: Transform::None,
            required: false,
        }
    }
}

/// What is left of a name without one of those words.
fn without(name: &str, words: &[&str]) -> Option<String> {
    let name = skeleton(name);
    let word = words.iter().find(|word| name.contains(**word))?;
    let rest = name.replacen(word, "", 1);
    (!rest.is_empty()).then_some(rest)
}

/// Finds them, and takes their columns out of what each could be alone.
pub(super) fn find(context: &Context<'_>, columns: &mut [Vec<Candidate>]) -> Vec<Pair> {
    let facts = &context.facts.columns;
    let is_day = |index: usize| is_day(context, index);
    let mut pairs = Vec::new();
    for variable in [Variable::EventStart, Variable::EventEnd] {
        let mut times = columns.iter().enumerate().filter_map(|(index, candidates)| {
            let best = candidates.first()?;
            (best.variable == variable && best.transform == Transform::TimeOfDay && best.confidence >= SURE)
                .then_some(index)
        });
        let Some(time) = times.next() else { continue };
        let Some(of_time) = facts.get(time) else { continue };
        let Some(stem) = without(&of_time.source, &TIMES) else {
            continue;
        };
        let mut days = facts
            .iter()
            .enumerate()
            .filter(|(index, column)| is_day(*index) && without(&column.source, &DAYS).as_ref() == Some(&stem));
        if let (Some((date, of_date)), None) = (days.next(), days.next())
            && of_time.share(of_time.dates.clocks) >= FIT
        {
            pairs.push(Pair::of(variable, (date, of_date), (time, of_time)));
        }
    }
    if pairs.is_empty() {
        pairs.extend(of_readings(context, columns));
    }
    if ends_before_it_starts(context, &pairs) {
        return Vec::new();
    }
    for index in pairs.iter().flat_map(|pair| [pair.date, pair.time]) {
        if let Some(candidates) = columns.get_mut(index) {
            candidates.clear();
        }
    }
    pairs
}

fn is_day(context: &Context<'_>, index: usize) -> bool {
    let column = context.facts.columns.get(index);
    column.is_some_and(|column| column.share(column.dates.dates()) >= FIT) && !context.is_timed(index)
}

/// The day and the time of day of the readings of a counter, where no other column tells a time.
fn of_readings(context: &Context<'_>, columns: &[Vec<Candidate>]) -> Option<Pair> {
    let is_reading = |best: &Candidate| matches!(best.variable, Variable::CounterReading | Variable::MeterReading);
    if !columns
        .iter()
        .any(|candidates| candidates.first().is_some_and(is_reading))
    {
        return None;
    }
    let facts = || context.facts.columns.iter().enumerate();
    if facts().any(|(index, _)| context.is_timed(index)) {
        return None;
    }
    let mut days = facts().filter(|(index, _)| is_day(context, *index));
    let mut times = facts().filter(|(_, column)| column.share(column.dates.clocks) >= FIT);
    match (days.next(), days.next(), times.next(), times.next()) {
        (Some(date), None, Some(time), None) => Some(Pair::of(Variable::EventStart, date, time)),
        _ => None,
    }
}

/// Whether a sample row ends before it starts: then the two columns are no pair.
fn ends_before_it_starts(context: &Context<'_>, pairs: &[Pair]) -> bool {
    let [start, end] = pairs else { return false };
    let moment = |row: &[String], pair: &Pair| {
        let day = date::read(row.get(pair.date)?)?.moment(context.reading.column(pair.date).order)?;
        match date::read(row.get(pair.time)?)? {
            DateCell::Clock(clock) => Some((day.local.date(), clock.end_of_day, clock.time)),
            _ => None,
        }
    };
    let mut rows = context.facts.sample.iter();
    rows.any(|row| matches!((moment(row, start), moment(row, end)), (Some(start), Some(end)) if end < start))
}

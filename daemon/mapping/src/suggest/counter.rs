//! Columns whose numbers only rise from row to row: readings of a counter, which are never added up.
//!
//! Invariant: looked for in the rows of the sample, each machine by itself; a name that speaks of a counter needs less proof,
//! and numbers that stand high above their steps do.

use std::cmp::Ordering;
use std::collections::HashMap;

use chrono::{NaiveDateTime, NaiveTime, TimeDelta};
use plant_core::profile::Transform;
use plant_core::variable::Variable;
use plant_lexicon::{names_a_counter, names_an_hour};
use rust_decimal::Decimal;

use super::candidate::{Candidate, Context};
use super::doubt;
use crate::date::{self, DateCell};
use crate::facts::Column;
use crate::number;
use crate::synonyms::Match;

/// Steps forward that are proof where the name speaks of a counter.
const ENOUGH_NAMED: u64 = 5;
/// The same where it does not, and it rises with the time of day.
const ENOUGH: u64 = 30;
/// Steps that are proof where it rises with the days and none goes back, and how many of its steps it stands high then: a
/// week of production may rise, by a hundredth a day too.
const FEW: [(u64, i64); 2] = [(8, 500), (4, 5_000)];
/// How many steps forward there are for each step back, at least.
const BACK_FEW: u64 = 30;
/// The same where the name speaks of a counter and there are [`MANY`] steps: one that begins anew with each shift.
const BACK_SOME: u64 = 6;
const MANY: u64 = 20;
/// How many of its steps a counter shows on average, at least.
const HIGH: i64 = 3;
/// The same of energy, which no machine uses a little more of each day.
const FEW_OF_ENERGY: (u64, i64) = (20, 50);
/// How many steps high a meter stands whose readings of a month rise but for one.
const HIGH_ENERGY: i64 = 40;
/// Rises in a row that are a long run, and those that a run of a counter has that begins anew.
const LONG: u64 = 15;
const RUN: u64 = 5;
/// The same where another column than that of a machine tells counters apart.
const HIGH_DIVIDED: i64 = 500;
/// What is enough in a log of signals, of which each row is a look at a machine: rises, rises for each new beginning, and how
/// many of its steps it stands high.
const OF_SIGNAL: (u64, u64, i64) = (4, 3, 20);
/// Confidence that it is a counter: less than is taken in without a person.
const LIKELY: f64 = 0.85;

/// Lowers quantities and energy that only rise, and proposes the reading of a counter instead; `is_log` where each column is
/// a name of a log.
pub(super) fn doubt(context: &Context<'_>, matched: &[Vec<Match>], is_log: bool, columns: &mut [Vec<Candidate>]) {
    let places: Vec<usize> = (0..columns.len())
        .filter(|index| {
            let best = matched.get(*index).and_then(|found| found.first());
            best.is_some_and(|best| {
                best.score >= 0.8 && matches!(best.variable, Variable::Machine | Variable::Line | Variable::Site)
            })
        })
        .collect();
    let moments = moments(context);
    for (index, candidates) in columns.iter_mut().enumerate() {
        let summed = |candidate: &Candidate| reading(candidate.variable).filter(|_| !is_power(candidate));
        let Some((variable, transform)) = candidates
            .iter()
            .find_map(|candidate| Some((summed(candidate)?, candidate.transform.clone())))
        else {
            continue;
        };
        let Some(column) = context.facts.columns.get(index) else {
            continue;
        };
        let speaks = Speaks {
            of_counter: names_a_counter(&column.name.words),
            of_signal: is_log || is_signal(&column.source),
        };
        if !only_rises(context, index, &places, moments.as_ref(), speaks, variable) {
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

/// What the name of a column speaks of.
#[derive(Clone, Copy)]
struct Speaks {
    /// A counter or meter.
    of_counter: bool,
    /// A signal of a controller or of a log.
    of_signal: bool,
}

/// Whether a column is called as controllers call their signals: `PRESS1.Energy`, what follows after a blank aside.
fn is_signal(name: &str) -> bool {
    let first = name.split_whitespace().next().unwrap_or_default();
    let mut parts = first.split(['.', '/', '\\']);
    let device = parts.next().unwrap_or_default();
    let is_word = |part: &str| part.chars().any(char::is_alphabetic);
    device.contains(|char: char| char.is_ascii_digit()) && is_word(device) && parts.next().is_some_and(is_word)
}

/// The reading of a counter of what a variable counts.
pub(crate) fn reading(variable: Variable) -> Option<Variable> {
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

/// When the rows of the sample happened.
struct Moments {
    all: Vec<Option<NaiveDateTime>>,
    /// Whether most have a time of day.
    timed: bool,
}

/// When the rows of the sample happened: by the column with times of day, else by the one with the most dates.
fn moments(context: &Context<'_>) -> Option<Moments> {
    let columns = context.facts.columns.iter().enumerate();
    let dated = columns.filter(|(_, column)| column.dates.dates() * 2 > column.filled && column.filled > 0);
    let (index, _) = dated.max_by_key(|(index, column)| (context.is_timed(*index), column.dates.dates()))?;
    let order = context.reading.column(index).order;
    let clock = (!context.is_timed(index)).then(|| clock(context)).flatten();
    let read = |row: &Vec<String>| {
        let local = date::read(row.get(index)?.trim())?.moment(order)?.local;
        let Some(clock) = clock else { return Some(local) };
        local.date().and_hms_opt(0, 0, 0)?.checked_add_signed(clock.read(row)?)
    };
    Some(Moments {
        all: context.facts.sample.iter().map(read).collect(),
        timed: context.is_timed(index) || clock.is_some(),
    })
}

/// The column that tells the time of day beside one of days.
#[derive(Clone, Copy)]
enum Clock {
    /// Times of day.
    Time(usize),
    /// The number of the hour.
    Hour(usize),
}

impl Clock {
    fn read(self, row: &[String]) -> Option<TimeDelta> {
        match self {
            Clock::Time(index) => match date::read(row.get(index)?.trim())? {
                DateCell::Clock(clock) => Some(clock.time.signed_duration_since(NaiveTime::MIN)),
                _ => None,
            },
            Clock::Hour(index) => TimeDelta::try_hours(row.get(index)?.trim().parse().ok()?),
        }
    }
}

/// The first column of times of day, else the first that names the hour and has nothing else.
fn clock(context: &Context<'_>) -> Option<Clock> {
    let columns = || context.facts.columns.iter().enumerate();
    let is_time = |column: &Column| column.filled > 0 && column.dates.clocks * 2 > column.filled;
    let is_hour = |column: &Column| {
        let mut cells = column.distinct.keys();
        names_an_hour(&column.name.words)
            && column.distinct_complete
            && column.distinct.len() > 1
            && cells.all(|cell| cell.trim().parse::<u8>().is_ok_and(|hour| hour <= 24))
    };
    let time = columns()
        .find(|(_, column)| is_time(column))
        .map(|(index, _)| Clock::Time(index));
    time.or_else(|| {
        columns()
            .find(|(_, column)| is_hour(column))
            .map(|(index, _)| Clock::Hour(index))
    })
}

/// Columns by which several counters of one file may be told apart, beside the machine.
fn dividers(context: &Context<'_>) -> Vec<usize> {
    let columns = context.facts.columns.iter().enumerate();
    let divides = |(index, column): (usize, &Column)| {
        let names = column.distinct.len() as u64;
        let is_text = column.numbers.numbers * 2 < column.filled && column.dates.dates() * 2 < column.filled;
        (column.distinct_complete && names > 1 && names * 3 <= context.facts.rows && is_text).then_some(index)
    };
    columns.filter_map(divides).collect()
}

/// A number with its moment, where that is known.
type Shown = (Option<NaiveDateTime>, Decimal);

/// All but a zero in the place of a reading, after which it goes on from where it was.
fn without_blinks(shown: &[Shown]) -> impl Iterator<Item = &Shown> {
    let value = |at: usize| shown.get(at).map(|(_, value)| *value);
    shown.iter().enumerate().filter_map(move |(at, one)| {
        let before = at.checked_sub(1).and_then(value);
        let is_blink = one.1.is_zero()
            && before
                .zip(value(at + 1))
                .is_some_and(|(before, after)| before > Decimal::ZERO && after >= before);
        (!is_blink).then_some(one)
    })
}

/// A step back: where it went to, what came then, and from where.
struct Fall {
    to: Decimal,
    then: Decimal,
    from: Decimal,
}

impl Fall {
    /// Whether it goes near zero, as steps of that size tell, and on from there.
    fn is_new_beginning(&self, step: Decimal) -> bool {
        let twice = |value: Decimal| value.saturating_add(value);
        self.to <= twice(step) && twice(self.then) <= self.from
    }
}

/// How the numbers of a column go on, each place by itself.
#[derive(Default)]
struct Steps {
    rises: u64,
    /// Rises in a row, from one fall to the next.
    runs: Vec<u64>,
    falls: Vec<Fall>,
    seen: i64,
    level: Decimal,
    risen: Decimal,
}

impl Steps {
    /// By the places, in the order of time where that is known.
    fn of(context: &Context<'_>, index: usize, places: &[usize], moments: Option<&[Option<NaiveDateTime>]>) -> Steps {
        let sign = context.reading.column(index).decimal;
        let mut shown: HashMap<Vec<&str>, Vec<Shown>> = HashMap::new();
        for (at, row) in context.facts.sample.iter().enumerate() {
            let Some(Ok(read)) = row.get(index).map(|cell| number::parse(cell.trim(), sign)) else {
                continue;
            };
            let moment = moments.and_then(|moments| moments.get(at).copied().flatten());
            let place = places
                .iter()
                .map(|place| row.get(*place).map_or("", |cell| cell.trim()));
            shown.entry(place.collect()).or_default().push((moment, read.value));
        }
        let mut steps = Steps::default();
        for mut of_place in shown.into_values() {
            if of_place.last().map(|(at, _)| at) < of_place.first().map(|(at, _)| at) {
                of_place.reverse();
            }
            steps.take(&of_place, moments.is_some());
        }
        steps
    }

    /// What a place shows.
    fn take(&mut self, shown: &[Shown], has_moments: bool) {
        let mut run = 0;
        let shown: Vec<&Shown> = without_blinks(shown).collect();
        for (_, value) in &shown {
            self.seen += 1;
            self.level = self.level.saturating_add(*value);
        }
        // Whether the last step was a fall.
        let mut has_fallen = false;
        for ((then, one), (moment, other)) in shown.iter().zip(shown.iter().skip(1)) {
            let (before, after) = match moment.cmp(then) {
                Ordering::Less => (*other, *one),
                // Of one moment nothing is known of which was first.
                Ordering::Equal if has_moments => continue,
                _ => (*one, *other),
            };
            match after.cmp(&before) {
                Ordering::Greater => {
                    self.rises += 1;
                    run += 1;
                    self.risen = self.risen.saturating_add(after.saturating_sub(before));
                    if let Some(fall) = self.falls.last_mut().filter(|_| has_fallen) {
                        fall.then = after;
                    }
                    has_fallen = false;
                }
                Ordering::Less => {
                    self.runs.push(std::mem::take(&mut run));
                    self.falls.push(Fall {
                        to: after,
                        then: after,
                        from: before,
                    });
                    has_fallen = true;
                }
                Ordering::Equal => {}
            }
        }
        self.runs.push(run);
    }

    fn step(&self) -> Option<Decimal> {
        self.risen.checked_div(Decimal::from(self.rises))
    }

    fn fallen(&self) -> u64 {
        self.falls.len() as u64
    }

    /// Whether the numbers stand that many of their steps high.
    fn stand_high(&self, times: i64) -> bool {
        let mean = self.level.checked_div(Decimal::from(self.seen));
        mean.zip(self.step())
            .is_some_and(|(mean, step)| mean >= step.saturating_mul(Decimal::from(times)))
    }

    /// Whether they rise so often, and fall at most once in so many rises.
    fn rise(&self, enough: u64, few: u64) -> bool {
        self.rises >= enough && self.fallen().saturating_mul(few) <= self.rises
    }

    /// Whether they rise so often in a row somewhere.
    fn rise_long(&self, enough: u64) -> bool {
        self.runs.iter().any(|run| *run >= enough)
    }

    /// Whether they rise in long runs and begin anew near zero, as a counter of a shift or an order does, or one that rolls
    /// over. What is zero on some days jumps back to where it was, and is no counter.
    fn begin_anew(&self) -> bool {
        let Some(step) = self.step().filter(|_| !self.falls.is_empty()) else {
            return false;
        };
        let mut runs = self.runs.clone();
        runs.sort_unstable();
        let is_long = runs.get(runs.len() / 2).is_some_and(|run| *run >= RUN);
        let few = self.fallen().saturating_mul(BACK_SOME) <= self.rises + self.fallen();
        let anew = self.falls.iter().filter(|fall| fall.is_new_beginning(step)).count() as u64;
        self.rises + self.fallen() >= ENOUGH && is_long && few && anew * 10 >= self.fallen() * 9
    }

    /// Whether the readings of a signal rise, but for new beginnings near zero.
    fn are_of_signal(&self) -> bool {
        let (enough, few, high) = OF_SIGNAL;
        let anew = |step| self.falls.iter().all(|fall| fall.is_new_beginning(step));
        self.rise(enough, few) && self.stand_high(high) && self.step().is_some_and(anew)
    }
}

/// Whether the numbers of a column only rise, but for a few new beginnings, and stand high above their steps.
fn only_rises(
    context: &Context<'_>,
    index: usize,
    places: &[usize],
    moments: Option<&Moments>,
    speaks: Speaks,
    reading: Variable,
) -> bool {
    if speaks.of_counter {
        let steps = Steps::of(context, index, places, None);
        let few = if steps.rises >= MANY { BACK_SOME } else { BACK_FEW };
        if steps.rise(ENOUGH_NAMED, few) && steps.stand_high(HIGH) {
            return true;
        }
    }
    let Some(Moments { all: moments, timed }) = moments else {
        return false;
    };
    let steps = Steps::of(context, index, places, Some(moments));
    if *timed && steps.rise(ENOUGH, BACK_FEW) && steps.stand_high(HIGH) {
        return true;
    }
    if steps.begin_anew() || (*timed && speaks.of_signal && steps.are_of_signal()) {
        return true;
    }
    // By days alone, a long rise may be broken once: a meter that was exchanged.
    let high = match reading {
        Variable::MeterReading => HIGH_ENERGY,
        _ => HIGH_DIVIDED,
    };
    if steps.rise(ENOUGH, BACK_FEW) && steps.rise_long(LONG) && steps.stand_high(high) {
        return true;
    }
    // The higher they stand, the fewer steps are no chance.
    if steps.falls.is_empty()
        && FEW
            .iter()
            .chain((reading == Variable::MeterReading).then_some(&FEW_OF_ENERGY))
            .any(|(enough, times)| steps.rises >= *enough && steps.stand_high(*times))
    {
        return true;
    }
    dividers(context).into_iter().any(|divider| {
        let divided = [places, &[divider]].concat();
        let steps = Steps::of(context, index, &divided, Some(moments));
        steps.rise(ENOUGH, BACK_FEW) && steps.stand_high(HIGH_DIVIDED)
    })
}

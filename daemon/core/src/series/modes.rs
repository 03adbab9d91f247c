//! A decided mode: each version is taken as the mode says, whatever the evidence; only ties of rank are asked about.

use super::entry::{Entry, Input, Span};
use super::largest::{Slot, largest};
use super::model::{Mode, Why};
use super::outcome::Outcome;
use super::share::mix;
use super::tie::{tie_of, tied};
use super::{keyed, window};
use std::collections::{BTreeMap, BTreeSet};

/// Which rows count under a mode.
pub(super) fn apply(input: &Input, mode: Mode) -> Outcome {
    let mut outcome = Outcome::new(input);
    match mode {
        Mode::Increment => increment(input, &mut outcome),
        Mode::Repeat => {
            let units = (input.entries.iter())
                .map(|entry| slots(input, entry, |_| true))
                .collect();
            largest(units, &mut outcome.verdict);
        }
        Mode::Append => append(input, &mut outcome),
        Mode::Replace => replace(input, &mut outcome),
        Mode::Window => window::window(input, &mut outcome),
        Mode::Snapshot => window::snapshot(input, &mut outcome),
        Mode::Keyed | Mode::Reference => keyed::keyed(input, &mut outcome),
    }
    outcome
}

/// All rows count, once for the same bytes of one name.
fn increment(input: &Input, outcome: &mut Outcome) {
    let mut seen = BTreeSet::new();
    for entry in &input.entries {
        if seen.insert((
            entry.chain,
            input.version(entry.version).map(|version| version.declared_hash),
        )) {
            outcome.verdict.say_all(entry.version, Why::Counts);
        }
    }
}

/// The rows of an entry under their identity within its scope and day.
pub(super) fn slots(input: &Input, entry: &Entry, belongs: impl Fn(Option<i32>) -> bool) -> Vec<Slot> {
    (input.rows(entry.version).iter().enumerate())
        .filter(|(_, row)| belongs(row.day))
        .map(|(at, row)| Slot::new(mix(u64::from(entry.scope), input.ident(row)), entry.version, at))
        .collect()
}

/// Of versions of one name, each beginning with the bytes of the former, the former ones keep their rows.
fn append(input: &Input, outcome: &mut Outcome) {
    let sighted = input.sighted();
    for chain in input.grouped(|entry| entry.chain) {
        for run in runs(input, &chain) {
            say_run(input, outcome, &run, &sighted, |_| None);
        }
    }
}

/// Splits a chain where a version does not begin with the bytes of the former.
fn runs(input: &Input, chain: &[Entry]) -> Vec<Vec<Entry>> {
    chain
        .chunk_by(|a, b| input.grown(a.version, b.version).is_some())
        .map(<[Entry]>::to_vec)
        .collect()
}

/// Says for the rows of a growing log which of them count, unless `gone` names another reason for the day of a row.
///
/// A row belongs to the first version that holds it whole, so that stored rows stay as they are; where one of the
/// versions was seen elsewhere too, its rows may be needed there, and the last version has them all.
pub(super) fn say_run(
    input: &Input,
    outcome: &mut Outcome,
    run: &[Entry],
    sighted: &[u32],
    gone: impl Fn(Option<i32>) -> Option<Why>,
) {
    let alone = run.iter().all(|entry| sighted.get(entry.version) == Some(&1));
    let mut known = 0;
    for (at, entry) in run.iter().enumerate() {
        let next = run.get(at + 1);
        let whole = next.and_then(|next| input.grown(entry.version, next.version));
        for (line, row) in input.rows(entry.version).iter().enumerate() {
            let why = match (gone(row.day), whole) {
                (_, Some(whole)) if line >= whole => Why::OlderReading,
                (Some(why), _) => why,
                (None, Some(_)) if !alone => Why::Repeated,
                (None, _) if alone && line < known => Why::Repeated,
                (None, _) => Why::Counts,
            };
            outcome.verdict.say(entry.version, line, why);
        }
        known = whole.unwrap_or(known);
    }
}

/// The newest version of a name stands for its days; for the whole name where rows have no day.
fn replace(input: &Input, outcome: &mut Outcome) {
    for chain in input.grouped(|entry| entry.chain) {
        let chain = untied(input, outcome, chain);
        let mut newer = Days::default();
        for (entry, span) in chain.iter().rev() {
            for (line, row) in input.rows(entry.version).iter().enumerate() {
                let why = if newer.hold(row.day) {
                    Why::Replaced
                } else {
                    Why::Counts
                };
                outcome.verdict.say(entry.version, line, why);
            }
            newer.add(span);
        }
    }
}

/// A chain without the versions that contradict another one of their rank.
fn untied(input: &Input, outcome: &mut Outcome, chain: Vec<Entry>) -> Vec<(Entry, Span)> {
    let mut kept: Vec<(Entry, Span)> = Vec::with_capacity(chain.len());
    for entry in chain {
        let span = Span::of(input.rows(entry.version));
        let tie = (kept.iter().rev())
            .take_while(|(former, _)| tied(former, &entry))
            .find(|(former, of)| of.meets(&span) && input.grown(former.version, entry.version).is_none())
            .map(|(former, _)| *former);
        match tie {
            Some(former) => outcome.contest(&entry, tie_of(input, &former, &entry)),
            None => kept.push((entry, span)),
        }
    }
    kept
}

/// Days for which newer versions stand.
#[derive(Debug, Clone, Default)]
pub(super) struct Days {
    /// First day to last day, apart from each other.
    periods: BTreeMap<i32, i32>,
    /// Rows without a day, which belong to the name as a whole.
    undated: bool,
    /// All days.
    all: bool,
}

impl Days {
    /// A newer version stands for its days, and for all rows without a day; one that has no days for the name.
    pub fn add(&mut self, span: &Span) {
        self.undated |= span.undated || span.days.is_some();
        let Some((mut first, mut last)) = span.days else {
            self.all |= span.undated;
            return;
        };
        while let Some((&from, &to)) = self.periods.range(..=last).next_back()
            && to >= first
        {
            self.periods.remove(&from);
            (first, last) = (first.min(from), last.max(to));
        }
        self.periods.insert(first, last);
    }

    pub fn hold(&self, day: Option<i32>) -> bool {
        match day {
            _ if self.all => true,
            None => self.undated,
            Some(day) => self
                .periods
                .range(..=day)
                .next_back()
                .is_some_and(|(_, last)| *last >= day),
        }
    }

    /// Whether all days that both spans have are among them, and the rows without a day where there are some.
    pub fn hold_common(&self, a: &Span, b: &Span) -> bool {
        if self.all {
            return true;
        }
        if (a.undated || b.undated) && !self.undated {
            return false;
        }
        let (Some((a, b)), Some((c, d))) = (a.days, b.days) else {
            return self.undated;
        };
        let (first, last) = (a.max(c), b.min(d));
        // Periods that touch are not joined, so a common period may be held by several.
        let mut day = first;
        while day <= last {
            match self.periods.range(..=day).next_back() {
                Some((_, to)) if *to >= day => match to.checked_add(1) {
                    Some(next) => day = next,
                    None => return true,
                },
                _ => return false,
            }
        }
        true
    }
}

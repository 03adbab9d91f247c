//! The newest version is the truth: for the days strictly inside its period, or for everything.

use super::ask::QuestionKind;
use super::entry::{Entry, Input, Span};
use super::largest::{Slot, largest};
use super::model::{RowIdent, Why};
use super::outcome::{Open, Outcome};
use super::tie::{tie_of, tied};
use crate::hashed::Map;
use std::collections::{BTreeMap, BTreeSet};

/// A version with its rows by day.
struct Dated<'a> {
    entry: Entry,
    rows: &'a [RowIdent],
    span: Span,
    by_day: BTreeMap<Option<i32>, Vec<usize>>,
}

/// The versions of one scope that were let in.
#[derive(Default)]
struct Truth {
    /// The version whose period strictly holds the day.
    inside: BTreeMap<i32, usize>,
    /// All versions that have rows of the day; `None` holds rows without a day.
    edge: BTreeMap<Option<i32>, Vec<usize>>,
}

/// Per day the highest rank whose days strictly contain it; of the days at the edges the largest number of equal rows.
pub(super) fn window(input: &Input, outcome: &mut Outcome) {
    for group in input.grouped(|entry| entry.scope) {
        let mut kept: Vec<Dated> = Vec::with_capacity(group.len());
        let mut truth = Truth::default();
        for entry in group {
            let fresh = Dated::new(input, entry);
            if let Some(open) = in_doubt(input, &kept, &truth, &fresh) {
                outcome.contest(&entry, open);
                continue;
            }
            for day in fresh.by_day.keys() {
                truth.edge.entry(*day).or_default().push(kept.len());
                if let Some(day) = day.filter(|day| fresh.span.covers(*day)) {
                    truth.inside.insert(day, kept.len());
                }
            }
            kept.push(fresh);
        }
        truth.say(input, &kept, outcome);
    }
}

impl<'a> Dated<'a> {
    fn new(input: &Input<'a>, entry: Entry) -> Dated<'a> {
        let rows = input.rows(entry.version);
        let mut by_day: BTreeMap<Option<i32>, Vec<usize>> = BTreeMap::new();
        // Rows of a day mostly lie together.
        let mut at = 0;
        for same in rows.chunk_by(|a, b| a.day == b.day) {
            let day = same.first().and_then(|row| row.day);
            by_day.entry(day).or_default().extend(at..at + same.len());
            at += same.len();
        }
        Dated {
            entry,
            rows,
            span: Span::of(rows),
            by_day,
        }
    }

    fn of_day(&self, day: Option<i32>) -> impl Iterator<Item = (usize, &'a RowIdent)> {
        let rows = self.rows;
        self.by_day
            .get(&day)
            .into_iter()
            .flatten()
            .filter_map(move |at| Some((*at, rows.get(*at)?)))
    }

    fn slots(&self, input: &Input, day: Option<i32>) -> Vec<Slot> {
        let slot = |(row, ident)| Slot::new(input.ident(ident), self.entry.version, row);
        self.of_day(day).map(slot).collect()
    }
}

impl Truth {
    fn say(&self, input: &Input, kept: &[Dated], outcome: &mut Outcome) {
        for (day, owners) in &self.edge {
            let owner = day.and_then(|day| self.inside.get(&day));
            let owners = owners.iter().filter_map(|at| Some((*at, kept.get(*at)?)));
            let Some(owner) = owner else {
                largest(
                    owners.map(|(_, dated)| dated.slots(input, *day)).collect(),
                    &mut outcome.verdict,
                );
                continue;
            };
            for (at, dated) in owners {
                let why = if at == *owner { Why::Counts } else { Why::Replaced };
                dated
                    .of_day(*day)
                    .for_each(|(row, _)| outcome.verdict.say(dated.entry.version, row, why));
            }
        }
    }

    /// The version that has the rows of a day now.
    fn owner(&self, day: i32) -> Option<usize> {
        let last = || self.edge.get(&Some(day)).and_then(|owners| owners.last()).copied();
        self.inside.get(&day).copied().or_else(last)
    }
}

/// Whether a version contradicts one of its rank, or would withdraw much.
fn in_doubt(input: &Input, kept: &[Dated], truth: &Truth, fresh: &Dated) -> Option<Open> {
    let mut lost = Lost::default();
    for day in fresh.by_day.keys().copied() {
        let Some(owner) = day.and_then(|day| truth.owner(day)).and_then(|owner| kept.get(owner)) else {
            continue;
        };
        let inside = day.is_some_and(|day| fresh.span.covers(day) || owner.span.covers(day));
        if inside && tied(&owner.entry, &fresh.entry) && !same_rows(input, owner.of_day(day), fresh.of_day(day)) {
            return Some(tie_of(input, &owner.entry, &fresh.entry));
        }
        if day.is_some_and(|day| fresh.span.covers(day)) {
            lost.add(input, &owner.entry, owner.of_day(day), fresh.of_day(day));
        }
    }
    lost.question(input, &fresh.entry)
}

/// Whether two versions hold the same rows, as often.
fn same_rows<'r>(
    input: &Input,
    a: impl Iterator<Item = (usize, &'r RowIdent)>,
    b: impl Iterator<Item = (usize, &'r RowIdent)>,
) -> bool {
    let sorted = |rows: &mut dyn Iterator<Item = (usize, &'r RowIdent)>| {
        let mut idents: Vec<u64> = rows.map(|(_, row)| input.ident(row)).collect();
        idents.sort_unstable();
        idents
    };
    let (mut a, mut b) = (a, b);
    sorted(&mut a) == sorted(&mut b)
}

/// At how many rows exports and sheets are cut off, with and without a header.
const ROW_LIMITS: [usize; 6] = [9_999, 10_000, 65_535, 65_536, 1_048_575, 1_048_576];

/// What a version no longer holds of what it covers.
#[derive(Default)]
struct Lost {
    covered: u64,
    gone: u64,
    former: Option<usize>,
}

impl Lost {
    /// A row is gone where neither an equal one nor one about the same thing is there; of equal rows each counts.
    fn add<'r>(
        &mut self,
        input: &Input,
        owner: &Entry,
        old: impl Iterator<Item = (usize, &'r RowIdent)>,
        new: impl Iterator<Item = (usize, &'r RowIdent)>,
    ) {
        let (mut equal, mut subjects) = (Map::<u64, u64>::default(), BTreeSet::new());
        for (_, row) in new {
            *equal.entry(input.ident(row)).or_default() += 1;
            subjects.insert(row.subject);
        }
        for (_, row) in old {
            self.covered += 1;
            match equal.get_mut(&input.ident(row)) {
                Some(left) if *left > 0 => *left -= 1,
                Some(_) => self.gone += 1,
                None if row.subject != 0 && subjects.contains(&row.subject) => {}
                None => self.gone += 1,
            }
        }
        self.former = Some(owner.version);
    }

    fn question(&self, input: &Input, fresh: &Entry) -> Option<Open> {
        let older = self.former?;
        // One that ends where an export is cut off may hold less than there is.
        let is_cut = self.gone > 0 && ROW_LIMITS.contains(&input.rows(fresh.version).len());
        let much = self.gone * 10 > self.covered || is_cut;
        let much = much && !input.decisions.accepted.contains(&input.file_no(fresh.version));
        let (kind, newer, order) = (QuestionKind::WithdrawsMuch, fresh.version, fresh.at);
        much.then_some(Open {
            kind,
            older,
            newer,
            rows: self.gone,
            order,
            equal_rows: false,
        })
    }
}

/// The newest version of a scope is all there is.
pub(super) fn snapshot(input: &Input, outcome: &mut Outcome) {
    for group in input.grouped(|entry| entry.scope) {
        let mut kept: Vec<Entry> = Vec::new();
        for entry in &group {
            let doubt = kept.last().and_then(|former| {
                let top = group.last().is_some_and(|last| last.rank == entry.rank);
                if top && tied(former, entry) && !same_rows(input, all(input, former), all(input, entry)) {
                    return Some(tie_of(input, former, entry));
                }
                let mut lost = Lost::default();
                lost.add(input, former, all(input, former), all(input, entry));
                lost.question(input, entry)
            });
            match doubt {
                Some(open) => outcome.contest(entry, open),
                None => kept.push(*entry),
            }
        }
        if let Some((last, former)) = kept.split_last() {
            former
                .iter()
                .for_each(|entry| outcome.verdict.say_all(entry.version, Why::Withdrawn));
            outcome.verdict.say_all(last.version, Why::Counts);
        }
    }
}

fn all<'a>(input: &Input<'a>, entry: &Entry) -> impl Iterator<Item = (usize, &'a RowIdent)> + use<'a> {
    input.rows(entry.version).iter().enumerate()
}

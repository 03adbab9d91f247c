//! By key what the newest row says counts, as the first version that says so has it: a re-export that repeats it changes
//! nothing. Rows that a line became and that have one key count together. Rows without a key count as many as one version
//! has of them.

use super::entry::{Entry, Input};
use super::largest::{Slot, largest};
use super::model::{RowDocument, RowIdent, Why};
use super::outcome::Outcome;
use super::share::mix;
use super::tie::{tie_of, tied};
use crate::hashed::Map;

/// What the newest row of a key says, and which row stands for it: of the first version that says so, the last line.
#[derive(Clone, Copy)]
struct Newest {
    key: u64,
    ident: u64,
    entry: u32,
    line: u32,
}

/// Keys with what their newest rows say, in the order in which they were met.
struct Keys {
    newest: Vec<Newest>,
    places: Map<u64, u32>,
    /// The place behind the one that was met last: files keep their order, so the next row is most likely found there.
    next: u32,
}

impl Keys {
    fn with_room(rows: usize) -> Keys {
        Keys {
            newest: Vec::with_capacity(rows),
            places: Map::with_capacity_and_hasher(rows, Default::default()),
            next: 0,
        }
    }

    /// The place of a key; `row` becomes the newest one of a key that was not met before.
    fn meet(&mut self, row: Newest) -> u32 {
        let is_next = self
            .newest
            .get(self.next as usize)
            .is_some_and(|next| next.key == row.key);
        let at = match is_next {
            true => self.next,
            false => *self.places.entry(row.key).or_insert(self.newest.len() as u32),
        };
        if at as usize == self.newest.len() {
            self.newest.push(row);
        }
        self.next = at + 1;
        at
    }
}

pub(super) fn keyed(input: &Input, outcome: &mut Outcome) {
    // The same bytes of two scopes are two facts, so they are grouped before bytes are compared.
    let mut entries: Vec<Entry> = input.grouped(|entry| entry.scope).into_iter().flatten().collect();
    entries.sort_unstable_by_key(|entry| entry.at);
    let said = Said::of(input, &entries);
    let kept = uncontradicted(input, &said, &entries, outcome);
    let keyless: Vec<Vec<Slot>> = (kept.iter())
        .map(|entry| {
            (input.rows(entry.version).iter().enumerate())
                .filter(|(line, row)| {
                    let documents = input.version(entry.version).and_then(|version| version.documents);
                    row.subject == 0 || cancels(documents, *line)
                })
                .map(|(line, row)| Slot::new(mix(u64::from(entry.scope), input.ident(row)), entry.version, line))
                .collect()
        })
        .collect();
    largest(keyless, &mut outcome.verdict);
    // From the newest row back, so that the first row that is met of a key says what holds.
    let rows = kept.iter().map(|entry| input.rows(entry.version).len()).max();
    let mut keys = Keys::with_room(rows.unwrap_or(0));
    let mut met: Vec<Vec<u32>> = Vec::with_capacity(kept.len());
    for (at, entry) in kept.iter().enumerate().rev() {
        keys.next = 0;
        let mut places = Vec::with_capacity(input.rows(entry.version).len());
        for (line, row) in with_key(input, entry).rev() {
            let row = Newest {
                key: key(entry, row),
                ident: said.ident(entry, line, row),
                entry: at as u32,
                line: line as u32,
            };
            let place = keys.meet(row);
            places.push(place);
            if let Some(newest) = keys.newest.get_mut(place as usize)
                && newest.ident == row.ident
                && newest.entry != row.entry
            {
                (newest.entry, newest.line) = (row.entry, row.line);
            }
        }
        met.push(places);
    }
    for (entry, places) in kept.iter().rev().zip(met) {
        for ((line, row), place) in with_key(input, entry).rev().zip(places) {
            let Some(newest) = keys.newest.get(place as usize) else {
                continue;
            };
            let owner = kept.get(newest.entry as usize).map(|owner| owner.version);
            let why = match newest.ident == said.ident(entry, line, row) {
                _ if owner == Some(entry.version) && newest.line as usize == line => Why::Counts,
                true => Why::Repeated,
                false => Why::Replaced,
            };
            for line in std::iter::once(line).chain(said.further(entry, line).iter().copied()) {
                outcome.verdict.say(entry.version, line, why);
            }
        }
    }
}

/// The versions that no former one of the same rank contradicts; the others wait.
fn uncontradicted(input: &Input, said: &Said, entries: &[Entry], outcome: &mut Outcome) -> Vec<Entry> {
    if !entries.iter().any(|entry| entry.in_doubt) {
        return entries.to_vec();
    }
    // What the newest row of a key says, and of which entry it is.
    let mut newest: Map<u64, (u32, u64)> = Map::default();
    let mut kept = Vec::with_capacity(entries.len());
    for (at, entry) in entries.iter().enumerate() {
        if let Some(former) = contradicted(input, said, entries, entry, &newest) {
            outcome.contest(entry, tie_of(input, &former, entry));
            continue;
        }
        kept.push(*entry);
        for (line, row) in with_key(input, entry) {
            newest.insert(key(entry, row), (at as u32, said.ident(entry, line, row)));
        }
    }
    kept
}

/// A former version of the same rank that says otherwise about a key.
fn contradicted(
    input: &Input,
    said: &Said,
    entries: &[Entry],
    entry: &Entry,
    newest: &Map<u64, (u32, u64)>,
) -> Option<Entry> {
    if !entry.in_doubt {
        return None;
    }
    // Within a version the last row of a key counts, so only that one can contradict.
    let mut last: Map<u64, u64> = Map::default();
    for (line, row) in with_key(input, entry) {
        last.insert(key(entry, row), said.ident(entry, line, row));
    }
    let against = last.iter().filter_map(|(key, ident)| {
        let (place, _) = newest.get(key).filter(|(_, known)| known != ident)?;
        entries
            .get(*place as usize)
            .filter(|former| tied(former, entry))
            .map(|former| (*place, *former))
    });
    against.min_by_key(|(place, _)| *place).map(|(_, former)| former)
}

/// What rows say of their keys: those of one line and one key say it together.
struct Said<'a> {
    input: &'a Input<'a>,
    /// Of each version that has such, the further rows behind the first one of their line.
    further: Map<u64, Map<u64, Vec<usize>>>,
}

impl<'a> Said<'a> {
    fn of(input: &'a Input<'a>, entries: &[Entry]) -> Said<'a> {
        let mut further: Map<u64, Map<u64, Vec<usize>>> = Map::default();
        for version in entries.iter().map(|entry| entry.version) {
            let rows = input.rows(version);
            if further.contains_key(&(version as u64)) || rows.iter().all(|row| row.back == 0) {
                continue;
            }
            let of_version = further.entry(version as u64).or_default();
            for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.back > 0) {
                let first = at as u64 - u64::from(row.back);
                of_version.entry(first).or_default().push(at);
            }
        }
        Said { input, further }
    }

    /// The rows that count or not with that one.
    fn further(&self, entry: &Entry, first: usize) -> &[usize] {
        let of_version = self.further.get(&(entry.version as u64));
        of_version
            .and_then(|rows| rows.get(&(first as u64)))
            .map_or(&[], Vec::as_slice)
    }

    /// What a row says, with those of its line.
    fn ident(&self, entry: &Entry, first: usize, row: &RowIdent) -> u64 {
        let rows = self.input.rows(entry.version);
        let further = self.further(entry, first).iter().filter_map(|at| rows.get(*at));
        further.fold(self.input.ident(row), |hash, row| mix(hash, self.input.ident(row)))
    }
}

/// The first rows of a key in their lines: one that cancels another says nothing newer about what it cancels.
fn with_key<'a>(input: &Input<'a>, entry: &Entry) -> impl DoubleEndedIterator<Item = (usize, &'a RowIdent)> + use<'a> {
    let documents = input.version(entry.version).and_then(|version| version.documents);
    input
        .rows(entry.version)
        .iter()
        .enumerate()
        .filter(move |(line, row)| row.subject != 0 && row.back == 0 && !cancels(documents, *line))
}

fn cancels(documents: Option<&[RowDocument]>, line: usize) -> bool {
    let document = documents.and_then(|documents| documents.get(line));
    document.is_some_and(RowDocument::cancels)
}

fn key(entry: &Entry, row: &RowIdent) -> u64 {
    mix(u64::from(entry.scope), row.subject)
}

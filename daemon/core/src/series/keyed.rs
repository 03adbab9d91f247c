//! By key what the newest row says counts, as the first version that says so has it: a re-export that repeats it changes
//! nothing. Rows without a key count as many as one version has of them.

use super::entry::{Entry, Input};
use super::largest::{Slot, largest};
use super::model::{RowDocument, RowIdent, Why};
use super::outcome::Outcome;
use super::share::{Map, mix};
use super::tie::{tie_of, tied};

/// What the newest row of a key says.
#[derive(Clone, Copy)]
struct Newest {
    entry: u32,
    ident: u64,
}

pub(super) fn keyed(input: &Input, outcome: &mut Outcome) {
    let rows = input
        .versions
        .iter()
        .map(|version| version.rows.len())
        .max()
        .unwrap_or(0);
    let mut newest: Map<u64, Newest> = Map::with_capacity_and_hasher(rows, Default::default());
    // The same bytes of two scopes are two facts, so they are grouped before bytes are compared.
    let mut entries: Vec<Entry> = input.grouped(|entry| entry.scope).into_iter().flatten().collect();
    entries.sort_unstable_by_key(|entry| entry.at);
    let mut kept = Vec::with_capacity(entries.len());
    for (at, entry) in entries.iter().enumerate() {
        if let Some(former) = contradicted(input, &entries, entry, &newest) {
            outcome.contest(entry, tie_of(input, &former, entry));
            continue;
        }
        kept.push((at as u32, *entry));
        for (_, row) in with_key(input, entry) {
            newest.insert(
                key(entry, row),
                Newest {
                    entry: at as u32,
                    ident: input.ident(row),
                },
            );
        }
    }
    let keyless: Vec<Vec<Slot>> = (kept.iter())
        .map(|(_, entry)| {
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
    // The first version that says what the newest one says; within it, its last line that does.
    let mut owner: Map<u64, (u32, u32)> = Map::with_capacity_and_hasher(newest.len(), Default::default());
    for (at, entry) in &kept {
        for (line, row) in with_key(input, entry) {
            let key = key(entry, row);
            if newest.get(&key).is_some_and(|newest| newest.ident == input.ident(row)) {
                let place = owner.entry(key).or_insert((*at, line as u32));
                if place.0 == *at {
                    place.1 = line as u32;
                }
            }
        }
    }
    for (_, entry) in &kept {
        for (line, row) in with_key(input, entry) {
            let key = key(entry, row);
            let (Some(best), Some(owner)) = (newest.get(&key), owner.get(&key)) else {
                continue;
            };
            let version = entries.get(owner.0 as usize).map(|owner| owner.version);
            let why = match best.ident == input.ident(row) {
                _ if version == Some(entry.version) && owner.1 as usize == line => Why::Counts,
                true => Why::Repeated,
                false => Why::Replaced,
            };
            outcome.verdict.say(entry.version, line, why);
        }
    }
}

/// A former version of the same rank that says otherwise about a key.
fn contradicted(input: &Input, entries: &[Entry], entry: &Entry, newest: &Map<u64, Newest>) -> Option<Entry> {
    if !entry.in_doubt {
        return None;
    }
    // Within a version the last row of a key counts, so only that one can contradict.
    let mut last: Map<u64, u64> = Map::default();
    for (_, row) in with_key(input, entry) {
        last.insert(key(entry, row), input.ident(row));
    }
    let against = last.iter().filter_map(|(key, ident)| {
        let known = newest.get(key).filter(|known| known.ident != *ident)?;
        entries
            .get(known.entry as usize)
            .filter(|former| tied(former, entry))
            .map(|former| (known.entry, *former))
    });
    against.min_by_key(|(place, _)| *place).map(|(_, former)| former)
}

/// The rows of a key: one that cancels another says nothing newer about what it cancels.
fn with_key<'a>(input: &Input<'a>, entry: &Entry) -> impl Iterator<Item = (usize, &'a RowIdent)> + use<'a> {
    let documents = input.version(entry.version).and_then(|version| version.documents);
    input
        .rows(entry.version)
        .iter()
        .enumerate()
        .filter(move |(line, row)| row.subject != 0 && !cancels(documents, *line))
}

fn cancels(documents: Option<&[RowDocument]>, line: usize) -> bool {
    let document = documents.and_then(|documents| documents.get(line));
    document.is_some_and(RowDocument::cancels)
}

fn key(entry: &Entry, row: &RowIdent) -> u64 {
    mix(u64::from(entry.scope), row.subject)
}

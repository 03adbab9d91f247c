//! The last step: what was cancelled and what cancels it are taken out of count.
//!
//! Invariants: only a row that counts gets another state; what cancels what is read from numbers of documents within one
//! scope; a row that is pointed to counts or not by that alone, its mark says so where nothing points to it; equal rows
//! of a document count or not together, and the order of the versions changes nothing.

use super::entry::{Input, Verdict};
use super::model::{RowDocument, Why};
use super::share::mix;
use crate::hashed::Map;

/// How far a reversal of a reversal is followed. Even, so that of rows that cancel each other in a circle none counts.
const ROUNDS: usize = 16;

/// Says of rows that count which of them are cancelled, cancel another one, or cancel what is not there.
pub(super) fn net(input: &Input, verdict: &mut Verdict) {
    let mut documents = input.versions.iter().filter_map(|version| version.documents).flatten();
    if !documents.any(|document| document.cancels() || document.cancelled) {
        return;
    }
    let rows = Rows::new(input, verdict);
    let (links, mut marks) = (Links::new(&rows), Marks::new(&rows));
    let reversed = |is_reversed: bool| is_reversed.then_some(Why::Reversed);
    take_out(input, verdict, |row| match links.said(row) {
        None => reversed(marks.take(row)),
        why => why,
    });
    take_out(input, verdict, |row| {
        reversed(links.said(row).is_none() && marks.take_equal(row))
    });
    take_out(input, verdict, |row| {
        reversed(links.said(row).is_none() && marks.take_counter_entry(row))
    });
}

/// Gives another state to the rows that count of which it is said.
fn take_out(input: &Input, verdict: &mut Verdict, mut said: impl FnMut(&Row) -> Option<Why>) {
    let rows = Rows::new(input, verdict);
    let changed: Vec<(usize, usize, Why)> = rows
        .counting()
        .filter_map(|row| Some((row.version, row.row, said(&row)?)))
        .collect();
    for (version, row, why) in changed {
        verdict.stop(version, row, why);
    }
}

/// A row of a version that takes part.
#[derive(Debug, Clone, Copy)]
struct Row {
    version: usize,
    row: usize,
    scope: u64,
    why: Why,
    /// Its values within its scope.
    values: u64,
    document: RowDocument,
}

impl Row {
    /// Whether it is marked and says so for itself and the rows that it equals.
    fn is_marked(&self) -> bool {
        self.document.cancelled && !self.document.cancels() && matches!(self.why, Why::Counts | Why::Repeated)
    }

    /// A hash of it within its scope; `None` for none.
    fn key(&self, hash: u64) -> Option<u64> {
        (hash != 0).then(|| mix(self.scope, hash))
    }

    /// By what other rows can point to it.
    fn names(&self) -> impl Iterator<Item = u64> {
        let (item, whole) = (self.key(self.document.item), self.key(self.document.whole));
        item.into_iter().chain(whole)
    }

    /// What it can mean by what it cancels, the nearest first; never itself, nor the whole of its own document.
    fn means(&self) -> impl Iterator<Item = u64> {
        let RowDocument {
            item,
            whole,
            cancels_item,
            cancels_whole,
            ..
        } = self.document;
        let other = |own: u64, cancels: u64| self.key(cancels).filter(|_| own != cancels);
        other(item, cancels_item).into_iter().chain(other(whole, cancels_whole))
    }
}

/// The rows of all versions that take part, in the order of the series.
struct Rows<'a> {
    input: &'a Input<'a>,
    verdict: &'a Verdict,
    versions: Vec<(usize, u64)>,
}

impl<'a> Rows<'a> {
    fn new(input: &'a Input<'a>, verdict: &'a Verdict) -> Rows<'a> {
        let mut seen = vec![false; input.versions.len()];
        let mut versions = Vec::new();
        for entry in &input.entries {
            if let Some(seen) = seen.get_mut(entry.version)
                && !std::mem::replace(seen, true)
            {
                versions.push((entry.version, u64::from(entry.scope)));
            }
        }
        Rows {
            input,
            verdict,
            versions,
        }
    }

    fn of(&self, (version, scope): (usize, u64)) -> impl Iterator<Item = Row> + use<'a> {
        let input = self.input;
        let documents = input.version(version).and_then(|version| version.documents);
        let rows = input.rows(version).iter().zip(self.verdict.of(version));
        rows.enumerate().map(move |(row, (ident, why))| Row {
            version,
            row,
            scope,
            why: *why,
            values: mix(scope, input.ident(ident)),
            document: documents
                .and_then(|documents| documents.get(row))
                .copied()
                .unwrap_or_default(),
        })
    }

    fn all(&self) -> impl Iterator<Item = Row> {
        self.versions.iter().flat_map(|version| self.of(*version))
    }

    fn counting(&self) -> impl Iterator<Item = Row> {
        self.all().filter(|row| row.why == Why::Counts)
    }
}

/// Which documents are cancelled by rows that point to them.
struct Links {
    /// What rows may point to, and whether it is there.
    known: Map<u64, bool>,
    /// What rows point to, and whether one of them is in force: one that is cancelled itself is not.
    cancelled: Map<u64, bool>,
}

impl Links {
    fn new(rows: &Rows) -> Links {
        let cancelling: Vec<Row> = rows.counting().filter(|row| row.document.cancels()).collect();
        let mut known: Map<u64, bool> = cancelling.iter().flat_map(Row::means).map(|key| (key, false)).collect();
        for row in rows.all() {
            for name in row.names() {
                known.entry(name).and_modify(|known| *known = true);
            }
        }
        let pointing: Vec<(Row, u64)> = cancelling
            .into_iter()
            .filter_map(|row| Some((row, target(&row, &known)?)))
            .collect();
        let cancelled = in_force(&pointing);
        Links { known, cancelled }
    }

    /// What follows for a row that cancels or is pointed to.
    fn said(&self, row: &Row) -> Option<Why> {
        if row.document.cancels() {
            let is_there = target(row, &self.known).is_some();
            return Some(if is_there { Why::Reversed } else { Why::OrphanReversal });
        }
        let pointed = row.names().filter_map(|name| self.cancelled.get(&name));
        let is_cancelled = pointed.copied().reduce(|a, b| a || b)?;
        Some(if is_cancelled { Why::Reversed } else { Why::Counts })
    }
}

/// What a row points to, where it is there.
fn target(row: &Row, known: &Map<u64, bool>) -> Option<u64> {
    row.means().find(|key| known.get(key) == Some(&true))
}

/// Of rows and what they point to: whether a row that no other one cancels points to it.
fn in_force(pointing: &[(Row, u64)]) -> Map<u64, bool> {
    let mut cancelled: Map<u64, bool> = pointing.iter().map(|(_, target)| (*target, true)).collect();
    for _ in 0..ROUNDS {
        let mut next: Map<u64, bool> = pointing.iter().map(|(_, target)| (*target, false)).collect();
        for (row, target) in pointing {
            if row.names().all(|name| cancelled.get(&name) != Some(&true)) {
                next.insert(*target, true);
            }
        }
        if next == cancelled {
            break;
        }
        cancelled = next;
    }
    cancelled
}

/// Which rows are marked as cancelled, by themselves or by an equal row of another version.
struct Marks {
    /// Items of documents.
    items: Map<u64, ()>,
    /// Of rows without one, by their values: how many are still to be taken out, and one of them.
    values: Map<u64, (usize, RowDocument)>,
    /// Amounts above zero of marked rows.
    above: Map<u64, ()>,
    /// What was taken out, by its amount: how many rows above zero, less those below.
    amounts: Map<u64, i64>,
}

impl Marks {
    fn new(rows: &Rows) -> Marks {
        let mut marks = Marks {
            items: Map::default(),
            values: Map::default(),
            above: Map::default(),
            amounts: Map::default(),
        };
        for version in &rows.versions {
            let mut here: Map<u64, (usize, RowDocument)> = Map::default();
            for row in rows.of(*version).filter(Row::is_marked) {
                if let Some(amount) = row.key(row.document.amount).filter(|_| !row.document.negative) {
                    marks.above.insert(amount, ());
                }
                match row.key(row.document.item) {
                    Some(item) => drop(marks.items.insert(item, ())),
                    None => here.entry(row.values).or_insert((0, row.document)).0 += 1,
                }
            }
            for (values, (number, document)) in here {
                let known = marks.values.entry(values).or_insert((0, document));
                known.0 = known.0.max(number);
            }
        }
        marks
    }

    /// A row that its own mark cancels, or that of its item.
    fn take(&mut self, row: &Row) -> bool {
        // A mark on what takes back, and not on what is taken back: both count, and add up to nothing.
        let takes_back = row.document.negative
            && row
                .key(row.document.amount)
                .is_some_and(|amount| !self.above.contains_key(&amount));
        let takes = match row.key(row.document.item) {
            _ if takes_back => false,
            Some(item) => self.items.contains_key(&item),
            None => row.document.cancelled,
        };
        if takes {
            if let Some((left, _)) = self.values.get_mut(&row.values) {
                *left = left.saturating_sub(1);
            }
            self.took(row, row.document);
        }
        takes
    }

    /// A row without an item of a document that is marked where it stands again.
    fn take_equal(&mut self, row: &Row) -> bool {
        let Some((left, document)) = self.values.get_mut(&row.values) else {
            return false;
        };
        if row.document.item != 0 || *left == 0 {
            return false;
        }
        *left -= 1;
        let document = *document;
        self.took(row, document);
        true
    }

    /// A row that takes back the amount of one that was taken out by its mark, which would be subtracted twice.
    fn take_counter_entry(&mut self, row: &Row) -> bool {
        let left = row.key(row.document.amount).and_then(|key| self.amounts.get_mut(&key));
        match left.filter(|left| row.document.negative && **left > 0) {
            Some(left) => {
                *left -= 1;
                true
            }
            None => false,
        }
    }

    fn took(&mut self, row: &Row, document: RowDocument) {
        if let Some(key) = row.key(document.amount) {
            *self.amounts.entry(key).or_default() += if document.negative { -1 } else { 1 };
        }
    }
}

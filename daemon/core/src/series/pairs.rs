//! What stands under each name, and what two names have in common.

use super::entry::{Entry, Input, Span, Verdict};
use super::largest::Slot;
use super::model::RowIdent;
use super::model::Why;
use super::share::sorted_by_hash;
use super::{NameParts, scope};
use crate::hashed::Map;
use std::collections::BTreeMap;

/// With how many former documents of the same row a document is compared, the nearest by rank: a row that hundreds of
/// files repeat costs no more than one that few do.
const NEAREST: usize = 8;

/// What stands under one name of one scope, from one version or several.
pub(super) struct Document {
    /// Its versions by rank.
    pub entries: Vec<Entry>,
    /// Place of its newest version in the order of the series.
    pub order: usize,
    pub scope: u32,
    pub span: Span,
    /// How many rows stand.
    pub rows: u64,
    /// The words of its name without dates, counters and copy words.
    pub stem: String,
    /// Days with the number of rows up to each, and the number of rows without a day.
    days: Vec<(i32, u64)>,
    undated: u64,
    /// Its rows by their identity; empty where no other document tells of its days.
    pub slots: Vec<Slot>,
}

impl Document {
    /// The documents of what stands, the lowest rank first.
    pub fn of(input: &Input, homes: &[Option<Entry>], verdict: &Verdict) -> Vec<Document> {
        let mut by_chain: BTreeMap<u32, Vec<Entry>> = BTreeMap::new();
        for home in homes.iter().flatten() {
            by_chain.entry(home.chain).or_default().push(*home);
        }
        let mut documents: Vec<Document> = by_chain
            .into_values()
            .filter_map(|entries| Document::new(input, entries, verdict))
            .collect();
        documents.sort_by_key(|document| document.order);
        for at in together(&documents) {
            if let Some(document) = documents.get_mut(at) {
                document.slots = document.sorted(input, verdict, |row| input.ident(row));
            }
        }
        documents
    }

    fn new(input: &Input, mut entries: Vec<Entry>, verdict: &Verdict) -> Option<Document> {
        entries.sort_unstable_by_key(|entry| entry.at);
        let last = *entries.last()?;
        let NameParts { stem, .. } = scope::name_parts(input.name(&last));
        let mut days: BTreeMap<i32, u64> = BTreeMap::new();
        let mut document = Document {
            order: last.at,
            scope: last.scope,
            span: Span::default(),
            rows: 0,
            stem,
            days: Vec::new(),
            undated: 0,
            slots: Vec::new(),
            entries: Vec::new(),
        };
        // Rows of a day mostly lie together.
        let mut run = (None, 0);
        for (_, _, row) in standing(input, &entries, verdict) {
            if row.day != run.0 {
                document.add_day(&mut days, run);
                run = (row.day, 0);
            }
            run.1 += 1;
        }
        document.add_day(&mut days, run);
        let mut sum = 0;
        document.days = days
            .into_iter()
            .map(|(day, rows)| {
                (day, {
                    sum += rows;
                    sum
                })
            })
            .collect();
        document.rows = sum + document.undated;
        document.entries = entries;
        Some(document)
    }

    fn add_day(&mut self, days: &mut BTreeMap<i32, u64>, (day, rows): (Option<i32>, u64)) {
        if rows == 0 {
            return;
        }
        self.span = self.span.with(day);
        match day {
            Some(day) => *days.entry(day).or_default() += rows,
            None => self.undated += rows,
        }
    }

    /// How many of its rows lie inside a span, those without a day included.
    pub fn inside(&self, span: &Span) -> u64 {
        let Some((first, last)) = span.days else {
            return if span.undated { self.rows } else { 0 };
        };
        let up_to = |day: Option<i32>| {
            let Some(day) = day else { return 0 };
            let at = self.days.partition_point(|(known, _)| *known <= day);
            at.checked_sub(1)
                .and_then(|at| self.days.get(at))
                .map_or(0, |(_, sum)| *sum)
        };
        let dated = if first <= last {
            up_to(Some(last)).saturating_sub(up_to(first.checked_sub(1)))
        } else {
            0
        };
        if span.undated { self.rows } else { dated + self.undated }
    }

    /// How many of its rows lie strictly inside the period of a span.
    pub fn covered(&self, span: &Span) -> u64 {
        let inner = span
            .days
            .and_then(|(first, last)| Some((first.checked_add(1)?, last.checked_sub(1)?)));
        let Some(inner) = inner.filter(|(first, last)| first <= last) else {
            return 0;
        };
        self.inside(&Span {
            days: Some(inner),
            undated: false,
        })
        .saturating_sub(self.undated)
    }

    /// Its rows under a key, by the key.
    pub fn sorted(&self, input: &Input, verdict: &Verdict, key: impl Fn(&RowIdent) -> u64) -> Vec<Slot> {
        let mut slots: Vec<Slot> = Vec::with_capacity(self.rows as usize);
        let all = standing(input, &self.entries, verdict);
        slots.extend(all.map(|(version, row, ident)| Slot::new(key(ident), version, row)));
        sorted_by_hash(slots, |slot| slot.key)
    }
}

/// The rows that stand so far: version, row, identity.
pub(super) fn standing<'i>(
    input: &'i Input,
    entries: &'i [Entry],
    verdict: &'i Verdict,
) -> impl Iterator<Item = (usize, usize, &'i RowIdent)> {
    entries.iter().flat_map(move |entry| {
        let rows = input
            .rows(entry.version)
            .iter()
            .zip(verdict.of(entry.version))
            .enumerate();
        let standing = rows.filter(|(_, (_, why))| **why == Why::Counts);
        standing.map(move |(at, (row, _))| (entry.version, at, row))
    })
}

/// The documents that tell of days of which another one tells.
fn together(documents: &[Document]) -> Vec<usize> {
    let mut by_first: Vec<(i32, i32, usize)> = (documents.iter().enumerate())
        .map(|(at, document)| (document.span.reach().0, document.span.reach().1, at))
        .collect();
    by_first.sort_unstable();
    let mut met = vec![false; documents.len()];
    let mut reach: Option<(i32, usize)> = None;
    for (first, last, at) in by_first {
        if let Some((until, other)) = reach
            && first <= until
        {
            for at in [at, other] {
                if let Some(met) = met.get_mut(at) {
                    *met = true;
                }
            }
        }
        if reach.is_none_or(|(until, _)| last > until) {
            reach = Some((last, at));
        }
    }
    (0..documents.len()).filter(|at| met.get(*at) == Some(&true)).collect()
}

/// Equal keys of one document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    pub key: u64,
    /// Place of the document.
    pub document: u32,
    /// How many rows.
    pub count: u32,
    /// Place of the first among the rows of the document.
    pub start: u32,
    /// The day, [`NO_DAY`] for none.
    pub day: i32,
    /// What is compared beside the key.
    pub value: u64,
}

/// Stands for no day where room is scarce.
pub(super) const NO_DAY: i32 = i32::MIN;

/// What two documents have in common.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Common {
    /// Equal rows, each as often as both have it.
    pub rows: u64,
    /// Those strictly inside the period of the older, of the newer.
    pub covered: (u64, u64),
    /// Keys whose values differ.
    pub differing: u64,
}

impl Common {
    fn add(&mut self, a: &Group, b: &Group, spans: (&Span, &Span)) {
        if a.value != b.value {
            self.differing += 1;
            return;
        }
        let rows = u64::from(a.count.min(b.count));
        self.rows += rows;
        if a.day != NO_DAY {
            self.covered.0 += if spans.0.covers(a.day) { rows } else { 0 };
            self.covered.1 += if spans.1.covers(a.day) { rows } else { 0 };
        }
    }
}

/// What pairs of documents have in common.
#[derive(Default)]
pub(super) struct Pairs {
    /// By the older and the newer document.
    pub common: Map<(usize, usize), Common>,
    /// Some row is in more documents than were compared, so that a figure may be too low.
    pub cut: bool,
}

impl Pairs {
    /// From groups, by key and in the order of the documents within a key.
    pub fn of(documents: &[Document], groups: &[Group]) -> Pairs {
        let mut pairs = Pairs::default();
        for same in groups.chunk_by(|a, b| a.key == b.key) {
            pairs.cut |= same.len() > NEAREST + 1;
            for (at, newer) in same.iter().enumerate().skip(1) {
                for older in same.iter().take(at).skip(at.saturating_sub(NEAREST)) {
                    let (Some(old), Some(new)) = (
                        documents.get(older.document as usize),
                        documents.get(newer.document as usize),
                    ) else {
                        continue;
                    };
                    if old.span.meets(&new.span) {
                        let pair = pairs
                            .common
                            .entry((older.document as usize, newer.document as usize))
                            .or_default();
                        pair.add(older, newer, (&old.span, &new.span));
                    }
                }
            }
        }
        pairs
    }

    pub fn get(&self, older: usize, newer: usize) -> Common {
        self.common.get(&(older, newer)).copied().unwrap_or_default()
    }
}

/// Groups of several documents by key, those of a key in the order of the documents.
pub(super) fn by_key(groups: Vec<Vec<Group>>) -> Vec<Group> {
    let mut all: Vec<Group> = Vec::with_capacity(groups.iter().map(Vec::len).sum());
    groups.into_iter().for_each(|groups| all.extend(groups));
    sorted_by_hash(all, |group| group.key)
}

/// The groups of rows that are sorted by key.
pub(super) fn grouped(input: &Input, document: usize, slots: &[Slot]) -> Vec<Group> {
    let mut start = 0;
    let mut groups = Vec::with_capacity(slots.len());
    for same in slots.chunk_by(|a, b| a.key == b.key) {
        if let [first, ..] = same {
            let day = input
                .rows(first.version())
                .get(first.row())
                .and_then(|row| row.day)
                .unwrap_or(NO_DAY);
            let (document, count) = (document as u32, same.len() as u32);
            groups.push(Group {
                key: first.key,
                document,
                count,
                start,
                day,
                value: 0,
            });
        }
        start += same.len() as u32;
    }
    groups
}

/// What two documents have in common, counted whole.
pub(super) fn exactly(input: &Input, a: (usize, &Document), b: (usize, &Document)) -> Common {
    let mut common = Common::default();
    let groups = by_key(vec![grouped(input, a.0, &a.1.slots), grouped(input, b.0, &b.1.slots)]);
    for same in groups.chunk_by(|a, b| a.key == b.key) {
        if let [old, new] = same {
            common.add(old, new, (&a.1.span, &b.1.span));
        }
    }
    common
}

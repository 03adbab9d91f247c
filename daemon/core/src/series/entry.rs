//! The versions of a series in their order, and what is found out about their rows.

use super::model::{Decisions, RowIdent, Sighting, Version, Why};
use super::rank::{self, ByName, Ranked};
use super::share::mix;
use super::{Scope, scope};
use crate::hashed::Map;
use std::collections::BTreeMap;

/// A sighting of a version, in the order of the series.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// Place of the version among those given.
    pub version: usize,
    /// Place of the sighting in it.
    pub sighting: usize,
    /// Its place in the order.
    pub at: usize,
    /// Its rank.
    pub rank: i64,
    /// Its place by the name.
    pub name: ByName,
    /// One before it may be the newer one for all that is known.
    pub in_doubt: bool,
    /// Number of its scope.
    pub scope: u32,
    /// Number of its folder and name.
    pub chain: u32,
    /// Where a person called it the newer one of its rank: the later, the newer; 0 for never.
    pub newer: usize,
}

/// What all ways to decide work on.
pub(super) struct Input<'a> {
    pub versions: &'a [Version<'a>],
    pub decisions: &'a Decisions,
    /// Those that take part, the lowest rank first.
    pub entries: Vec<Entry>,
    by_no: Map<u64, usize>,
}

impl<'a> Input<'a> {
    pub fn new(versions: &'a [Version<'a>], decisions: &'a Decisions) -> Input<'a> {
        let sighted: Vec<_> = (versions.iter().enumerate())
            .filter(|(_, version)| takes_part(version, decisions))
            .flat_map(|(at, version)| {
                version
                    .sightings
                    .iter()
                    .enumerate()
                    .map(move |sighting| (at, version, sighting))
            })
            .collect();
        let all: Vec<&Sighting> = sighted.iter().map(|(_, _, (_, sighting))| *sighting).collect();
        let ranked = rank::ranked(&all, decisions);
        let mut sighted: Vec<_> = sighted.into_iter().zip(ranked).collect();
        // What was not decided is broken by the name and the bytes, never by what came first; a longer version is
        // taken for the later one.
        sighted.sort_by_cached_key(|((_, version, (_, sighting)), ranked)| {
            let newer = called_newer(version, decisions);
            let place = (sighting.name.clone(), sighting.folder.clone(), sighting.site.clone());
            (
                ranked.rank,
                newer,
                // The same whichever other versions are given: places are compared within their group alone.
                (ranked.name.group, ranked.name.order),
                place,
                version.rows.len(),
                version.declared_hash,
                version.file_no,
            )
        });
        let mut scopes: BTreeMap<Scope, u32> = BTreeMap::new();
        let mut chains: BTreeMap<(u32, &str, &str), u32> = BTreeMap::new();
        let mut folders: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut entries = Vec::with_capacity(sighted.len());
        // The highest place by the name so far, by group.
        let mut highest: Map<u64, u32> = Map::default();
        for ((at, version, (seen, sighting)), Ranked { rank, name }) in sighted {
            let scope = if decisions.same_source == Some(true) {
                Scope::default()
            } else {
                let codes = folders
                    .entry(&sighting.folder)
                    .or_insert_with(|| scope::folder_codes(&sighting.folder));
                Scope::of(sighting.site.as_deref(), codes, &sighting.name)
            };
            let scope = numbered(&mut scopes, scope);
            let chain = numbered(&mut chains, (scope, sighting.folder.as_str(), sighting.name.as_str()));
            let newer = called_newer(version, decisions);
            let highest = highest.entry(u64::from(name.group)).or_default();
            let is_late = decisions.rank.is_none() && name.order < *highest;
            *highest = name.order.max(*highest);
            entries.push(Entry {
                version: at,
                sighting: seen,
                at: entries.len(),
                rank,
                name,
                in_doubt: is_late || entries.last().is_some_and(|last: &Entry| last.rank == rank),
                scope,
                chain,
                newer,
            });
        }
        let by_no = versions
            .iter()
            .enumerate()
            .map(|(at, version)| (version.file_no as u64, at))
            .collect();
        Input {
            versions,
            decisions,
            entries,
            by_no,
        }
    }

    pub fn version(&self, at: usize) -> Option<&'a Version<'a>> {
        self.versions.get(at)
    }

    pub fn rows(&self, at: usize) -> &'a [RowIdent] {
        self.versions.get(at).map_or(&[], |version| version.rows)
    }

    /// The name under which the version was seen.
    pub fn name(&self, entry: &Entry) -> &'a str {
        let sighting = self
            .version(entry.version)
            .and_then(|version| version.sightings.get(entry.sighting));
        sighting.map_or("", |sighting| sighting.name.as_str())
    }

    pub fn file_no(&self, at: usize) -> i64 {
        self.versions.get(at).map_or(0, |version| version.file_no)
    }

    /// What makes two rows equal.
    pub fn ident(&self, row: &RowIdent) -> u64 {
        if self.decisions.ignore_unmapped {
            row.mapped
        } else {
            mix(row.mapped, row.other)
        }
    }

    /// The entries by their group, in their order; of the same bytes one after the other within a group only the
    /// first is kept (A, B, A asserts A again).
    pub fn grouped(&self, group: impl Fn(&Entry) -> u32) -> Vec<Vec<Entry>> {
        let mut groups: BTreeMap<u32, Vec<Entry>> = BTreeMap::new();
        for entry in &self.entries {
            let group = groups.entry(group(entry)).or_default();
            if !group
                .last()
                .is_some_and(|last| self.same_bytes(last.version, entry.version))
            {
                group.push(*entry);
            }
        }
        groups.into_values().collect()
    }

    pub fn same_bytes(&self, a: usize, b: usize) -> bool {
        a == b
            || self.version(a).map(|version| version.declared_hash)
                == self.version(b).map(|version| version.declared_hash)
    }

    /// How many rows of `former` are the first rows of `next`, which begins with its bytes; `None` where it does not.
    /// A last line that was still being written is none of them.
    pub fn grown(&self, former: usize, next: usize) -> Option<usize> {
        let old = self.version(former)?;
        let whole = old.rows.len().saturating_sub(usize::from(old.open_end));
        let mut at = next;
        // A version between the two may be withdrawn, so the way goes over it; prefixes only get shorter on it.
        for _ in 0..=self.versions.len() {
            if at == former || self.rows(at).len() < whole {
                break;
            }
            at = *self.by_no.get(&(self.version(at)?.extends? as u64))?;
        }
        if at != former || former == next {
            return None;
        }
        let (old, new) = (old.rows.get(..whole)?, self.rows(next).get(..whole)?);
        old.iter()
            .zip(new)
            .all(|(a, b)| self.ident(a) == self.ident(b))
            .then_some(whole)
    }

    /// Of how many entries each version is.
    pub fn sighted(&self) -> Vec<u32> {
        let mut times = vec![0; self.versions.len()];
        for entry in &self.entries {
            if let Some(times) = times.get_mut(entry.version) {
                *times += 1;
            }
        }
        times
    }
}

fn takes_part(version: &Version, decisions: &Decisions) -> bool {
    !version.withdrawn && !decisions.left_out.contains(&version.file_no)
}

fn called_newer(version: &Version, decisions: &Decisions) -> usize {
    decisions
        .newer
        .iter()
        .rposition(|no| *no == version.file_no)
        .map_or(0, |at| at + 1)
}

fn numbered<K: Ord>(map: &mut BTreeMap<K, u32>, key: K) -> u32 {
    let next = map.len() as u32;
    *map.entry(key).or_insert(next)
}

/// What is known so far about each row of each version.
pub(super) struct Verdict {
    why: Vec<Vec<Why>>,
}

impl Verdict {
    pub fn new(input: &Input) -> Verdict {
        let fresh = |version: &Version| match takes_part(version, input.decisions) && !version.sightings.is_empty() {
            true => Why::Repeated,
            false => Why::Withdrawn,
        };
        Verdict {
            why: input
                .versions
                .iter()
                .map(|version| vec![fresh(version); version.rows.len()])
                .collect(),
        }
    }

    /// One sighting says so; a row counts if any sighting lets it count.
    pub fn say(&mut self, version: usize, row: usize, why: Why) {
        if let Some(known) = self.why.get_mut(version).and_then(|rows| rows.get_mut(row))
            && *known != Why::Counts
        {
            *known = why;
        }
    }

    pub fn say_all(&mut self, version: usize, why: Why) {
        for known in self.why.get_mut(version).into_iter().flatten() {
            if *known != Why::Counts {
                *known = why;
            }
        }
    }

    /// A row that counted repeats another one.
    pub fn repeat(&mut self, version: usize, row: usize) {
        self.stop(version, row, Why::Repeated);
    }

    /// Another reason for a row that counted.
    pub fn stop(&mut self, version: usize, row: usize, why: Why) {
        if let Some(known) = self.why.get_mut(version).and_then(|rows| rows.get_mut(row))
            && *known == Why::Counts
        {
            *known = why;
        }
    }

    /// The rows of a version that counted do not.
    pub fn stop_all(&mut self, version: usize, why: Why) {
        for known in self.why.get_mut(version).into_iter().flatten() {
            *known = why;
        }
    }

    pub fn of(&self, version: usize) -> &[Why] {
        self.why.get(version).map_or(&[], Vec::as_slice)
    }

    pub fn into_rows(self) -> Vec<Vec<Why>> {
        self.why
    }
}

/// The first and the last day of rows, and whether one has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Span {
    pub days: Option<(i32, i32)>,
    pub undated: bool,
}

impl Span {
    pub fn of<'r>(rows: impl IntoIterator<Item = &'r RowIdent>) -> Span {
        rows.into_iter().fold(Span::default(), |span, row| span.with(row.day))
    }

    pub fn with(self, day: Option<i32>) -> Span {
        match (day, self.days) {
            (None, _) => Span { undated: true, ..self },
            (Some(day), None) => Span {
                days: Some((day, day)),
                ..self
            },
            (Some(day), Some((first, last))) => Span {
                days: Some((first.min(day), last.max(day))),
                ..self
            },
        }
    }

    /// The days that it may touch: all where a row has none.
    pub fn reach(&self) -> (i32, i32) {
        match self.days {
            Some(days) if !self.undated => days,
            _ => (i32::MIN, i32::MAX),
        }
    }

    pub fn meets(&self, other: &Span) -> bool {
        let ((a, b), (c, d)) = (self.reach(), other.reach());
        a <= d && c <= b
    }

    /// Whether a day lies strictly between the first and the last.
    pub fn covers(&self, day: i32) -> bool {
        self.days.is_some_and(|(first, last)| first < day && day < last)
    }
}

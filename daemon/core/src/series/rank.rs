//! Which of two versions is the newer one: by the time of the file, or by the number in its name.
//!
//! A copy may lose the time of a file; its name keeps a number or a date. Names are compared only where they differ in
//! nothing else, in one folder. Where versions of one time have such names, the name says which is newer; where time and
//! name say otherwise and the rows contradict each other, it is asked, once for the series.

use std::collections::BTreeMap;

use super::model::{Basis, Decisions, Sighting};
use super::scope::name_parts;

/// A place by the name: group of names that can be compared, and the place in it; 0 where there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ByName {
    pub group: u32,
    pub order: u32,
}

impl ByName {
    /// Whether the name says which is newer.
    pub fn tells(self, other: ByName) -> bool {
        self.group == other.group && self.order != other.order && self.order != 0
    }
}

/// A sighting's place in the order of the series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ranked {
    /// Its rank, after what was decided about names.
    pub rank: i64,
    pub name: ByName,
}

/// What names that can be compared have in common: folder, words and codes, how many numbers.
type Form<'s> = (&'s str, Vec<String>, usize);

/// The places of sightings, in their order.
pub(super) fn ranked(sightings: &[&Sighting], decisions: &Decisions) -> Vec<Ranked> {
    let mut all: Vec<Ranked> = sightings
        .iter()
        .map(|sighting| Ranked {
            rank: sighting.rank,
            name: ByName::default(),
        })
        .collect();
    if decisions.rank == Some(Basis::Time) {
        return all;
    }
    let mut forms: BTreeMap<Form, Vec<(Vec<u64>, i64, usize)>> = BTreeMap::new();
    for (at, sighting) in sightings.iter().enumerate() {
        let parts = name_parts(&sighting.name);
        let Some(numbers) = parts.numbers.filter(|numbers| !numbers.is_empty()) else {
            continue;
        };
        let words = std::iter::once(parts.stem).chain(parts.codes).collect();
        let form = (sighting.folder.as_str(), words, numbers.len());
        forms.entry(form).or_default().push((numbers, sighting.rank, at));
    }
    for (group, (_, mut members)) in (1..).zip(forms) {
        members.sort_unstable();
        let mut ranks: Vec<i64> = members.iter().map(|(_, rank, _)| *rank).collect();
        ranks.sort_unstable();
        // The times of a group in the order of its names, so that it stays between the others where it was; what has
        // one time and the same numbers keeps one time.
        let mut order = 0;
        let mut before: Option<(&Vec<u64>, i64)> = None;
        let mut time = 0;
        for ((numbers, own, at), rank) in members.iter().zip(ranks) {
            if before.is_none_or(|before| before.0 != numbers) {
                order += 1;
            }
            if before != Some((numbers, *own)) {
                time = rank;
            }
            before = Some((numbers, *own));
            let Some(ranked) = all.get_mut(*at) else { continue };
            ranked.name = ByName { group, order };
            if decisions.rank == Some(Basis::Name) {
                ranked.rank = time;
            }
        }
    }
    all
}

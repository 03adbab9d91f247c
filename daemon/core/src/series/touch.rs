//! Which versions one version can touch: the others keep the states that they have.

use std::collections::HashSet;

use super::model::{Basis, Decisions, Mode, Sighting};

/// Where a version stands among the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Names the version.
    pub file_no: i64,
    /// Where and when it was seen.
    pub sightings: Vec<Sighting>,
    /// Its first and last day, in days since 1970-01-01; `None` where a row of it has no day, or it has no rows.
    pub days: Option<(i32, i32)>,
}

/// Whether a decision reaches over all days.
fn needs_all(decisions: &Decisions) -> bool {
    let by_mode = matches!(
        decisions.decided(),
        Some(Mode::Keyed | Mode::Reference | Mode::Snapshot | Mode::Window)
    );
    // A place by the name is one among all names.
    by_mode || decisions.rank == Some(Basis::Name)
}

/// The places, in their order, of the versions that can touch those of a version: by their days or by a name, and those
/// that touch these. The others share no row with them.
pub fn touching(all: &[Place], file_no: i64, decisions: &Decisions) -> Vec<usize> {
    let Some(at) = all.iter().position(|place| place.file_no == file_no) else {
        return (0..all.len()).collect();
    };
    if needs_all(decisions) || all.iter().any(|place| place.days.is_none()) {
        return (0..all.len()).collect();
    }
    let mut names: HashSet<(&str, &str)> = HashSet::new();
    let mut spans: Vec<(i32, i32)> = Vec::new();
    let mut chosen = Vec::new();
    let mut rest: Vec<usize> = (0..all.len()).filter(|other| *other != at).collect();
    let mut fresh = vec![at];
    while !fresh.is_empty() {
        for place in fresh.iter().filter_map(|at| all.get(*at)) {
            names.extend(place.sightings.iter().map(name_of));
            spans.extend(place.days);
        }
        chosen.append(&mut fresh);
        spans.sort_unstable();
        spans = merged(&spans);
        (fresh, rest) = rest.into_iter().partition(|at| {
            all.get(*at).is_some_and(|place| {
                place.sightings.iter().any(|seen| names.contains(&name_of(seen)))
                    || place.days.is_some_and(|days| touches(&spans, days))
            })
        });
    }
    chosen.sort_unstable();
    chosen
}

fn name_of(seen: &Sighting) -> (&str, &str) {
    (&seen.folder, &seen.name)
}

fn merged(spans: &[(i32, i32)]) -> Vec<(i32, i32)> {
    let mut merged: Vec<(i32, i32)> = Vec::new();
    for (first, last) in spans {
        match merged.last_mut() {
            Some(before) if *first <= before.1 => before.1 = before.1.max(*last),
            _ => merged.push((*first, *last)),
        }
    }
    merged
}

fn touches(spans: &[(i32, i32)], (first, last): (i32, i32)) -> bool {
    let after = spans.partition_point(|span| span.1 < first);
    spans.get(after).is_some_and(|span| span.0 <= last)
}

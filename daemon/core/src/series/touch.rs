//! Which versions one version can touch: the others keep the states that they have.

use std::collections::HashSet;

use super::ask::Question;
use super::model::{Basis, Decisions, Mode};

/// Where a version stands among the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Names the version.
    pub file_no: i64,
    /// The folders and names under which it was seen.
    pub names: Vec<(String, String)>,
    /// Its first and last day, in days since 1970-01-01; `None` where a row of it has no day, or it has no rows.
    pub days: Option<(i32, i32)>,
    /// It has no rows: it touches no other one by its days.
    pub is_empty: bool,
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
    if needs_all(decisions) || all.iter().any(|place| place.days.is_none() && !place.is_empty) {
        return (0..all.len()).collect();
    }
    let mut names: HashSet<(&str, &str)> = HashSet::new();
    let mut spans: Vec<(i32, i32)> = Vec::new();
    let mut chosen = Vec::new();
    let mut rest: Vec<usize> = (0..all.len()).filter(|other| *other != at).collect();
    let mut fresh = vec![at];
    while !fresh.is_empty() {
        for place in fresh.iter().filter_map(|at| all.get(*at)) {
            names.extend(place.names.iter().map(name_of));
            spans.extend(place.days);
        }
        chosen.append(&mut fresh);
        spans.sort_unstable();
        spans = merged(&spans);
        (fresh, rest) = rest.into_iter().partition(|at| {
            all.get(*at).is_some_and(|place| {
                place.names.iter().any(|name| names.contains(&name_of(name)))
                    || place.days.is_some_and(|days| touches(&spans, days))
            })
        });
    }
    chosen.sort_unstable();
    chosen
}

/// What is asked of a series after those of its versions that touch each other were resolved anew; `None` where only all
/// its versions can say: what was asked before is no longer, and another part may ask something else first.
pub fn asked_after(
    before: Option<Question>,
    part: Option<Question>,
    is_of_part: impl Fn(i64) -> bool,
) -> Option<Option<Question>> {
    match before {
        Some(before) if is_of_part(before.older) || is_of_part(before.newer) => {
            part.filter(|part| part.turn <= before.turn).map(Some)
        }
        before => Some(before.into_iter().chain(part).min_by(|a, b| a.turn.cmp(&b.turn))),
    }
}

fn name_of((folder, name): &(String, String)) -> (&str, &str) {
    (folder, name)
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

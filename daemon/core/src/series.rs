//! Which rows of a series count: a function of the set of its versions and of what was decided, and of nothing else.
//!
//! Invariants: the order in which versions came, or are given, changes nothing; no row is dropped, each one that does
//! not count says why; versions of different scopes (lines, machines, sites) are never compared row by row.

mod across;
mod ask;
mod chain;
mod entry;
mod keyed;
mod largest;
mod model;
mod modes;
mod outcome;
mod pairs;
mod question;
mod rank;
mod reversal;
mod scope;
mod share;
mod tie;
mod touch;
mod window;
mod words;

pub use ask::{Answer, Choice, Question, QuestionKind, Turn};
pub use model::{Basis, Decisions, Mode, Resolution, RowDocument, RowIdent, Seen, Sighting, Version, Why};
pub use scope::{NameParts, Scope, folder_codes, name_parts, scope};
pub use touch::{Place, asked_after, touching};

/// Decides which rows of a series count. Time grows with the rows, times the logarithm of their number.
pub fn resolve(versions: &[Version], decisions: &Decisions) -> Resolution {
    resolved(versions, decisions, true)
}

/// The same without what the answers to the question would do, which takes a multiple of the time and says something
/// only where these are all the versions of the series.
pub fn resolve_untold(versions: &[Version], decisions: &Decisions) -> Resolution {
    resolved(versions, decisions, false)
}

fn resolved(versions: &[Version], decisions: &Decisions, tells: bool) -> Resolution {
    let (settled, decisions) = question::settle_quietly(versions, decisions);
    let mut question = settled.open.as_ref().map(|open| question::asked(versions, open));
    let mut readings = Vec::new();
    if tells && let (Some(question), Some((_, open))) = (&mut question, &settled.open) {
        (question.choices, readings) = question::told(versions, &decisions, question, open);
    }
    let mut evidence = vec![Vec::new(); versions.len()];
    for (version, seen) in settled.evidence {
        if let Some(evidence) = evidence.get_mut(version) {
            evidence.push(seen);
        }
    }
    Resolution {
        why: settled.why,
        question,
        evidence,
        readings,
    }
}

#[cfg(test)]
mod tests;

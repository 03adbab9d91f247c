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

pub use ask::{Answer, Choice, Question, QuestionKind};
pub use model::{Basis, Decisions, Mode, Resolution, RowDocument, RowIdent, Seen, Sighting, Version, Why};
pub use scope::{NameParts, Scope, folder_codes, name_parts, scope};
pub use touch::{Place, touching};

/// Decides which rows of a series count. Time grows with the rows, times the logarithm of their number.
pub fn resolve(versions: &[Version], decisions: &Decisions) -> Resolution {
    let (settled, decisions) = question::settle_quietly(versions, decisions);
    let (question, readings) = settled
        .open
        .map(|open| question::asked(versions, &decisions, &open))
        .unzip();
    Resolution {
        why: settled.why,
        question,
        evidence: settled.evidence,
        readings: readings.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests;

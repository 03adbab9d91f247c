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

/// Questions of which no answer changes what counts, at most; the next one is asked all the same.
const IDLE_QUESTIONS: usize = 8;

/// Decides which rows of a series count. Time grows with the rows, times the logarithm of their number.
pub fn resolve(versions: &[Version], decisions: &Decisions) -> Resolution {
    let mut decisions = decisions.clone();
    let mut idle = 0;
    loop {
        let settled = question::settle(versions, &decisions);
        let asked = settled
            .open
            .map(|open| (open.clone(), question::asked(versions, &decisions, &open)));
        let (question, readings) = match asked {
            // Whatever is said, the same rows count: nothing is asked, and the next question may be another one.
            Some((open, (question, readings))) if idle < IDLE_QUESTIONS && question::is_idle(&readings) => {
                idle += 1;
                decisions = question::first_answer(&decisions, &open, &question);
                continue;
            }
            Some((_, (question, readings))) => (Some(question), readings),
            None => (None, Vec::new()),
        };
        return Resolution {
            why: settled.why,
            question,
            evidence: settled.evidence,
            readings,
        };
    }
}

#[cfg(test)]
mod tests;

//! What a way to decide found out.

use super::ask::QuestionKind;
use super::entry::{Entry, Input, Verdict};
use super::model::{Seen, Why};

/// A question before its figures are made.
#[derive(Debug, Clone)]
pub(super) struct Open {
    pub kind: QuestionKind,
    pub older: usize,
    pub newer: usize,
    pub rows: u64,
    /// Place of the newer version in the order of the series.
    pub order: usize,
    /// Equal rows are among what is asked about.
    pub equal_rows: bool,
}

/// What a way to decide found out.
pub(super) struct Outcome {
    pub verdict: Verdict,
    pub open: Vec<Open>,
    /// What was seen of a version beside an earlier one.
    pub evidence: Vec<(usize, Seen)>,
}

impl Outcome {
    pub fn new(input: &Input) -> Outcome {
        Outcome {
            verdict: Verdict::new(input),
            open: Vec::new(),
            evidence: Vec::new(),
        }
    }

    /// The version of the entry waits, and so do its other sightings.
    pub fn contest(&mut self, newer: &Entry, open: Open) {
        self.verdict.say_all(newer.version, Why::Contested);
        self.open.push(open);
    }
}

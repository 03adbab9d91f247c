//! What is odd about rows: counted in full, the first lines kept.

use std::collections::BTreeMap;

/// How many lines are kept of each kind.
pub(crate) const LINES_KEPT: usize = 20;

/// One kind of oddity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Remark {
    /// Rows that have it.
    pub(crate) count: u64,
    /// The first lines.
    pub(crate) lines: Vec<u64>,
}

/// Oddities by code.
#[derive(Debug, Clone, Default)]
pub(crate) struct Remarks(BTreeMap<&'static str, Remark>);

impl Remarks {
    /// Counts a row.
    pub(crate) fn add(&mut self, code: &'static str, line: u64) {
        let remark = self.0.entry(code).or_default();
        remark.count += 1;
        if remark.lines.len() < LINES_KEPT {
            remark.lines.push(line);
        }
    }

    /// Takes over those of another set.
    pub(crate) fn extend(&mut self, other: Remarks) {
        for (code, remark) in other.0 {
            let own = self.0.entry(code).or_default();
            own.count += remark.count;
            own.lines.extend(remark.lines);
            own.lines.truncate(LINES_KEPT);
        }
    }

    /// The oddity of that code.
    pub(crate) fn get(&self, code: &str) -> Option<&Remark> {
        self.0.get(code)
    }
}

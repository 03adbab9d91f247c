//! What is odd about rows: counted in full, the first of them kept.

use std::collections::BTreeMap;

use plant_core::record::RowAt;

/// How many rows are kept of each kind.
pub(crate) const ROWS_KEPT: usize = 20;

/// One kind of oddity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Remark {
    /// Rows that have it.
    pub(crate) count: u64,
    /// The first of them.
    pub(crate) rows: Vec<RowAt>,
}

/// Oddities by code.
#[derive(Debug, Clone, Default)]
pub(crate) struct Remarks(BTreeMap<&'static str, Remark>);

impl Remarks {
    /// Counts a row.
    pub(crate) fn add(&mut self, code: &'static str, at: RowAt) {
        let remark = self.0.entry(code).or_default();
        remark.count += 1;
        if remark.rows.len() < ROWS_KEPT {
            remark.rows.push(at);
        }
    }

    /// Takes over those of another set.
    pub(crate) fn extend(&mut self, other: Remarks) {
        for (code, remark) in other.0 {
            let own = self.0.entry(code).or_default();
            own.count += remark.count;
            own.rows.extend(remark.rows);
            own.rows.truncate(ROWS_KEPT);
        }
    }

    /// The oddity of that code.
    pub(crate) fn get(&self, code: &str) -> Option<&Remark> {
        self.0.get(code)
    }
}

//! Versions of which none is the newer one.

use super::ask::QuestionKind;
use super::entry::{Entry, Input};
use super::outcome::Open;

/// The question which of two versions is newer.
pub(super) fn tie_of(input: &Input, older: &Entry, newer: &Entry) -> Open {
    let rows = input.rows(newer.version).len() as u64;
    let (kind, order) = (QuestionKind::SameRank, newer.at);
    Open {
        kind,
        older: older.version,
        newer: newer.version,
        rows,
        order,
        equal_rows: false,
    }
}

/// Whether neither the rank nor a person says which one is newer.
pub(super) fn tied(a: &Entry, b: &Entry) -> bool {
    a.rank == b.rank && a.newer == b.newer && a.version != b.version
}

//! Versions of which none is the newer one.

use super::ask::QuestionKind;
use super::entry::{Entry, Input};
use super::outcome::Open;

/// The question which of two versions is newer.
pub(super) fn tie_of(input: &Input, older: &Entry, newer: &Entry) -> Open {
    let rows = input.rows(newer.version).len() as u64;
    let kind = match older.rank == newer.rank {
        true => QuestionKind::SameRank,
        false => QuestionKind::RankBasis,
    };
    Open {
        kind,
        older: older.version,
        newer: newer.version,
        rows,
        order: newer.at,
        equal_rows: false,
    }
}

/// Whether neither the rank nor a person says which one is newer: of one time, or of a later time and an earlier name.
/// The second one stands behind the first.
pub(super) fn tied(a: &Entry, b: &Entry) -> bool {
    let told = b.name.tells(a.name);
    let open = match a.rank == b.rank {
        true => !told,
        false => b.in_doubt && told && b.name.order < a.name.order,
    };
    open && a.newer == b.newer && a.version != b.version
}

//! What was seen between versions, counted.

use std::collections::BTreeMap;

use super::entry::{Entry, Input};
use super::model::{Evidence, Seen};

/// What was seen so far.
#[derive(Default)]
pub(super) struct Tally {
    seen: BTreeMap<Seen, Pair>,
}

/// How many pairs of versions; the first of them.
struct Pair {
    number: u64,
    /// Its places in the order of the series, the newer version first.
    place: (usize, usize),
    older: usize,
    newer: usize,
}

impl Tally {
    pub fn add(&mut self, seen: Seen, older: &Entry, newer: &Entry) {
        let fresh = Pair {
            number: 0,
            place: (newer.at, older.at),
            older: older.version,
            newer: newer.version,
        };
        let known = self.seen.entry(seen).or_insert(Pair { ..fresh });
        let number = known.number + 1;
        if fresh.place < known.place {
            *known = fresh;
        }
        known.number = number;
    }

    pub fn evidence(&self, input: &Input) -> Vec<Evidence> {
        let one = |(seen, pair): (&Seen, &Pair)| Evidence {
            seen: *seen,
            pairs: pair.number,
            first: (input.file_no(pair.older), input.file_no(pair.newer)),
        };
        self.seen.iter().map(one).collect()
    }
}

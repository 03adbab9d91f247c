//! Of equal rows the largest number within one unit counts; its rows are those of the lowest unit that has it.

use super::entry::Verdict;
use super::model::Why;
use super::share::sorted_by_hash;

/// A row under the key by which it equals others; in 16 bytes, since there are millions of them. A file has fewer than
/// 2³² rows, a series fewer versions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    pub key: u64,
    version: u32,
    row: u32,
}

impl Slot {
    pub fn new(key: u64, version: usize, row: usize) -> Slot {
        Slot {
            key,
            version: version as u32,
            row: row as u32,
        }
    }

    pub fn version(&self) -> usize {
        self.version as usize
    }

    pub fn row(&self) -> usize {
        self.row as usize
    }
}

/// Says for every row of the units, the lowest rank first, whether it counts or repeats.
pub(super) fn largest(units: Vec<Vec<Slot>>, verdict: &mut Verdict) {
    let mut all: Vec<(usize, Slot)> = Vec::with_capacity(units.iter().map(Vec::len).sum());
    for (unit, slots) in units.into_iter().enumerate() {
        all.extend(slots.into_iter().map(|slot| (unit, slot)));
    }
    // The sort is stable: units stay in their order within a key.
    let all = sorted_by_hash(all, |(_, slot)| slot.key);
    for equal in all.chunk_by(|a, b| a.1.key == b.1.key) {
        let mut owner = (0, 0);
        for rows in equal.chunk_by(|a, b| a.0 == b.0) {
            if let [(unit, _), ..] = rows
                && rows.len() > owner.1
            {
                owner = (*unit, rows.len());
            }
        }
        for (unit, slot) in equal {
            let why = if *unit == owner.0 { Why::Counts } else { Why::Repeated };
            verdict.say(slot.version(), slot.row(), why);
        }
    }
}

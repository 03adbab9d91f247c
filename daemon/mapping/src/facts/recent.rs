//! The cells that stood in a column of late with what they say, so that a text which comes again is not taken apart again:
//! most columns of an export hold few different ones.

use super::blank::Blank;
use super::tally::Moments;
use crate::date::DateCell;
use crate::number::NumberTally;

/// Cells held for all columns of a file together, about 5 MB, if there are not very many columns.
const HELD: usize = 16_384;
/// Cells held for one column, at least and at most; powers of two.
const HELD_EACH: (usize, usize) = (2, 1_024);
/// Longest cell that is held, in bytes.
const TEXT_BYTES: usize = 64;

/// What one cell says, whatever stands in other rows.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub blank: Blank,
    pub number: Option<NumberTally>,
    pub date: Option<DateCell>,
    pub moments: Moments,
    pub is_duration: bool,
    pub leads_with_zero: bool,
    pub is_epoch_seconds: bool,
    pub is_epoch_millis: bool,
    pub is_serial: bool,
    /// Whether it is among the distinct values that are kept.
    pub is_kept: bool,
}

impl Default for Said {
    fn default() -> Said {
        Said {
            blank: Blank::No,
            number: None,
            date: None,
            moments: [None; 3],
            is_duration: false,
            leads_with_zero: false,
            is_epoch_seconds: false,
            is_epoch_millis: false,
            is_serial: false,
            is_kept: false,
        }
    }
}

/// A cell and how often it stood since it is held.
#[derive(Debug, Clone, Default)]
pub(super) struct Slot {
    hash: u64,
    text: String,
    said: Said,
    times: u64,
}

impl Slot {
    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn said(&self) -> &Said {
        &self.said
    }

    /// 0 where it holds nothing.
    pub fn times(&self) -> u64 {
        self.times
    }

    /// Holds another cell, which stood once.
    pub fn hold(&mut self, hash: u64, text: &str, said: Said) {
        self.hash = hash;
        self.text.clear();
        self.text.push_str(text);
        self.said = said;
        self.times = 1;
    }

    fn is(&self, hash: u64, text: &str) -> bool {
        self.times > 0 && self.hash == hash && self.text == text
    }
}

/// The cells that stood in a column of late.
#[derive(Debug, Clone, Default)]
pub(super) struct Recent {
    slots: Vec<Slot>,
    most: usize,
}

impl Recent {
    /// For one of so many columns.
    pub fn new(columns: usize) -> Recent {
        let (least, most) = HELD_EACH;
        Recent {
            slots: Vec::new(),
            most: (HELD / columns.max(1)).next_power_of_two().clamp(least, most),
        }
    }

    /// What a cell says that is held; it stands once more.
    pub fn again(&mut self, hash: u64, text: &str) -> Option<&Said> {
        let slot = self.pair(hash)?.iter_mut().find(|slot| slot.is(hash, text))?;
        slot.times += 1;
        Some(&slot.said)
    }

    /// Where a cell is to be held; what is there has to be counted first. `None` where it is too long.
    pub fn room(&mut self, hash: u64, text: &str) -> Option<&mut Slot> {
        if text.len() > TEXT_BYTES {
            return None;
        }
        if self.slots.is_empty() {
            self.slots = vec![Slot::default(); self.most];
        }
        self.pair(hash)?.iter_mut().min_by_key(|slot| slot.times)
    }

    /// All that is held.
    pub fn into_slots(self) -> Vec<Slot> {
        self.slots
    }

    /// The two places of cells with that hash.
    fn pair(&mut self, hash: u64) -> Option<&mut [Slot; 2]> {
        let pairs = self.slots.as_chunks_mut().0;
        let at = usize::try_from(hash).unwrap_or_default() & pairs.len().checked_sub(1)?;
        pairs.get_mut(at)
    }
}

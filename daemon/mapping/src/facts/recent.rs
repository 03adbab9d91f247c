//! The cells that stood in a column of late with what they say, so that a text which comes again is not taken apart again:
//! most columns of an export hold few different ones.

use super::blank::Blank;
use super::kept::Place;
use super::tally::Moments;
use crate::date::DateCell;
use crate::number::NumberCell;

/// Cells held for all columns of a file together, about 5 MB, if there are not very many columns.
const HELD: usize = 16_384;
/// Cells held for one column, at least and at most; powers of two.
const HELD_EACH: (usize, usize) = (2, 1_024);

/// What one cell says, whatever stands in other rows.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub blank: Blank,
    pub number: Option<NumberCell>,
    pub date: Option<DateCell>,
    pub moments: Moments,
    pub is_duration: bool,
    pub leads_with_zero: bool,
    pub is_epoch_seconds: bool,
    pub is_epoch_millis: bool,
    pub is_serial: bool,
    /// Where its value is kept, if it is.
    pub kept: Option<Place>,
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
            kept: None,
        }
    }
}

/// What is looked at for each cell that goes by: kept apart from the rest, so that it stays in the cache.
#[derive(Debug, Clone, Copy)]
struct Key {
    hash: u128,
    /// How often it stood since it is held; 0 where nothing is held.
    times: u64,
    blank: Blank,
    has_moments: bool,
}

/// The cells that stood in a column of late.
#[derive(Debug, Clone, Default)]
pub(super) struct Recent {
    keys: Vec<Key>,
    held: Vec<Said>,
    most: usize,
}

/// A cell that is held no longer.
pub(super) struct Gone<'h> {
    pub said: &'h Said,
    pub times: u64,
}

impl Recent {
    /// For one of so many columns.
    pub fn new(columns: usize) -> Recent {
        let (least, most) = HELD_EACH;
        Recent {
            most: (HELD / columns.max(1)).next_power_of_two().clamp(least, most),
            ..Recent::default()
        }
    }

    /// The same without a cell.
    pub fn emptied(self) -> Recent {
        Recent {
            most: self.most,
            ..Recent::default()
        }
    }

    /// What kind of cell that is, if it is held, and its moments, if it has some; it stands once more.
    pub fn again(&mut self, hash: u128) -> Option<(Blank, Option<&Moments>)> {
        let first = self.first(hash)?;
        let at =
            (first..first + 2).find(|at| self.keys.get(*at).is_some_and(|key| key.times > 0 && key.hash == hash))?;
        let key = self.keys.get_mut(at)?;
        key.times += 1;
        let moments = match key.has_moments {
            true => self.held.get(at).map(|said| &said.moments),
            false => None,
        };
        Some((key.blank, moments))
    }

    /// Holds a cell, which stood once, in the place of another; that one has to be counted. Where no cell is held, this one.
    pub fn hold(&mut self, hash: u128, said: Said, count: impl FnOnce(Gone)) {
        if self.keys.is_empty() && self.most > 0 {
            let none = Key {
                hash: 0,
                times: 0,
                blank: Blank::No,
                has_moments: false,
            };
            self.keys = vec![none; self.most];
            self.held = vec![Said::default(); self.most];
        }
        let times = |at: &usize| self.keys.get(*at).map(|key| key.times);
        let at = self.first(hash).and_then(|first| (first..first + 2).min_by_key(times));
        let place = at.and_then(|at| Some((self.keys.get_mut(at)?, self.held.get_mut(at)?)));
        let Some((key, held)) = place else {
            return count(Gone { said: &said, times: 1 });
        };
        count(Gone {
            said: held,
            times: key.times,
        });
        *key = Key {
            hash,
            times: 1,
            blank: said.blank,
            has_moments: said.moments != Moments::default(),
        };
        *held = said;
    }

    /// All that is held.
    pub fn all(&self) -> impl Iterator<Item = Gone<'_>> {
        self.keys
            .iter()
            .zip(&self.held)
            .map(|(key, said)| Gone { said, times: key.times })
    }

    /// The first of the two places of cells with that hash.
    fn first(&self, hash: u128) -> Option<usize> {
        let pairs = self.keys.len() / 2;
        Some((hash as usize & pairs.checked_sub(1)?) * 2)
    }
}

//! The different values of a column, as far as they are kept, and how often each stood.

use std::collections::BTreeMap;

use plant_core::hashed::Map;

use super::hash::hash_of;

/// Values that are kept.
pub(super) const MOST: usize = 1_000;
/// Longest value that is kept, in bytes.
const BYTES: usize = 200;

/// Which of the values a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place(usize);

/// The first values of a column with their counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept {
    values: Vec<(String, u64)>,
    places: Map<u64, usize>,
}

impl Kept {
    pub fn of(values: BTreeMap<String, u64>) -> Kept {
        let places = (values.keys().enumerate()).map(|(at, value)| (hash_of(value) as u64, at));
        Kept {
            places: places.collect(),
            values: values.into_iter().collect(),
        }
    }

    /// Where a value stands that hashes so, if it is kept.
    pub fn find(&self, hash: u64, value: &str) -> Option<Place> {
        let at = *self.places.get(&hash)?;
        (self.values.get(at)?.0 == value).then_some(Place(at))
    }

    /// Keeps another one; `None` where there is no room.
    pub fn add(&mut self, hash: u64, value: &str) -> Option<Place> {
        let at = self.values.len();
        if at >= MOST || value.len() > BYTES || self.places.contains_key(&hash) {
            return None;
        }
        self.places.insert(hash, at);
        self.values.push((value.to_owned(), 0));
        Some(Place(at))
    }

    pub fn count(&mut self, place: Place, times: u64) {
        if let Some((_, count)) = self.values.get_mut(place.0) {
            *count += times;
        }
    }

    pub fn into_values(self) -> BTreeMap<String, u64> {
        self.values.into_iter().collect()
    }
}

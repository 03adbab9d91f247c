//! The best of many groups by a figure, without holding the others.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use rust_decimal::Decimal;

/// The best so far.
pub(super) struct Ranking<T> {
    descending: bool,
    most: usize,
    seen: u64,
    /// The worst on top.
    kept: BinaryHeap<Ranked<T>>,
}

impl<T> Ranking<T> {
    /// Keeps `most`: the largest (`descending`) or the smallest.
    pub(super) fn new(descending: bool, most: u32) -> Ranking<T> {
        Ranking {
            descending,
            most: most as usize,
            seen: 0,
            kept: BinaryHeap::new(),
        }
    }

    /// Looks at one more. What has no value ranks last, and equal ones rank as they come.
    pub(super) fn push(&mut self, value: Option<Decimal>, item: T) {
        // Negated, so that the best is the smallest whatever the direction.
        let value = value.map(|value| if self.descending { -value } else { value });
        let ranked = Ranked {
            place: (value.is_none(), value, self.seen),
            item,
        };
        self.seen += 1;
        if self.kept.len() < self.most {
            self.kept.push(ranked);
        } else if let Some(mut worst) = self.kept.peek_mut()
            && ranked < *worst
        {
            *worst = ranked;
        }
    }

    /// The best, the very best first.
    pub(super) fn sorted(self) -> impl Iterator<Item = T> {
        self.kept.into_sorted_vec().into_iter().map(|ranked| ranked.item)
    }
}

struct Ranked<T> {
    place: (bool, Option<Decimal>, u64),
    item: T,
}

impl<T> PartialEq for Ranked<T> {
    fn eq(&self, other: &Self) -> bool {
        self.place == other.place
    }
}

impl<T> Eq for Ranked<T> {}

impl<T> PartialOrd for Ranked<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Ranked<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.place.cmp(&other.place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranked(descending: bool, most: u32, values: &[Option<i64>]) -> Vec<usize> {
        let mut ranking = Ranking::new(descending, most);
        for (place, value) in values.iter().enumerate() {
            ranking.push(value.map(Decimal::from), place);
        }
        ranking.sorted().collect()
    }

    #[test]
    fn the_best_are_kept_in_their_order() {
        let values = [Some(5), None, Some(9), Some(5), Some(-1), None];
        assert_eq!(ranked(true, 99, &values), [2, 0, 3, 4, 1, 5]);
        assert_eq!(ranked(false, 99, &values), [4, 0, 3, 2, 1, 5]);
        assert_eq!(ranked(true, 3, &values), [2, 0, 3]);
        assert_eq!(ranked(true, 2, &values), [2, 0], "of equal ones the first");
        assert_eq!(ranked(false, 5, &values), [4, 0, 3, 2, 1]);
        assert_eq!(ranked(false, 0, &values), Vec::<usize>::new());
    }

    #[test]
    fn few_are_held_of_many() {
        let mut ranking = Ranking::new(true, 10);
        for number in 0..100_000_i64 {
            ranking.push(Some(Decimal::from(number * 7_919 % 100_003)), number);
        }
        assert_eq!(ranking.kept.len(), 10);
        let best: Vec<i64> = ranking.sorted().map(|number| number * 7_919 % 100_003).collect();
        assert!(best.is_sorted_by(|a, b| a > b) && best[0] > 99_990, "{best:?}");
    }
}

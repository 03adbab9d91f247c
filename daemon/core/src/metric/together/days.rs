//! Days of places, as periods.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::reach::Reach;

/// Of each place the days of it.
pub(super) type Places = BTreeMap<Option<String>, Days>;

/// The days that both have, of the places that both have.
pub(super) fn both(one: Places, other: &Places) -> Places {
    one.into_iter()
        .filter_map(|(place, days)| Some((place.clone(), days.both(other.get(&place)?))))
        .collect()
}

/// The days that any of them has.
pub(super) fn either(mut one: Places, other: Places) -> Places {
    for (place, days) in other {
        one.entry(place).or_default().merge(days);
    }
    one
}

/// Days, as periods that don't touch, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Days {
    pub(super) periods: Vec<(NaiveDate, NaiveDate)>,
    /// Whether rows without a day belong to them.
    undated: bool,
}

impl Days {
    /// All from a day on.
    pub(super) fn since(first: NaiveDate) -> Days {
        Days {
            periods: vec![(first, NaiveDate::MAX)],
            undated: false,
        }
    }

    /// Those of a file too.
    pub(super) fn add(&mut self, file: &Reach) {
        self.periods.extend(file.days);
        self.undated |= file.undated;
        self.tidy();
    }

    fn merge(&mut self, other: Days) {
        self.periods.extend(other.periods);
        self.undated |= other.undated;
        self.tidy();
    }

    fn tidy(&mut self) {
        self.periods.sort_unstable();
        let mut whole: Vec<(NaiveDate, NaiveDate)> = Vec::with_capacity(self.periods.len());
        for (first, last) in self.periods.drain(..) {
            match whole.last_mut() {
                Some((_, end)) if end.succ_opt().is_none_or(|next| first <= next) => *end = (*end).max(last),
                _ => whole.push((first, last)),
            }
        }
        self.periods = whole;
    }

    pub(super) fn both(&self, other: &Days) -> Days {
        let mut periods = Vec::new();
        for (first, last) in &self.periods {
            for (begin, end) in &other.periods {
                let (first, last) = ((*first).max(*begin), (*last).min(*end));
                if first <= last {
                    periods.push((first, last));
                }
            }
        }
        Days {
            periods,
            undated: self.undated && other.undated,
        }
    }

    /// Whether a day is one of them.
    pub(super) fn contains(&self, day: Option<NaiveDate>) -> bool {
        match day {
            None => self.undated,
            Some(day) => {
                let after = self.periods.partition_point(|(first, _)| *first <= day);
                (after.checked_sub(1).and_then(|at| self.periods.get(at))).is_some_and(|(_, last)| day <= *last)
            }
        }
    }
}

//! The cells of families: which groups of rows each is made of.
//!
//! Invariants: every group is in one cell of each family; the choice of families depends on the set of groups alone.

use chrono::{Datelike, NaiveDate};
use plant_core::component::Dimension;
use plant_core::family::{self, Family, Lost, Occurring};
use plant_core::hashed::Map;

use crate::table::{ABSENT, GroupKey, Groups};

/// Bits of the number of a cell within a key.
const NUMBER_BITS: u32 = 32;
/// Bits of a key.
const KEY_BITS: u32 = 64;

/// The groups of one family.
#[derive(Debug)]
pub(crate) struct Cells {
    /// By what.
    pub(crate) family: Family,
    /// The cell of each group.
    pub(crate) of_group: Vec<u32>,
    /// A group of each cell, the first one.
    first: Vec<u32>,
}

impl Cells {
    /// The cells of a family.
    pub(crate) fn of(groups: &Groups, family: Family) -> Cells {
        let numbered = numbered(groups, family, u64::MAX).unwrap_or_default();
        Cells {
            family,
            of_group: numbered.of_group,
            first: numbered.first,
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.first.len()
    }

    /// The day and dimensions of a cell.
    pub(crate) fn key(&self, groups: &Groups, cell: usize) -> Option<GroupKey> {
        let mut key = *groups.key(*self.first.get(cell)?)?;
        key.day = key.day.filter(|_| self.family.has_day);
        for dimension in Dimension::ALL {
            if let (false, Some(code)) = (
                self.family.dimensions.has(dimension),
                key.dimensions.get_mut(dimension as usize),
            ) {
                *code = ABSENT;
            }
        }
        Some(key)
    }
}

/// By which families of at most so many cells the sums of these groups are kept, the finest first, and what is lost.
pub(crate) fn choose(groups: &Groups, most: u64) -> (Vec<Family>, Lost) {
    let occurring = Occurring {
        values: Dimension::ALL.map(|dimension| groups.values(dimension).len() as u64),
        has_day: groups.keys().iter().any(|key| key.day.is_some()),
    };
    let families = family::choose(&occurring, |family| {
        numbered(groups, family, most).map(|numbered| numbered.first.len() as u64)
    });
    let lost = occurring.lost(&families);
    (families, lost)
}

#[derive(Debug, Default)]
struct Numbered {
    of_group: Vec<u32>,
    first: Vec<u32>,
}

/// A day or a dimension as bits of a key: 0 is none.
#[derive(Debug, Clone, Copy)]
enum Column {
    Day { first: i32 },
    Code(Dimension),
}

impl Column {
    fn of(self, key: &GroupKey) -> u64 {
        match self {
            Column::Day { first } => key
                .day
                .map_or(0, |day| u64::from(day.num_days_from_ce().abs_diff(first)) + 1),
            Column::Code(dimension) => match key.code(dimension) {
                ABSENT => 0,
                code => u64::from(code) + 1,
            },
        }
    }
}

/// Numbers the cells of a family in the order in which they come; nothing where there are more than `most`.
///
/// As many columns as 64 bits hold are looked at in one go, together with the number that those before them gave.
fn numbered(groups: &Groups, family: Family, most: u64) -> Option<Numbered> {
    let keys = groups.keys();
    let mut found = Numbered {
        of_group: vec![0; keys.len()],
        first: Vec::new(),
    };
    for columns in steps(groups, family) {
        let mut cells: Map<u64, u32> = Map::default();
        found.first.clear();
        for ((number, key), cell) in (0_u32..).zip(keys).zip(&mut found.of_group) {
            let packed = columns.iter().fold(u64::from(*cell), |packed, (column, bits)| {
                (packed << bits) | column.of(key)
            });
            let next = found.first.len();
            *cell = *cells.entry(packed).or_insert_with(|| {
                found.first.push(number);
                u32::try_from(next).unwrap_or(ABSENT)
            });
            if found.first.len() as u64 > most {
                return None;
            }
        }
    }
    Some(found)
}

/// The columns of a family with their bits, in portions that a key holds; there is one at least.
fn steps(groups: &Groups, family: Family) -> Vec<Vec<(Column, u32)>> {
    let days = || groups.keys().iter().filter_map(|key| key.day);
    let span: Option<(NaiveDate, NaiveDate)> = match family.has_day {
        true => days().min().zip(days().max()),
        false => None,
    };
    let day = span.map(|(first, last)| {
        let (first, last) = (first.num_days_from_ce(), last.num_days_from_ce());
        (Column::Day { first }, bits(u64::from(last.abs_diff(first)) + 1))
    });
    let codes = family.dimensions.iter().filter_map(|dimension| {
        let values = groups.values(dimension).len() as u64;
        (values > 0).then(|| (Column::Code(dimension), bits(values)))
    });
    let mut steps = vec![Vec::new()];
    let mut free = KEY_BITS;
    for (column, bits) in day.into_iter().chain(codes) {
        if bits > free {
            steps.push(Vec::new());
            free = KEY_BITS - NUMBER_BITS;
        }
        free = free.saturating_sub(bits);
        if let Some(step) = steps.last_mut() {
            step.push((column, bits));
        }
    }
    steps
}

/// Bits that hold every number up to this one.
fn bits(most: u64) -> u32 {
    u64::BITS - most.leading_zeros()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Groups of so many values of each dimension, strewn.
    fn groups(n: u32, values: u32) -> Groups {
        let mut groups = Groups::default();
        for row in 0..n {
            let mut dimensions = [ABSENT; Dimension::ALL.len()];
            for (place, code) in dimensions.iter_mut().enumerate() {
                let value = (row.wrapping_mul(2_654_435_761).rotate_left(place as u32 * 3)) % (values + 1);
                if value > 0 {
                    *code = groups.texts[place].code(&value.to_string());
                }
            }
            let day = NaiveDate::from_ymd_opt(2025, 1, 1).map(|day| day + chrono::Days::new(u64::from(row % 40)));
            groups
                .id(GroupKey {
                    day: day.filter(|_| row % 7 > 0),
                    dimensions,
                })
                .unwrap();
        }
        groups
    }

    #[test]
    fn cells_are_the_distinct_keys_also_where_they_take_more_bits_than_a_key_has() {
        for (n, values) in [(500, 3), (5_000, 900), (1, 1)] {
            let groups = groups(n, values);
            for family in [
                Family::FINEST,
                Family::daily([Dimension::Machine, Dimension::Shift]),
                Family::whole([Dimension::ProductCode]),
                Family::whole([]),
                Family::daily([]),
            ] {
                let cells = Cells::of(&groups, family);
                let own = |group: usize| {
                    let mut key = groups.keys()[group];
                    key.day = key.day.filter(|_| family.has_day);
                    for dimension in Dimension::ALL.into_iter().filter(|one| !family.dimensions.has(*one)) {
                        key.dimensions[dimension as usize] = ABSENT;
                    }
                    key
                };
                for (group, cell) in cells.of_group.iter().enumerate() {
                    assert_eq!(cells.key(&groups, *cell as usize), Some(own(group)));
                }
                let distinct: BTreeSet<String> = (0..groups.keys().len())
                    .map(|group| format!("{:?}", own(group)))
                    .collect();
                assert_eq!(cells.len(), distinct.len(), "{family:?}");
            }
        }
    }
}

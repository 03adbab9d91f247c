//! By which families the sums of a file are kept.
//!
//! Invariants: a choice depends on the set of the rows' combinations alone, not on their order; no family has more cells
//! than one may have, but for the one by units and currencies alone.

use super::by::{Dimensions, Family};
use crate::component::Dimension;

/// Cells of one family, at most.
pub const CELLS_MOST: u64 = 20_000;
/// A family that another one can be added up to has at most one cell for so many of the other.
const ROLL_UP: u64 = 4;

/// Where something is.
const PLACE: [Dimension; 3] = [Dimension::Machine, Dimension::Line, Dimension::Site];

/// What occurs in the rows of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Occurring {
    /// How many values each dimension has, in the order of [`Dimension::ALL`].
    pub values: [u64; Dimension::ALL.len()],
    /// Whether any row has a day.
    pub has_day: bool,
}

impl Occurring {
    fn values(&self, dimension: Dimension) -> u64 {
        self.values.get(dimension as usize).copied().unwrap_or(0)
    }

    /// The dimensions that any row has.
    pub fn dimensions(&self) -> Dimensions {
        let all = Dimension::ALL.into_iter();
        all.filter(|dimension| self.values(*dimension) > 0).collect()
    }

    /// The family with what no row has, which divides nothing.
    fn closed(&self, family: Family) -> Family {
        Family {
            dimensions: family
                .dimensions
                .or(Dimensions::UNITS)
                .or(Dimensions::ALL.without(self.dimensions())),
            has_day: family.has_day || !self.has_day,
        }
    }

    /// What is left out together: the code and the name of a product, else one dimension. Those with the most values come
    /// first, places last, units and currencies never.
    fn parts(&self) -> Vec<Dimensions> {
        let mut parts: Vec<(bool, std::cmp::Reverse<u64>, Dimensions)> = Vec::new();
        let mut told = Dimensions::UNITS.or(Dimensions::ALL.without(self.dimensions()));
        for dimension in Dimension::ALL {
            if told.has(dimension) {
                continue;
            }
            let part = match dimension {
                Dimension::ProductCode | Dimension::ProductName => {
                    [Dimension::ProductCode, Dimension::ProductName].into_iter().collect()
                }
                _ => std::iter::once(dimension).collect::<Dimensions>(),
            };
            told = told.or(part);
            let values = part.iter().map(|dimension| self.values(dimension)).max();
            let is_place = PLACE.contains(&dimension);
            parts.push((is_place, std::cmp::Reverse(values.unwrap_or(0)), part));
        }
        parts.sort_by_key(|(is_place, values, _)| (*is_place, *values));
        parts.into_iter().map(|(_, _, part)| part).collect()
    }

    /// What of it is kept nowhere, and what only over the whole period.
    pub fn lost(&self, families: &[Family]) -> Lost {
        let kept = |need: Family| families.iter().any(|family| family.covers(need));
        let mut lost = Lost {
            has_no_day: self.has_day && !kept(Family::daily([])),
            ..Lost::default()
        };
        for dimension in self.dimensions().iter() {
            if !kept(Family::whole([dimension])) {
                lost.dimensions.push(dimension);
            } else if self.has_day && !lost.has_no_day && !kept(Family::daily([dimension])) {
                lost.not_by_day.push(dimension);
            }
        }
        lost
    }
}

/// What there would be too many cells for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lost {
    /// In no family.
    pub dimensions: Vec<Dimension>,
    /// In none that has the day.
    pub not_by_day: Vec<Dimension>,
    /// Whether none has the day at all.
    pub has_no_day: bool,
}

impl Lost {
    /// Whether it is nothing.
    pub fn is_nothing(&self) -> bool {
        *self == Lost::default()
    }
}

/// The families of a file, the finest first, for a `count` of the cells that one has: `None` where there are
/// more than one may have ([`CELLS_MOST`]).
pub fn choose(occurring: &Occurring, count: impl FnMut(Family) -> Option<u64>) -> Vec<Family> {
    let mut choice = Choice {
        occurring,
        count,
        kept: Vec::new(),
    };
    let parts = occurring.parts();
    let finest = choice.finest(&parts, true);
    if let Some(finest) = finest {
        choice.kept.push(finest);
    }
    let left_out = Dimensions::ALL.without(finest.map_or(Dimensions::UNITS, |(family, _)| family.dimensions));
    if finest.is_none() || left_out != Dimensions::default() {
        match choice.finest(&parts, false) {
            Some((family, cells)) => choice.roll_up(family, cells),
            // What tells apart what must not be added up stays.
            None => choice.kept.push((occurring.closed(Family::whole([])), u64::MAX)),
        }
    }
    choice.single(left_out);
    let of_machines = PLACE.into_iter().chain([Dimension::Shift]);
    for family in [Family::daily(of_machines), Family::daily([])] {
        if let Some((family, cells)) = choice.counted(family) {
            choice.roll_up(family, cells);
        }
    }
    choice.kept.into_iter().map(|(family, _)| family).collect()
}

struct Choice<'a, F> {
    occurring: &'a Occurring,
    count: F,
    /// With their cells.
    kept: Vec<(Family, u64)>,
}

impl<F: FnMut(Family) -> Option<u64>> Choice<'_, F> {
    fn counted(&mut self, family: Family) -> Option<(Family, u64)> {
        let family = self.occurring.closed(family);
        (self.count)(family).map(|cells| (family, cells))
    }

    /// The finest family that fits: one part after the other goes, and what still fits then comes back.
    fn finest(&mut self, parts: &[Dimensions], has_day: bool) -> Option<(Family, u64)> {
        let with = |dimensions| Family { dimensions, has_day };
        let mut dimensions = Dimensions::ALL;
        let mut gone = Vec::new();
        let mut next = parts.iter();
        let mut found = loop {
            if let Some(found) = self.counted(with(dimensions)) {
                break found;
            }
            let part = next.next()?;
            dimensions = dimensions.without(*part);
            gone.push(*part);
        };
        // The one that went last is what made it fit.
        gone.pop();
        for part in gone.into_iter().rev() {
            let (family, _) = found;
            if let Some(more) = self.counted(with(family.dimensions.or(part))) {
                found = more;
            }
        }
        Some(found)
    }

    /// A family for each dimension that the finest one left out: by day and place, else by each of both, else alone.
    fn single(&mut self, left_out: Dimensions) {
        let pairs = [
            [Dimension::ProductCode, Dimension::ProductName],
            [Dimension::Reason, Dimension::StopCategory],
        ];
        let mut told = Dimensions::default();
        for dimension in left_out.iter() {
            if told.has(dimension) || !self.occurring.dimensions().has(dimension) {
                continue;
            }
            let pair = pairs.into_iter().find(|pair| pair.contains(&dimension));
            let part = pair.map_or_else(|| vec![dimension], |pair| pair.to_vec());
            told = told.or(part.iter().copied().collect());
            let placed = || PLACE.into_iter().chain(part.iter().copied());
            if self.keep(Family::daily(placed())) {
                continue;
            }
            let is_daily = self.keep(Family::daily(part.iter().copied()));
            let is_placed = self.keep(Family::whole(placed()));
            if !is_daily && !is_placed {
                self.keep(Family::whole(part.iter().copied()));
            }
        }
    }

    /// Keeps a family where it fits and none has its dimensions; whether one has them now.
    fn keep(&mut self, family: Family) -> bool {
        let family = self.occurring.closed(family);
        if self.kept.iter().any(|(kept, _)| kept.covers(family)) {
            return true;
        }
        let counted = self.counted(family);
        self.kept.extend(counted);
        counted.is_some()
    }

    /// Keeps a family where none has its dimensions, or where it is much smaller than the smallest that has.
    fn roll_up(&mut self, family: Family, cells: u64) {
        let covering = self.kept.iter().filter(|(kept, _)| kept.covers(family));
        let smallest = covering.map(|(_, cells)| *cells).min();
        if smallest.is_none_or(|smallest| cells.saturating_mul(ROLL_UP) <= smallest) {
            self.kept.push((family, cells));
        }
    }
}

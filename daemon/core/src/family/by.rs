//! By what sums are kept, or asked for.

use serde::{Deserialize, Serialize};

use crate::component::Dimension;
use crate::metric::{Grain, MetricQuery};

/// A set of dimensions: bit `n` is the `n`th of [`Dimension::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Dimensions(i32);

impl Dimensions {
    /// No dimension.
    pub const NONE: Dimensions = Dimensions(0);
    /// Every dimension.
    pub const ALL: Dimensions = Dimensions((1 << Dimension::ALL.len()) - 1);
    /// What tells apart what must not be added up: units and currencies.
    pub const UNITS: Dimensions = Dimensions((1 << Dimension::Uom as i32) | (1 << Dimension::Currency as i32));

    /// Its bits, as they are stored.
    pub fn bits(self) -> i32 {
        self.0
    }

    /// The set of these bits; those of no dimension are left out.
    pub fn from_bits(bits: i32) -> Dimensions {
        Dimensions(bits & Self::ALL.0)
    }

    /// Whether it has the dimension.
    pub fn has(self, dimension: Dimension) -> bool {
        self.covers([dimension].into_iter().collect())
    }

    /// Whether it has all of the other set.
    pub fn covers(self, other: Dimensions) -> bool {
        self.0 & other.0 == other.0
    }

    /// What either has.
    pub fn or(self, other: Dimensions) -> Dimensions {
        Dimensions(self.0 | other.0)
    }

    /// What both have.
    pub fn and(self, other: Dimensions) -> Dimensions {
        Dimensions(self.0 & other.0)
    }

    /// What it has and the other has not.
    pub fn without(self, other: Dimensions) -> Dimensions {
        Dimensions(self.0 & !other.0)
    }

    /// The dimensions, in the order of [`Dimension::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Dimension> {
        Dimension::ALL.into_iter().filter(move |dimension| self.has(*dimension))
    }
}

impl FromIterator<Dimension> for Dimensions {
    fn from_iter<T: IntoIterator<Item = Dimension>>(all: T) -> Self {
        Dimensions(
            all.into_iter()
                .fold(0, |bits, dimension| bits | (1 << dimension as i32)),
        )
    }
}

/// By what sums are kept, or asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Family {
    /// The dimensions.
    pub dimensions: Dimensions,
    /// Whether by day too.
    pub has_day: bool,
}

impl Family {
    /// By day and every dimension.
    pub const FINEST: Family = Family {
        dimensions: Dimensions::ALL,
        has_day: true,
    };

    /// By day and these dimensions.
    pub fn daily(dimensions: impl IntoIterator<Item = Dimension>) -> Family {
        Family {
            dimensions: dimensions.into_iter().collect(),
            has_day: true,
        }
    }

    /// By these dimensions over the whole period.
    pub fn whole(dimensions: impl IntoIterator<Item = Dimension>) -> Family {
        Family {
            dimensions: dimensions.into_iter().collect(),
            has_day: false,
        }
    }

    /// What a query groups and filters by. Units and currencies always are part of it: a figure says whether they differ.
    pub fn needed_by(query: &MetricQuery) -> Family {
        let shift = (query.grain == Some(Grain::Shift)).then_some(Dimension::Shift);
        let dimensions = (query.by.iter().copied()).chain(shift).collect::<Dimensions>();
        let filters = Family::filtered_by(query);
        Family {
            dimensions: dimensions.or(filters.dimensions),
            has_day: query.grain.is_some() || filters.has_day,
        }
    }

    /// What a query filters by alone.
    pub fn filtered_by(query: &MetricQuery) -> Family {
        let dimensions = query.filters.iter().map(|(dimension, _)| *dimension);
        Family {
            dimensions: dimensions.collect::<Dimensions>().or(Dimensions::UNITS),
            has_day: query.from.is_some() || query.to.is_some(),
        }
    }

    /// Whether it can be added up to the other.
    pub fn covers(self, need: Family) -> bool {
        self.dimensions.covers(need.dimensions) && (self.has_day || !need.has_day)
    }

    /// What both have.
    pub(super) fn and(self, other: Family) -> Family {
        Family {
            dimensions: self.dimensions.and(other.dimensions),
            has_day: self.has_day && other.has_day,
        }
    }
}

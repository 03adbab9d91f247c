//! What a file adds to figures, and where.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::component::{Component, ComponentRow, Dimension};

/// What a file adds to figures: which components, by which dimensions, where and when.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Reach {
    /// Its components by name, each with the dimensions that any row with it has, as bits in the order of [`Dimension::ALL`].
    pub provides: BTreeMap<String, u32>,
    /// The places that its rows name.
    pub places: BTreeSet<Place>,
    /// First and last day of its rows; absent where none has one.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// Whether some of its rows have no day.
    pub undated: bool,
}

/// Where a row belongs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Place {
    /// Machine.
    pub machine: Option<String>,
    /// Line.
    pub line: Option<String>,
    /// Site.
    pub site: Option<String>,
}

/// What places are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The machine.
    Machine,
    /// The line.
    Line,
    /// The site.
    Site,
    /// Nothing: the days alone.
    Whole,
}

impl Level {
    pub(super) const FINEST_FIRST: [Level; 4] = [Level::Machine, Level::Line, Level::Site, Level::Whole];

    /// The dimension that names a place.
    pub fn dimension(self) -> Option<Dimension> {
        match self {
            Level::Machine => Some(Dimension::Machine),
            Level::Line => Some(Dimension::Line),
            Level::Site => Some(Dimension::Site),
            Level::Whole => None,
        }
    }

    /// What several places are called.
    pub fn noun(self) -> (&'static str, &'static str) {
        match self {
            Level::Machine => ("machine", "machines"),
            Level::Line => ("line", "lines"),
            Level::Site => ("site", "sites"),
            Level::Whole => ("plant", "plants"),
        }
    }

    /// The name of a place; `None` where it has none, and for all of them where they are not told apart.
    pub(super) fn of(self, place: &Place) -> Option<&str> {
        match self {
            Level::Machine => place.machine.as_deref(),
            Level::Line => place.line.as_deref(),
            Level::Site => place.site.as_deref(),
            Level::Whole => None,
        }
    }
}

impl Reach {
    /// Puts a row of components to it.
    pub fn see(&mut self, row: &ComponentRow) {
        let text = |dimension: Dimension| row.dimensions.get(dimension as usize).and_then(Option::as_ref);
        let has = Dimension::ALL
            .into_iter()
            .filter(|dimension| text(*dimension).is_some());
        let mask = mask(has);
        for (component, _) in row.values.iter() {
            *self.provides.entry(component.name()).or_default() |= mask;
        }
        let place = Place {
            machine: text(Dimension::Machine).cloned(),
            line: text(Dimension::Line).cloned(),
            site: text(Dimension::Site).cloned(),
        };
        self.places.insert(place);
        match (row.day, &mut self.days) {
            (None, _) => self.undated = true,
            (Some(day), Some((first, last))) => (*first, *last) = ((*first).min(day), (*last).max(day)),
            (Some(day), none) => *none = Some((day, day)),
        }
    }

    /// What the families of one file reach together: all add to what it provides; where and when is told by those that are
    /// by day and place, where there are such.
    pub fn put_together(parts: Vec<(Reach, bool)>) -> Reach {
        let any_tells = parts.iter().any(|(_, tells)| *tells);
        let mut whole = Reach::default();
        for (part, tells) in parts {
            for (component, dimensions) in part.provides {
                *whole.provides.entry(component).or_default() |= dimensions;
            }
            if tells || !any_tells {
                whole.places.extend(part.places);
                whole.undated |= part.undated;
                whole.days = match (whole.days, part.days) {
                    (Some((first, last)), Some((begin, end))) => Some((first.min(begin), last.max(end))),
                    (known, new) => known.or(new),
                };
            }
        }
        whole
    }

    /// The components that it has.
    pub fn components(&self) -> impl Iterator<Item = Component> + '_ {
        self.provides.keys().filter_map(|name| Component::from_name(name))
    }

    pub(super) fn provides(&self, component: Component, by: u32) -> bool {
        self.provides
            .get(&component.name())
            .is_some_and(|dimensions| dimensions & by == by)
    }
}

/// Dimensions as bits, in the order of [`Dimension::ALL`].
pub fn mask(dimensions: impl IntoIterator<Item = Dimension>) -> u32 {
    dimensions.into_iter().fold(0, |mask, one| mask | 1 << (one as u32))
}

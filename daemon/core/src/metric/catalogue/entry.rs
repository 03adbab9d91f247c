//! How a line of the catalogue is written down.

use crate::component::{Component, Made};
use crate::metric::recipe::{Recipe, Term};

pub(super) const ISO: &str = "after ISO 22400-2";
pub(super) const COSTING: &str = "standard costing practice; ASQ quality cost classes";
pub(super) const PLAIN: &str = "count of the rows";

/// More is better.
pub(super) const UP: Option<bool> = Some(true);
/// Less is better.
pub(super) const DOWN: Option<bool> = Some(false);

pub(super) const ROWS: &[Component] = &[Component::Rows];
pub(super) const STOPS: &[Component] = &[Component::Made(Made::Stops)];
pub(super) const FAILURES: &[Component] = &[Component::Made(Made::Failures)];

/// One line of the catalogue.
pub(super) struct Entry {
    pub(super) id: &'static str,
    pub(super) code: &'static str,
    pub(super) label: &'static str,
    pub(super) unit: &'static str,
    pub(super) recipe: Recipe,
    pub(super) formula: &'static str,
    pub(super) source: &'static str,
    pub(super) better: Option<bool>,
    pub(super) counted_by: &'static [Component],
}

/// A component with a plus.
pub(super) const fn plus(made: Made) -> Term {
    (1, Component::Made(made))
}

/// A component with a minus.
pub(super) const fn minus(made: Made) -> Term {
    (-1, Component::Made(made))
}

/// Minutes of one time component.
macro_rules! minutes {
    ($($term:expr),+) => { Recipe::Sum { of: &[$($term),+], per: 60 } };
}

/// Ratio of sums.
macro_rules! ratio {
    ([$($over:expr),+], [$($under:expr),+]) => { ratio!([$($over),+], [$($under),+], 1, 1) };
    ([$($over:expr),+], [$($under:expr),+], $times:literal, $per:literal) => {
        Recipe::Ratio { over: &[$($over),+], under: &[$($under),+], times: $times, per: $per }
    };
}

pub(super) use {minutes, ratio};

/// Every component that a recipe reads, with those that count its rows.
pub(super) fn needs(recipe: Recipe, counted_by: &[Component]) -> Vec<Component> {
    let mut all = recipe.required();
    all.extend(recipe.optional());
    all.extend(counted_by);
    all.push(Component::Rows);
    all.sort_unstable();
    all.dedup();
    all
}

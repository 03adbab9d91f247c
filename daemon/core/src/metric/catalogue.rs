//! The catalogue: every metric that can be asked for, by its name.
//!
//! Every additive variable is a metric of the same name (its sum); the others are made from components. A metric's
//! version is raised when the same rows would give another figure.

mod cost;
mod efficiency;
mod entry;
mod equipment;
mod made;
mod measures;
mod quality;
mod sums;
mod times;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::Metric;

static ALL: LazyLock<Vec<Metric>> = LazyLock::new(|| made::metrics().into_iter().chain(sums::metrics()).collect());
static BY_ID: LazyLock<BTreeMap<&'static str, usize>> = LazyLock::new(|| {
    ALL.iter()
        .enumerate()
        .map(|(place, metric)| (metric.id, place))
        .collect()
});

/// Every metric: the named ratios and times first, then the sums of the variables.
pub fn all() -> &'static [Metric] {
    ALL.as_slice()
}

/// The metric of that name.
pub fn find(name: &str) -> Option<&'static Metric> {
    BY_ID.get(name).and_then(|place| ALL.get(*place))
}

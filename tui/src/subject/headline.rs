//! Which figures stand on the overview: the ones that people ask for first, as far as the catalogue has them.

use plant_core::model::{MetricInfo, MetricItem};

use crate::figure;

/// The figures in the order of their weight.
const WANTED: [&str; 10] = [
    "oee",
    "availability",
    "effectiveness",
    "quality_ratio",
    "scrap_ratio",
    "scrap_cost",
    "cost_per_good_unit",
    "energy_per_unit",
    "energy_used",
    "quantity_produced",
];

/// The most that are shown.
const MOST: usize = 6;

/// The wanted metrics that the catalogue has.
pub fn choose(catalogue: &[MetricInfo]) -> Vec<String> {
    let known = |name: &&str| catalogue.iter().any(|info| info.metric == *name);
    WANTED
        .into_iter()
        .filter(|name| known(name))
        .map(str::to_owned)
        .collect()
}

/// The figures that have a value, the weightiest first.
pub fn keep(items: Vec<MetricItem>) -> Vec<MetricItem> {
    let mut kept: Vec<MetricItem> = items.into_iter().filter(|item| item.value.is_some()).collect();
    kept.sort_by_key(|item| WANTED.iter().position(|name| *name == item.metric));
    kept.truncate(MOST);
    kept
}

/// Their names and values, as people write them.
pub fn pairs(items: &[MetricItem]) -> Vec<(String, String)> {
    let pair = |item: &MetricItem| {
        let covered = item.coverage.as_ref().and_then(figure::covered_in_short);
        let value = figure::metric(item);
        let value = covered.map_or(value.clone(), |covered| format!("{value} ({covered})"));
        (figure::name(&item.metric), value)
    };
    items.iter().map(pair).collect()
}

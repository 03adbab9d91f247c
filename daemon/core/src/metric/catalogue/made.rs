//! The metrics that are more than the sum of a column.

use super::entry::needs;
use super::{cost, efficiency, equipment, measures, quality, times};
use crate::component::Fold;
use crate::metric::recipe::Recipe;
use crate::metric::{Metric, MetricKind};

/// Every metric of the table, in the order in which it is listed.
pub(super) fn metrics() -> Vec<Metric> {
    [
        cost::COST,
        equipment::EQUIPMENT,
        quality::QUALITY,
        efficiency::EFFICIENCY,
        times::TIMES,
        times::OTHER,
        measures::MEASURES,
    ]
    .into_iter()
    .flatten()
    .map(|entry| Metric {
        id: entry.id,
        code: entry.code,
        label: entry.label.to_owned(),
        unit: entry.unit,
        kind: match entry.recipe {
            Recipe::Plain(component) if component.fold() != Fold::Sum => MetricKind::Extreme,
            Recipe::Plain(_) | Recipe::Sum { of: [_], .. } => MetricKind::Sum,
            Recipe::Ratio { .. } => MetricKind::Ratio,
            _ => MetricKind::Derived,
        },
        formula: entry.formula.to_owned(),
        source: entry.source,
        higher_is_better: entry.better,
        needs: needs(entry.recipe, entry.counted_by),
        version: 1,
        recipe: entry.recipe,
        counted_by: entry.counted_by.to_vec(),
    })
    .collect()
}

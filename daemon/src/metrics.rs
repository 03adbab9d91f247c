//! Typed metric queries: the one way from the database to a figure, for the command line, the screens and the answers.
//!
//! Invariants: the sums come from the store and every figure from `plant_core::metric`; nothing is computed here.

#[cfg(test)]
mod tests;

use plant_core::metric::{self, ComponentGroup, Metric, MetricQuery, catalogue};
use plant_core::view::MetricItem;
use plant_store::{OrgTx, StoreError, components, orgs};

/// The figures of a query, group by group; within a group in the order of the metrics.
///
/// # Errors
/// An unknown metric, or what the database says.
pub async fn query(tx: &mut OrgTx, query: &MetricQuery) -> Result<Vec<MetricItem>, StoreError> {
    let metrics = named(query)?;
    let groups = components::query(tx, query, &metric::needed(metrics.iter().copied())).await?;
    let currency = orgs::get(tx).await?.currency;
    Ok(items(query, &metrics, &groups, currency.as_deref()))
}

/// The metrics of a query.
fn named(query: &MetricQuery) -> Result<Vec<&'static Metric>, StoreError> {
    query
        .metrics
        .iter()
        .map(|name| {
            catalogue::find(name).ok_or_else(|| StoreError::Invalid {
                what: "metric",
                detail: format!("there is no metric `{name}`; `plant metrics list` lists them"),
            })
        })
        .collect()
}

/// The figures of the groups, in the order and number that the query asks for: by the first metric, groups without a
/// value last.
fn items(
    query: &MetricQuery,
    metrics: &[&Metric],
    groups: &[ComponentGroup],
    currency: Option<&str>,
) -> Vec<MetricItem> {
    let mut rows: Vec<Vec<MetricItem>> = groups
        .iter()
        .map(|group| {
            metrics
                .iter()
                .map(|metric| metric::item(metric, group, currency))
                .collect()
        })
        .collect();
    if let Some(descending) = query.descending {
        let first = |row: &[MetricItem]| row.first().and_then(|item| item.value);
        // The sort is stable, so that equal values stay in the order of their groups.
        rows.sort_by(|left, right| match (first(left), first(right)) {
            (Some(left), Some(right)) if descending => right.cmp(&left),
            (Some(left), Some(right)) => left.cmp(&right),
            (left, right) => right.is_some().cmp(&left.is_some()),
        });
    }
    if let Some(limit) = query.limit {
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    }
    rows.into_iter().flatten().collect()
}

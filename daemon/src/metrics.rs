//! Typed metric queries: the one way from the database to a figure, for the command line, the screens and the answers.
//!
//! Invariants: the sums come from the store and every figure from `plant_core::metric`; nothing is computed here; of the
//! groups of a query only those that are asked for are in memory at one time.

mod ranking;
#[cfg(test)]
mod tests;
mod together;

use std::collections::BTreeSet;

use plant_core::metric::{self, ComponentGroup, Metric, MetricQuery, Warning, catalogue};
use plant_core::model::MetricItem;
use plant_core::variable::Variable;
use plant_core::weight;
use plant_store::components::Window;
use plant_store::{OrgTx, StoreError, components, orgs, series};

use self::ranking::Ranking;
use self::together::Joins;

/// Groups of a query that says no limit, at most.
const GROUPS_MAX: u32 = 100_000;
/// Groups that are put in order by a figure at most: they are in memory at one time.
const RANKED_MAX: u32 = 100_000;

/// Some of the groups of a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Their figures, group by group; within a group in the order of the metrics.
    pub items: Vec<MetricItem>,
    /// How many groups come before those that follow; absent where none does.
    pub next: Option<u32>,
}

/// The figures of a query, group by group; within a group in the order of the metrics.
///
/// # Errors
/// An unknown metric, or what the database says.
pub async fn query(tx: &mut OrgTx, query: &MetricQuery) -> Result<Vec<MetricItem>, StoreError> {
    let window = Window {
        skip: 0,
        take: query.limit.unwrap_or(GROUPS_MAX).min(GROUPS_MAX),
    };
    let metrics = named(query)?;
    let joins = Joins::of(tx, query, &metrics).await?;
    let groups = groups(tx, query, &metrics, &joins, window).await?;
    let shown = Shown::of(tx, &metrics, &joins).await?;
    Ok(groups.iter().flat_map(|group| shown.figures(group)).collect())
}

/// The figures of the groups from `skip` on: at most `most` groups, fewer where they weigh more than `bytes` before the
/// last. The limit of the query counts over all its parts.
///
/// # Errors
/// An unknown metric, or what the database says.
pub async fn part(tx: &mut OrgTx, query: &MetricQuery, skip: u32, most: u32, bytes: usize) -> Result<Part, StoreError> {
    let most = query.limit.map_or(most, |limit| limit.saturating_sub(skip).min(most));
    let metrics = named(query)?;
    // One more than is given tells whether more follow.
    let window = Window {
        skip,
        take: most.saturating_add(1),
    };
    let joins = Joins::of(tx, query, &metrics).await?;
    let groups = groups(tx, query, &metrics, &joins, window).await?;
    let shown = Shown::of(tx, &metrics, &joins).await?;
    let mut items = Vec::new();
    let (mut given, mut weighs) = (0_u32, 0);
    for group in groups.iter().take(most as usize) {
        if weighs >= bytes {
            break;
        }
        let figures = shown.figures(group);
        weighs += weight::bytes(&figures);
        items.extend(figures);
        given += 1;
    }
    let is_last =
        given as usize >= groups.len() || query.limit.is_some_and(|limit| skip.saturating_add(given) >= limit);
    Ok(Part {
        items,
        next: (!is_last).then(|| skip.saturating_add(given)),
    })
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

/// The groups of the window in the order that the query asks for: by the first metric, groups without a value last, or
/// as the database has them. A figure is made of sums here and not in the database, so an order by one looks at every
/// group; only the best are kept.
async fn groups(
    tx: &mut OrgTx,
    query: &MetricQuery,
    metrics: &[&Metric],
    joins: &Joins,
    window: Window,
) -> Result<Vec<ComponentGroup>, StoreError> {
    let needed = metric::needed(metrics.iter().copied());
    let (Some(descending), Some(first)) = (query.descending, metrics.first()) else {
        return components::query(tx, query, &needed, window).await;
    };
    let most = window.skip.saturating_add(window.take);
    if most > RANKED_MAX.saturating_add(1) {
        return Err(StoreError::Invalid {
            what: "query",
            detail: format!(
                "the first {RANKED_MAX} groups in an order are given; ask for a shorter period or a condition, or without an order"
            ),
        });
    }
    let mut ranking = Ranking::new(descending, most);
    components::each(tx, query, &needed, None, |group| {
        ranking.push(metric::evaluate(first, joins.sums(0, &group)).value, group);
    })
    .await?;
    Ok(ranking.sorted().skip(window.skip as usize).collect())
}

/// How figures are shown.
struct Shown<'a> {
    metrics: &'a [&'static Metric],
    joins: &'a Joins,
    currency: Option<String>,
    /// What a question is about.
    asked: BTreeSet<Variable>,
}

impl<'a> Shown<'a> {
    async fn of(tx: &mut OrgTx, metrics: &'a [&'static Metric], joins: &'a Joins) -> Result<Shown<'a>, StoreError> {
        Ok(Shown {
            metrics,
            joins,
            currency: orgs::get(tx).await?.currency,
            asked: series::asked_variables(tx).await?,
        })
    }

    /// The figures of one group.
    fn figures(&self, group: &ComponentGroup) -> Vec<MetricItem> {
        let figure = |(place, metric): (usize, &&Metric)| {
            let mut item = metric::item(metric, self.joins.sums(place, group), self.currency.as_deref());
            if !self.asked.is_empty() && metric.reads(&self.asked) {
                item.warnings.push(Warning::OpenQuestion);
            }
            item
        };
        self.metrics.iter().enumerate().map(figure).collect()
    }
}

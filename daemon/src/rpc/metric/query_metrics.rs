//! Figures of a typed query.

use plant_core::metric::{MetricQuery, catalogue};
use plant_proto::convert::{Cross, WireFault};
use plant_proto::status::Fault;
use plant_proto::wire;

use crate::app::App;
use crate::metrics;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

/// Metrics in one query at most.
const METRICS_MAX: usize = 20;
/// Dimensions in one query at most.
const DIMENSIONS_MAX: usize = 4;
/// Filters in one query at most.
const FILTERS_MAX: usize = 50;
/// Groups in one answer at most.
const GROUPS_MAX: u32 = 5_000;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::QueryMetricsRequest,
) -> Result<wire::QueryMetricsResponse, Refusal> {
    let query = MetricQuery::from_wire(request.query).map_err(|fault: WireFault| fault.at("query"))?;
    let query = checked(query)?;
    let items = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { metrics::query(tx, &query).await })
        })
        .await?;
    Ok(wire::QueryMetricsResponse { items: items.to_wire() })
}

/// The query within its bounds, or what is wrong with it.
fn checked(mut query: MetricQuery) -> Result<MetricQuery, Fault> {
    if query.metrics.is_empty() {
        return Err(Fault::invalid("no metric is named; `plant metrics list` lists them"));
    }
    if query.metrics.len() > METRICS_MAX || query.by.len() > DIMENSIONS_MAX || query.filters.len() > FILTERS_MAX {
        return Err(Fault::invalid(format!(
            "a query has at most {METRICS_MAX} metrics, {DIMENSIONS_MAX} dimensions and {FILTERS_MAX} conditions; ask in parts"
        )));
    }
    if let Some(unknown) = query.metrics.iter().find(|name| catalogue::find(name).is_none()) {
        return Err(Fault::not_found("metric", unknown, "plant metrics list"));
    }
    if let (Some(from), Some(to)) = (query.from, query.to)
        && from >= to
    {
        return Err(Fault::invalid(format!(
            "the period from {from} to {to} is empty: --to is the first day that no longer counts"
        )));
    }
    query.limit = Some(query.limit.unwrap_or(GROUPS_MAX).min(GROUPS_MAX));
    Ok(query)
}

#[cfg(test)]
mod tests {
    use plant_core::metric::MetricQuery;
    use plant_proto::status::Fault;

    use super::{GROUPS_MAX, checked};

    fn query(metric: &str) -> MetricQuery {
        MetricQuery {
            metrics: vec![metric.to_owned()],
            ..MetricQuery::default()
        }
    }

    #[test]
    fn a_query_is_bounded_and_names_known_metrics() {
        assert_eq!(checked(query("quantity_good")).unwrap().limit, Some(GROUPS_MAX));
        assert!(matches!(checked(MetricQuery::default()), Err(Fault::Invalid { .. })));
        assert!(matches!(checked(query("happiness")), Err(Fault::NotFound { .. })));
        let day = |text: &str| Some(text.parse().unwrap());
        let empty = MetricQuery {
            from: day("2025-02-01"),
            to: day("2025-02-01"),
            ..query("quantity_good")
        };
        assert!(matches!(checked(empty), Err(Fault::Invalid { .. })));
        let many = MetricQuery {
            metrics: vec!["quantity_good".to_owned(); 21],
            ..MetricQuery::default()
        };
        assert!(matches!(checked(many), Err(Fault::Invalid { .. })));
    }
}

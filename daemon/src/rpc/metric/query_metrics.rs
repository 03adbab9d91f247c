//! Figures of a typed query.

use plant_core::metric::{MetricQuery, catalogue};
use plant_proto::convert::{Cross, WireFault};
use plant_proto::fault::Fault;
use plant_proto::{PAGE_MAX, wire};

use crate::app::App;
use crate::metrics;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;
use crate::rpc::{bounded, paging};

/// Metrics in one query at most.
const METRICS_MAX: usize = 20;
/// Dimensions in one query at most.
const DIMENSIONS_MAX: usize = 4;
/// Filters in one query at most.
const FILTERS_MAX: usize = 50;
/// What a page weighs at most before its last group, in bytes.
const BYTES: usize = 4 << 20;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::QueryMetricsRequest,
) -> Result<wire::QueryMetricsResponse, Refusal> {
    let query = MetricQuery::from_wire(request.query).map_err(|fault: WireFault| fault.at("query"))?;
    let query = checked(query)?;
    let skip = skip(&request.page_token)?;
    let most = match request.page_size {
        0 => PAGE_MAX,
        asked => asked.min(PAGE_MAX),
    };
    let _turn = bounded::turn().await;
    let part = app
        .store()
        .read(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { metrics::part(tx, &query, skip, most, BYTES).await })
        })
        .await?;
    Ok(wire::QueryMetricsResponse {
        items: part.items.to_wire(),
        next_page_token: part.next.map(|next| next.to_string()).unwrap_or_default(),
    })
}

/// How many groups come before the page.
fn skip(token: &str) -> Result<u32, Fault> {
    let Some(token) = paging::token(token) else {
        return Ok(0);
    };
    let skip = token.parse().ok();
    skip.ok_or_else(|| Fault::invalid("the page token is not of this list; begin without --page"))
}

/// The query within its bounds, or what is wrong with it.
fn checked(query: MetricQuery) -> Result<MetricQuery, Fault> {
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
    Ok(query)
}

#[cfg(test)]
mod tests {
    use plant_core::metric::MetricQuery;
    use plant_proto::fault::Fault;

    use super::{checked, skip};

    fn query(metric: &str) -> MetricQuery {
        MetricQuery {
            metrics: vec![metric.to_owned()],
            ..MetricQuery::default()
        }
    }

    #[test]
    fn a_query_is_bounded_and_names_known_metrics() {
        assert_eq!(checked(query("quantity_good")), Ok(query("quantity_good")));
        assert_eq!((skip(""), skip("500")), (Ok(0), Ok(500)));
        assert!(skip("x").is_err() && skip("5000000000").is_err() && skip("-1").is_err());
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

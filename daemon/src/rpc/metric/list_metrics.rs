//! The catalogue.

use plant_core::metric::{catalogue, info};
use plant_proto::convert::Cross;
use plant_proto::wire;

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::paging;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    _: App,
    _: Ctx,
    request: wire::ListMetricsRequest,
) -> Result<wire::ListMetricsResponse, Refusal> {
    let metrics: Vec<_> = catalogue::all().iter().map(info).collect();
    let page = paging::slice(metrics, request.page_size, &request.page_token)?;
    Ok(wire::ListMetricsResponse {
        metrics: page.items.to_wire(),
        next_page_token: page.next_page.unwrap_or_default(),
    })
}

//! One metric of the catalogue.

use plant_core::metric::{catalogue, detail};
use plant_proto::convert::Cross;
use plant_proto::fault::Fault;
use plant_proto::wire;

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    _: App,
    _: Ctx,
    request: wire::GetMetricRequest,
) -> Result<wire::GetMetricResponse, Refusal> {
    let metric = catalogue::find(&request.metric)
        .ok_or_else(|| Fault::not_found("metric", &request.metric, "plant metrics list"))?;
    Ok(wire::GetMetricResponse {
        metric: detail(metric).to_wire(),
    })
}

//! Puts all versions of one series into another.

use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::series;

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::MergeSeriesRequest,
) -> Result<wire::MergeSeriesResponse, Refusal> {
    let at = app.clock().now();
    let detail = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let into = series::resolve(tx, &request.into).await?;
                let from = series::resolve(tx, &request.from).await?;
                series::merge(tx, into, from, at).await?;
                series::get(tx, into).await
            })
        })
        .await?;
    app.wake_jobs();
    Ok(wire::MergeSeriesResponse {
        series: detail.to_wire(),
    })
}

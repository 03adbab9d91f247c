//! One series with its versions.

use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::series;

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::GetSeriesRequest,
) -> Result<wire::GetSeriesResponse, Refusal> {
    let detail = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let id = series::resolve(tx, &request.series).await?;
                series::get(tx, id).await
            })
        })
        .await?;
    Ok(wire::GetSeriesResponse {
        series: detail.to_wire(),
    })
}

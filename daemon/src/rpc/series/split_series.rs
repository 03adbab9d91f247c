//! Puts some files of a series into a new one.

use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::{files, series};

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::SplitSeriesRequest,
) -> Result<wire::SplitSeriesResponse, Refusal> {
    let at = app.clock().now();
    let detail = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let from = series::resolve(tx, &request.series).await?;
                let mut chosen = Vec::with_capacity(request.files.len());
                for file in &request.files {
                    chosen.push(files::resolve(tx, file).await?);
                }
                let new = series::split(tx, from, &chosen, at).await?;
                series::get(tx, new).await
            })
        })
        .await?;
    app.wake_jobs();
    Ok(wire::SplitSeriesResponse {
        series: detail.to_wire(),
    })
}

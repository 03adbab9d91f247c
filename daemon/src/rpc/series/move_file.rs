//! Puts one file into another series.

use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::{files, series};

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::MoveFileRequest,
) -> Result<wire::MoveFileResponse, Refusal> {
    let at = app.clock().now();
    let detail = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let file = files::resolve(tx, &request.file).await?;
                let to = series::resolve(tx, &request.to).await?;
                series::move_file(tx, file, to, at).await?;
                series::get(tx, to).await
            })
        })
        .await?;
    app.wake_jobs();
    Ok(wire::MoveFileResponse {
        series: detail.to_wire(),
    })
}

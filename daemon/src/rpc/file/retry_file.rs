//! Queues a file once more.

use plant_core::model::EventKind;
use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::files;

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::RetryFileRequest,
) -> Result<wire::RetryFileResponse, Refusal> {
    let at = app.clock().now();
    let item = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let id = files::resolve(tx, &request.file).await?;
                files::retry(tx, id, at).await?;
                files::item(tx, id).await
            })
        })
        .await?;
    app.wake_jobs();
    app.announce(ctx.org, EventKind::File, item.file_id, item.state.name(), "tried again");
    Ok(wire::RetryFileResponse { file: item.to_wire() })
}

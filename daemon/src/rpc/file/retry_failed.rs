//! Queues every failed file once more.

use plant_proto::wire;
use plant_store::files;

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    _: wire::RetryFailedRequest,
) -> Result<wire::RetryFailedResponse, Refusal> {
    let at = app.clock().now();
    let files = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { files::retry_failed(tx, at).await })
        })
        .await?;
    app.wake_jobs();
    Ok(wire::RetryFailedResponse { files })
}

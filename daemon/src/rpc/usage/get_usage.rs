//! What the org used in a month.

use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::usage;

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::GetUsageRequest,
) -> Result<wire::GetUsageResponse, Refusal> {
    let at = app.clock().now();
    let usage = app
        .store()
        .read(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { usage::get(tx, request.month.as_deref(), at).await })
        })
        .await?;
    Ok(wire::GetUsageResponse { usage: usage.to_wire() })
}

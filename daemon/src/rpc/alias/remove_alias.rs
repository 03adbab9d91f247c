//! Decides that a name goes by itself again.

use plant_proto::convert::{Cross, WireFault};
use plant_proto::wire;
use plant_store::aliases::{self, Change};

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::RemoveAliasRequest,
) -> Result<wire::RemoveAliasResponse, Refusal> {
    let kind = Cross::from_wire(request.kind).map_err(|fault: WireFault| fault.at("kind"))?;
    let change = Change::Remove {
        kind,
        name: request.name,
    };
    let at = app.clock().now();
    let effect = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { aliases::decide(tx, &change, at).await })
        })
        .await?;
    app.wake_jobs();
    Ok(wire::RemoveAliasResponse {
        effect: effect.to_wire(),
    })
}

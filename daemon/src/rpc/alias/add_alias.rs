//! Decides that a name goes by another one.

use plant_core::alias::Alias;
use plant_proto::convert::{Cross, WireFault};
use plant_proto::fault::Fault;
use plant_proto::wire;
use plant_store::aliases::{self, Change};

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::AddAliasRequest,
) -> Result<wire::AddAliasResponse, Refusal> {
    let kind = Cross::from_wire(request.kind).map_err(|fault: WireFault| fault.at("kind"))?;
    let alias = Alias::new(kind, &request.name, &request.canonical);
    let change = Change::Add(alias.map_err(|fault| Fault::invalid(fault.to_string()))?);
    let at = app.clock().now();
    let effect = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { aliases::decide(tx, &change, at).await })
        })
        .await?;
    app.wake_jobs();
    Ok(wire::AddAliasResponse {
        effect: effect.to_wire(),
    })
}

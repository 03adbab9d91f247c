//! What an alias that is added or taken away would change; nothing is kept.

use plant_proto::convert::{Cross, WireFault};
use plant_proto::wire;
use plant_store::aliases::{self, Change};

use super::change;
use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::TryAliasRequest,
) -> Result<wire::TryAliasResponse, Refusal> {
    let kind = Cross::from_wire(request.kind).map_err(|fault: WireFault| fault.at("kind"))?;
    let change = match request.canonical {
        Some(canonical) => change::add(kind, &request.name, &canonical)?,
        None => Change::Remove {
            kind,
            name: request.name,
        },
    };
    let at = app.clock().now();
    let effect = app
        .store()
        .trial(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { aliases::decide(tx, &change, at).await })
        })
        .await?;
    Ok(wire::TryAliasResponse {
        effect: effect.to_wire(),
    })
}

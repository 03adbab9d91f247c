//! What an alias that is added or taken away would change; nothing is kept.

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
    request: wire::TryAliasRequest,
) -> Result<wire::TryAliasResponse, Refusal> {
    let kind = Cross::from_wire(request.kind).map_err(|fault: WireFault| fault.at("kind"))?;
    let change = match request.canonical {
        Some(canonical) => {
            let alias = Alias::new(kind, &request.name, &canonical);
            Change::Add(alias.map_err(|fault| Fault::invalid(fault.to_string()))?)
        }
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

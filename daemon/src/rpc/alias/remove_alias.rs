//! Decides that a name goes by itself again.

use plant_proto::convert::{Cross, WireFault};
use plant_proto::wire;
use plant_store::aliases::Change;

use super::change;
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
    Ok(wire::RemoveAliasResponse {
        effect: change::decide(&app, &ctx, change).await?.to_wire(),
    })
}

//! Decides that a name goes by another one.

use plant_proto::convert::{Cross, WireFault};
use plant_proto::wire;

use super::change;
use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::AddAliasRequest,
) -> Result<wire::AddAliasResponse, Refusal> {
    let kind = Cross::from_wire(request.kind).map_err(|fault: WireFault| fault.at("kind"))?;
    let change = change::add(kind, &request.name, &request.canonical)?;
    Ok(wire::AddAliasResponse {
        effect: change::decide(&app, &ctx, change).await?.to_wire(),
    })
}

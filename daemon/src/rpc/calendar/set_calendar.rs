//! Decides when a site is planned to work.

use plant_proto::convert::{Cross, WireFault};
use plant_proto::wire;

use super::change;
use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::SetCalendarRequest,
) -> Result<wire::SetCalendarResponse, Refusal> {
    let from = Cross::from_wire(request.from).map_err(|fault: WireFault| fault.at("from"))?;
    let calendar = Cross::from_wire(request.calendar).map_err(|fault: WireFault| fault.at("calendar"))?;
    let change = change::set(request.site, from, calendar)?;
    Ok(wire::SetCalendarResponse {
        effect: change::decide(&app, &ctx, change).await?.to_wire(),
    })
}

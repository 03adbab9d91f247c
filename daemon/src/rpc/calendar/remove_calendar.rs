//! Decides that calendars of a site hold no longer.

use plant_proto::convert::{Cross, WireFault};
use plant_proto::wire;
use plant_store::calendars::Change;

use super::change;
use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::RemoveCalendarRequest,
) -> Result<wire::RemoveCalendarResponse, Refusal> {
    let change = Change::Remove {
        site: request.site,
        from: Cross::from_wire(request.from).map_err(|fault: WireFault| fault.at("from"))?,
    };
    Ok(wire::RemoveCalendarResponse {
        effect: change::decide(&app, &ctx, change).await?.to_wire(),
    })
}

//! What a calendar that is set or taken away would change; nothing is kept.

use chrono::NaiveDate;
use plant_core::calendar::Calendar;
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
    request: wire::TryCalendarRequest,
) -> Result<wire::TryCalendarResponse, Refusal> {
    let from: Option<NaiveDate> = Cross::from_wire(request.from).map_err(|fault: WireFault| fault.at("from"))?;
    let calendar: Option<Calendar> =
        Cross::from_wire(request.calendar).map_err(|fault: WireFault| fault.at("calendar"))?;
    let site = request.site;
    let change = match calendar {
        Some(calendar) => change::set(site, from.ok_or_else(|| WireFault::missing().at("from"))?, calendar)?,
        None => Change::Remove { site, from },
    };
    let at = app.clock().now();
    let effect = app
        .store()
        .trial(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { change::told(tx, &change, at).await })
        })
        .await?;
    Ok(wire::TryCalendarResponse {
        effect: effect.to_wire(),
    })
}

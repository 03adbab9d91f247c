//! What is planned for a site, this week and the next.

use plant_core::calendar::Calendars;
use plant_core::model::CalendarView;
use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::{calendars, planned};

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::GetCalendarRequest,
) -> Result<wire::GetCalendarResponse, Refusal> {
    let site = request.site.trim().to_owned();
    let wanted = site.clone();
    let (versions, all): (_, Calendars) = app
        .store()
        .read(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { Ok((calendars::of_site(tx, &wanted).await?, planned::calendars(tx).await?)) })
        })
        .await?;
    let planned = all.of(&site).weeks(app.clock().now());
    let view = CalendarView {
        site,
        versions,
        days: planned.days,
        to_come: planned.to_come,
    };
    Ok(wire::GetCalendarResponse {
        calendar: view.to_wire(),
    })
}

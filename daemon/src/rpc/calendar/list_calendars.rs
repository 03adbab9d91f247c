//! Every calendar of every site.

use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::calendars;

use crate::app::App;
use crate::rpc::bounded;
use crate::rpc::call::Ctx;
use crate::rpc::paging;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::ListCalendarsRequest,
) -> Result<wire::ListCalendarsResponse, Refusal> {
    let limit = paging::size(request.page_size);
    let page = app
        .store()
        .read(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { calendars::list(tx, limit, paging::token(&request.page_token)).await })
        })
        .await?;
    Ok(wire::ListCalendarsResponse {
        calendars: bounded::items(page.items).to_wire(),
        next_page_token: page.next_page.unwrap_or_default(),
    })
}

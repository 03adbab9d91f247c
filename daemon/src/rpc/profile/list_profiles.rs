//! The newest version of every profile.

use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::profiles;

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::paging;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::ListProfilesRequest,
) -> Result<wire::ListProfilesResponse, Refusal> {
    let mut profiles = app
        .store()
        .read(ctx.org, &ctx.actor, |tx| Box::pin(profiles::list(tx)))
        .await?;
    profiles.retain(|view| request.include_archived || !view.profile.archived);
    let page = paging::slice(profiles, request.page_size, &request.page_token)?;
    Ok(wire::ListProfilesResponse {
        profiles: page.items.to_wire(),
        next_page_token: page.next_page.unwrap_or_default(),
    })
}

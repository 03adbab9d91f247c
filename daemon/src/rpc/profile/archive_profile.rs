//! Takes a profile out of use for new files.

use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::profiles;

use super::get_profile;
use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::ArchiveProfileRequest,
) -> Result<wire::ArchiveProfileResponse, Refusal> {
    let at = app.clock().now();
    let profile = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let archived = profiles::archive(tx, &request.profile, at).await?;
                get_profile::there(tx, &archived.profile_id.to_string(), None).await
            })
        })
        .await?;
    Ok(wire::ArchiveProfileResponse {
        profile: profile.to_wire(),
    })
}

//! Copies a profile under another name.

use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::profiles;

use super::{get_profile, save_profile};
use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::CloneProfileRequest,
) -> Result<wire::CloneProfileResponse, Refusal> {
    let name = save_profile::checked_name(&request.name)?;
    let at = app.clock().now();
    let profile = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let copy = profiles::clone(tx, &request.profile, &name, at).await?;
                get_profile::there(tx, &copy.profile_id.to_string(), None).await
            })
        })
        .await?;
    Ok(wire::CloneProfileResponse {
        profile: profile.to_wire(),
    })
}

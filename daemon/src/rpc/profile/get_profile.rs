//! One profile, in the version asked for.

use plant_core::model::ProfileView;
use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::{OrgTx, StoreError, profiles};

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::GetProfileRequest,
) -> Result<wire::GetProfileResponse, Refusal> {
    let profile = app
        .store()
        .read(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { there(tx, &request.profile, request.version).await })
        })
        .await?;
    Ok(wire::GetProfileResponse {
        profile: profile.to_wire(),
    })
}

/// The profile that is meant, or an error where there is none.
pub(super) async fn there(tx: &mut OrgTx, written: &str, version: Option<u32>) -> Result<ProfileView, StoreError> {
    profiles::get(tx, written, version)
        .await?
        .ok_or_else(|| StoreError::NotFound {
            what: "profile",
            id: match version {
                Some(version) => format!("{written} version {version}"),
                None => written.to_owned(),
            },
        })
}

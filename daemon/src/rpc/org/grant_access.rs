//! Gives an account a role in the org of the call.

use plant_core::access::Role;
use plant_proto::convert::{Cross, WireFault};
use plant_proto::wire;
use plant_store::orgs;

use super::access;
use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::door::principal;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::GrantAccessRequest,
) -> Result<wire::GrantAccessResponse, Refusal> {
    let role = Role::from_wire(request.role).map_err(|fault: WireFault| fault.at("role"))?;
    let uid = access::account(request.account).await?;
    let grant = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { orgs::grant(tx, &principal(uid), role).await })
        })
        .await?;
    // A smaller role than before is a right that is gone.
    app.access_changed();
    let change = access::change(&app, &ctx, uid, grant, access::notes_of_grant).await?;
    Ok(wire::GrantAccessResponse {
        change: change.to_wire(),
    })
}

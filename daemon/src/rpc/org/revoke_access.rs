//! Takes the grant of an account in the org of the call away, at once: its open streams are looked at again.
//!
//! The last administrator can be taken away too: root can always enter an org by its name, and the answer says so.

use plant_proto::convert::Cross;
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
    request: wire::RevokeAccessRequest,
) -> Result<wire::RevokeAccessResponse, Refusal> {
    let uid = access::account(request.account).await?;
    let (grant, administrators) = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let grant = orgs::revoke(tx, &principal(uid)).await?;
                Ok((grant, orgs::administrators(tx).await?))
            })
        })
        .await?;
    app.access_changed();
    let change = access::change(&app, &ctx, uid, grant, |standing, grant| {
        access::notes_of_revocation(standing, grant, administrators)
    })
    .await?;
    Ok(wire::RevokeAccessResponse {
        change: change.to_wire(),
    })
}

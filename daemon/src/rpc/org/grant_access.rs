//! Gives an account a role in the org of the call.

use plant_core::access::Role;
use plant_proto::convert::{Cross, WireFault};
use plant_proto::status::Fault;
use plant_proto::wire;
use plant_store::orgs;

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
    let uid = request
        .principal
        .strip_prefix("unix:")
        .and_then(|digits| digits.parse::<u32>().ok())
        .ok_or_else(|| {
            Fault::invalid(format!(
                "`{}` is no account; write unix:UID, for example unix:1000 (`id -u NAME` says the number)",
                request.principal
            ))
        })?;
    app.store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { orgs::grant(tx, &principal(uid), role).await })
        })
        .await?;
    Ok(wire::GrantAccessResponse {})
}

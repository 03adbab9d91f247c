//! Who may do what in the org of the call: its grants, and what follows without one.

use plant_core::access::Account;
use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::orgs;

use super::access;
use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::door::accounts;
use crate::rpc::paging;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::ListGrantsRequest,
) -> Result<wire::ListGrantsResponse, Refusal> {
    let page = app
        .store()
        .read(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                orgs::grants(tx, paging::size(request.page_size), paging::token(&request.page_token)).await
            })
        })
        .await?;
    let orgs = orgs::all(app.store()).await?;
    let name = orgs
        .iter()
        .find(|(id, _)| *id == ctx.org)
        .map(|(_, name)| name.as_str());
    let mut grants = page.items;
    // The system's lists may lie on another machine, so all names are asked for in one task.
    let (grants, members) = tokio::task::spawn_blocking(move || {
        for grant in &mut grants {
            if let Some(Account::Uid(uid)) = Account::parse(&grant.principal) {
                grant.account = accounts::name_of(uid);
            }
        }
        (grants, accounts::members())
    })
    .await?;
    let implied = access::implied(orgs.len() > 1, name.unwrap_or_default(), app.daemon_uid(), &members);
    Ok(wire::ListGrantsResponse {
        grants: grants.to_wire(),
        next_page_token: page.next_page.unwrap_or_default(),
        implied,
    })
}

//! The orgs that the caller may see: those with a grant, and all for the account of the daemon and for root.

use std::sync::Arc;

use plant_core::ids::OrgId;
use plant_core::model::OrgView;
use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::orgs;

use crate::app::App;
use crate::rpc::door::Caller;
use crate::rpc::paging;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    caller: Arc<Caller>,
    request: wire::ListOrgsRequest,
) -> Result<wire::ListOrgsResponse, Refusal> {
    let mut seen: Vec<(String, OrgId)> = caller
        .memberships
        .iter()
        .map(|member| (member.name.clone(), member.org))
        .collect();
    if caller.is_host_admin {
        seen.extend(caller.others.iter().map(|(org, name)| (name.clone(), *org)));
    }
    seen.sort();
    let page = paging::slice(seen, request.page_size, &request.page_token)?;
    let mut views = Vec::with_capacity(page.items.len());
    for (name, org) in page.items {
        let settings = app
            .store()
            .read(org, &caller.actor(), |tx| Box::pin(orgs::get(tx)))
            .await?;
        views.push(OrgView {
            org_id: org,
            name,
            zone: settings.zone,
            currency: settings.currency,
        });
    }
    Ok(wire::ListOrgsResponse {
        orgs: views.to_wire(),
        next_page_token: page.next_page.unwrap_or_default(),
    })
}

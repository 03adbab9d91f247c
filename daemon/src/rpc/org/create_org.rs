//! Makes an org.

use std::sync::Arc;

use plant_core::model::OrgView;
use plant_proto::convert::Cross;
use plant_proto::status::Fault;
use plant_proto::wire;
use plant_store::orgs::{self, NewOrg};
use rust_decimal::Decimal;

use crate::app::App;
use crate::rpc::door::Caller;
use crate::rpc::refusal::Refusal;

/// What a pilot promises where nobody says otherwise, in the currency of the org.
const GOAL: i64 = 50_000;

pub(super) async fn handle(
    app: App,
    caller: Arc<Caller>,
    request: wire::CreateOrgRequest,
) -> Result<wire::CreateOrgResponse, Refusal> {
    let name = request.name.trim().to_owned();
    let zone = request.zone.trim().to_owned();
    if zone.parse::<chrono_tz::Tz>().is_err() {
        let message = format!("`{zone}` is no time zone; name one like Europe/Berlin, America/Chicago or UTC");
        return Err(Fault::invalid(message).into());
    }
    let org = NewOrg {
        name,
        zone,
        currency: request.currency.filter(|currency| !currency.is_empty()),
        goal: Decimal::from(GOAL),
    };
    let org_id = orgs::create(app.store(), &org, &caller.actor(), Some(&caller.actor())).await?;
    // With the second org, what follows from groups ends.
    app.access_changed();
    let view = OrgView {
        org_id,
        name: org.name,
        zone: org.zone,
        currency: org.currency,
    };
    Ok(wire::CreateOrgResponse { org: view.to_wire() })
}

//! The ledger of savings.

use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::findings;

use crate::app::App;
use crate::rpc::bounded;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    _: wire::GetSavingsRequest,
) -> Result<wire::GetSavingsResponse, Refusal> {
    let savings = app
        .store()
        .read(ctx.org, &ctx.actor, |tx| Box::pin(findings::savings(tx)))
        .await?;
    // Its sums are right however many of its items fit.
    let savings = bounded::thing(savings, |_| {});
    Ok(wire::GetSavingsResponse {
        savings: savings.to_wire(),
    })
}

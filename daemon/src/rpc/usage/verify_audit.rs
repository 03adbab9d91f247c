//! Recomputes the chain of the audit log.

use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::audit;

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    _: wire::VerifyAuditRequest,
) -> Result<wire::VerifyAuditResponse, Refusal> {
    let verdict = app
        .store()
        .read(ctx.org, &ctx.actor, |tx| Box::pin(audit::verify(tx)))
        .await?;
    Ok(wire::VerifyAuditResponse {
        verdict: verdict.to_wire(),
    })
}

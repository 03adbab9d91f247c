//! One finding with its evidence.

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
    request: wire::GetFindingRequest,
) -> Result<wire::GetFindingResponse, Refusal> {
    let finding = app
        .store()
        .read(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let id = findings::resolve(tx, &request.finding).await?;
                findings::get(tx, id).await
            })
        })
        .await?;
    let finding = bounded::thing(finding, |finding| {
        finding.working.push_str("; ");
        finding
            .working
            .push_str(&bounded::said("the files and lines of the evidence hold it whole"));
    });
    Ok(wire::GetFindingResponse {
        finding: finding.to_wire(),
    })
}

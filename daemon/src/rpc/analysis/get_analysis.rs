//! One analysis with what its analyzers said.

use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::analyses;

use crate::app::App;
use crate::rpc::bounded;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::GetAnalysisRequest,
) -> Result<wire::GetAnalysisResponse, Refusal> {
    let analysis = app
        .store()
        .read(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let id = analyses::resolve(tx, &request.analysis).await?;
                analyses::get(tx, id).await
            })
        })
        .await?;
    let analysis = bounded::thing(analysis, |analysis| {
        analysis
            .summary
            .push(bounded::said("`plant findings` and `plant metrics get` have the rest"));
    });
    Ok(wire::GetAnalysisResponse {
        analysis: analysis.to_wire(),
    })
}

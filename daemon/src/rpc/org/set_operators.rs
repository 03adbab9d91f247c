//! Keeps operators by codes or by names.

use plant_core::model::OperatorsChange;
use plant_core::operator::Operators;
use plant_proto::convert::{Cross, WireFault};
use plant_proto::wire;
use plant_store::operators;

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::SetOperatorsRequest,
) -> Result<wire::SetOperatorsResponse, Refusal> {
    let kept = Operators::from_wire(request.kept).map_err(|fault: WireFault| fault.at("kept"))?;
    let at = app.clock().now();
    let files = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { operators::set(tx, kept, at).await })
        })
        .await?;
    app.wake_jobs();
    Ok(wire::SetOperatorsResponse {
        change: OperatorsChange { kept, files }.to_wire(),
    })
}

//! Takes the rows of files out of count.

use plant_proto::wire;
use plant_store::series;

use super::which;
use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::WithdrawFilesRequest,
) -> Result<wire::WithdrawFilesResponse, Refusal> {
    let files = which::act(
        &app,
        &ctx,
        request.which,
        request.why,
        "withdrawn",
        |tx, ids, why, at| {
            Box::pin(async move {
                series::withdraw(tx, &ids, why, at).await?;
                Ok(ids)
            })
        },
    )
    .await?;
    Ok(wire::WithdrawFilesResponse { files })
}

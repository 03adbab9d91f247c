//! Lets the rows of withdrawn files count again.

use plant_proto::wire;
use plant_store::series;

use super::which;
use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::RestoreFilesRequest,
) -> Result<wire::RestoreFilesResponse, Refusal> {
    let files = which::act(
        &app,
        &ctx,
        request.which,
        String::new(),
        "restored",
        |tx, ids, _, at| {
            Box::pin(async move {
                series::restore(tx, &ids, at).await?;
                Ok(ids)
            })
        },
    )
    .await?;
    Ok(wire::RestoreFilesResponse { files })
}

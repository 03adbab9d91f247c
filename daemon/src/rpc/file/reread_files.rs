//! Reads files that are in once more, from their originals.

use plant_proto::wire;
use plant_store::series;

use super::which;
use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::RereadFilesRequest,
) -> Result<wire::RereadFilesResponse, Refusal> {
    let files = which::act(
        &app,
        &ctx,
        request.which,
        String::new(),
        "read again",
        |tx, ids, _, at| Box::pin(async move { series::reread(tx, &ids, None, at).await }),
    )
    .await?;
    Ok(wire::RereadFilesResponse { files })
}

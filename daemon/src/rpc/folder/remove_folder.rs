//! Stops watching a folder; what was taken in stays.

use plant_core::model::EventKind;
use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::folders;

use super::ground;
use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::RemoveFolderRequest,
) -> Result<wire::RemoveFolderResponse, Refusal> {
    let asked = ground::meant(&app, &ctx, &request.folder).await?.folder_id.to_string();
    let at = app.clock().now();
    let folder = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { folders::remove(tx, &asked, at).await })
        })
        .await?;
    app.wake_folders();
    app.announce(ctx.org, EventKind::Folder, folder.folder_id, "removed", &folder.path);
    Ok(wire::RemoveFolderResponse {
        folder: folder.to_wire(),
    })
}

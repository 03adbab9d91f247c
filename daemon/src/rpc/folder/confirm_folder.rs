//! Takes what stands at a folder's path now for the right one: the same door as for a new folder.

use plant_core::model::EventKind;
use plant_proto::convert::Cross;
use plant_proto::status::Fault;
use plant_proto::wire;
use plant_store::folders;

use super::ground;
use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::ConfirmFolderRequest,
) -> Result<wire::ConfirmFolderResponse, Refusal> {
    let folder = ground::meant(&app, &ctx, &request.folder).await?;
    let found = ground::look(app.asked_hangs(), folder.path.clone(), app.grounds().clone()).await?;
    if found.path != folder.path {
        return Err(Fault::conflict(format!(
            "{} leads to {} by now; put the folder itself there, or remove it from the list and add the other one",
            folder.path, found.path
        ))
        .into());
    }
    let _turn = app.folder_turn().await;
    ground::check(
        app.asked_hangs(),
        &found,
        ctx.org,
        folders::all(app.store()).await?,
        Some(folder.folder_id),
    )
    .await?;
    let folder = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                folders::confirm(tx, &folder, &found.identity, found.kind).await?;
                folders::resolve(tx, &folder.folder_id.to_string()).await
            })
        })
        .await?;
    app.wake_folders();
    app.wake_jobs();
    app.announce(ctx.org, EventKind::Folder, folder.folder_id, "confirmed", &folder.path);
    Ok(wire::ConfirmFolderResponse {
        folder: folder.to_wire(),
    })
}

//! Says where the exports of a folder come from; what is in is read again for it.

use plant_core::model::EventKind;
use plant_core::says::FolderSaying;
use plant_proto::convert::{Cross, WireFault};
use plant_proto::fault::Fault;
use plant_proto::wire;
use plant_store::folders;

use super::ground;
use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::SetFolderRequest,
) -> Result<wire::SetFolderResponse, Refusal> {
    let saying = FolderSaying::from_wire(request.saying).map_err(|fault: WireFault| fault.at("saying"))?;
    let folder = ground::meant(&app, &ctx, &request.folder).await?;
    // What can't be said is answered before anything waits for it.
    folder
        .says()
        .with(&saying)
        .map_err(|fault| Fault::invalid(fault.to_string()))?;
    let at = app.clock().now();
    let (folder, files) = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let again = folders::set(tx, folder.folder_id, &saying, at).await?;
                let folder = folders::resolve(tx, &folder.folder_id.to_string()).await?;
                Ok((folder, again.len() as u64))
            })
        })
        .await?;
    app.wake_folders();
    app.wake_jobs();
    app.announce(ctx.org, EventKind::Folder, folder.folder_id, "set", &folder.path);
    Ok(wire::SetFolderResponse {
        folder: folder.to_wire(),
        files,
    })
}

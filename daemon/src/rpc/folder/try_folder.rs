//! What saying something else of a folder would make of its files; nothing is kept.

use plant_core::says::FolderSaying;
use plant_proto::convert::{Cross, WireFault};
use plant_proto::fault::Fault;
use plant_proto::wire;
use plant_store::folders;
use plant_store::trial::Change;

use super::ground;
use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;
use crate::rpc::trial::{self, Wanted};

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::TryFolderRequest,
) -> Result<wire::TryFolderResponse, Refusal> {
    let saying = FolderSaying::from_wire(request.saying).map_err(|fault: WireFault| fault.at("saying"))?;
    let folder = ground::meant(&app, &ctx, &request.folder).await?;
    let says = folder
        .says()
        .with(&saying)
        .map_err(|fault| Fault::invalid(fault.to_string()))?;
    let folder = folder.folder_id;
    let files = app
        .store()
        .read(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { folders::concerned(tx, folder).await })
        })
        .await?;
    let change = Change::Folder { folder, says };
    Ok(wire::TryFolderResponse {
        effect: trial::of(&app, &ctx, Wanted { change, files }).await?.to_wire(),
    })
}

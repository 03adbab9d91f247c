//! Watches one more folder, after a look at it.

use plant_core::model::{EventKind, FolderKind, FolderMode};
use plant_proto::convert::{Cross, WireFault};
use plant_proto::fault::Fault;
use plant_proto::wire;
use plant_store::folders::{self, NewFolder};

use super::ground;
use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

/// Longest site name, in characters.
const SITE_MAX: usize = 100;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::AddFolderRequest,
) -> Result<wire::AddFolderResponse, Refusal> {
    let wished = match request.mode.as_str() {
        "" => FolderMode::Watch,
        mode => match FolderMode::from_name(mode) {
            Some(wished @ (FolderMode::Watch | FolderMode::Poll)) => wished,
            Some(FolderMode::Push) | None => {
                return Err(Fault::invalid(format!("the mode `{mode}` is neither watch nor poll")).into());
            }
        },
    };
    let site = request
        .site
        .map(|site| site.trim().to_owned())
        .filter(|site| !site.is_empty());
    if site
        .as_ref()
        .is_some_and(|site| site.chars().count() > SITE_MAX || site.chars().any(char::is_control))
    {
        let message = format!("a site has at most {SITE_MAX} characters, none of them a control character");
        return Err(Fault::invalid(message).into());
    }
    let since = Cross::from_wire(request.since).map_err(|fault: WireFault| fault.at("since"))?;
    let found = ground::look(app.asked_hangs(), request.path, app.grounds().clone()).await?;
    // One at a time, so that two orgs can't both find a folder free.
    let _turn = app.folder_turn().await;
    ground::check(
        app.asked_hangs(),
        &found,
        ctx.org,
        folders::all(app.store()).await?,
        None,
    )
    .await?;
    let new = NewFolder {
        path: found.path,
        identity: found.identity,
        kind: found.kind,
        // Events of a file system that others write to can't be trusted.
        mode: match found.kind {
            FolderKind::Local => wished,
            FolderKind::Nfs | FolderKind::Smb | FolderKind::Fuse => FolderMode::Poll,
        },
        site,
        since,
    };
    let folder = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { folders::add(tx, &new).await })
        })
        .await?;
    app.wake_folders();
    app.announce(ctx.org, EventKind::Folder, folder.folder_id, "watched", &folder.path);
    Ok(wire::AddFolderResponse {
        folder: folder.to_wire(),
    })
}

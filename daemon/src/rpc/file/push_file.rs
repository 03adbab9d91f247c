//! Takes a file that is sent: start, pieces, end. Without the end nothing is kept.

use std::time::Duration;

use plant_core::ids::{FileId, FolderId, OrgId};
use plant_core::quiet::Facts;
use plant_core::sanitize;
use plant_core::state::FileState;
use plant_core::view::{FileItem, FolderView};
use plant_proto::convert::Cross;
use plant_proto::status::Fault;
use plant_proto::wire;
use plant_proto::wire::push_file_request::{Part, Start};
use plant_store::StoreError;
use plant_store::files::{self, Sighting};
use plant_store::folders::{self, NewFolder};
use tonic::Streaming;

use super::inbox::{self, Arriving, Place};
use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;
use crate::watch::mount_kind;

/// Largest file that is taken.
const FILE_MAX_BYTES: u64 = 8 << 30;
/// Longest wait for the next piece.
const PIECE_TIMEOUT: Duration = Duration::from_secs(30);

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    mut parts: Streaming<wire::PushFileRequest>,
) -> Result<wire::PushFileResponse, Refusal> {
    let Some(Part::Start(start)) = next(&mut parts).await? else {
        return Err(Fault::invalid("a push begins with the name of the file").into());
    };
    inbox::checked_name(&start.name)?;
    let (place, folder) = place(&app, &ctx, &start).await?;
    let mut arriving = blocking(move || Arriving::begin(place)).await?;
    let mut bytes = 0_u64;
    loop {
        match next(&mut parts).await? {
            Some(Part::Chunk(chunk)) => {
                bytes = bytes.saturating_add(chunk.len() as u64);
                if bytes > FILE_MAX_BYTES {
                    let message = format!("the file is larger than {} GiB; split the export", FILE_MAX_BYTES >> 30);
                    return Err(Fault::invalid(message).into());
                }
                arriving = blocking(move || arriving.write(&chunk).map(|()| arriving)).await?;
            }
            Some(Part::End(end)) if end.bytes == bytes => break,
            Some(Part::End(end)) => {
                let message = format!(
                    "{} bytes were announced and {bytes} arrived; push the file again",
                    end.bytes
                );
                return Err(Fault::invalid(message).into());
            }
            Some(Part::Start(_)) => return Err(Fault::invalid("a push holds one file").into()),
            None => return Err(Fault::invalid("the push ended early and was given up; push the file again").into()),
        }
    }
    let name = start.name;
    let kept = name.clone();
    let (_, facts) = blocking(move || arriving.keep(&kept)).await?;
    let item = sight(&app, &ctx, folder, name, facts).await?;
    app.wake_folders();
    app.announce(ctx.org, "file", &item.file_id, item.state.name(), &item.name);
    Ok(wire::PushFileResponse { file: item.to_wire() })
}

async fn next(parts: &mut Streaming<wire::PushFileRequest>) -> Result<Option<Part>, Refusal> {
    let ended = |message: &str| Refusal::from(Fault::invalid(message));
    match tokio::time::timeout(PIECE_TIMEOUT, parts.message()).await {
        Ok(Ok(message)) => Ok(message.and_then(|message| message.part)),
        Ok(Err(_)) => Err(ended("the push broke off and was given up; push the file again")),
        Err(_) => Err(ended(
            "nothing arrived for 30 s and the push was given up; push the file again",
        )),
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Refusal> + Send + 'static) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work).await?
}

/// Where the file goes, and the watched folder that this is.
async fn place(app: &App, ctx: &Ctx, start: &Start) -> Result<(Place, FolderId), Refusal> {
    if !start.folder.is_empty() {
        let folder = named_folder(app, ctx, start.folder.clone()).await?;
        return Ok((Place::Folder(folder.path.clone().into()), folder_id(&folder)?));
    }
    let (state_dir, org) = (app.state_dir().to_path_buf(), ctx.org.to_string());
    let path = blocking(move || inbox::folder(&state_dir, &org).map_err(Refusal::system("making the inbox"))).await?;
    let staged = inbox::staged(app.state_dir(), app.clock().new_id().to_string());
    let folder = inbox_folder(app, ctx, path.display().to_string()).await?;
    Ok((Place::Inbox { folder: path, staged }, folder))
}

async fn named_folder(app: &App, ctx: &Ctx, asked: String) -> Result<FolderView, Refusal> {
    let asked_for = asked.clone();
    let found = app
        .store()
        .run(ctx.org, &ctx.actor, |tx| Box::pin(folders::list(tx)))
        .await?
        .into_iter()
        .filter(|folder| {
            folder.path == asked.trim_end_matches('/')
                || (asked.len() >= 4 && folder.folder_id.starts_with(&asked.to_ascii_lowercase()))
        })
        .collect::<Vec<_>>();
    match <[FolderView; 1]>::try_from(found) {
        Ok([folder]) => Ok(folder),
        Err(_) => Err(Fault::not_found("folder", &asked_for, "plant folders list").into()),
    }
}

fn folder_id(folder: &FolderView) -> Result<FolderId, Refusal> {
    folder.folder_id.parse().map_err(|_| {
        Refusal::Store(StoreError::Corrupt {
            table: "folders",
            column: "folder_id",
            row: folder.folder_id.clone(),
        })
    })
}

/// The watched folder that the inbox of the org is, added with the first push.
async fn inbox_folder(app: &App, ctx: &Ctx, path: String) -> Result<FolderId, Refusal> {
    let (org, actor): (OrgId, &str) = (ctx.org, &ctx.actor);
    let kind = mount_kind(path.as_ref()).map_err(Refusal::system("looking at the inbox"))?;
    let mode = if kind == crate::watch::MountKind::Local {
        "watch"
    } else {
        "poll"
    };
    let folder = app
        .store()
        .run(org, actor, move |tx| {
            Box::pin(async move {
                if let Some(folder) = folders::list(tx).await?.into_iter().find(|folder| folder.path == path) {
                    return Ok(folder);
                }
                let new = NewFolder {
                    path,
                    kind: kind.name().to_owned(),
                    mode: mode.to_owned(),
                    site: None,
                };
                folders::add(tx, &new).await
            })
        })
        .await?;
    folder_id(&folder)
}

/// Tells the database of the file before the scan does, so that the caller gets its id.
async fn sight(app: &App, ctx: &Ctx, folder: FolderId, name: String, facts: Facts) -> Result<FileItem, Refusal> {
    let sighting = Sighting {
        file_id: FileId(app.clock().new_id()),
        folder_id: folder,
        display: sanitize::display(&name).into_owned(),
        name: name.into_bytes(),
        bytes: facts.bytes,
        mtime_ns: facts.mtime_ns,
        inode: facts.inode,
        state: FileState::Seen,
        reason: None,
        at: app.clock().now(),
    };
    let item = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let kept = files::sighted(tx, &[sighting]).await?;
                let id = kept.first().copied().ok_or_else(|| StoreError::NotFound {
                    what: "file",
                    id: String::new(),
                })?;
                Ok(files::get(tx, id).await?.item)
            })
        })
        .await?;
    Ok(item)
}

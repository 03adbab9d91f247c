//! Takes a file that is sent: start, pieces, end. Without the end nothing is kept.

use std::path::PathBuf;
use std::time::Duration;

use plant_core::access::DAEMON;
use plant_core::ids::{FileId, FolderId};
use plant_core::model::{EventKind, FileItem, FolderMode, FolderView};
use plant_core::sanitize;
use plant_core::state::FileState;
use plant_proto::convert::Cross;
use plant_proto::fault::Fault;
use plant_proto::wire;
use plant_proto::wire::push_file_request::{Part, Start};
use plant_store::files::{self, Sighting};
use plant_store::folders::{self, NewFolder};
use tonic::Streaming;
use tracing::warn;

use crate::app::App;
use crate::inbox::{self, Arriving, InboxError, Put, Target};
use crate::rpc::call::Ctx;
use crate::rpc::folder::ground;
use crate::rpc::refusal::Refusal;
use crate::watch::{Known, Place};

/// How long a plant's folder may take to take a piece, or to have all of them on its disk.
const WRITE_PATIENCE: Duration = Duration::from_secs(120);
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
    inbox::check_name(&start.name)?;
    let most = app.config().intake.file_max_mib.saturating_mul(1 << 20);
    let (target, folder) = target(&app, &ctx, &start).await?;
    let (in_inbox, writing) = match &target {
        Target::Inbox { .. } => (true, Writing::Own),
        Target::Folder(place) => (false, Writing::Plant(app.clone(), place.path.clone())),
    };
    let (own, org) = (app.clone(), ctx.org);
    let mut arriving = writing.run(move || Ok(Arriving::begin(&own, org, target)?)).await?;
    let mut bytes = 0_u64;
    loop {
        match next(&mut parts).await? {
            Some(Part::Chunk(chunk)) => {
                bytes = bytes.saturating_add(chunk.len() as u64);
                if bytes > most {
                    let message = format!("the file is larger than {} MiB; split the export", most >> 20);
                    return Err(Fault::invalid(message).into());
                }
                arriving = writing
                    .run(move || {
                        arriving.write(&chunk)?;
                        Ok(arriving)
                    })
                    .await?;
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
    // A task of its own: whoever goes away now leaves a file that is in the database, or none.
    let settling = tokio::spawn(async move {
        let name = start.name.clone();
        let (put, kept) = writing.run(move || Ok(arriving.keep(&name)?)).await?;
        let item = match sight(&app, &ctx, folder, &start, put, in_inbox).await {
            Ok(item) => item,
            Err(refusal) => {
                // It is told that it failed, so nothing of it may come in.
                let taken_back = tokio::task::spawn_blocking(move || drop(kept));
                if tokio::time::timeout(WRITE_PATIENCE, taken_back).await.is_err() {
                    warn!("a push that was told to have failed is still being taken back: its disk does not answer");
                }
                return Err(refusal);
            }
        };
        kept.settled();
        app.wake_folders();
        app.wake_jobs();
        app.announce(ctx.org, EventKind::File, item.file_id, item.state.name(), &item.name);
        Ok(wire::PushFileResponse { file: item.to_wire() })
    });
    settling.await?
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

/// Whose disk is written to.
enum Writing {
    /// The daemon's own.
    Own,
    /// A folder of the plant, whose file system may hang.
    Plant(App, PathBuf),
}

impl Writing {
    /// Does what may wait for that disk.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        match self {
            Writing::Own => blocking(work).await,
            Writing::Plant(app, folder) => {
                let done = app.hangs().call(folder, WRITE_PATIENCE, work).await;
                done.unwrap_or_else(|error| Err(ground::unanswered(error, &folder.to_string_lossy()).into()))
            }
        }
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Refusal> + Send + 'static) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work).await?
}

/// Where the file goes, and the folder that this is.
async fn target(app: &App, ctx: &Ctx, start: &Start) -> Result<(Target, FolderId), Refusal> {
    if !start.folder.is_empty() {
        return named_folder(app, ctx, &start.folder).await;
    }
    let (state_dir, org) = (app.state_dir().to_path_buf(), ctx.org);
    let inbox = blocking(move || inbox::folder(&state_dir, org).map_err(Refusal::system("making the inbox"))).await?;
    let folder = inbox_folder(app, ctx, &inbox).await?;
    let id = app.clock().new_id().to_string();
    Ok((Target::Inbox { inbox, id }, folder))
}

/// A watched folder, opened as its own scan would open it.
async fn named_folder(app: &App, ctx: &Ctx, asked: &str) -> Result<(Target, FolderId), Refusal> {
    let folder = ground::meant(app, ctx, asked).await?;
    let id = folder.folder_id;
    let all = folders::all(app.store()).await?;
    let known = all
        .into_iter()
        .find(|place| place.folder_id == id && place.org == ctx.org);
    let known = known.ok_or_else(|| Fault::not_found("folder", &folder.path, "plant folders list"))?;
    if known.mode == FolderMode::Push {
        return Err(Fault::invalid("this is the daemon's own inbox; push without a folder").into());
    }
    let (known, grounds) = (Known::from(known), app.grounds().clone());
    let silence = Duration::from_secs(app.config().intake.silence_s);
    let path = known.path.clone();
    let opened = app
        .hangs()
        .call(&path, silence, move || Place::open_known(&known, &grounds))
        .await;
    match opened {
        Ok(Ok(place)) => Ok((Target::Folder(place), id)),
        Ok(Err(fault)) => Err(Fault::conflict(fault.text).into()),
        Err(error) => Err(ground::unanswered(error, &folder.path).into()),
    }
}

/// The folder that the inbox of the org is, added with the first push.
async fn inbox_folder(app: &App, ctx: &Ctx, inbox: &Place) -> Result<FolderId, Refusal> {
    let path = PathBuf::from(&inbox.path)
        .into_os_string()
        .into_string()
        .map_err(|_| Fault::conflict("the state folder's path is not UTF-8; name another with --state"))?;
    let new = NewFolder {
        path,
        identity: inbox.identity.clone(),
        kind: inbox.mount().map_err(Refusal::system("looking at the inbox"))?,
        mode: FolderMode::Push,
        since: None,
        site: None,
    };
    // The row is there after the first push; then nobody who adds a folder, however slowly, is waited for.
    if let Some(folder) = known_inbox(app, ctx, &new, false).await? {
        return Ok(folder);
    }
    let _turn = app.folder_turn().await;
    let added = known_inbox(app, ctx, &new, true).await?;
    added.ok_or_else(|| Fault::unavailable("the inbox could not be added; try again").into())
}

/// The row of an inbox, which is for the push to bring up to date: made anew, the inbox has another number, and it is the
/// daemon's own in any case. Where there is none, it is added if `add` says so.
async fn known_inbox(app: &App, ctx: &Ctx, new: &NewFolder, add: bool) -> Result<Option<FolderId>, Refusal> {
    let new = new.clone();
    let folder = app
        .store()
        .run(ctx.org, DAEMON, move |tx| {
            Box::pin(async move {
                let there = folders::list(tx)
                    .await?
                    .into_iter()
                    .find(|folder| folder.path == new.path);
                let folder: FolderView = match there {
                    Some(folder) => folder,
                    None if add => folders::add(tx, &new).await?,
                    None => return Ok(None),
                };
                folders::settle(tx, folder.folder_id, &new.identity).await?;
                Ok(Some(folder.folder_id))
            })
        })
        .await?;
    Ok(folder)
}

/// Tells the database of the file: who pushed what, and that it is to be read. What lies in a plant's folder is read when
/// that folder's scan finds it quiet; what lies in the inbox is whole and queued at once.
async fn sight(
    app: &App,
    ctx: &Ctx,
    folder: FolderId,
    start: &Start,
    put: Put,
    in_inbox: bool,
) -> Result<FileItem, Refusal> {
    let sighting = Sighting {
        file_id: FileId(app.clock().new_id()),
        folder_id: folder,
        display: sanitize::display(&start.name).into_owned(),
        name: put.name,
        bytes: put.facts.bytes,
        mtime_ns: put.facts.mtime_ns,
        inode: put.facts.inode,
        ctime_ns: put.facts.ctime_ns,
        state: if in_inbox { FileState::Stable } else { FileState::Seen },
        reason: None,
        at: app.clock().now(),
    };
    let sha256 = put.sha256;
    let item = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let kept = files::pushed(tx, &sighting, &sha256).await?;
                files::item(tx, kept).await
            })
        })
        .await?;
    Ok(item)
}

impl From<InboxError> for Refusal {
    fn from(error: InboxError) -> Refusal {
        match error {
            InboxError::Name { .. } => Fault::invalid(error.to_string()).into(),
            InboxError::Taken { .. } | InboxError::Closed { .. } => Fault::conflict(error.to_string()).into(),
            InboxError::OverQuota { .. } | InboxError::NoRoom => Fault::over_quota(error.to_string()).into(),
            InboxError::System { doing, source } => Refusal::System { doing, source },
        }
    }
}

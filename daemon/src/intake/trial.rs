//! A file read by a mapping that is tried: what a worker makes of it, kept in memory for the transaction that shows the
//! effect and goes.

use plant_core::ids::{FileId, OrgId};
use plant_core::job::{Decision, FrameTag, IngestEnd, IngestHead, IngestOrder, WorkerOrder};
use plant_core::profile::Profile;
use plant_core::says::FolderSays;
use plant_core::state::Reason;
use plant_store::ingest::{Outcome, Piece, Seen};
use plant_store::trial::Tried;
use tokio::sync::mpsc;

use super::bytes;
use super::error::JobError;
use super::ingest::{As, prepare_in, receive, taught};
use super::process::{Worker, decoded};
use super::suggest::told;
use crate::app::App;
use crate::originals::Snapshot;

/// By what a file is read.
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    /// This profile, whatever its columns.
    Profile(&'a Profile),
    /// Its own, with what its folder would say.
    Folder(&'a FolderSays),
}

/// Reads a file so; or says why it would be held.
///
/// # Errors
/// When the database or the worker fails.
pub async fn try_file(
    app: &App,
    org: OrgId,
    file_id: FileId,
    by: By<'_>,
) -> Result<Result<Tried, (String, Reason)>, JobError> {
    let says = match by {
        By::Profile(_) => None,
        By::Folder(says) => Some(says),
    };
    let (file, mut order) = prepare_in(app, org, file_id, As::Asked, says).await?;
    let refused = |reason| Ok(Err((file.display.clone(), reason)));
    let snapshot = match told(bytes::now(app, org, file_id, &file).await)? {
        Ok(Ok(snapshot)) => snapshot,
        Ok(Err((_, reason))) | Err(reason) => return refused(reason),
    };
    if let By::Profile(profile) = by {
        order.forced_profile = Some(profile.clone());
    }
    let mut read = read(app, &order, &snapshot).await?;
    if let Made::Refused(head, reason) = &read {
        order.learned = taught(app, org, head, reason).await?;
        if !order.learned.is_empty() {
            read = self::read(app, &order, &snapshot).await?;
        }
    }
    let (head, end, pieces) = match read {
        Made::Refused(_, reason) => return refused(reason),
        Made::Rows(rows) => *rows,
    };
    Ok(Ok(Tried {
        file: file_id,
        is_in: file.is_in,
        outcome: Outcome {
            head,
            end,
            bytes: snapshot.bytes,
            original: None,
            seen: Seen {
                grown: bytes::grown(app, org, file_id, &snapshot).await?,
                prefixes: snapshot.passed.prefixes,
                open_end: snapshot.passed.is_unterminated,
            },
            sha256: snapshot.passed.sha256,
            at: app.clock().now(),
        },
        pieces,
    }))
}

/// What a worker makes of a file.
enum Made {
    /// What it found, and why the file would be held.
    Refused(Box<IngestHead>, Reason),
    /// What it found, and the rows.
    Rows(Box<(IngestHead, IngestEnd, Vec<Piece>)>),
}

async fn read(app: &App, order: &IngestOrder, snapshot: &Snapshot) -> Result<Made, JobError> {
    let reader = snapshot
        .file
        .try_clone()
        .map_err(JobError::system("cannot hand the file to a worker"))?;
    let order = WorkerOrder::Ingest(Box::new(order.clone()));
    let mut worker = Worker::reading(app.workers(), &order, reader).await?;
    let head: IngestHead = decoded(worker.expect_frame().await?, FrameTag::Head)?;
    if let Decision::Refuse(refusal) = &head.decision {
        worker.finish().await?;
        let reason = refusal.reason().clone();
        return Ok(Made::Refused(Box::new(head), reason));
    }
    let (sender, mut arriving) = mpsc::channel(1);
    let mut problems = Vec::new();
    let gather = async {
        let mut pieces = Vec::new();
        while let Some(piece) = arriving.recv().await {
            pieces.push(piece);
        }
        pieces
    };
    let arrive = async {
        let end = receive(&mut worker, &sender, &mut problems).await;
        drop(sender);
        end
    };
    let (end, pieces) = tokio::join!(arrive, gather);
    let end = end?;
    worker.finish().await?;
    Ok(match &end.refusal {
        Some(refusal) => Made::Refused(Box::new(head), refusal.reason().clone()),
        None => Made::Rows(Box::new((head, end, pieces))),
    })
}

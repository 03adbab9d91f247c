//! One analysis job: the file's live rows through a worker, the result stored in one transaction.

use std::time::Duration;

use plant_core::access::DAEMON;
use plant_core::component::ComponentRow;
use plant_core::ids::{FileId, OrgId};
use plant_core::job::{AnalysisOutput, FrameTag, WorkerOrder};
use plant_core::model::{EventKind, FindingDraft};
use plant_core::reference::Entry;
use plant_core::trouble::Passing;
use plant_store::StoreError;
use plant_store::analyses::Used;
use plant_store::components::Piece;
use plant_store::jobs::ClaimedJob;
use plant_store::reckon::{self, Reckoning};
use plant_store::trial::TriedAnalysis;
use plant_store::{analyses, records};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tracing::info;

use super::error::JobError;
use super::process::{Worker, decoded};
use crate::app::App;

/// Pieces of the row stream that may wait for the worker.
const ROW_QUEUE: usize = 8;
/// Pieces of the analysis that may wait for the database.
const PIECE_QUEUE: usize = 4;
/// How long the database may take to end its side once the worker has failed.
const BREAK_PATIENCE: Duration = Duration::from_secs(5);

/// Analyses the job's file.
pub async fn analyse(app: &App, job: &ClaimedJob) -> Result<(), JobError> {
    let started = start(app, job.org, job.file_id).await?;
    let (name, used) = (started.name.clone(), started.used.clone());
    let (pieces, mut arriving) = pieces();
    let (store, owned, at) = (app.store().clone(), job.clone(), app.clock().now());
    let storing = tokio::spawn(async move {
        store
            .run(owned.org, DAEMON, move |tx| {
                Box::pin(async move { analyses::store(tx, &owned, &mut arriving, &used, at).await })
            })
            .await
    });
    let analysis_id = both(started, pieces, storing).await?;
    info!(org.id = %job.org, file.id = %job.file_id, "analysed");
    app.announce(job.org, EventKind::File, job.file_id, "analysed", &name);
    app.announce(job.org, EventKind::Analysis, analysis_id, "completed", &name);
    Ok(())
}

/// Hands an analysis over to whoever takes its pieces, and waits for both.
pub(super) async fn both<T>(
    started: Started,
    pieces: mpsc::Sender<Piece>,
    taking: JoinHandle<Result<T, StoreError>>,
) -> Result<T, JobError> {
    // Without the last piece nothing is kept.
    let sent = send(started.worker, started.first, pieces).await;
    let taken = taking.await.map_err(|error| JobError::Worker(error.to_string()))?;
    match (taken, sent) {
        (Ok(taken), Ok(())) => Ok(taken),
        // Where the worker broke off, that is the cause.
        (Err(StoreError::Aborted), Err(error)) | (Ok(_), Err(error)) => Err(error),
        (Err(error), _) => Err(error.into()),
    }
}

/// A worker that has all rows and begins to tell.
pub(super) struct Started {
    worker: Worker,
    first: (FrameTag, Vec<u8>),
    /// The file's name.
    name: String,
    /// What it was given beside the rows.
    used: Used,
}

/// Pieces of an analysis that may wait for whoever takes them.
pub(super) fn pieces() -> (mpsc::Sender<Piece>, mpsc::Receiver<Piece>) {
    mpsc::channel(PIECE_QUEUE)
}

/// Gives a worker the rows of a file that count, and waits until it has something to say.
pub(super) async fn start(app: &App, org: OrgId, file_id: FileId) -> Result<Started, JobError> {
    let Reckoning {
        order,
        file_no,
        name,
        used,
    } = app
        .store()
        .read(org, DAEMON, move |tx| {
            Box::pin(async move { reckon::of(tx, file_id).await })
        })
        .await?;
    let (mut worker, feed) = Worker::fed(app.workers(), &WorkerOrder::Analyse(Box::new(order))).await?;
    let (sender, receiver) = mpsc::channel(ROW_QUEUE);
    let feeding = tokio::spawn(feed.run(receiver));
    let store = app.store().clone();
    let copying = tokio::spawn(async move {
        store
            .read(org, DAEMON, move |tx| {
                Box::pin(async move { records::stream(tx, file_no, sender).await })
            })
            .await
    });
    let first = match worker.expect_frame().await {
        Ok(frame) => frame,
        Err(error) => return Err(cause(BREAK_PATIENCE, copying, error).await),
    };
    feeding.await.map_err(|error| JobError::Worker(error.to_string()))??;
    copying.await.map_err(|error| JobError::Worker(error.to_string()))??;
    Ok(Started {
        worker,
        first,
        name,
        used,
    })
}

/// What an analysis finds in rows that are kept nowhere: those of a trial.
/// # Errors
/// When the worker fails.
pub async fn findings(app: &App, tried: TriedAnalysis) -> Result<Vec<FindingDraft>, JobError> {
    let order = WorkerOrder::Analyse(Box::new(tried.order));
    let (mut worker, feed) = Worker::fed(app.workers(), &order).await?;
    let (sender, receiver) = mpsc::channel(ROW_QUEUE);
    let feeding = tokio::spawn(feed.run(receiver));
    for piece in tried.rows {
        // A closed channel means that the worker ended; its own error is the one to tell.
        if sender.send(piece).await.is_err() {
            break;
        }
    }
    drop(sender);
    let mut frame = worker.expect_frame().await?;
    feeding.await.map_err(|error| JobError::Worker(error.to_string()))??;
    while matches!(frame.0, FrameTag::Components | FrameTag::Entries) {
        frame = worker.expect_frame().await?;
    }
    let output: AnalysisOutput = decoded(frame, FrameTag::Analysis)?;
    worker.finish().await?;
    Ok(output.findings)
}

/// Why a worker failed that got its rows from the database. Its input is closed by now, which ends the copying with the
/// next rows that come. Where the database broke off, that is the cause and the worker's failure only the effect; so it
/// is where the worker was waited for in vain and the database gives nothing even then.
async fn cause<T>(patience: Duration, copying: JoinHandle<Result<T, StoreError>>, error: JobError) -> JobError {
    match tokio::time::timeout(patience, copying).await {
        Ok(Ok(Err(cause))) if !matches!(cause, StoreError::Aborted) => cause.into(),
        Err(_) if matches!(error, JobError::Impatient(_)) => JobError::waits(Passing::DatabaseAway),
        Ok(_) | Err(_) => error,
    }
}

/// Hands the worker's pieces on as they come, and the analysis itself last, once the worker has ended well.
async fn send(mut worker: Worker, first: (FrameTag, Vec<u8>), pieces: mpsc::Sender<Piece>) -> Result<(), JobError> {
    let mut frame = first;
    loop {
        let piece = match frame.0 {
            FrameTag::Components => {
                let rows: Vec<ComponentRow> = decoded(frame, FrameTag::Components)?;
                Piece::Components(rows)
            }
            FrameTag::Entries => {
                let entries: Vec<Entry> = decoded(frame, FrameTag::Entries)?;
                Piece::Entries(entries)
            }
            _ => break,
        };
        // A closed channel means that the database refused; its own error is the one to tell.
        if pieces.send(piece).await.is_err() {
            return Ok(());
        }
        frame = worker.expect_frame().await?;
    }
    let output: AnalysisOutput = decoded(frame, FrameTag::Analysis)?;
    worker.finish().await?;
    drop(pieces.send(Piece::Analysis(Box::new(output))).await);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::patience::Impatience;
    use super::*;

    async fn check(
        error: JobError,
        copying: impl Future<Output = Result<(), StoreError>> + Send + 'static,
    ) -> Option<Passing> {
        match cause(Duration::from_millis(50), tokio::spawn(copying), error).await {
            JobError::Waits { kind, .. } => Some(kind),
            JobError::Store(error) => error.passing(),
            _ => None,
        }
    }

    #[tokio::test]
    async fn a_worker_that_waited_for_a_database_that_hangs_is_not_blamed() {
        let late = || JobError::Impatient(Impatience::TooLong(Duration::from_secs(1)));
        let crashed = || JobError::Worker("it crashed".to_owned());
        assert_eq!(check(late(), std::future::pending()).await, Some(Passing::DatabaseAway));
        assert_eq!(
            check(crashed(), std::future::pending()).await,
            None,
            "whatever the database does"
        );
        assert_eq!(
            check(late(), async { Err(StoreError::Aborted) }).await,
            None,
            "the worker itself"
        );
        assert_eq!(check(late(), async { Ok(()) }).await, None, "it had all its rows");
    }
}

//! One analysis job: the file's live rows through a worker, the result stored in one transaction.

use std::time::Duration;

use plant_core::access::DAEMON;
use plant_core::component::ComponentRow;
use plant_core::ids::{FileId, OrgId};
use plant_core::job::{AnalysisOrder, AnalysisOutput, FrameTag, WorkerOrder};
use plant_core::model::EventKind;
use plant_core::reference::{self, Entry};
use plant_core::trouble::Passing;
use plant_store::StoreError;
use plant_store::analyses::Used;
use plant_store::components::Piece;
use plant_store::jobs::ClaimedJob;
use plant_store::{analyses, canonical, edges, files, orgs, records, references, series};
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
    let (order, file_no, name, used) = app
        .store()
        .run(org, DAEMON, move |tx| {
            Box::pin(async move {
                let org = orgs::get(tx).await?;
                let source = files::source(tx, file_id).await?;
                let zone = source.zone(&org.zone).to_owned();
                let profile = source.profile;
                let wanted = profile
                    .as_ref()
                    .map(|profile| reference::could_use(profile, &source.says));
                let wanted = wanted.unwrap_or_default();
                let (references, references_no) = references::known(tx, &wanted).await?;
                let steps = profile
                    .as_ref()
                    .map(|profile| profile.series_steps.clone())
                    .unwrap_or_default();
                let carried = edges::carried_in(tx, file_id, &steps).await?;
                let order = AnalysisOrder {
                    zone,
                    currency: org.currency,
                    file_name: source.display.clone(),
                    lookups: profile.as_ref().map(reference::Lookup::of).unwrap_or_default(),
                    settings: profile.map(|profile| profile.settings).unwrap_or_default(),
                    steps,
                    carried,
                    balance: source.balance.unwrap_or_default(),
                    aliases: canonical::aliases(tx).await?,
                    references,
                    list: series::list_key(tx, file_id).await?,
                };
                let used = Used {
                    references_no,
                    aliases: order.aliases.clone(),
                };
                Ok((order, source.file_no, source.display, used))
            })
        })
        .await?;
    let (mut worker, feed) = Worker::fed(app.workers(), &WorkerOrder::Analyse(Box::new(order))).await?;
    let (sender, receiver) = mpsc::channel(ROW_QUEUE);
    let feeding = tokio::spawn(feed.run(receiver));
    let store = app.store().clone();
    let copying = tokio::spawn(async move {
        store
            .run(org, DAEMON, move |tx| {
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

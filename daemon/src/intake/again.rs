//! What a file that is in says once more, from its original and its rows, beside what is kept of it.

use plant_core::access::DAEMON;
use plant_core::ids::{FileId, OrgId};
use plant_core::job::{Decision, FrameTag, IngestEnd, IngestHead, WorkerOrder};
use plant_core::state::Reason;
use plant_core::table::Problem;
use plant_store::components::Piece;
use plant_store::verify::{self, Fresh};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::error::JobError;
use super::ingest::{As, prepare};
use super::process::{Worker, decoded, json};
use super::{analyse, bytes};
use crate::app::App;
use crate::originals;

/// What became of reading a file once more.
#[derive(Debug)]
pub enum Read {
    /// It was read.
    Rows(Box<Fresh>),
    /// It would not be taken in any more.
    Refused(Reason),
    /// There are no bytes to read.
    NoBytes(String),
}

/// Reads a file that is in from its original, with the profile and the "today" of its first reading; nothing is kept.
///
/// # Errors
/// When a worker fails, or the database or the folder of originals does not answer.
pub async fn reading(app: &App, org: OrgId, file_id: FileId) -> Result<Read, JobError> {
    let (file, order) = prepare(app, org, file_id, As::Before).await?;
    let original = match originals::open(app, org, &file.sha256.unwrap_or_default()).await? {
        Ok(original) => original,
        Err(unopened) => return Ok(Read::NoBytes(unopened.sentence(&file.display))),
    };
    let snapshot = bytes::put_aside(app, org, file_id, original).await?;
    let mut fresh = app
        .store()
        .read(org, DAEMON, move |tx| {
            Box::pin(async move { verify::fresh(tx, file_id).await })
        })
        .await?;
    let mut worker = Worker::reading(app.workers(), &WorkerOrder::Ingest(Box::new(order)), snapshot.file).await?;
    let head: IngestHead = decoded(worker.expect_frame().await?, FrameTag::Head)?;
    if let Decision::Refuse(refusal) = &head.decision {
        worker.finish().await?;
        return Ok(Read::Refused(refusal.reason().clone()));
    }
    let end = loop {
        match worker.expect_frame().await? {
            (FrameTag::Sheet, sheet) => fresh.lines(&sheet)?,
            (FrameTag::Block, block) => fresh.take(&block)?,
            (FrameTag::Quarantine, problems) => fresh.problems += json::<Vec<Problem>>(&problems)?.len() as u64,
            frame => break decoded::<IngestEnd>(frame, FrameTag::End)?,
        }
    };
    worker.finish().await?;
    if let Some(refusal) = &end.refusal {
        return Ok(Read::Refused(refusal.reason().clone()));
    }
    fresh.problems += end.warnings.len() as u64;
    fresh.balance = end.balance;
    fresh.days = (end.first_day, end.last_day);
    fresh.prefixes = snapshot.passed.prefixes;
    Ok(Read::Rows(Box::new(fresh)))
}

/// Analyses a file once more, for whoever takes the pieces.
///
/// # Errors
/// When the worker, the database or the taker fails.
pub async fn analysis<T, F>(app: &App, org: OrgId, file_id: FileId, take: F) -> Result<T, JobError>
where
    F: FnOnce(mpsc::Receiver<Piece>) -> JoinHandle<plant_store::Result<T>>,
{
    let started = analyse::start(app, org, file_id).await?;
    let (pieces, arriving) = analyse::pieces();
    analyse::both(started, pieces, take(arriving)).await
}

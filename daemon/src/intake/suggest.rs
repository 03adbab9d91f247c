//! What the columns of a file could be, asked for by a person: a worker looks at the file and takes nothing in.

use plant_core::access::DAEMON;
use plant_core::ids::{FileId, OrgId};
use plant_core::job::{FrameTag, IngestHead, IngestOrder, WorkerOrder};
use plant_core::profile::Shape;
use plant_core::state::{Reason, ReasonCode};
use plant_core::table::LayoutHints;
use plant_store::{files, operators, orgs, profiles};

use super::bytes;
use super::error::JobError;
use super::process::{Worker, decoded};
use crate::app::App;

/// The head of a file as a worker sees it now, with its suggestion; or the reason why it can't be read. `hints` is what
/// the person said about its layout, `shape` the line steps that are tried.
///
/// # Errors
/// When the database or the worker fails.
pub async fn suggest(
    app: &App,
    org_id: OrgId,
    file_id: FileId,
    hints: &LayoutHints,
    shape: Option<&Shape>,
) -> Result<Result<IngestHead, Reason>, JobError> {
    let (file, org, profiles, operators) = app
        .store()
        .read(org_id, DAEMON, move |tx| {
            Box::pin(async move {
                Ok((
                    files::source(tx, file_id).await?,
                    orgs::get(tx).await?,
                    profiles::for_ingest(tx).await?,
                    operators::key(tx).await?,
                ))
            })
        })
        .await?;
    let snapshot = match told(bytes::now(app, org_id, file_id, &file).await)? {
        Ok(Ok(snapshot)) => snapshot,
        Ok(Err((_, reason))) | Err(reason) => return Ok(Err(reason)),
    };
    let order = IngestOrder {
        org_id,
        folder: file.folder(),
        today: plant_core::time::today(file.zone(&org.zone), file.seen_at),
        zone: file.zone(&org.zone).to_owned(),
        name: file.display,
        says: file.says,
        currency: org.currency,
        profiles,
        forced_profile: None,
        hints: hints.clone(),
        shape: shape.cloned(),
        operators,
        learned: Default::default(),
        base: None,
    };
    let mut worker = Worker::reading(app.workers(), &WorkerOrder::Suggest(Box::new(order)), snapshot.file).await?;
    let frame = match told(worker.expect_frame().await)? {
        Ok(frame) => frame,
        Err(reason) => return Ok(Err(reason)),
    };
    let head = decoded(frame, FrameTag::Head)?;
    worker.finish().await?;
    Ok(Ok(head))
}

/// Whoever asks is told what a job would wait for.
pub(super) fn told<T>(outcome: Result<T, JobError>) -> Result<Result<T, Reason>, JobError> {
    match outcome {
        Ok(value) => Ok(Ok(value)),
        Err(JobError::Waits { kind, sentence }) => Ok(Err(Reason {
            code: ReasonCode::of(kind),
            text: sentence,
        })),
        Err(error) => Err(error),
    }
}

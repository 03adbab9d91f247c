//! A file read by a mapping that is tried: what a worker makes of it, kept in memory for the transaction that shows the
//! effect and goes.

use plant_core::access::DAEMON;
use plant_core::ids::{FileId, OrgId};
use plant_core::job::{Decision, FrameTag, IngestHead, WorkerOrder};
use plant_core::profile::Profile;
use plant_core::state::Reason;
use plant_store::ingest::{Outcome, Seen};
use plant_store::learned;
use plant_store::trial::Tried;
use tokio::sync::mpsc;

use super::bytes;
use super::error::JobError;
use super::ingest::{As, fingerprint_to_learn, prepare, receive};
use super::process::{Worker, decoded};
use super::suggest::told;
use crate::app::App;

/// Reads a file by a profile whatever its columns; or says why it would be held.
///
/// # Errors
/// When the database or the worker fails.
pub async fn try_file(
    app: &App,
    org: OrgId,
    file_id: FileId,
    profile: &Profile,
) -> Result<Result<Tried, (String, Reason)>, JobError> {
    let (file, mut order) = prepare(app, org, file_id, As::Asked).await?;
    let refused = |reason| Ok(Err((file.display.clone(), reason)));
    let snapshot = match told(bytes::now(app, org, file_id, &file).await)? {
        Ok(Ok(snapshot)) => snapshot,
        Ok(Err((_, reason))) | Err(reason) => return refused(reason),
    };
    order.forced_profile = Some(profile.clone());
    for may_learn in [true, false] {
        let reader = snapshot
            .file
            .try_clone()
            .map_err(JobError::system("cannot hand the file to a worker"))?;
        let mut worker = Worker::reading(app.workers(), &WorkerOrder::Ingest(Box::new(order.clone())), reader).await?;
        let head: IngestHead = decoded(worker.expect_frame().await?, FrameTag::Head)?;
        if let Decision::Refuse(refusal) = &head.decision {
            worker.finish().await?;
            let reason = refusal.reason().clone();
            if let Some(fingerprint) = fingerprint_to_learn(&head, &reason).filter(|_| may_learn) {
                order.learned = app
                    .store()
                    .run(org, DAEMON, move |tx| {
                        Box::pin(async move { learned::of_layout(tx, &fingerprint).await })
                    })
                    .await?;
                if !order.learned.is_empty() {
                    continue;
                }
            }
            return refused(reason);
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
        if let Some(refusal) = &end.refusal {
            return refused(refusal.reason().clone());
        }
        return Ok(Ok(Tried {
            file: file_id,
            is_in: file.is_in,
            outcome: Outcome {
                head,
                end,
                sha256: snapshot.passed.sha256.clone(),
                bytes: snapshot.bytes,
                original: None,
                seen: Seen {
                    grown: bytes::grown(app, org, file_id, &snapshot).await?,
                    prefixes: snapshot.passed.prefixes.clone(),
                    open_end: snapshot.passed.is_unterminated,
                },
                at: app.clock().now(),
            },
            pieces,
        }));
    }
    Err(JobError::Worker("it was read twice and not told".to_owned()))
}

//! One analysis job: the file's live rows through a worker, the result stored in one transaction.

use std::time::Duration;

use plant_core::job::{AnalysisOrder, AnalysisOutput, FrameTag, WorkerOrder};
use plant_store::StoreError;
use plant_store::jobs::ClaimedJob;
use plant_store::{analyses, files, orgs, records};
use tokio::sync::mpsc;
use tracing::info;

use super::JobError;
use super::ingest::decoded;
use super::process::Worker;
use crate::app::App;

/// Pieces of the row stream that may wait for the worker.
const ROW_QUEUE: usize = 8;
/// How long the database may take to end its side once the worker has failed.
const BREAK_PATIENCE: Duration = Duration::from_secs(5);

/// Analyses the job's file.
pub async fn analyse(app: &App, job: &ClaimedJob) -> Result<(), JobError> {
    let file_id = job.file_id;
    let (order, file_no, name) = app
        .store()
        .run(job.org, "daemon", move |tx| {
            Box::pin(async move {
                let org = orgs::get(tx).await?;
                let source = files::source(tx, file_id).await?;
                let unit_costs = records::product_costs(tx).await?;
                let order = AnalysisOrder {
                    zone: org.zone,
                    currency: org.currency,
                    file_name: source.display.clone(),
                    settings: source.profile.map(|profile| profile.settings).unwrap_or_default(),
                    balance: source.balance.unwrap_or_default(),
                    unit_costs,
                };
                Ok((order, source.file_no, source.display))
            })
        })
        .await?;
    let (mut worker, feed) = Worker::fed(app.workers(), &WorkerOrder::Analyse(Box::new(order))).await?;
    let (sender, receiver) = mpsc::channel(ROW_QUEUE);
    let feeding = tokio::spawn(feed.run(receiver));
    let store = app.store().clone();
    let org = job.org;
    let copying = tokio::spawn(async move {
        store
            .run(org, "daemon", move |tx| {
                Box::pin(async move { records::copy_out(tx, file_no, sender).await })
            })
            .await
    });
    let frame = match worker.expect_frame().await {
        Ok(frame) => frame,
        // Its input is closed now, which ends both tasks. Where the database broke off, that is the cause and the
        // worker's failure only the effect.
        Err(error) => {
            return Err(match tokio::time::timeout(BREAK_PATIENCE, copying).await {
                Ok(Ok(Err(cause))) if !matches!(cause, StoreError::Aborted) => cause.into(),
                _ => error,
            });
        }
    };
    feeding.await.map_err(|error| JobError::Worker(error.to_string()))??;
    copying.await.map_err(|error| JobError::Worker(error.to_string()))??;
    worker.finish().await?;
    let output: AnalysisOutput = decoded(frame, FrameTag::Analysis)?;
    let owned = job.clone();
    let at = app.clock().now();
    let findings = output.findings.len();
    let records = output.records;
    let analysis_id = app
        .store()
        .run(job.org, "daemon", move |tx| {
            Box::pin(async move { analyses::store(tx, &owned, &output, at).await })
        })
        .await?;
    info!(org.id = %job.org, file.id = %job.file_id, records, findings, "analysed");
    app.announce(job.org, "file", &job.file_id.to_string(), "analysed", &name);
    app.announce(job.org, "analysis", &analysis_id.to_string(), "completed", &name);
    Ok(())
}

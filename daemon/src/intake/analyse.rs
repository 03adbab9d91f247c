//! One analysis job: the file's live rows through a worker, the result stored in one transaction.

use plant_core::job::{AnalysisOrder, AnalysisOutput, FrameTag, WorkerOrder};
use plant_store::jobs::ClaimedJob;
use plant_store::{analyses, files, orgs, records};
use tokio::sync::mpsc;
use tracing::info;

use super::JobError;
use super::ingest::decoded;
use super::process::{Input, Worker, feed};
use crate::app::App;

/// Pieces of the row stream that may wait for the worker.
const ROW_QUEUE: usize = 8;

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
    let (mut worker, stdin) = Worker::start(app, &WorkerOrder::Analyse(Box::new(order)), Input::Stream)?;
    let Some(stdin) = stdin else {
        return Err(JobError::Worker("the worker has no input".to_owned()));
    };
    let (sender, receiver) = mpsc::channel(ROW_QUEUE);
    let feeding = tokio::spawn(feed(stdin, receiver));
    let store = app.store().clone();
    let org = job.org;
    let copying = tokio::spawn(async move {
        store
            .run(org, "daemon", move |tx| {
                Box::pin(async move { records::copy_out(tx, file_no, sender).await })
            })
            .await
    });
    let frame = worker.expect_frame().await;
    // A worker that failed closed its input, which ends both tasks; its own error is the one to tell.
    let frame = frame?;
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

//! From a queued job to committed rows: claims jobs, runs one worker process for each, commits what they found.
//!
//! Invariants: a job is finished only with its lease token; a worker that crashes, hangs or grows too large costs one
//! try of one job; nothing a worker says is committed unless the whole of it arrived.

mod analyse;
mod handing;
mod ingest;
mod open;
mod patience;
mod process;
mod suggest;
mod workers;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use plant_core::state::{Reason, ReasonCode};
use plant_store::StoreError;
use plant_store::jobs::{self, ClaimedJob, JobKind};
use thiserror::Error;
use tokio::sync::Semaphore;
use tracing::{error, info, warn};

pub(crate) use ingest::decoded;
pub use process::{Proof, Worker};
pub use suggest::suggest;
pub use workers::Workers;

use crate::app::App;
use crate::worker::FrameError;

/// How often the queue is looked at without being woken.
const QUEUE_REFRESH: Duration = Duration::from_secs(2);
/// Tries of a job before its file fails.
const TRIES: u32 = 3;
/// How long running jobs may take to end once the stop has begun.
const STOP_PATIENCE: Duration = Duration::from_secs(15);

/// Why a job did not end.
#[derive(Debug, Error)]
pub enum JobError {
    /// The database refused or went away.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The worker did not answer as it should.
    #[error("{0}")]
    Worker(String),
    /// What the worker sent can't be read.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The file changed while it was read.
    #[error("the file changed while it was read")]
    Changed,
    /// What the system says.
    #[error("{doing}: {source}")]
    System {
        /// What was tried.
        doing: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
}

impl JobError {
    fn system(doing: &'static str) -> impl FnOnce(std::io::Error) -> JobError {
        move |source| JobError::System { doing, source }
    }

    /// What a person is told when the last try failed.
    fn reason(&self, incident: &str) -> Reason {
        match self {
            JobError::Worker(_) | JobError::Frame(_) => Reason {
                code: ReasonCode::WorkerFailed,
                text: format!("{self} (incident {incident})"),
            },
            JobError::Changed => Reason {
                code: ReasonCode::Changed,
                text: self.to_string(),
            },
            JobError::Store(_) | JobError::System { .. } => Reason {
                code: ReasonCode::Internal,
                text: format!("something inside failed (incident {incident})"),
            },
        }
    }
}

/// Claims and runs jobs until the stop begins, then waits for those that run.
pub async fn run(app: App) {
    let slots = Arc::new(Semaphore::new(app.config().intake.workers));
    loop {
        app.progress().jobs_ms.store(app.clock().steady_ms(), Ordering::Relaxed);
        let slot = tokio::select! {
            slot = Arc::clone(&slots).acquire_owned() => slot,
            () = tokio::time::sleep(QUEUE_REFRESH) => continue,
            () = app.stopping() => break,
        };
        let Ok(slot) = slot else { break };
        if app.is_stopping() {
            break;
        }
        match jobs::claim(app.store(), Duration::from_secs(app.config().intake.lease_s)).await {
            Ok(Some(job)) => {
                let app = app.clone();
                tokio::spawn(async move {
                    work(&app, job).await;
                    drop(slot);
                    app.wake_jobs();
                });
                continue;
            }
            Ok(None) => {}
            Err(error) => {
                error!(%error, "cannot claim a job; trying again");
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        }
        drop(slot);
        tokio::select! {
            () = app.jobs_woken() => {}
            () = tokio::time::sleep(QUEUE_REFRESH) => {}
            () = app.stopping() => break,
        }
    }
    let all = u32::try_from(app.config().intake.workers).unwrap_or(u32::MAX);
    if tokio::time::timeout(STOP_PATIENCE, slots.acquire_many(all))
        .await
        .is_err()
    {
        warn!("jobs still running are given up; they are taken up again at the next start");
    }
}

async fn work(app: &App, job: ClaimedJob) {
    let lease = Duration::from_secs(app.config().intake.lease_s);
    let keeper = tokio::spawn(keep_lease(app.clone(), job.clone(), lease));
    let outcome = match job.kind {
        JobKind::Ingest => ingest::ingest(app, &job).await,
        JobKind::Analyse => analyse::analyse(app, &job).await,
    };
    keeper.abort();
    match outcome {
        Ok(()) => {}
        Err(JobError::Store(StoreError::LeaseLost { .. })) => {
            warn!(job.id = %job.job_id, "another daemon took the job over; its work is kept, this one dropped");
        }
        Err(error) => give_back(app, &job, &error).await,
    }
}

async fn keep_lease(app: App, job: ClaimedJob, lease: Duration) {
    loop {
        tokio::time::sleep(lease / 3).await;
        if let Err(error) = jobs::extend(app.store(), &job, lease).await {
            warn!(job.id = %job.job_id, %error, "cannot extend the lease");
        }
    }
}

/// A try failed: the job is queued again, or its file fails with the reason.
async fn give_back(app: &App, job: &ClaimedJob, error: &JobError) {
    let incident = app.clock().new_id().to_string();
    let file_id = job.file_id.to_string();
    warn!(job.id = %job.job_id, file.id = file_id, attempts = job.attempts, incident, %error, "a try failed");
    let at = app.clock().now();
    let is_last = job.attempts >= TRIES;
    let reason = error.reason(&incident);
    let owned = job.clone();
    let text = error.to_string();
    let retry_at = at + chrono::TimeDelta::seconds(1 << job.attempts.min(6));
    let result = app
        .store()
        .run(job.org, "daemon", move |tx| {
            Box::pin(async move {
                if is_last {
                    jobs::fail(tx, &owned, &reason, at).await
                } else {
                    jobs::retry_at(tx, &owned, retry_at, &text).await
                }
            })
        })
        .await;
    match result {
        Ok(()) if is_last => {
            info!(file.id = file_id, "given up after {TRIES} tries");
            app.announce(job.org, "file", &file_id, "failed", "given up");
        }
        Ok(()) | Err(StoreError::LeaseLost { .. }) => {}
        Err(error) => error!(%error, "cannot give the job back; its lease will run out"),
    }
}

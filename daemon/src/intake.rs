//! From a queued job to committed rows: claims jobs, runs one worker process for each, commits what they found.
//!
//! Invariants: a job is finished only with its lease token; a worker that crashes, hangs or grows too large costs one
//! try of one job; trouble that passes costs none, however often; nothing a worker says is committed unless the whole of
//! it arrived.

mod again;
mod analyse;
mod bytes;
mod error;
mod handing;
mod ingest;
mod line;
mod operator;
mod patience;
mod process;
mod source;
mod suggest;
mod trial;
mod workers;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use plant_core::access::DAEMON;
use plant_core::job::JobKind;
use plant_core::model::EventKind;
use plant_core::trouble::Passing;
use plant_store::jobs::{self, Choice, ClaimedJob};
use plant_store::{StoreError, files};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tracing::{debug, error, info, warn};

pub use again::{Read, analysis, reading};
pub use analyse::findings;
pub use error::JobError;
pub use line::line;
pub use operator::operator;
pub(crate) use process::decoded;
pub use process::{Proof, Worker};
pub use suggest::suggest;
pub use trial::{By, try_file};
pub use workers::Workers;

use crate::app::App;
use error::Verdict;

/// How often the queue is looked at without being woken.
const QUEUE_REFRESH: Duration = Duration::from_secs(2);
/// How long the database may take to give out a job; one that it gives later comes back by its lease.
const CLAIM_PATIENCE: Duration = Duration::from_secs(20);
/// How long it may take to look for jobs whose daemon fell silent.
const REAP_PATIENCE: Duration = Duration::from_secs(20);
/// How long a job that is just being given out is waited for once the stop has begun: it can be given back then.
const LAST_CLAIM_PATIENCE: Duration = Duration::from_secs(1);
/// How often what cannot be written now is tried again.
const AGAIN: Duration = Duration::from_millis(500);
/// How long running jobs may take to end by themselves once the stop has begun; after that they are given up.
const STOP_PATIENCE: Duration = Duration::from_secs(4);
/// How long each of the two steps of giving them up may take.
const RELEASE_PATIENCE: Duration = Duration::from_secs(2);

/// Claims and runs jobs until the stop begins, then waits for those that run, and gives up what takes too long.
pub async fn run(app: App) {
    // One more than asked for: it serves only an org that has no job running, so that nobody waits behind a flood.
    let most = app.config().intake.workers.saturating_add(1);
    let slots = Arc::new(Semaphore::new(most));
    let lease = Duration::from_secs(app.config().intake.lease_s);
    let mut reaping = tokio::time::interval((lease / 2).max(Duration::from_secs(1)));
    while !app.is_stopping() {
        app.progress().jobs_ms.store(app.clock().steady_ms(), Ordering::Relaxed);
        let slot = tokio::select! {
            biased;
            () = app.stopping() => break,
            _ = reaping.tick() => {
                reap(&app).await;
                continue;
            }
            slot = Arc::clone(&slots).acquire_owned() => slot,
            () = tokio::time::sleep(QUEUE_REFRESH) => continue,
        };
        let Ok(slot) = slot else { break };
        let choice = Choice {
            idle_org_only: slots.available_permits() == 0,
            ingests: app.has_room(),
        };
        if choice.ingests || !app.is_full() {
            match claim(&app, lease, choice).await {
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
                    tokio::select! {
                        () = tokio::time::sleep(AGAIN) => {}
                        () = app.stopping() => break,
                    }
                }
            }
        }
        drop(slot);
        tokio::select! {
            () = app.jobs_woken() => {}
            () = tokio::time::sleep(QUEUE_REFRESH) => {}
            _ = reaping.tick() => reap(&app).await,
            () = app.stopping() => break,
        }
    }
    let all = u32::try_from(most).unwrap_or(u32::MAX);
    if tokio::time::timeout(STOP_PATIENCE, slots.acquire_many(all))
        .await
        .is_ok()
    {
        return;
    }
    app.abandon();
    // A statement that runs for minutes does not hear that nobody waits for it.
    match tokio::time::timeout(RELEASE_PATIENCE, app.store().terminate()).await {
        Ok(Ok(ended)) => info!(ended, "rolled back what still ran"),
        Ok(Err(error)) => warn!(%error, "cannot end what still runs on the database; the server does"),
        Err(_) => warn!("the database does not answer; what still runs is rolled back by it"),
    }
    app.free();
    if tokio::time::timeout(RELEASE_PATIENCE, slots.acquire_many(all))
        .await
        .is_err()
    {
        warn!("jobs could not be given back; they are taken up again when their lease has run out");
    }
}

/// Takes a job, if the database gives one out in time; once the stop has begun, only one that comes at once.
async fn claim(app: &App, lease: Duration, choice: Choice) -> Result<Option<ClaimedJob>, StoreError> {
    let too_late = async {
        app.stopping().await;
        tokio::time::sleep(LAST_CLAIM_PATIENCE).await;
    };
    tokio::select! {
        claimed = tokio::time::timeout(CLAIM_PATIENCE, jobs::claim(app.store(), lease, choice)) => {
            claimed.unwrap_or(Ok(None))
        }
        () = too_late => Ok(None),
    }
}

/// Takes up what a dead daemon left, by the time of the database.
async fn reap(app: &App) {
    let reaped = tokio::select! {
        reaped = tokio::time::timeout(REAP_PATIENCE, jobs::reap(app.store(), false)) => reaped,
        () = app.stopping() => return,
    };
    let Ok(reaped) = reaped else {
        warn!("the database does not answer; jobs whose daemon fell silent are looked for later");
        return;
    };
    match reaped {
        Ok(0) => {}
        Ok(reaped) => {
            info!(reaped, "took up jobs whose daemon fell silent");
            app.wake_jobs();
        }
        Err(error) => debug!(%error, "cannot look for jobs whose daemon fell silent; trying again"),
    }
}

/// A task that ends with its owner.
struct Kept(JoinHandle<()>);

impl Drop for Kept {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn work(app: &App, job: ClaimedJob) {
    if job.interrupted >= jobs::INTERRUPTIONS {
        // It is what ends the daemon.
        let error = JobError::Worker(format!(
            "the daemon stopped while it was at work on this, {} times",
            job.interrupted
        ));
        give_back(app, &job, &error).await;
        return;
    }
    let lease = Duration::from_secs(app.config().intake.lease_s);
    let _keeper = Kept(tokio::spawn(keep_lease(app.clone(), job.clone(), lease)));
    let (own, order) = (app.clone(), job.clone());
    let mut running = tokio::spawn(async move {
        match order.kind {
            JobKind::Ingest | JobKind::Reread => ingest::ingest(&own, &order).await,
            JobKind::Analyse => analyse::analyse(&own, &order).await,
        }
    });
    let outcome = tokio::select! {
        outcome = &mut running => outcome,
        () = app.abandoned() => {
            // What it holds is dropped: the worker dies, its transaction is rolled back.
            running.abort();
            drop(running.await);
            app.freed().await;
            release(app, &job).await;
            return;
        }
    };
    let outcome = outcome.unwrap_or_else(|error| Err(JobError::Worker(format!("the job broke off: {error}"))));
    if let Err(error) = outcome {
        give_back(app, &job, &error).await;
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

/// The daemon stops: the job is free for the next one.
async fn release(app: &App, job: &ClaimedJob) {
    let at = app.clock().now();
    let owned = job.clone();
    let released = app
        .store()
        .run(job.org, DAEMON, move |tx| {
            Box::pin(async move { jobs::release(tx, &owned, at).await })
        })
        .await;
    if let Err(error) = released {
        warn!(job.id = %job.job_id, %error, "cannot give the job back; its lease will run out");
    }
}

/// A job did not end: it waits, is queued for another try, or its file fails with the reason.
async fn give_back(app: &App, job: &ClaimedJob, error: &JobError) {
    let incident = app.clock().new_id().to_string();
    let verdict = error.verdict();
    match &verdict {
        Verdict::Lost => {
            warn!(job.id = %job.job_id, "another daemon took the job over; its work is kept, this one dropped");
            return;
        }
        Verdict::Wait(Passing::Contention, _) => debug!(job.id = %job.job_id, %error, "something is in the way"),
        Verdict::Wait(kind, _) => {
            info!(job.id = %job.job_id, file.id = %job.file_id, cause = kind.name(), %error, "waits for trouble to pass");
        }
        Verdict::Try => {
            warn!(job.id = %job.job_id, file.id = %job.file_id, attempts = job.attempts, incident, %error, "a try failed");
        }
    }
    let is_last = verdict == Verdict::Try && (job.attempts >= jobs::TRIES || job.interrupted >= jobs::INTERRUPTIONS);
    let reason = error.reason(&incident);
    // What can't be written now can be in a moment, most likely for the same cause; until then the lease is kept.
    loop {
        let at = app.clock().now();
        let (owned, verdict, reason) = (job.clone(), verdict.clone(), reason.clone());
        let result = app
            .store()
            .run(job.org, DAEMON, move |tx| {
                Box::pin(async move {
                    match verdict {
                        Verdict::Wait(kind, sentence) => {
                            let after = jobs::wait(tx, &owned, kind, &sentence, at).await?;
                            if matches!(kind, Passing::Silent | Passing::PlaceChanged) {
                                // One file at a time finds out whether the file system answers; when it does, the
                                // folder's own task wakes them all.
                                let after = match kind {
                                    Passing::Silent => Duration::from_millis(kind.wait_ms(u32::MAX)),
                                    _ => after,
                                };
                                let source = files::source(tx, owned.file_id).await?;
                                jobs::postpone(tx, source.folder_id, kind, after).await?;
                            }
                            Ok(())
                        }
                        Verdict::Try if is_last => files::give_up(tx, &owned, &reason, at).await,
                        _ => {
                            let after = Duration::from_secs(1 << owned.attempts.min(6));
                            jobs::retry(tx, &owned, after, &reason.text, at).await
                        }
                    }
                })
            })
            .await;
        match result {
            Ok(()) if is_last => {
                info!(file.id = %job.file_id, attempts = job.attempts, interrupted = job.interrupted, "given up");
                app.announce(job.org, EventKind::File, job.file_id, "failed", "given up");
                return;
            }
            Ok(()) | Err(StoreError::LeaseLost { .. }) => return,
            Err(error) if error.passing().is_some() && !app.is_stopping() => {
                debug!(job.id = %job.job_id, %error, "cannot give the job back; trying again");
                tokio::time::sleep(AGAIN).await;
            }
            Err(error) => {
                error!(job.id = %job.job_id, %error, "cannot give the job back; its lease will run out");
                return;
            }
        }
    }
}

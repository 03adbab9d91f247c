//! The queue of work: each job is given to one worker at a time, under a lease; only the holder of the token may end it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use plant_core::ids::{FileId, JobId, OrgId};
use plant_core::state::{FileState, Reason};
use sqlx::postgres::types::PgInterval;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::files::{self, Settlement};
use crate::store::Store;
use crate::tx::OrgTx;
use crate::{analyses, paging};

/// Tries that a job gets before its file is put aside.
pub const TRIES: u32 = 3;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobKind {
    /// Read a file and take its rows in.
    Ingest,
    /// Analyse the rows of a file.
    Analyse,
}

impl JobKind {
    fn from_name(name: &str) -> Option<JobKind> {
        match name {
            "ingest" => Some(JobKind::Ingest),
            "analyse" => Some(JobKind::Analyse),
            _ => None,
        }
    }
}

/// A job that this caller holds until the lease runs out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedJob {
    /// Its org.
    pub org: OrgId,
    /// Its id.
    pub job_id: JobId,
    /// What is to be done.
    pub kind: JobKind,
    /// With which file.
    pub file_id: FileId,
    /// Proof of the claim.
    pub token: Uuid,
    /// Which try this is, from 1.
    pub attempts: u32,
}

/// What [`reap`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reaped {
    /// Jobs put back into the queue.
    pub requeued: u64,
    /// Jobs given up.
    pub failed: u64,
}

/// Takes the oldest ready job of any org, exactly once; its file is shown as being read.
///
/// # Errors
/// What the database says.
pub async fn claim(store: &Store, lease: Duration) -> Result<Option<ClaimedJob>> {
    let lease = interval(lease)?;
    store
        .outside(move |connection| {
            Box::pin(async move {
                let row = sqlx::query!(
                    "SELECT org_id, job_id, kind, file_id, token, attempts FROM app.job_claim($1)",
                    lease
                )
                .fetch_one(connection)
                .await?;
                let (Some(org), Some(job), Some(kind), Some(file), Some(token), Some(attempts)) =
                    (row.org_id, row.job_id, row.kind, row.file_id, row.token, row.attempts)
                else {
                    return Ok(None);
                };
                Ok(Some(ClaimedJob {
                    org: OrgId(org),
                    job_id: JobId(job),
                    kind: JobKind::from_name(&kind).ok_or_else(|| StoreError::corrupt("jobs", "kind", job))?,
                    file_id: FileId(file),
                    token,
                    attempts: u32::try_from(attempts).unwrap_or(0),
                }))
            })
        })
        .await
}

/// Prolongs the lease from now on.
///
/// # Errors
/// [`StoreError::LeaseLost`] when somebody else has the job.
pub async fn extend(store: &Store, job: &ClaimedJob, lease: Duration) -> Result<()> {
    let lease = interval(lease)?;
    let job = job.clone();
    store
        .run(job.org, "plantd", move |tx| {
            Box::pin(async move {
                let done = sqlx::query!(
                    "UPDATE app.jobs SET lease_until = clock_timestamp() + $3
                    WHERE job_id = $1 AND lease_token = $2 AND state = 'running'",
                    job.job_id.0,
                    job.token,
                    lease
                )
                .execute(tx.connection())
                .await?;
                held(&job, done.rows_affected())
            })
        })
        .await
}

/// Puts back what a dead worker or daemon left running: jobs whose lease ran out, or all of them where this daemon is
/// the only one and has just started. Jobs out of tries fail, and their files with them.
///
/// # Errors
/// What the database says.
pub async fn reap(store: &Store, all: bool) -> Result<Reaped> {
    store
        .outside(move |connection| {
            Box::pin(async move {
                let row = sqlx::query!(
                    r#"SELECT requeued AS "requeued!", failed AS "failed!" FROM app.job_reap($1, $2)"#,
                    all,
                    TRIES as i32
                )
                .fetch_one(connection)
                .await?;
                Ok(Reaped {
                    requeued: paging::count(row.requeued),
                    failed: paging::count(row.failed),
                })
            })
        })
        .await
}

/// How many jobs of all orgs wait in the queue.
///
/// # Errors
/// What the database says.
pub async fn ready(store: &Store) -> Result<u64> {
    store
        .outside(|connection| {
            Box::pin(async move {
                let queued = sqlx::query_scalar!(r#"SELECT queued AS "queued!" FROM app.job_depth()"#)
                    .fetch_one(connection)
                    .await?;
                Ok(paging::count(queued))
            })
        })
        .await
}

/// Ends a job well.
///
/// # Errors
/// [`StoreError::LeaseLost`] when somebody else has the job: the transaction must then be rolled back.
pub async fn done(tx: &mut OrgTx, job: &ClaimedJob) -> Result<()> {
    finish(tx, job, "done", None).await
}

/// Puts a job back into the queue for later.
///
/// # Errors
/// [`StoreError::LeaseLost`] when somebody else has the job.
pub async fn retry_at(tx: &mut OrgTx, job: &ClaimedJob, run_at: DateTime<Utc>, error: &str) -> Result<()> {
    // A newer request for the same work may wait already; then this one ends.
    let newer = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM app.jobs q JOIN app.jobs j USING (org_id, file_id, kind)
            WHERE j.job_id = $1 AND q.state = 'queued') AS "newer!""#,
        job.job_id.0
    )
    .fetch_one(tx.connection())
    .await?;
    if newer {
        finish(tx, job, "done", Some(error)).await?;
    } else {
        let changed = sqlx::query!(
            "UPDATE app.jobs SET state = 'queued', run_at = $3, lease_until = NULL, lease_token = NULL, error = $4
            WHERE job_id = $1 AND lease_token = $2 AND state = 'running'",
            job.job_id.0,
            job.token,
            run_at,
            error
        )
        .execute(tx.connection())
        .await?;
        held(job, changed.rows_affected())?;
    }
    if job.kind == JobKind::Ingest {
        let back = sqlx::query!(
            "UPDATE app.files SET state = 'stable' WHERE file_id = $1 AND state = 'reading'",
            job.file_id.0
        )
        .execute(tx.connection())
        .await?;
        if back.rows_affected() > 0 {
            let note = format!("queued again: {error}");
            files::note(tx, job.file_id, run_at, FileState::Stable, &note).await?;
        }
    }
    Ok(())
}

/// Gives a job up: an ingest fails its file with the reason; an analysis is kept as failed and the file stays in.
///
/// # Errors
/// [`StoreError::LeaseLost`] when somebody else has the job.
pub async fn fail(tx: &mut OrgTx, job: &ClaimedJob, reason: &Reason, at: DateTime<Utc>) -> Result<()> {
    match job.kind {
        JobKind::Ingest => {
            let settlement = Settlement {
                state: FileState::Failed,
                reason: Some(reason.clone()),
                head: None,
                sha256: None,
                bytes: None,
                balance: None,
                problems: Vec::new(),
                note: reason.text.clone(),
                at,
            };
            files::settle(tx, job, &settlement).await
        }
        JobKind::Analyse => {
            finish(tx, job, "failed", Some(&reason.text)).await?;
            analyses::failed(tx, job.file_id, reason, at).await
        }
    }
}

pub(crate) async fn finish(tx: &mut OrgTx, job: &ClaimedJob, state: &str, error: Option<&str>) -> Result<()> {
    let changed = sqlx::query!(
        "UPDATE app.jobs SET state = $3, lease_until = NULL, lease_token = NULL, error = $4, finished_at = now()
        WHERE job_id = $1 AND lease_token = $2 AND state = 'running'",
        job.job_id.0,
        job.token,
        state,
        error
    )
    .execute(tx.connection())
    .await?;
    held(job, changed.rows_affected())
}

/// Asks for work on files, once each and in their order: a request that waits already is enough.
pub(crate) async fn enqueue(tx: &mut OrgTx, kind: JobKind, files: &[Uuid]) -> Result<()> {
    let org = tx.org().0;
    let kind = match kind {
        JobKind::Ingest => "ingest",
        JobKind::Analyse => "analyse",
    };
    sqlx::query!(
        "INSERT INTO app.jobs (org_id, kind, file_id, run_at)
        SELECT $1, $2, f.file_id, now() + (f.place - 1) * interval '1 microsecond'
        FROM UNNEST($3::uuid[]) WITH ORDINALITY AS f (file_id, place) ORDER BY f.place
        ON CONFLICT (org_id, file_id, kind) WHERE state = 'queued' DO NOTHING",
        org,
        kind,
        files
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Fails unless the caller still holds the job.
pub(crate) async fn check(tx: &mut OrgTx, job: &ClaimedJob) -> Result<()> {
    let mine = sqlx::query_scalar!(
        r#"SELECT 1 AS "one!" FROM app.jobs WHERE job_id = $1 AND lease_token = $2 AND state = 'running'"#,
        job.job_id.0,
        job.token
    )
    .fetch_optional(tx.connection())
    .await?;
    held(job, mine.map_or(0, |_| 1))
}

fn held(job: &ClaimedJob, rows: u64) -> Result<()> {
    if rows == 1 {
        Ok(())
    } else {
        Err(StoreError::LeaseLost { job: job.job_id })
    }
}

fn interval(lease: Duration) -> Result<PgInterval> {
    let microseconds = i64::try_from(lease.as_micros()).map_err(|_| StoreError::invalid("lease", "too long"))?;
    Ok(PgInterval {
        months: 0,
        days: 0,
        microseconds,
    })
}

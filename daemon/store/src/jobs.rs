//! The queue of work: each job is given to one worker at a time, under a lease; only the holder of the token may end it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use plant_core::access::DAEMON;
use plant_core::ids::{FileId, FolderId, JobId, OrgId};
use plant_core::job::{JobKind, JobState};
use plant_core::state::{FileState, ReasonCode};
use plant_core::trouble::Passing;
use sqlx::postgres::types::PgInterval;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::store::Store;
use crate::tx::OrgTx;
use crate::{paging, text, timeline};

/// Tries that a job gets before its file is put aside.
pub const TRIES: u32 = 3;
/// Times in a row that a daemon may end while it runs a job before that is taken for the job's doing.
pub const INTERRUPTIONS: u32 = 30;
/// Waits after which a person is told of trouble that mostly is gone before anybody looks.
const TOLD_AFTER: i32 = 6;

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
    /// How often in a row its daemon ended while it ran; from [`INTERRUPTIONS`] on it is to be given up and not run.
    pub interrupted: u32,
}

/// Which jobs a worker may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Only those of an org without a running job: so one org's flood never takes every worker.
    pub idle_org_only: bool,
    /// Also those that bring rows in.
    pub ingests: bool,
}

impl Choice {
    /// Any job.
    pub const ANY: Choice = Choice {
        idle_org_only: false,
        ingests: true,
    };
}

/// Takes a ready job, exactly once; its file is shown as being read. The orgs take turns, and within each the oldest goes
/// first.
///
/// # Errors
/// What the database says.
pub async fn claim(store: &Store, lease: Duration, choice: Choice) -> Result<Option<ClaimedJob>> {
    let lease = interval(lease)?;
    store
        .outside(move |connection| {
            Box::pin(async move {
                let row = sqlx::query!(
                    "SELECT org_id, job_id, kind, file_id, token, attempts, interrupted FROM app.job_claim($1, $2, $3)",
                    lease,
                    choice.idle_org_only,
                    choice.ingests
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
                    kind: text::word("jobs", "kind", job, &kind)?,
                    file_id: FileId(file),
                    token,
                    attempts: u32::try_from(attempts).unwrap_or(0),
                    interrupted: row.interrupted.and_then(|times| u32::try_from(times).ok()).unwrap_or(0),
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
        .run(job.org, DAEMON, move |tx| {
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

/// Puts back what a dead daemon left running: jobs whose lease ran out, or all of them where this daemon is the only one
/// and has just started. It costs them no try, and is counted. Gives how many there were.
///
/// # Errors
/// What the database says.
pub async fn reap(store: &Store, all: bool) -> Result<u64> {
    store
        .outside(move |connection| {
            Box::pin(async move {
                let reaped = sqlx::query_scalar!(r#"SELECT app.job_reap($1) AS "reaped!""#, all)
                    .fetch_one(connection)
                    .await?;
                Ok(paging::count(reaped))
            })
        })
        .await
}

/// Ends a job well.
///
/// # Errors
/// [`StoreError::LeaseLost`] when somebody else has the job: the transaction must then be rolled back.
pub async fn done(tx: &mut OrgTx, job: &ClaimedJob) -> Result<()> {
    finish(tx, job, JobState::Done, None).await
}

/// Puts a job back after a try that failed, for another one after a while.
///
/// # Errors
/// [`StoreError::LeaseLost`] when somebody else has the job.
pub async fn retry(tx: &mut OrgTx, job: &ClaimedJob, after: Duration, error: &str, at: DateTime<Utc>) -> Result<()> {
    tx.lock_org().await?;
    if requeue(tx, job, after, error).await? {
        sqlx::query!(
            "UPDATE app.jobs SET cause = NULL, waits = 0, cause_since = NULL WHERE job_id = $1",
            job.job_id.0
        )
        .execute(tx.connection())
        .await?;
    }
    unread(tx, job, &format!("queued again: {error}"), at).await
}

/// Puts a job back whose daemon stops; it costs no try and is told nowhere.
///
/// # Errors
/// [`StoreError::LeaseLost`] when somebody else has the job.
pub async fn release(tx: &mut OrgTx, job: &ClaimedJob, at: DateTime<Utc>) -> Result<()> {
    tx.lock_org().await?;
    if requeue(tx, job, Duration::ZERO, "the daemon stopped").await? {
        untried(tx, job).await?;
    }
    unread(tx, job, "the daemon stopped while it was read; queued again", at).await
}

/// Puts a job back until trouble has passed: it costs no try, however often. The file says what it waits for. Gives how
/// long it waits.
///
/// # Errors
/// [`StoreError::LeaseLost`] when somebody else has the job.
pub async fn wait(
    tx: &mut OrgTx,
    job: &ClaimedJob,
    kind: Passing,
    sentence: &str,
    at: DateTime<Utc>,
) -> Result<Duration> {
    tx.lock_org().await?;
    let before = sqlx::query!("SELECT cause, waits FROM app.jobs WHERE job_id = $1", job.job_id.0)
        .fetch_optional(tx.connection())
        .await?
        .ok_or(StoreError::LeaseLost { job: job.job_id })?;
    let waits = if before.cause.as_deref() == Some(kind.name()) {
        before.waits
    } else {
        0
    };
    let after = Duration::from_millis(kind.wait_ms(u32::try_from(waits).unwrap_or(0)));
    if requeue(tx, job, after, sentence).await? {
        untried(tx, job).await?;
        sqlx::query!(
            "UPDATE app.jobs SET cause = $2, waits = $3,
                cause_since = CASE WHEN $3 = 1 THEN clock_timestamp() ELSE cause_since END
            WHERE job_id = $1",
            job.job_id.0,
            kind.name(),
            waits + 1
        )
        .execute(tx.connection())
        .await?;
    }
    let told_at = if kind.is_told_at_once() { 0 } else { TOLD_AFTER };
    if job.kind == JobKind::Ingest && waits >= told_at {
        sqlx::query!(
            "UPDATE app.files SET reason_code = $2, reason_text = $3 WHERE file_id = $1 AND state IN ('reading', 'stable')",
            job.file_id.0,
            ReasonCode::of(kind).name(),
            crate::text::clean(sentence).into_owned()
        )
        .execute(tx.connection())
        .await?;
    }
    if waits == told_at {
        unread(tx, job, &format!("waits: {sentence}"), at).await?;
    } else {
        unread_quietly(tx, job).await?;
    }
    Ok(after)
}

/// Puts a job back into the queue; where a newer request for the same work waits already, it ends. Whether it is queued.
async fn requeue(tx: &mut OrgTx, job: &ClaimedJob, after: Duration, error: &str) -> Result<bool> {
    let newer = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM app.jobs q JOIN app.jobs j USING (org_id, file_id, kind)
            WHERE j.job_id = $1 AND q.state = 'queued') AS "newer!""#,
        job.job_id.0
    )
    .fetch_one(tx.connection())
    .await?;
    if newer {
        finish(tx, job, JobState::Done, Some(error)).await?;
        return Ok(false);
    }
    let changed = sqlx::query!(
        "UPDATE app.jobs SET state = 'queued', run_at = clock_timestamp() + $3, lease_until = NULL, lease_token = NULL,
            error = $4
        WHERE job_id = $1 AND lease_token = $2 AND state = 'running'",
        job.job_id.0,
        job.token,
        interval(after)?,
        error
    )
    .execute(tx.connection())
    .await?;
    held(job, changed.rows_affected())?;
    Ok(true)
}

async fn untried(tx: &mut OrgTx, job: &ClaimedJob) -> Result<()> {
    sqlx::query!(
        "UPDATE app.jobs SET attempts = greatest(attempts - 1, 0), interrupted = 0 WHERE job_id = $1",
        job.job_id.0
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The file of a job that was put back is not being read any more.
async fn unread(tx: &mut OrgTx, job: &ClaimedJob, note: &str, at: DateTime<Utc>) -> Result<()> {
    if unread_quietly(tx, job).await? {
        timeline::note(tx, job.file_id, at, FileState::Stable, note).await?;
    }
    Ok(())
}

async fn unread_quietly(tx: &mut OrgTx, job: &ClaimedJob) -> Result<bool> {
    if job.kind != JobKind::Ingest {
        return Ok(false);
    }
    let back = sqlx::query!(
        "UPDATE app.files SET state = 'stable' WHERE file_id = $1 AND state = 'reading'",
        job.file_id.0
    )
    .execute(tx.connection())
    .await?;
    Ok(back.rows_affected() > 0)
}

/// Work that waits for trouble to pass, by its cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The cause.
    pub kind: Passing,
    /// How many files wait.
    pub files: u64,
    /// Since when, the longest.
    pub since: DateTime<Utc>,
}

/// What waits for trouble to pass, as far as a person is told.
///
/// # Errors
/// What the database says.
pub async fn waiting(tx: &mut OrgTx) -> Result<Vec<Waiting>> {
    let rows = sqlx::query!(
        r#"SELECT cause AS "cause!", count(DISTINCT file_id) AS "files!", min(cause_since) AS "since!", max(waits) AS "waits!"
        FROM app.jobs WHERE cause IS NOT NULL AND state IN ('queued', 'running') GROUP BY cause ORDER BY 2 DESC, 1"#
    )
    .fetch_all(tx.connection())
    .await?;
    let mut waiting = Vec::with_capacity(rows.len());
    for row in rows {
        let kind = text::word::<Passing>("jobs", "cause", &row.cause, &row.cause)?;
        if kind.is_told_at_once() || row.waits > TOLD_AFTER {
            waiting.push(Waiting {
                kind,
                files: paging::count(row.files),
                since: row.since,
            });
        }
    }
    Ok(waiting)
}

/// Lets the queued ingests of a folder wait as well: what one of them met, the others would meet too.
///
/// # Errors
/// What the database says.
pub async fn postpone(tx: &mut OrgTx, folder: FolderId, kind: Passing, after: Duration) -> Result<()> {
    tx.lock_org().await?;
    sqlx::query!(
        "UPDATE app.jobs j SET run_at = clock_timestamp() + $3, cause = $2, waits = greatest(j.waits, 1),
            cause_since = coalesce(j.cause_since, clock_timestamp())
        FROM app.files f
        WHERE f.org_id = j.org_id AND f.file_id = j.file_id AND f.folder_id = $1 AND j.kind = 'ingest' AND j.state = 'queued'",
        folder.0,
        kind.name(),
        interval(after)?
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Answers of a folder that end the waiting for one at most: a file that can't be read although its folder can is tried
/// more rarely from then on.
const HEARD_MOST: i32 = 5;

/// Ends the waiting of a folder's ingests for its file system, which answered just now. Gives how many there were.
///
/// # Errors
/// What the database says.
pub async fn heard(tx: &mut OrgTx, folder: FolderId) -> Result<u64> {
    let waiting = sqlx::query_scalar!(
        "SELECT j.job_id FROM app.jobs j JOIN app.files f USING (org_id, file_id)
        WHERE f.folder_id = $1 AND j.state = 'queued' AND j.cause = $2 AND j.waits <= $3
            AND j.run_at > clock_timestamp()",
        folder.0,
        Passing::Silent.name(),
        HEARD_MOST
    )
    .fetch_all(tx.connection())
    .await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    tx.lock_org().await?;
    let woken = sqlx::query!(
        "UPDATE app.jobs SET run_at = clock_timestamp() WHERE job_id = ANY ($1) AND state = 'queued'",
        &waiting
    )
    .execute(tx.connection())
    .await?;
    Ok(woken.rows_affected())
}

/// Ends the waiting of a folder's ingests: of these names, or of all of them. Gives how many there were.
///
/// # Errors
/// What the database says.
pub async fn wake(tx: &mut OrgTx, folder: FolderId, names: Option<&[Vec<u8>]>) -> Result<u64> {
    tx.lock_org().await?;
    let woken = sqlx::query!(
        "UPDATE app.jobs j SET run_at = clock_timestamp()
        FROM app.files f
        WHERE f.org_id = j.org_id AND f.file_id = j.file_id AND f.folder_id = $1 AND j.state = 'queued'
            AND j.cause IS NOT NULL AND ($2::bytea[] IS NULL OR f.name_bytes = ANY ($2))",
        folder.0,
        names
    )
    .execute(tx.connection())
    .await?;
    Ok(woken.rows_affected())
}

pub(crate) async fn finish(tx: &mut OrgTx, job: &ClaimedJob, state: JobState, error: Option<&str>) -> Result<()> {
    let changed = sqlx::query!(
        "UPDATE app.jobs SET state = $3, lease_until = NULL, lease_token = NULL, error = $4, finished_at = now(),
            cause = NULL, waits = 0, cause_since = NULL
        WHERE job_id = $1 AND lease_token = $2 AND state = 'running'",
        job.job_id.0,
        job.token,
        state.name(),
        error
    )
    .execute(tx.connection())
    .await?;
    held(job, changed.rows_affected())
}

/// Asks for work on files, once each and in their order: a request that waits already is enough.
pub(crate) async fn enqueue(tx: &mut OrgTx, kind: JobKind, files: &[Uuid]) -> Result<()> {
    let org = tx.org().0;
    sqlx::query!(
        "INSERT INTO app.jobs (org_id, kind, file_id, run_at)
        SELECT $1, $2, f.file_id, now() + (f.place - 1) * interval '1 microsecond'
        FROM UNNEST($3::uuid[]) WITH ORDINALITY AS f (file_id, place) ORDER BY f.place
        ON CONFLICT (org_id, file_id, kind) WHERE state = 'queued' DO NOTHING",
        org,
        kind.name(),
        files
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// A job on a file that the caller holds in this transaction alone, which is never kept.
///
/// # Errors
/// [`StoreError::Conflict`] when the file is being read.
pub(crate) async fn hold(tx: &mut OrgTx, kind: JobKind, file: FileId) -> Result<ClaimedJob> {
    let org = tx.org();
    let row = sqlx::query!(
        "INSERT INTO app.jobs (org_id, kind, file_id, state, lease_token, lease_until)
        SELECT $1, $2, $3, 'running', app.uuid_v7(), now() + interval '1 minute'
        WHERE NOT EXISTS (SELECT 1 FROM app.jobs j WHERE j.org_id = $1 AND j.file_id = $3 AND j.state = 'running')
        RETURNING job_id, lease_token AS \"token!\"",
        org.0,
        kind.name(),
        file.0
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or_else(|| StoreError::conflict("file", format!("{file} is being read; try again in a moment")))?;
    Ok(ClaimedJob {
        org,
        job_id: JobId(row.job_id),
        kind,
        file_id: file,
        token: row.token,
        attempts: 1,
        interrupted: 0,
    })
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

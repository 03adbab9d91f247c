//! How a reading of a file ends when its rows do not come in, and how a file gets another try.

use chrono::{DateTime, Utc};
use plant_core::balance::Balance;
use plant_core::header;
use plant_core::ids::{FileId, FolderId, ProfileId};
use plant_core::job::{IngestHead, JobKind, JobState};
use plant_core::learned::Learned;
use plant_core::state::{FileState, Reason, ReasonCode};
use plant_core::table::Problem;
use serde_json::json;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::jobs::{self, ClaimedJob};
use crate::originals::{self, Stored};
use crate::tx::OrgTx;
use crate::{analyses, audit, learned, paging, text, timeline};

/// Files that one entry of the audit log names at most.
const RELEASED_IN_ONE_ENTRY: usize = 1_000;

/// The end of a reading without rows: held, unsupported, failed, a duplicate, or waiting again because it changed.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// Where the file stands now.
    pub state: FileState,
    /// Why.
    pub reason: Option<Reason>,
    /// What the worker found, as far as it came.
    pub head: Option<IngestHead>,
    /// SHA-256 of the bytes in hex, if all were read.
    pub sha256: Option<String>,
    /// Size as read.
    pub bytes: Option<u64>,
    /// Where its bytes are kept, if they are.
    pub original: Option<Stored>,
    /// Fate of the lines, as far as it is known.
    pub balance: Option<Balance>,
    /// What was found wrong.
    pub problems: Vec<Problem>,
    /// What the timeline says.
    pub note: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What the reading was told of how its columns are written.
    pub learned: Learned,
    /// The profiles that the reading knew, where it chose among them.
    pub knew: Option<Vec<ProfileId>>,
}

/// Ends an ingest without rows: file, problems, timeline, audit and job in this transaction.
///
/// # Errors
/// [`StoreError::LeaseLost`] when somebody else has the job: the transaction must then be rolled back.
pub async fn settle(tx: &mut OrgTx, job: &ClaimedJob, settlement: &Settlement) -> Result<()> {
    tx.lock_org().await?;
    let ended = if settlement.state == FileState::Failed {
        JobState::Failed
    } else {
        JobState::Done
    };
    let error = settlement
        .reason
        .as_ref()
        .map(|reason| text::clean(&reason.text).into_owned());
    jobs::finish(tx, job, ended, error.as_deref()).await?;
    settle_file(tx, job.file_id, settlement, None).await?;
    // What would tell how it is written may have come in while it was read.
    let reason = settlement
        .reason
        .as_ref()
        .filter(|_| settlement.state == FileState::Held);
    if let (Some(reason), Some(fingerprint)) = (reason, settlement.head.as_ref().and_then(fingerprint))
        && learned::may_teach(reason.code)
        && !learned::of_layout(tx, &fingerprint)
            .await?
            .tells_like(&settlement.learned)
    {
        let said = "another file shows how its columns are written";
        release(tx, &[job.file_id], None, said, settlement.at).await?;
    } else if reason.is_some() && is_mapped_since(tx, settlement).await? {
        let said = "a mapping of its columns was made while it was read";
        release(tx, &[job.file_id], None, said, settlement.at).await?;
    }
    Ok(())
}

/// Whether there is a profile for the columns of a file that its reading did not know.
async fn is_mapped_since(tx: &mut OrgTx, settlement: &Settlement) -> Result<bool> {
    let (Some(knew), Some(fingerprint)) = (&settlement.knew, settlement.head.as_ref().and_then(fingerprint)) else {
        return Ok(false);
    };
    let org = tx.org().0;
    let knew: Vec<Uuid> = knew.iter().map(|profile| profile.0).collect();
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM app.profiles WHERE org_id = $1 AND latest AND NOT archived
            AND header_fingerprint = $2 AND profile_id <> ALL ($3)) AS "is_mapped!""#,
        org,
        fingerprint,
        &knew
    )
    .fetch_one(tx.connection())
    .await?)
}

/// The same without the job; `of` is the file that has the bytes already.
pub(crate) async fn settle_file(
    tx: &mut OrgTx,
    file_id: FileId,
    settlement: &Settlement,
    of: Option<FileId>,
) -> Result<()> {
    let org = tx.org().0;
    let sha256 = settlement.sha256.as_deref().map(text::hash_bytes).transpose()?;
    let head = settlement
        .head
        .as_ref()
        .map(|head| text::json("head", head))
        .transpose()?;
    let balance = settlement
        .balance
        .as_ref()
        .map(|balance| text::json("balance", balance))
        .transpose()?;
    let reason = settlement.reason.as_ref();
    let changed = sqlx::query!(
        "UPDATE app.files SET state = $3, reason_code = $4, reason_text = $5, sha256 = coalesce($6, sha256),
            bytes = coalesce($7, bytes), head = coalesce($8, head), header_fingerprint = coalesce($9, header_fingerprint),
            balance = $10, duplicate_of = $11, problem_count = $12
        WHERE org_id = $1 AND file_id = $2 AND committed_at IS NULL",
        org,
        file_id.0,
        settlement.state.name(),
        reason.map(|reason| reason.code.name()),
        reason.map(|reason| text::clean(&reason.text).into_owned()),
        sha256,
        settlement.bytes.map(paging::big),
        head,
        settlement.head.as_ref().and_then(fingerprint),
        balance,
        of.map(|file| file.0),
        paging::big(settlement.problems.len() as u64)
    )
    .execute(tx.connection())
    .await?;
    if changed.rows_affected() == 0 {
        return Err(StoreError::conflict("file", format!("{file_id} is in already")));
    }
    if let Some(original) = &settlement.original {
        originals::name(tx, original, settlement.at).await?;
    }
    write_problems(tx, file_id, &settlement.problems).await?;
    timeline::note(tx, file_id, settlement.at, settlement.state, &settlement.note).await?;
    let body = json!({
        "file": file_id,
        "state": settlement.state.name(),
        "reason": reason.map(|reason| reason.code.name()),
        "sha256": settlement.sha256,
        "duplicate_of": of,
    });
    let action = format!("file.{}", settlement.state.name());
    audit::append(tx, &action, &body).await.map(|_| ())
}

/// The fingerprint of the column names, where there are any.
pub fn fingerprint(head: &IngestHead) -> Option<String> {
    let layout = head.layout.as_ref()?;
    (!layout.header.is_empty()).then(|| header::fingerprint(layout.as_written()))
}

/// Puts these problems in the place of those that a file had.
pub(crate) async fn write_problems(tx: &mut OrgTx, file_id: FileId, problems: &[Problem]) -> Result<()> {
    let org = tx.org().0;
    sqlx::query!(
        "DELETE FROM app.problems WHERE org_id = $1 AND file_id = $2",
        org,
        file_id.0
    )
    .execute(tx.connection())
    .await?;
    let mut first: i32 = 1;
    for chunk in problems.chunks(10_000) {
        let cut = |value: &str| text::clean(value).into_owned();
        let lines: Vec<i64> = chunk.iter().map(|problem| paging::big(problem.line)).collect();
        let columns: Vec<Option<String>> = chunk.iter().map(|problem| problem.column.as_deref().map(cut)).collect();
        let codes: Vec<String> = chunk.iter().map(|problem| cut(&problem.code)).collect();
        let texts: Vec<String> = chunk.iter().map(|problem| cut(&problem.text)).collect();
        let values: Vec<Option<String>> = chunk.iter().map(|problem| problem.value.as_deref().map(cut)).collect();
        let aside: Vec<bool> = chunk.iter().map(|problem| problem.quarantined).collect();
        sqlx::query!(
            "INSERT INTO app.problems (org_id, file_id, problem_no, line_no, column_name, code, text, value, quarantined)
            SELECT $1, $2, $3::integer + p.place::integer - 1, p.line_no, p.column_name, p.code, p.text, p.value, p.aside
            FROM UNNEST($4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::boolean[])
                WITH ORDINALITY AS p (line_no, column_name, code, text, value, aside, place)",
            org,
            file_id.0,
            first,
            &lines,
            &columns as &[Option<String>],
            &codes,
            &texts,
            &values as &[Option<String>],
            &aside
        )
        .execute(tx.connection())
        .await?;
        first = first.saturating_add(i32::try_from(chunk.len()).unwrap_or(i32::MAX));
    }
    Ok(())
}

/// Gives files that were put aside another try, with a profile that somebody chose for them or as before. Files in
/// another state are left alone; gives how many were queued.
///
/// # Errors
/// What the database says.
pub async fn release(
    tx: &mut OrgTx,
    files: &[FileId],
    forced: Option<ProfileId>,
    said: &str,
    at: DateTime<Utc>,
) -> Result<u64> {
    tx.lock_org().await?;
    let org = tx.org().0;
    let ids: Vec<Uuid> = files.iter().map(|file| file.0).collect();
    let released = sqlx::query_scalar!(
        "UPDATE app.files SET state = 'stable', reason_code = NULL, reason_text = NULL, duplicate_of = NULL,
            forced_profile_id = coalesce($3, forced_profile_id)
        WHERE org_id = $1 AND file_id = ANY ($2) AND state IN ('held', 'failed', 'unsupported', 'ignored')
            AND EXISTS (SELECT 1 FROM app.folders d WHERE d.org_id = $1 AND d.folder_id = files.folder_id
                AND d.removed_at IS NULL)
        RETURNING file_id",
        org,
        &ids,
        forced.map(|profile| profile.0)
    )
    .fetch_all(tx.connection())
    .await?;
    queued(tx, &released, forced, said, at).await?;
    Ok(released.len() as u64)
}

/// Has files read that were put aside, and says so.
async fn queued(
    tx: &mut OrgTx,
    released: &[Uuid],
    forced: Option<ProfileId>,
    said: &str,
    at: DateTime<Utc>,
) -> Result<()> {
    let entries: Vec<_> = released
        .iter()
        .map(|id| (*id, at, FileState::Stable, said.to_owned()))
        .collect();
    timeline::notes(tx, &entries).await?;
    jobs::enqueue(tx, JobKind::Ingest, released).await?;
    for files in released.chunks(RELEASED_IN_ONE_ENTRY) {
        let body = json!({"files": files, "profile": forced, "note": said});
        audit::append(tx, "file.release", &body).await?;
    }
    Ok(())
}

/// Reads the copies of files with those columns again: what their names say may tell them apart now. Gives them.
///
/// # Errors
/// What the database says.
pub async fn release_copies(tx: &mut OrgTx, columns: &str, said: &str, at: DateTime<Utc>) -> Result<Vec<FileId>> {
    tx.lock_org().await?;
    let org = tx.org().0;
    let released = sqlx::query_scalar!(
        "UPDATE app.files d SET state = 'stable', reason_code = NULL, reason_text = NULL, duplicate_of = NULL
        FROM app.files o
        WHERE d.org_id = $1 AND d.state = 'duplicate' AND o.org_id = d.org_id AND o.file_id = d.duplicate_of
            AND o.header_fingerprint = $2 AND (d.folder_id, d.name) <> (o.folder_id, o.name)
            AND EXISTS (SELECT 1 FROM app.folders f WHERE f.org_id = $1 AND f.folder_id = d.folder_id
                AND f.removed_at IS NULL)
        RETURNING d.file_id",
        org,
        columns
    )
    .fetch_all(tx.connection())
    .await?;
    queued(tx, &released, None, said, at).await?;
    Ok(released.into_iter().map(FileId).collect())
}

/// Reads copies again that lie in that folder, or of whose originals do, and the other one in another: what is said of the
/// folder may tell them apart now. Gives them. The caller holds the lock of the org.
pub(crate) async fn release_copies_across(
    tx: &mut OrgTx,
    folder: FolderId,
    said: &str,
    at: DateTime<Utc>,
) -> Result<Vec<FileId>> {
    let org = tx.org().0;
    let released = sqlx::query_scalar!(
        "UPDATE app.files d SET state = 'stable', reason_code = NULL, reason_text = NULL, duplicate_of = NULL
        FROM app.files o
        WHERE d.org_id = $1 AND d.state = 'duplicate' AND o.org_id = d.org_id AND o.file_id = d.duplicate_of
            AND d.folder_id <> o.folder_id AND $2 IN (d.folder_id, o.folder_id)
            AND EXISTS (SELECT 1 FROM app.folders f WHERE f.org_id = $1 AND f.folder_id = d.folder_id
                AND f.removed_at IS NULL)
        RETURNING d.file_id",
        org,
        folder.0
    )
    .fetch_all(tx.connection())
    .await?;
    queued(tx, &released, None, said, at).await?;
    Ok(released.into_iter().map(FileId).collect())
}

/// Gives a job up: an ingest fails its file with the reason; an analysis is kept as failed and the file stays in.
///
/// # Errors
/// [`StoreError::LeaseLost`] when somebody else has the job.
pub async fn give_up(tx: &mut OrgTx, job: &ClaimedJob, reason: &Reason, at: DateTime<Utc>) -> Result<()> {
    tx.lock_org().await?;
    match job.kind {
        // What is in stays in as it was read before.
        JobKind::Reread => {
            jobs::finish(tx, job, JobState::Failed, Some(&reason.text)).await?;
            let state = sqlx::query_scalar!("SELECT state FROM app.files WHERE file_id = $1", job.file_id.0)
                .fetch_one(tx.connection())
                .await?;
            let said = format!("it could not be read again: {}", reason.text);
            timeline::note(tx, job.file_id, at, timeline::state(&state, job.file_id.0)?, &said).await
        }
        JobKind::Ingest => {
            let settlement = Settlement {
                learned: Learned::default(),
                knew: None,
                state: FileState::Failed,
                reason: Some(reason.clone()),
                head: None,
                sha256: None,
                bytes: None,
                original: None,
                balance: None,
                problems: Vec::new(),
                note: reason.text.clone(),
                at,
            };
            settle(tx, job, &settlement).await
        }
        JobKind::Analyse => {
            jobs::finish(tx, job, JobState::Failed, Some(&reason.text)).await?;
            analyses::failed(tx, job.file_id, reason, at).await
        }
    }
}

/// Files of a folder that is watched no longer: those that are not in are ignored from now on, and who reads one of them
/// has lost it.
pub(crate) async fn abandon(tx: &mut OrgTx, folder: FolderId, at: DateTime<Utc>) -> Result<()> {
    tx.lock_org().await?;
    let sentence = "its folder is watched no longer";
    sqlx::query!(
        "UPDATE app.jobs j SET state = 'done', lease_until = NULL, lease_token = NULL, error = $2, finished_at = now(),
            cause = NULL, waits = 0, cause_since = NULL
        FROM app.files f
        WHERE f.org_id = j.org_id AND f.file_id = j.file_id AND f.folder_id = $1 AND j.kind = 'ingest'
            AND j.state IN ('queued', 'running')",
        folder.0,
        sentence
    )
    .execute(tx.connection())
    .await?;
    let ignored = sqlx::query_scalar!(
        "UPDATE app.files SET state = 'ignored', reason_code = $2, reason_text = $3
        WHERE folder_id = $1 AND state IN ('seen', 'waiting', 'stable', 'reading', 'held') RETURNING file_id",
        folder.0,
        ReasonCode::FolderRemoved.name(),
        sentence
    )
    .fetch_all(tx.connection())
    .await?;
    let entries: Vec<_> = ignored
        .iter()
        .map(|id| (*id, at, FileState::Ignored, sentence.to_owned()))
        .collect();
    timeline::notes(tx, &entries).await
}

/// Gives one file another try; of a file that is in, its analysis where that was given up.
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Conflict`] when it was not put aside.
pub async fn retry(tx: &mut OrgTx, file_id: FileId, at: DateTime<Utc>) -> Result<()> {
    tx.lock_org().await?;
    let now = sqlx::query!(
        r#"SELECT f.state, d.path, d.removed_at IS NOT NULL AS "removed!"
        FROM app.files f JOIN app.folders d USING (org_id, folder_id) WHERE f.file_id = $1 FOR UPDATE OF f"#,
        file_id.0
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or_else(|| StoreError::not_found("file", file_id))?;
    let said = format!("tried again by {}", tx.actor());
    if release(tx, &[file_id], None, &said, at).await? == 0 && !analyses::ask_again(tx, file_id, at).await? {
        let state = timeline::state(&now.state, file_id.0)?;
        if now.removed && !state.has_rows() {
            let path = now.path;
            return Err(StoreError::conflict(
                "file",
                format!(
                    "its folder is watched no longer; add it again with `plant folders add {path}`, and what lies there is taken in"
                ),
            ));
        }
        return Err(StoreError::conflict("file", no_retry(state).to_owned()));
    }
    Ok(())
}

/// Why a file in this state is not tried again, and what can be done instead.
fn no_retry(state: FileState) -> &'static str {
    match state {
        FileState::Analysed | FileState::Committed => {
            "its rows are in, so there is nothing to try again; `plant files reread FILE` reads it once more, `plant profiles save NAME --from FILE` in another way"
        }
        FileState::Withdrawn => "its rows were taken out of count; `plant files restore FILE` lets them count again",
        FileState::Duplicate => "the same bytes are in already; `plant files explain FILE` names the other file",
        FileState::Superseded => {
            "none of its rows count, newer versions took their place; `plant files explain FILE` names them"
        }
        FileState::Seen | FileState::Waiting | FileState::Stable | FileState::Reading => {
            "it is on its way already; `plant files wait FILE` waits for it"
        }
        FileState::Held | FileState::Failed | FileState::Unsupported | FileState::Ignored => {
            "it is tried again already; `plant files wait FILE` waits for it"
        }
    }
}

/// Gives every failed file another try, and every file whose analysis was given up; gives how many there were.
///
/// # Errors
/// What the database says.
pub async fn retry_failed(tx: &mut OrgTx, at: DateTime<Utc>) -> Result<u64> {
    tx.lock_org().await?;
    let org = tx.org().0;
    let failed = sqlx::query_scalar!(
        "SELECT file_id FROM app.files WHERE org_id = $1 AND state = 'failed' ORDER BY file_no",
        org
    )
    .fetch_all(tx.connection())
    .await?;
    let failed: Vec<FileId> = failed.into_iter().map(FileId).collect();
    let said = format!("tried again by {}", tx.actor());
    let mut again = release(tx, &failed, None, &said, at).await?;
    for file in analyses::given_up(tx).await? {
        again += u64::from(analyses::ask_again(tx, file, at).await?);
    }
    Ok(again)
}

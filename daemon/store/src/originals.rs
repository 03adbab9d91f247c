//! Originals: whose bytes are kept below the state folder, and which of them may be taken away.
//!
//! Two stores, one truth. Who is about to give bytes their final name commits an intent first ([`intend`]); the
//! transaction that names them removes it; a deletion is written here before the bytes go ([`delete`]). So bytes that neither
//! an original nor a young intent names ([`unnamed`]) belong to nobody, whenever a daemon is killed.

use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::error::Result;
use crate::tx::OrgTx;
use crate::{paging, text};

/// How long an intent keeps bytes that nobody names: whoever had it is gone by then.
pub const INTENT_AGE: Duration = Duration::from_secs(24 * 3_600);

/// Bytes that are kept, or were.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    /// SHA-256 of the bytes in hex.
    pub sha256: String,
    /// How many they are.
    pub bytes: u64,
    /// How many they are as packed.
    pub stored_bytes: u64,
    /// Since when they are kept.
    pub stored_at: DateTime<Utc>,
    /// Since when they are not any more.
    pub deleted_at: Option<DateTime<Utc>>,
    /// Since when it is known that what lies there is something else.
    pub damaged_at: Option<DateTime<Utc>>,
}

impl Original {
    /// Whether its bytes should be there.
    pub fn is_kept(&self) -> bool {
        self.deleted_at.is_none() && self.damaged_at.is_none()
    }
}

/// Bytes that have their final name, to be named by the transaction that settles their file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// SHA-256 of the bytes in hex.
    pub sha256: String,
    /// How many they are.
    pub bytes: u64,
    /// How many they are as packed.
    pub stored_bytes: u64,
    /// The intent under which they were stored.
    pub intent_id: Uuid,
    /// Whether they were written, and not there already.
    pub is_new: bool,
}

/// An original that may be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// SHA-256 of the bytes in hex.
    pub sha256: String,
    /// How many they are as packed.
    pub stored_bytes: u64,
    /// Since when they are kept.
    pub stored_at: DateTime<Utc>,
}

/// Says that bytes are about to get their final name, and gives what is known of them.
///
/// # Errors
/// What the database says.
pub async fn intend(tx: &mut OrgTx, sha256: &str, intent_id: Uuid) -> Result<Option<Original>> {
    lock(tx).await?;
    let (org, bytes) = (tx.org().0, text::hash_bytes(sha256)?);
    sqlx::query!(
        "INSERT INTO app.original_intents (org_id, sha256, intent_id) VALUES ($1, $2, $3)",
        org,
        bytes,
        intent_id
    )
    .execute(tx.connection())
    .await?;
    get(tx, sha256).await
}

/// Names the original of a file, in the transaction that settles the file.
///
/// # Errors
/// What the database says.
pub(crate) async fn name(tx: &mut OrgTx, stored: &Stored, at: DateTime<Utc>) -> Result<()> {
    let (org, sha256) = (tx.org().0, text::hash_bytes(&stored.sha256)?);
    if stored.is_new {
        sqlx::query!(
            "INSERT INTO app.originals (org_id, sha256, bytes, stored_bytes, stored_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (org_id, sha256) DO UPDATE SET stored_bytes = excluded.stored_bytes,
                stored_at = excluded.stored_at, deleted_at = NULL, damaged_at = NULL",
            org,
            sha256,
            paging::big(stored.bytes),
            paging::big(stored.stored_bytes),
            at
        )
        .execute(tx.connection())
        .await?;
    }
    sqlx::query!(
        "DELETE FROM app.original_intents WHERE org_id = $1 AND sha256 = $2 AND intent_id = $3",
        org,
        sha256,
        stored.intent_id
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// What is known of bytes.
///
/// # Errors
/// What the database says.
pub async fn get(tx: &mut OrgTx, sha256: &str) -> Result<Option<Original>> {
    let (org, bytes) = (tx.org().0, text::hash_bytes(sha256)?);
    let row = sqlx::query!(
        "SELECT bytes, stored_bytes, stored_at, deleted_at, damaged_at FROM app.originals
        WHERE org_id = $1 AND sha256 = $2",
        org,
        bytes
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| Original {
        sha256: sha256.to_owned(),
        bytes: paging::count(row.bytes),
        stored_bytes: paging::count(row.stored_bytes),
        stored_at: row.stored_at,
        deleted_at: row.deleted_at,
        damaged_at: row.damaged_at,
    }))
}

/// Notes that what lies in the place of an original is something else, or nothing.
///
/// # Errors
/// What the database says.
pub async fn damaged(tx: &mut OrgTx, sha256: &str, at: DateTime<Utc>) -> Result<()> {
    let (org, sha256) = (tx.org().0, text::hash_bytes(sha256)?);
    sqlx::query!(
        "UPDATE app.originals SET damaged_at = $3 WHERE org_id = $1 AND sha256 = $2 AND damaged_at IS NULL",
        org,
        sha256,
        at
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Notes that what lies in the place of an original is right again.
///
/// # Errors
/// What the database says.
pub async fn mended(tx: &mut OrgTx, sha256: &str) -> Result<()> {
    let (org, sha256) = (tx.org().0, text::hash_bytes(sha256)?);
    sqlx::query!(
        "UPDATE app.originals SET damaged_at = NULL WHERE org_id = $1 AND sha256 = $2",
        org,
        sha256
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// How many originals of the org are kept, how many of these are known to be damaged, and how many bytes all of them
/// take.
///
/// # Errors
/// What the database says.
pub async fn usage(tx: &mut OrgTx) -> Result<(u64, u64, u64)> {
    let org = tx.org().0;
    let row = sqlx::query!(
        r#"SELECT count(*) AS "kept!", count(damaged_at) AS "damaged!",
            coalesce(sum(stored_bytes), 0)::bigint AS "bytes!"
        FROM app.originals WHERE org_id = $1 AND deleted_at IS NULL"#,
        org
    )
    .fetch_one(tx.connection())
    .await?;
    Ok((
        paging::count(row.kept),
        paging::count(row.damaged),
        paging::count(row.bytes),
    ))
}

/// The oldest originals that may be deleted, at most so many: only files that are settled name them, none of which waits
/// for a decision that would read it again, and nobody is about to name them.
///
/// # Errors
/// What the database says.
pub async fn candidates(tx: &mut OrgTx, most: i64) -> Result<Vec<Candidate>> {
    let org = tx.org().0;
    let rows = sqlx::query!(
        "SELECT o.sha256, o.stored_bytes, o.stored_at FROM app.originals o
        WHERE o.org_id = $1 AND o.deleted_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM app.original_intents i WHERE i.org_id = o.org_id AND i.sha256 = o.sha256)
            AND NOT EXISTS (SELECT 1 FROM app.files f WHERE f.org_id = o.org_id AND f.sha256 = o.sha256
                AND (f.state IN ('seen', 'waiting', 'stable', 'reading', 'held', 'committed') OR EXISTS (SELECT 1
                    FROM app.jobs j WHERE j.org_id = f.org_id AND j.file_id = f.file_id AND j.kind = 'reread'
                        AND j.state IN ('queued', 'running'))))
        ORDER BY o.stored_at, o.sha256 LIMIT $2",
        org,
        most
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Candidate {
            sha256: hex::encode(row.sha256),
            stored_bytes: paging::count(row.stored_bytes),
            stored_at: row.stored_at,
        })
        .collect())
}

/// Marks originals as deleted, as far as nobody has come to need them since they were found; their bytes go after the
/// commit. Gives how many there were.
///
/// # Errors
/// What the database says.
pub async fn delete(tx: &mut OrgTx, sha256s: &[String], at: DateTime<Utc>) -> Result<u64> {
    lock(tx).await?;
    let (org, sha256s) = (tx.org().0, hashes(sha256s)?);
    let deleted = sqlx::query!(
        "UPDATE app.originals o SET deleted_at = $3
        WHERE o.org_id = $1 AND o.sha256 = ANY ($2) AND o.deleted_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM app.original_intents i WHERE i.org_id = o.org_id AND i.sha256 = o.sha256)
            AND NOT EXISTS (SELECT 1 FROM app.files f WHERE f.org_id = o.org_id AND f.sha256 = o.sha256
                AND (f.state IN ('seen', 'waiting', 'stable', 'reading', 'held', 'committed') OR EXISTS (SELECT 1
                    FROM app.jobs j WHERE j.org_id = f.org_id AND j.file_id = f.file_id AND j.kind = 'reread'
                        AND j.state IN ('queued', 'running'))))",
        org,
        &sha256s,
        at
    )
    .execute(tx.connection())
    .await?;
    Ok(deleted.rows_affected())
}

/// Forgets intents that are at least so old.
///
/// # Errors
/// What the database says.
pub async fn forget_intents(tx: &mut OrgTx, age: Duration) -> Result<()> {
    let org = tx.org().0;
    sqlx::query!(
        "DELETE FROM app.original_intents WHERE org_id = $1 AND since <= clock_timestamp() - make_interval(secs => $2)",
        org,
        age.as_secs_f64()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Those of these bytes that neither an original names nor an intent that is younger than that, and keeps others from naming them until the
/// transaction ends: whoever removes bytes does it in this transaction.
///
/// # Errors
/// What the database says.
pub async fn unnamed(tx: &mut OrgTx, sha256s: &[String], age: Duration) -> Result<Vec<String>> {
    lock(tx).await?;
    let (org, sha256s) = (tx.org().0, hashes(sha256s)?);
    let unnamed = sqlx::query_scalar!(
        r#"SELECT s.sha256 AS "sha256!" FROM UNNEST($2::bytea[]) AS s (sha256)
        WHERE NOT EXISTS (SELECT 1 FROM app.originals o
                WHERE o.org_id = $1 AND o.sha256 = s.sha256 AND o.deleted_at IS NULL)
            AND NOT EXISTS (SELECT 1 FROM app.original_intents i WHERE i.org_id = $1 AND i.sha256 = s.sha256
                AND i.since > clock_timestamp() - make_interval(secs => $3))"#,
        org,
        &sha256s,
        age.as_secs_f64()
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(unnamed.into_iter().map(hex::encode).collect())
}

/// Whoever is about to name bytes and whoever takes bytes away wait for each other. It is a lock of its own, so that
/// nobody here waits for the commit of a large file; no other is taken after it.
async fn lock(tx: &mut OrgTx) -> Result<()> {
    let lock = format!("originals:{}", tx.org());
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", lock)
        .execute(tx.connection())
        .await?;
    Ok(())
}

fn hashes(sha256s: &[String]) -> Result<Vec<Vec<u8>>> {
    sha256s.iter().map(|sha256| text::hash_bytes(sha256)).collect()
}

//! The audit log of an org: one entry per act, in the transaction of the act, chained by hashes.

use plant_core::model::{AuditEntry, AuditVerdict, Page};
use serde_json::Value;

use crate::error::Result;
use crate::paging;
use crate::tx::OrgTx;

/// Appends an entry in the name of the transaction's actor; gives its number.
///
/// # Errors
/// What the database says; the act must then not be committed.
pub async fn append(tx: &mut OrgTx, action: &str, body: &Value) -> Result<u64> {
    tx.lock_org().await?;
    let actor = tx.actor().to_owned();
    let seq = sqlx::query_scalar!(r#"SELECT app.audit_append($1, $2, $3) AS "seq!""#, actor, action, body)
        .fetch_one(tx.connection())
        .await?;
    Ok(paging::count(seq))
}

/// The entries, newest first.
///
/// # Errors
/// A page token of another list.
pub async fn list(tx: &mut OrgTx, limit: u32, page: Option<&str>) -> Result<Page<AuditEntry>> {
    let before = paging::number(page)?.unwrap_or(i64::MAX);
    let rows = sqlx::query!(
        r#"SELECT seq, at, actor, action, body, encode(hash, 'hex') AS "hash!"
        FROM app.audit_log WHERE seq < $1 ORDER BY org_id DESC, seq DESC LIMIT $2"#,
        before,
        paging::rows(limit)
    )
    .map(|row| AuditEntry {
        seq: paging::count(row.seq),
        at: row.at,
        actor: row.actor,
        action: row.action,
        body: row.body,
        hash: row.hash,
    })
    .fetch(tx.connection());
    paging::fill(rows, limit, Ok, |entry: &AuditEntry| entry.seq.to_string()).await
}

/// Whether the chain holds, up to its head.
///
/// # Errors
/// What the database says.
pub async fn verify(tx: &mut OrgTx) -> Result<AuditVerdict> {
    let row = sqlx::query!(
        r#"SELECT first_bad, last_seq AS "last_seq!", encode(last_hash, 'hex') AS "last_hash!" FROM app.audit_verify()"#
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(AuditVerdict {
        ok: row.first_bad.is_none(),
        first_bad: row.first_bad.map(paging::count),
        last_seq: paging::count(row.last_seq),
        last_hash: row.last_hash,
    })
}

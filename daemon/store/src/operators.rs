//! How the operators of an org are kept, and which of them occur.

use chrono::{DateTime, Utc};
use plant_core::component::Dimension;
use plant_core::family::Dimensions;
use plant_core::ids::FileId;
use plant_core::model::{OperatorItem, OperatorsView};
use plant_core::operator::{OperatorKey, Operators};
use serde_json::json;

use crate::error::{Result, StoreError};
use crate::tx::OrgTx;
use crate::{audit, files, paging, series, text};

/// Files of whose rows one may say who an operator is, at most.
const FILES_ASKED: i64 = 20;

/// The key by which operators become codes; `None` where the org keeps their names.
///
/// # Errors
/// What the database says.
pub async fn key(tx: &mut OrgTx) -> Result<Option<OperatorKey>> {
    let org = tx.org().0;
    let row = sqlx::query!("SELECT key, kept FROM app.operators WHERE org_id = $1", org)
        .fetch_one(tx.connection())
        .await?;
    match text::word("operators", "kept", org, &row.kept)? {
        Operators::Names => Ok(None),
        Operators::Codes => match OperatorKey::from_bytes(&row.key) {
            Some(key) => Ok(Some(key)),
            None => Err(StoreError::corrupt("operators", "key", org)),
        },
    }
}

/// How operators are kept, and those that rows name which count, in their order.
///
/// # Errors
/// What the database says.
pub async fn list(tx: &mut OrgTx, limit: u32, page: Option<&str>) -> Result<OperatorsView> {
    let org = tx.org().0;
    let setting = sqlx::query!("SELECT kept, set_at, set_by FROM app.operators WHERE org_id = $1", org)
        .fetch_one(tx.connection())
        .await?;
    let items = sqlx::query!(
        // Of each file the family with the fewest cells that has them, and that of process values.
        r#"SELECT c.operator AS "operator!", coalesce(sum(c.rows), 0)::bigint AS "rows!",
            count(DISTINCT c.file_no) AS "files!"
        FROM (SELECT k.file_no, k.family_no FROM app.component_families k WHERE k.org_id = $1 AND k.family_no = 0
            UNION ALL (SELECT DISTINCT ON (k.file_no) k.file_no, k.family_no FROM app.component_families k
                WHERE k.org_id = $1 AND k.family_no > 0 AND k.dimensions & $4 = $4
                ORDER BY k.file_no, k.cells, k.family_no)) h
            JOIN app.components c ON c.org_id = $1 AND c.file_no = h.file_no AND c.family_no = h.family_no
        WHERE c.operator > $2 GROUP BY 1 ORDER BY 1 LIMIT $3"#,
        org,
        page.unwrap_or_default(),
        paging::rows(limit),
        Dimensions::from_iter([Dimension::Operator]).bits()
    )
    .fetch_all(tx.connection())
    .await?
    .into_iter()
    .map(|row| OperatorItem {
        operator: row.operator,
        rows: paging::count(row.rows),
        files: paging::count(row.files),
    })
    .collect();
    let page = paging::page(items, limit, |item: &OperatorItem| item.operator.clone());
    Ok(OperatorsView {
        kept: text::word("operators", "kept", org, &setting.kept)?,
        since: setting.set_at,
        by: setting.set_by,
        items: page.items,
        next_page: page.next_page,
    })
}

/// Says how operators are kept from now on. What is in and names some is read again from its original, and what was put
/// aside is looked at again, so that nothing shows them as before; gives how many files that are.
///
/// # Errors
/// [`StoreError::Conflict`] where they are kept so already.
pub async fn set(tx: &mut OrgTx, kept: Operators, at: DateTime<Utc>) -> Result<u64> {
    tx.lock_org().await?;
    let (org, by) = (tx.org().0, tx.actor().to_owned());
    let changed = sqlx::query!(
        "UPDATE app.operators SET kept = $2, set_at = $3, set_by = $4 WHERE org_id = $1 AND kept <> $2",
        org,
        kept.name(),
        at,
        by
    )
    .execute(tx.connection())
    .await?;
    if changed.rows_affected() == 0 {
        let detail = format!("they are kept by their {} already", kept.name());
        return Err(StoreError::conflict("operators", detail));
    }
    let taken_in = naming(tx).await?;
    let again = series::reread(tx, &taken_in, None, at).await?;
    let aside = sqlx::query_scalar!(
        "SELECT file_id FROM app.files WHERE org_id = $1 AND state = 'held' ORDER BY file_no",
        org
    )
    .fetch_all(tx.connection())
    .await?;
    let aside: Vec<FileId> = aside.into_iter().map(FileId).collect();
    // What was never taken in shows what its reader saw; nothing of that is needed.
    sqlx::query!(
        "UPDATE app.files SET head = NULL WHERE org_id = $1 AND committed_at IS NULL AND state <> 'held'",
        org
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "DELETE FROM app.problems p USING app.files f WHERE p.org_id = $1 AND f.org_id = p.org_id AND f.file_id = p.file_id
            AND f.committed_at IS NULL",
        org
    )
    .execute(tx.connection())
    .await?;
    let said = format!("operators are kept by their {} now", kept.name());
    let released = files::release(tx, &aside, None, &said, at).await?;
    let body = json!({"kept": kept, "files": again.len() as u64 + released});
    audit::append(tx, "operators.set", &body).await?;
    Ok(again.len() as u64 + released)
}

/// Files that are in and of which a column, the name or the profile says operators.
async fn naming(tx: &mut OrgTx) -> Result<Vec<FileId>> {
    let org = tx.org().0;
    let files = sqlx::query_scalar!(
        r#"SELECT file_id FROM app.files WHERE org_id = $1 AND committed_at IS NOT NULL
            AND (plan -> 'columns' @> '[{"names_operators": true}]' OR plan -> 'said' ? 'operator')
        ORDER BY file_no"#,
        org
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(files.into_iter().map(FileId).collect())
}

/// Whether a physical line of a file may say who somebody is whom the org keeps by a code.
///
/// # Errors
/// What the database says.
pub async fn are_hidden_in(tx: &mut OrgTx, file: FileId) -> Result<bool> {
    let org = tx.org().0;
    let found = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM app.files f JOIN app.operators o ON o.org_id = f.org_id
            WHERE f.org_id = $1 AND f.file_id = $2 AND o.kept = 'codes'
                AND (f.plan -> 'columns' @> '[{"names_operators": true}]'
                    OR f.head @? '$.columns[*] ? (@.variable == "operator")'
                    OR f.head @? '$.suggestion.columns[*].suggestions[*] ? (@.variable == "operator")')) AS "hidden!""#,
        org,
        file.0
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(found)
}

/// The newest files with rows of that operator that count.
///
/// # Errors
/// What the database says.
pub async fn files_with(tx: &mut OrgTx, operator: &str) -> Result<Vec<FileId>> {
    let org = tx.org().0;
    let files = sqlx::query_scalar!(
        "SELECT f.file_id FROM app.files f WHERE f.org_id = $1 AND f.committed_at IS NOT NULL
            AND EXISTS (SELECT 1 FROM app.components c
                WHERE c.org_id = $1 AND c.file_no = f.file_no AND c.operator = $2)
        ORDER BY f.file_no DESC LIMIT $3",
        org,
        operator,
        FILES_ASKED
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(files.into_iter().map(FileId).collect())
}

/// Writes down that somebody asked who an operator is, before the name is told.
///
/// # Errors
/// What the database says.
pub async fn resolved(tx: &mut OrgTx, operator: &str, found_in: FileId) -> Result<()> {
    let body = json!({"operator": operator, "file": found_in});
    audit::append(tx, "operator.resolve", &body).await.map(|_| ())
}

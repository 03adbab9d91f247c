//! What a person says of a folder, and what follows for its files.

use chrono::{DateTime, Utc};
use plant_core::ids::{FileId, FolderId, SeriesId};
use plant_core::says::{FolderSaying, FolderSays};
use serde_json::json;

use crate::error::{Result, StoreError};
use crate::tx::OrgTx;
use crate::{audit, files, series};

/// Keeps what is said anew of a folder beside what stands, and has its files that are in read again; gives these.
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Invalid`] for what can't be said.
pub async fn set(tx: &mut OrgTx, folder: FolderId, saying: &FolderSaying, at: DateTime<Utc>) -> Result<Vec<FileId>> {
    tx.lock_org().await?;
    let before = said(tx, folder).await?;
    let says = before
        .with(saying)
        .map_err(|fault| StoreError::invalid("folder", fault.to_string()))?;
    settle(tx, folder, &before, &says, at).await
}

/// The same with all words at once, for a change that is tried.
///
/// # Errors
/// [`StoreError::NotFound`].
pub(crate) async fn put(tx: &mut OrgTx, folder: FolderId, says: &FolderSays, at: DateTime<Utc>) -> Result<()> {
    tx.lock_org().await?;
    let before = said(tx, folder).await?;
    settle(tx, folder, &before, says, at).await.map(drop)
}

async fn said(tx: &mut OrgTx, folder: FolderId) -> Result<FolderSays> {
    sqlx::query_as!(
        FolderSays,
        "SELECT site, line, machine, zone FROM app.folders WHERE folder_id = $1 AND removed_at IS NULL",
        folder.0
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or_else(|| StoreError::not_found("folder", folder))
}

async fn settle(
    tx: &mut OrgTx,
    folder: FolderId,
    before: &FolderSays,
    says: &FolderSays,
    at: DateTime<Utc>,
) -> Result<Vec<FileId>> {
    if before == says {
        return Ok(Vec::new());
    }
    sqlx::query!(
        "UPDATE app.folders SET site = $2, line = $3, machine = $4, zone = $5 WHERE folder_id = $1",
        folder.0,
        says.site,
        says.line,
        says.machine,
        says.zone
    )
    .execute(tx.connection())
    .await?;
    let mut copies = Vec::new();
    if !before.words().eq(says.words()) {
        let of_it = sighted(tx, folder).await?;
        let said = "what is said of a folder may tell it from what it is a copy of";
        copies = files::release_copies_across(tx, folder, said, at).await?;
        // What a folder says is part of where its files are from.
        for series in of_it {
            series::derive(tx, series, None, at).await?;
        }
    }
    let again = concerned(tx, folder).await?;
    let again = series::reread(tx, &again, None, at).await?;
    let body = json!({"folder": folder, "before": before, "says": says, "files": again, "copies": copies});
    audit::append(tx, "folder.set", &body).await?;
    Ok(again)
}

/// The files of a folder that are in, oldest first: all of them are read by what is said of it.
///
/// # Errors
/// What the database says.
pub async fn concerned(tx: &mut OrgTx, folder: FolderId) -> Result<Vec<FileId>> {
    let files = sqlx::query_scalar!(
        "SELECT file_id FROM app.files WHERE folder_id = $1 AND committed_at IS NOT NULL ORDER BY file_no",
        folder.0
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(files.into_iter().map(FileId).collect())
}

/// The series of which a version was seen in a folder.
async fn sighted(tx: &mut OrgTx, folder: FolderId) -> Result<Vec<SeriesId>> {
    let org = tx.org().0;
    let series = sqlx::query_scalar!(
        r#"SELECT DISTINCT o.series_id AS "series!" FROM app.files f
        JOIN app.files o ON o.org_id = f.org_id AND o.file_id = coalesce(f.duplicate_of, f.file_id)
        WHERE f.org_id = $1 AND f.folder_id = $2 AND o.committed_at IS NOT NULL AND o.series_id IS NOT NULL"#,
        org,
        folder.0
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(series.into_iter().map(SeriesId).collect())
}

//! Watched folders.

use chrono::{DateTime, Utc};
use plant_core::ids::{FolderId, OrgId};
use plant_core::view::FolderView;
use serde_json::json;
use uuid::Uuid;

use crate::audit;
use crate::error::{Result, StoreError};
use crate::store::Store;
use crate::tx::OrgTx;

/// Longest path of a watched folder, in bytes: an index holds at most 2,704 of a value that can't be compressed.
const PATH_MAX_BYTES: usize = 1_024;

/// A folder to be watched.
#[derive(Debug, Clone)]
pub struct NewFolder {
    /// Absolute path.
    pub path: String,
    /// File system: `local`, `nfs`, `smb`, `fuse`.
    pub kind: String,
    /// `watch` or `poll`.
    pub mode: String,
    /// Site, if given.
    pub site: Option<String>,
}

/// Where a folder of any org lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderPlace {
    /// Its org.
    pub org: OrgId,
    /// Its id.
    pub folder_id: FolderId,
    /// Absolute path.
    pub path: String,
    /// File system.
    pub kind: String,
    /// `watch` or `poll`.
    pub mode: String,
    /// Site, if given.
    pub site: Option<String>,
}

/// Every watched folder of every org.
///
/// # Errors
/// What the database says.
pub async fn all(store: &Store) -> Result<Vec<FolderPlace>> {
    store
        .outside(|connection| {
            Box::pin(async move {
                let rows = sqlx::query!(
                    r#"SELECT org_id AS "org_id!", folder_id AS "folder_id!", path AS "path!", kind AS "kind!",
                        mode AS "mode!", site FROM app.folders_all()"#
                )
                .fetch_all(connection)
                .await?;
                Ok(rows
                    .into_iter()
                    .map(|row| FolderPlace {
                        org: OrgId(row.org_id),
                        folder_id: FolderId(row.folder_id),
                        path: row.path,
                        kind: row.kind,
                        mode: row.mode,
                        site: row.site,
                    })
                    .collect())
            })
        })
        .await
}

struct Row {
    folder_id: Uuid,
    path: String,
    kind: String,
    mode: String,
    site: Option<String>,
    last_scan_at: Option<DateTime<Utc>>,
    last_file_at: Option<DateTime<Utc>>,
    fault: Option<String>,
}

impl From<Row> for FolderView {
    fn from(row: Row) -> FolderView {
        FolderView {
            folder_id: row.folder_id.to_string(),
            path: row.path,
            kind: row.kind,
            mode: row.mode,
            site: row.site,
            last_scan_at: row.last_scan_at,
            last_file_at: row.last_file_at,
            fault: row.fault,
        }
    }
}

/// Watches a folder.
///
/// # Errors
/// [`StoreError::Conflict`] when the org watches that path already; [`StoreError::Invalid`] for a relative path or an
/// unknown mode.
pub async fn add(tx: &mut OrgTx, folder: &NewFolder) -> Result<FolderView> {
    if !folder.path.starts_with('/') {
        return Err(StoreError::invalid(
            "path",
            format!("`{}` is not absolute", folder.path),
        ));
    }
    // What is looked up by an index has to fit into one.
    if folder.path.len() > PATH_MAX_BYTES {
        return Err(StoreError::invalid(
            "path",
            format!(
                "it has {} bytes, and at most {PATH_MAX_BYTES} can be watched",
                folder.path.len()
            ),
        ));
    }
    if !matches!(folder.mode.as_str(), "watch" | "poll") {
        return Err(StoreError::invalid(
            "mode",
            format!("`{}` is neither watch nor poll", folder.mode),
        ));
    }
    let org = tx.org().0;
    let row = sqlx::query_as!(
        Row,
        "INSERT INTO app.folders (org_id, path, kind, mode, site) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (org_id, path) WHERE removed_at IS NULL DO NOTHING
        RETURNING folder_id, path, kind, mode, site, last_scan_at, last_file_at, fault",
        org,
        folder.path,
        folder.kind,
        folder.mode,
        folder.site
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or_else(|| StoreError::conflict("folder", format!("`{}` is watched already", folder.path)))?;
    audit::append(
        tx,
        "folder.add",
        &json!({"folder": row.folder_id, "path": row.path, "mode": row.mode}),
    )
    .await?;
    Ok(row.into())
}

/// The watched folders by path.
///
/// # Errors
/// What the database says.
pub async fn list(tx: &mut OrgTx) -> Result<Vec<FolderView>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT folder_id, path, kind, mode, site, last_scan_at, last_file_at, fault
        FROM app.folders WHERE removed_at IS NULL ORDER BY path"
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(FolderView::from).collect())
}

/// Watches a folder no longer; its files and their rows stay.
///
/// # Errors
/// [`StoreError::NotFound`] when no watched folder has that id, prefix of an id (4 characters or more) or path;
/// [`StoreError::Ambiguous`] when several have.
pub async fn remove(tx: &mut OrgTx, id_or_path: &str) -> Result<FolderView> {
    let found: Vec<FolderView> = list(tx)
        .await?
        .into_iter()
        .filter(|folder| {
            folder.path == id_or_path.trim_end_matches('/')
                || folder.path == id_or_path
                || (id_or_path.len() >= 4 && folder.folder_id.starts_with(&id_or_path.to_ascii_lowercase()))
        })
        .collect();
    let matches = found.len() as u64;
    let mut found = found.into_iter();
    let (Some(folder), None) = (found.next(), found.next()) else {
        return Err(match matches {
            0 => StoreError::not_found("folder", id_or_path),
            matches => StoreError::Ambiguous {
                prefix: id_or_path.to_owned(),
                matches,
            },
        });
    };
    let id: FolderId = folder
        .folder_id
        .parse()
        .map_err(|_| StoreError::corrupt("folders", "folder_id", &folder.folder_id))?;
    sqlx::query!("UPDATE app.folders SET removed_at = now() WHERE folder_id = $1", id.0)
        .execute(tx.connection())
        .await?;
    audit::append(
        tx,
        "folder.remove",
        &json!({"folder": folder.folder_id, "path": folder.path}),
    )
    .await?;
    Ok(folder)
}

/// Notes a scan: when it was, when a file was last seen (`None` leaves that), and what is wrong (`None`: nothing).
///
/// # Errors
/// What the database says.
pub async fn scanned(
    tx: &mut OrgTx,
    folder_id: FolderId,
    at: DateTime<Utc>,
    last_file_at: Option<DateTime<Utc>>,
    fault: Option<&str>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE app.folders SET last_scan_at = $2, last_file_at = coalesce($3, last_file_at), fault = $4
        WHERE folder_id = $1",
        folder_id.0,
        at,
        last_file_at,
        fault
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

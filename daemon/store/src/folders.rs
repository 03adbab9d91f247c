//! Watched folders.

mod set;

use chrono::{DateTime, Utc};
use plant_core::ids::{FolderId, OrgId};
use plant_core::model::{FolderKind, FolderMode, FolderView};
use plant_core::place::Identity;
use plant_core::trouble::Passing;
use serde_json::json;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::store::Store;
use crate::tx::OrgTx;
use crate::{audit, files, jobs, text};

pub(crate) use set::put;
pub use set::{concerned, set};

/// Longest path of a watched folder, in bytes: an index holds at most 2,704 of a value that can't be compressed.
const PATH_MAX_BYTES: usize = 1_024;

/// A folder to be watched.
#[derive(Debug, Clone)]
pub struct NewFolder {
    /// Canonical path.
    pub path: String,
    /// What tells the directory from others.
    pub identity: Identity,
    /// File system.
    pub kind: FolderKind,
    /// How it is looked at.
    pub mode: FolderMode,
    /// Site, if given.
    pub site: Option<String>,
    /// Files that were last changed before are ignored.
    pub since: Option<DateTime<Utc>>,
}

/// Where a folder of any org lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderPlace {
    /// Its org.
    pub org: OrgId,
    /// Its id.
    pub folder_id: FolderId,
    /// Canonical path.
    pub path: String,
    /// What tells the directory from others.
    pub identity: Identity,
    /// File system.
    pub kind: FolderKind,
    /// How it is looked at.
    pub mode: FolderMode,
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
                    r#"SELECT org_id AS "org_id!", folder_id AS "folder_id!", path AS "path!", device AS "device!",
                        inode AS "inode!", mount AS "mount!", born_ns, kind AS "kind!", mode AS "mode!", site
                    FROM app.folders_all()"#
                )
                .fetch_all(connection)
                .await?;
                rows.into_iter()
                    .map(|row| {
                        Ok(FolderPlace {
                            org: OrgId(row.org_id),
                            folder_id: FolderId(row.folder_id),
                            path: row.path,
                            identity: identity(row.device, row.inode, row.mount, row.born_ns),
                            kind: text::word("folders", "kind", row.folder_id, &row.kind)?,
                            mode: text::word("folders", "mode", row.folder_id, &row.mode)?,
                            site: row.site,
                        })
                    })
                    .collect()
            })
        })
        .await
}

pub(crate) fn identity(device: i64, inode: i64, mount: String, born_ns: Option<i64>) -> Identity {
    Identity {
        device: device.cast_unsigned(),
        inode: inode.cast_unsigned(),
        mount,
        born_ns,
    }
}

struct Row {
    folder_id: Uuid,
    path: String,
    kind: String,
    mode: String,
    site: Option<String>,
    line: Option<String>,
    machine: Option<String>,
    zone: Option<String>,
    since: Option<DateTime<Utc>>,
    last_scan_at: Option<DateTime<Utc>>,
    last_file_at: Option<DateTime<Utc>>,
    fault: Option<String>,
    fault_kind: Option<String>,
}

impl Row {
    fn view(self) -> Result<FolderView> {
        let id = self.folder_id;
        Ok(FolderView {
            folder_id: FolderId(id),
            path: self.path,
            kind: text::word("folders", "kind", id, &self.kind)?,
            mode: text::word("folders", "mode", id, &self.mode)?,
            site: self.site,
            line: self.line,
            machine: self.machine,
            zone: self.zone,
            since: self.since,
            last_scan_at: self.last_scan_at,
            last_file_at: self.last_file_at,
            fault: self.fault,
            fault_kind: self
                .fault_kind
                .map(|kind| text::word("folders", "fault_kind", id, &kind))
                .transpose()?,
        })
    }
}

/// Watches a folder.
///
/// # Errors
/// [`StoreError::Conflict`] when the org watches that path already; [`StoreError::Invalid`] for a relative path
/// or one that is too long.
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
    let org = tx.org().0;
    let row = sqlx::query_as!(
        Row,
        "INSERT INTO app.folders (org_id, path, kind, mode, site, device, inode, mount, born_ns, since)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (org_id, path) WHERE removed_at IS NULL DO NOTHING
        RETURNING folder_id, path, kind, mode, site, line, machine, zone, since, last_scan_at, last_file_at, fault, fault_kind",
        org,
        folder.path,
        folder.kind.name(),
        folder.mode.name(),
        folder.site,
        folder.identity.device.cast_signed(),
        folder.identity.inode.cast_signed(),
        folder.identity.mount,
        folder.identity.born_ns,
        folder.since
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
    row.view()
}

/// The watched folders by path.
///
/// # Errors
/// What the database says.
pub async fn list(tx: &mut OrgTx) -> Result<Vec<FolderView>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT folder_id, path, kind, mode, site, line, machine, zone, since, last_scan_at, last_file_at, fault, fault_kind
        FROM app.folders WHERE removed_at IS NULL ORDER BY path"
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(Row::view).collect()
}

/// The watched folder that a person means.
///
/// # Errors
/// [`StoreError::NotFound`] when no watched folder has that id, prefix of an id (4 characters or more) or path;
/// [`StoreError::Ambiguous`] when several have.
pub async fn resolve(tx: &mut OrgTx, id_or_path: &str) -> Result<FolderView> {
    let found: Vec<FolderView> = list(tx)
        .await?
        .into_iter()
        .filter(|folder| {
            folder.path == id_or_path.trim_end_matches('/')
                || folder.path == id_or_path
                || (id_or_path.len() >= 4
                    && folder
                        .folder_id
                        .to_string()
                        .starts_with(&id_or_path.to_ascii_lowercase()))
        })
        .collect();
    let matches = found.len() as u64;
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(folder), None) => Ok(folder),
        (None, _) => Err(StoreError::not_found("folder", id_or_path)),
        _ => Err(StoreError::Ambiguous {
            prefix: id_or_path.to_owned(),
            matches,
        }),
    }
}

/// Takes what stands at a folder's path now for the right one, after a person said so; what waited for that goes on.
///
/// # Errors
/// What the database says.
pub async fn confirm(tx: &mut OrgTx, folder: &FolderView, identity: &Identity, kind: FolderKind) -> Result<()> {
    tx.lock_org().await?;
    let id = folder.folder_id;
    sqlx::query!(
        "UPDATE app.folders SET device = $2, inode = $3, mount = $4, born_ns = $5, kind = $6, fault = NULL, fault_kind = NULL
        WHERE folder_id = $1",
        id.0,
        identity.device.cast_signed(),
        identity.inode.cast_signed(),
        identity.mount,
        identity.born_ns,
        kind.name()
    )
    .execute(tx.connection())
    .await?;
    jobs::wake(tx, id, None).await?;
    let body = json!({"folder": id, "path": folder.path, "device": identity.device, "inode": identity.inode,
        "mount": identity.mount});
    audit::append(tx, "folder.confirm", &body).await.map(|_| ())
}

/// Notes what tells one of the daemon's own folders from others by now, and that it can be used; nobody has to confirm
/// that.
///
/// # Errors
/// What the database says.
pub async fn settle(tx: &mut OrgTx, folder: FolderId, identity: &Identity) -> Result<()> {
    sqlx::query!(
        "UPDATE app.folders SET device = $2, inode = $3, mount = $4, born_ns = $5, fault = NULL, fault_kind = NULL
        WHERE folder_id = $1 AND mode = 'push'",
        folder.0,
        identity.device.cast_signed(),
        identity.inode.cast_signed(),
        identity.mount,
        identity.born_ns
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Watches a folder no longer. Its files and their rows stay; what was not in yet is ignored from now on, because whatever
/// comes to lie at the path may be another org's.
///
/// # Errors
/// See [`resolve`].
pub async fn remove(tx: &mut OrgTx, id_or_path: &str, at: DateTime<Utc>) -> Result<FolderView> {
    tx.lock_org().await?;
    let folder = resolve(tx, id_or_path).await?;
    let id = folder.folder_id;
    sqlx::query!("UPDATE app.folders SET removed_at = now() WHERE folder_id = $1", id.0)
        .execute(tx.connection())
        .await?;
    files::abandon(tx, id, at).await?;
    audit::append(
        tx,
        "folder.remove",
        &json!({"folder": folder.folder_id, "path": folder.path}),
    )
    .await?;
    Ok(folder)
}

/// Notes a scan: when it was, when a file was last seen (`None` leaves that), and what is wrong (`None`: nothing) with
/// its sentence.
///
/// # Errors
/// What the database says.
pub async fn scanned(
    tx: &mut OrgTx,
    folder_id: FolderId,
    at: DateTime<Utc>,
    last_file_at: Option<DateTime<Utc>>,
    fault: Option<(Passing, &str)>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE app.folders SET last_scan_at = $2, last_file_at = coalesce($3, last_file_at), fault = $4, fault_kind = $5
        WHERE folder_id = $1",
        folder_id.0,
        at,
        last_file_at,
        fault.map(|(_, sentence)| sentence),
        fault.map(|(kind, _)| kind.name())
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

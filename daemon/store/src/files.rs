//! Files: what was found in the folders, where each stands, and what happened to it.
//!
//! A row is one content version of a file, or one sighting that ended otherwise; its number (`file_no`) is dense per org
//! and orders lists. Only [`crate::ingest`] brings a file in; here it is sighted, put aside, released and shown.

mod listing;
mod outcome;
mod sighting;
mod written;

use chrono::{DateTime, Utc};
use plant_core::balance::Balance;
use plant_core::ids::{FileId, FolderId, ProfileId};
use plant_core::model::{FolderMode, QueueView};
use plant_core::place::Identity;
use plant_core::profile::Profile;
use plant_core::says::FolderSays;
use plant_core::state::FileState;
use uuid::Uuid;

pub use listing::{FileFilter, get, head, item, list};
pub use outcome::fingerprint;
pub use outcome::{Settlement, give_up, release, release_copies, retry, retry_failed, settle};
pub(crate) use outcome::{abandon, release_copies_across};
pub(crate) use outcome::{settle_file, write_problems};
pub use sighting::{KnownFile, Sighting, known, pushed, sighted, vanished};
pub use written::resolve;

use crate::error::{Result, StoreError};
pub use crate::timeline::of as timeline;
use crate::tx::OrgTx;
use crate::{folders, paging, profiles, series, text, timeline};

/// Where the bytes of a file are and what is known for reading them.
#[derive(Debug, Clone)]
pub struct FileSource {
    /// Number, as every row of it carries it.
    pub file_no: i64,
    /// Its folder.
    pub folder_id: FolderId,
    /// Canonical path of the folder.
    pub folder_path: String,
    /// What tells the folder from others.
    pub folder_identity: Identity,
    /// What a person says of the folder.
    pub says: FolderSays,
    /// Whether the folder is the daemon's own inbox.
    pub is_inbox: bool,
    /// Whether the folder is watched no longer: what lies at its path by now may be somebody else's.
    pub is_removed: bool,
    /// Before then its folder ignores what was last changed.
    pub since: Option<DateTime<Utc>>,
    /// Path inside the folder, as the file system has it.
    pub name: Vec<u8>,
    /// Name, sanitised for display.
    pub display: String,
    /// Where it stands.
    pub state: FileState,
    /// SHA-256 of its bytes in hex, if they were read.
    pub sha256: Option<String>,
    /// The profile that a person chose for this file.
    pub forced_profile: Option<ProfileId>,
    /// The profile that its rows were read with, if they are in.
    pub profile: Option<Profile>,
    /// Fate of its lines, if its rows are in.
    pub balance: Option<Balance>,
    /// Size, time of the last change in nanoseconds and inode of the version that it is.
    pub version: (u64, i64, u64),
    /// Whether its rows are in.
    pub is_in: bool,
    /// When it was first seen, which is the "today" of its reading whenever that is.
    pub seen_at: DateTime<Utc>,
}

impl FileSource {
    /// The zone of its local times, in an org with that one.
    pub fn zone<'a>(&'a self, of_org: &'a str) -> &'a str {
        self.says.zone.as_deref().unwrap_or(of_org)
    }

    /// The path of its folder as patterns see it: the daemon's own inbox is no place of the plant.
    pub fn folder(&self) -> String {
        match self.is_inbox {
            true => String::new(),
            false => self.folder_path.clone(),
        }
    }
}

/// Where the bytes of a file are.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn source(tx: &mut OrgTx, file_id: FileId) -> Result<FileSource> {
    let row = sqlx::query!(
        r#"SELECT f.file_no, f.folder_id, d.path, d.device, d.inode AS folder_inode, d.mount, d.born_ns, d.mode, d.since,
            d.site, d.line, d.machine, d.zone, d.removed_at IS NOT NULL AS "removed!", f.name_bytes, f.name,
            f.state, f.sha256, f.forced_profile_id, f.profile_id, f.profile_version, f.balance, f.records_unchanged,
            f.seen_at, f.committed_at, f.bytes, f.mtime_ns, f.inode
        FROM app.files f JOIN app.folders d USING (org_id, folder_id) WHERE f.file_id = $1"#,
        file_id.0
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or_else(|| StoreError::not_found("file", file_id))?;
    let profile = match (row.profile_id, row.profile_version) {
        (Some(id), Some(version)) => profiles::version(tx, ProfileId(id), version).await?,
        _ => None,
    };
    Ok(FileSource {
        file_no: row.file_no,
        folder_id: FolderId(row.folder_id),
        folder_path: row.path,
        folder_identity: folders::identity(row.device, row.folder_inode, row.mount, row.born_ns),
        says: FolderSays {
            site: row.site,
            line: row.line,
            machine: row.machine,
            zone: row.zone,
        },
        is_inbox: text::word::<FolderMode>("folders", "mode", row.folder_id, &row.mode)? == FolderMode::Push,
        is_removed: row.removed,
        since: row.since,
        name: row.name_bytes,
        display: row.name,
        state: timeline::state(&row.state, file_id.0)?,
        sha256: row.sha256.map(hex::encode),
        forced_profile: row.forced_profile_id.map(ProfileId),
        profile,
        balance: row
            .balance
            .map(|balance| text::read("files", "balance", file_id, balance))
            .transpose()?
            .map(|balance| series::repeated(balance, paging::count(row.records_unchanged.unwrap_or(0)))),
        seen_at: row.seen_at,
        version: (paging::count(row.bytes), row.mtime_ns, row.inode.cast_unsigned()),
        is_in: row.committed_at.is_some(),
    })
}

/// Versions of a name that are looked at, newest first; a name that is written anew each minute has no end of them.
const VERSIONS_MOST: i64 = 32;

/// The sizes of the newest versions that came under the name of a file before it and are in.
///
/// # Errors
/// What the database says.
pub async fn earlier(tx: &mut OrgTx, file_id: FileId) -> Result<Vec<u64>> {
    let org = tx.org().0;
    let sizes = sqlx::query_scalar!(
        "SELECT e.bytes FROM app.files f JOIN app.files e USING (org_id, folder_id, name_bytes)
        WHERE f.org_id = $1 AND f.file_id = $2 AND e.file_no < f.file_no AND e.committed_at IS NOT NULL
        ORDER BY e.file_no DESC LIMIT $3",
        org,
        file_id.0,
        VERSIONS_MOST
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(sizes.into_iter().map(paging::count).collect())
}

/// A version that came under the name of a file after it, is larger, and is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Later {
    /// Its number.
    pub file_no: i64,
    /// SHA-256 of its bytes in hex.
    pub sha256: String,
}

/// The oldest later and larger versions of a file, oldest first.
///
/// # Errors
/// What the database says.
pub async fn later(tx: &mut OrgTx, file_id: FileId, bytes: u64) -> Result<Vec<Later>> {
    let org = tx.org().0;
    let rows = sqlx::query!(
        r#"SELECT l.file_no, l.sha256 AS "sha256!"
        FROM app.files f JOIN app.files l USING (org_id, folder_id, name_bytes)
        WHERE f.org_id = $1 AND f.file_id = $2 AND l.file_no > f.file_no AND l.bytes > $3 AND l.committed_at IS NOT NULL
        ORDER BY l.file_no LIMIT $4"#,
        org,
        file_id.0,
        paging::big(bytes),
        VERSIONS_MOST
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Later {
            file_no: row.file_no,
            sha256: hex::encode(row.sha256),
        })
        .collect())
}

/// How many files stand where.
///
/// # Errors
/// What the database says.
pub async fn counts(tx: &mut OrgTx) -> Result<QueueView> {
    let rows = sqlx::query!(r#"SELECT state, count(*) AS "files!" FROM app.files GROUP BY state"#)
        .fetch_all(tx.connection())
        .await?;
    let mut queue = QueueView::default();
    for row in rows {
        let files = paging::count(row.files);
        queue.total += files;
        match timeline::state(&row.state, Uuid::nil())? {
            FileState::Seen | FileState::Waiting | FileState::Stable => queue.waiting += files,
            FileState::Reading => queue.running += files,
            FileState::Held => queue.held += files,
            FileState::Failed => queue.failed += files,
            FileState::Analysed => queue.analysed += files,
            // Those that are in count by their jobs; what is over counts in the total alone.
            FileState::Committed
            | FileState::Duplicate
            | FileState::Superseded
            | FileState::Withdrawn
            | FileState::Ignored
            | FileState::Unsupported => {}
        }
    }
    // A file that is in counts as running while it is read again or its analysis is on the way, not when that was given up.
    let analysing = sqlx::query_scalar!(
        r#"SELECT count(DISTINCT file_id) AS "files!" FROM app.jobs
        WHERE kind IN ('analyse', 'reread') AND state IN ('queued', 'running')"#
    )
    .fetch_one(tx.connection())
    .await?;
    queue.running += paging::count(analysing);
    let given_up = sqlx::query_scalar!(
        r#"SELECT count(*) AS "files!" FROM app.analyses a JOIN app.files f USING (org_id, file_id)
        WHERE a.status = 'failed' AND f.committed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM app.jobs j
            WHERE j.org_id = f.org_id AND j.file_id = f.file_id AND j.kind = 'analyse' AND j.state IN ('queued', 'running'))"#
    )
    .fetch_one(tx.connection())
    .await?;
    queue.unanalysed = paging::count(given_up);
    let asked = sqlx::query_scalar!(r#"SELECT count(*) AS "series!" FROM app.series WHERE question IS NOT NULL"#)
        .fetch_one(tx.connection())
        .await?;
    queue.questions = paging::count(asked);
    Ok(queue)
}

/// Held files with these column names, oldest first: they may fit a profile that was just saved.
///
/// # Errors
/// What the database says.
pub async fn held_with_fingerprint(tx: &mut OrgTx, fingerprint: &str) -> Result<Vec<FileId>> {
    let ids = sqlx::query_scalar!(
        "SELECT file_id FROM app.files WHERE state = 'held' AND header_fingerprint = $1 ORDER BY file_no",
        fingerprint
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(ids.into_iter().map(FileId).collect())
}

/// Held files that have one of these columns, exactly so named.
///
/// # Errors
/// What the database says.
pub async fn held_with_columns(tx: &mut OrgTx, columns: &[&str]) -> Result<Vec<FileId>> {
    let org = tx.org().0;
    let columns: Vec<String> = columns.iter().map(|column| (*column).to_owned()).collect();
    let ids = sqlx::query_scalar!(
        "SELECT file_id FROM app.files WHERE org_id = $1 AND state = 'held' AND head #> '{layout,header}' ?| $2
        ORDER BY file_no",
        org,
        &columns
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(ids.into_iter().map(FileId).collect())
}

/// Files that are in with these column names, read by another profile that nobody saved.
///
/// # Errors
/// What the database says.
pub async fn read_automatically(tx: &mut OrgTx, fingerprint: &str, but: ProfileId) -> Result<Vec<FileId>> {
    let ids = sqlx::query_scalar!(
        "SELECT f.file_id FROM app.files f JOIN app.profiles p ON p.org_id = f.org_id AND p.profile_id = f.profile_id
            AND p.version = f.profile_version
        WHERE f.header_fingerprint = $1 AND f.committed_at IS NOT NULL AND f.profile_id <> $2 AND NOT p.approved
        ORDER BY f.file_no",
        fingerprint,
        but.0
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(ids.into_iter().map(FileId).collect())
}

/// Files that are in: those of a folder, those first seen since a time, those of a profile; all conditions hold.
///
/// # Errors
/// [`StoreError::NotFound`] for a folder or profile that is not there.
pub async fn that_are_in(
    tx: &mut OrgTx,
    folder: Option<&str>,
    since: Option<DateTime<Utc>>,
    profile: Option<&str>,
) -> Result<Vec<FileId>> {
    let folders = match folder {
        Some(folder) => Some(listing::folders(tx, folder).await?),
        None => None,
    };
    let profile = match profile {
        Some(written) => Some(
            profiles::get(tx, written, None)
                .await?
                .ok_or_else(|| StoreError::not_found("profile", written))?
                .profile
                .profile_id
                .0,
        ),
        None => None,
    };
    let ids = sqlx::query_scalar!(
        "SELECT file_id FROM app.files WHERE committed_at IS NOT NULL AND ($1::uuid[] IS NULL OR folder_id = ANY ($1))
            AND ($2::timestamptz IS NULL OR seen_at >= $2) AND ($3::uuid IS NULL OR profile_id = $3) ORDER BY file_no",
        folders.as_deref(),
        since,
        profile
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(ids.into_iter().map(FileId).collect())
}

//! What a scan of a folder saw, many files at once.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use plant_core::ids::{FileId, FolderId};
use plant_core::job::JobKind;
use plant_core::state::{FileState, Reason, ReasonCode};
use serde_json::json;
use uuid::Uuid;

use crate::error::Result;
use crate::jobs;
use crate::tx::OrgTx;
use crate::{audit, paging, text, timeline};

/// The newest row of a name in a folder, to compare a scan with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFile {
    /// Id.
    pub file_id: FileId,
    /// Path inside the folder, as the file system has it.
    pub name: Vec<u8>,
    /// Size when last sighted.
    pub bytes: u64,
    /// Time of the last change when last sighted, in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// Inode when last sighted.
    pub inode: u64,
    /// Time of the last change of anything of it when last sighted, in nanoseconds since 1970.
    pub ctime_ns: i64,
    /// Where it stands.
    pub state: FileState,
    /// Whether it was passed over as another name of somebody else's file.
    pub is_foreign: bool,
    /// Whether its bytes were read: they are kept, and what lies there by now is another version.
    pub is_read: bool,
}

struct Row {
    file_id: Uuid,
    folder_id: Uuid,
    name_bytes: Vec<u8>,
    bytes: i64,
    mtime_ns: i64,
    inode: i64,
    ctime_ns: i64,
    state: String,
    reason_code: Option<String>,
    is_read: bool,
}

impl Row {
    fn known(self) -> Result<KnownFile> {
        Ok(KnownFile {
            file_id: FileId(self.file_id),
            name: self.name_bytes,
            bytes: paging::count(self.bytes),
            mtime_ns: self.mtime_ns,
            inode: self.inode.cast_unsigned(),
            ctime_ns: self.ctime_ns,
            state: timeline::state(&self.state, self.file_id)?,
            is_foreign: self.reason_code.as_deref() == Some(ReasonCode::ForeignLink.name()),
            is_read: self.is_read,
        })
    }
}

impl KnownFile {
    /// Whether its row is still that of the file as it stands in the folder.
    fn is_open(&self) -> bool {
        matches!(self.state, FileState::Seen | FileState::Waiting | FileState::Stable) && !self.is_read
    }

    /// Whether the sighting differs in nothing but the time of the last change of anything.
    fn is_touched(&self, sighting: &Sighting) -> bool {
        self.is_same(sighting) && self.ctime_ns != sighting.ctime_ns
    }

    fn is_same(&self, sighting: &Sighting) -> bool {
        (self.bytes, self.mtime_ns, self.inode) == (sighting.bytes, sighting.mtime_ns, sighting.inode)
    }

    /// Whether its own row is read again when it was touched: nothing of it is in, so that whatever its bytes are by now
    /// is to be said of that row. One that is in gets a new row, which is a duplicate where the bytes are the same.
    fn is_reread(&self, sighting: &Sighting) -> bool {
        self.is_touched(sighting)
            && sighting.state == FileState::Stable
            && matches!(
                self.state,
                FileState::Held | FileState::Duplicate | FileState::Unsupported | FileState::Failed
            )
    }

    /// Whether it is the same version, and further on its way than the sighting says.
    fn is_ahead_of(&self, sighting: &Sighting) -> bool {
        let is_unsure = matches!(sighting.state, FileState::Seen | FileState::Waiting);
        let is_further = match self.state {
            FileState::Seen | FileState::Waiting => false,
            // What was read and released is read once more.
            FileState::Stable => is_unsure || (self.is_read && !self.is_touched(sighting)),
            // What was passed over may be right by now: another name of it is gone, its folder is watched again.
            FileState::Ignored => self.is_touched(sighting) && sighting.state == FileState::Ignored,
            // Its bytes may be others by now, which is looked at when it is quiet.
            _ if self.is_touched(sighting) => is_unsure,
            FileState::Reading
            | FileState::Held
            | FileState::Committed
            | FileState::Analysed
            | FileState::Duplicate
            | FileState::Superseded
            | FileState::Withdrawn
            | FileState::Unsupported
            | FileState::Failed => true,
        };
        self.is_same(sighting) && is_further
    }
}

/// A file as a scan saw it.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// Id for a new row; a row that is still waiting under the same name keeps its own.
    pub file_id: FileId,
    /// Its folder.
    pub folder_id: FolderId,
    /// Path inside the folder, as the file system has it.
    pub name: Vec<u8>,
    /// The same, sanitised for display.
    pub display: String,
    /// Size.
    pub bytes: u64,
    /// Time of the last change, in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// Inode.
    pub inode: u64,
    /// Time of the last change of anything of it, in nanoseconds since 1970.
    pub ctime_ns: i64,
    /// What the scan makes of it: seen, waiting, stable (asks for its ingest), ignored, failed …
    pub state: FileState,
    /// Why, where there is something to say.
    pub reason: Option<Reason>,
    /// When it was seen.
    pub at: DateTime<Utc>,
}

/// The newest row of every name in a folder.
///
/// # Errors
/// What the database says.
pub async fn known(tx: &mut OrgTx, folder_id: FolderId) -> Result<Vec<KnownFile>> {
    sqlx::query_as!(
        Row,
        r#"SELECT DISTINCT ON (name_bytes) file_id, folder_id, name_bytes, bytes, mtime_ns, inode, ctime_ns, state,
            reason_code, sha256 IS NOT NULL AS "is_read!"
        FROM app.files WHERE folder_id = $1 ORDER BY name_bytes, file_no DESC"#,
        folder_id.0
    )
    .fetch_all(tx.connection())
    .await?
    .into_iter()
    .map(Row::known)
    .collect()
}

/// Columns of a batch of rows, as the database takes them.
#[derive(Default)]
struct Batch {
    ids: Vec<Uuid>,
    folders: Vec<Uuid>,
    names: Vec<Vec<u8>>,
    displays: Vec<String>,
    bytes: Vec<i64>,
    mtimes: Vec<i64>,
    inodes: Vec<i64>,
    ctimes: Vec<i64>,
    states: Vec<String>,
    codes: Vec<Option<String>>,
    texts: Vec<Option<String>>,
    at: Vec<DateTime<Utc>>,
}

impl Batch {
    fn push(&mut self, id: Uuid, sighting: &Sighting) {
        self.ids.push(id);
        self.folders.push(sighting.folder_id.0);
        self.names.push(sighting.name.clone());
        self.displays.push(text::clean(&sighting.display).into_owned());
        self.bytes.push(paging::big(sighting.bytes));
        self.mtimes.push(sighting.mtime_ns);
        self.inodes.push(sighting.inode.cast_signed());
        self.ctimes.push(sighting.ctime_ns);
        self.states.push(sighting.state.name().to_owned());
        let reason = sighting.reason.as_ref();
        self.codes.push(reason.map(|reason| reason.code.name().to_owned()));
        self.texts
            .push(reason.map(|reason| text::clean(&reason.text).into_owned()));
        self.at.push(sighting.at);
    }
}

/// Keeps what a scan saw. A name that is still seen, waiting or queued in its row is updated there; any other becomes a
/// new row with the next number, unless its newest row is of the same version already (another daemon, or a push, was
/// faster). A stable file is queued in the same transaction. Gives the ids under which the sightings are kept, in their
/// order. Where a batch names a file twice, the later one counts. What lies in a folder that is watched no longer is
/// passed over.
///
/// # Errors
/// What the database says.
pub async fn sighted(tx: &mut OrgTx, sightings: &[Sighting]) -> Result<Vec<FileId>> {
    if sightings.is_empty() {
        return Ok(Vec::new());
    }
    let org = tx.org().0;
    // The counter's lock makes the scans of an org wait for each other, so a name can't get two rows.
    let mut next = sqlx::query_scalar!(
        "SELECT next_file_no FROM app.org_counters WHERE org_id = $1 FOR UPDATE",
        org
    )
    .fetch_one(tx.connection())
    .await?;

    let folders: Vec<Uuid> = sightings.iter().map(|sighting| sighting.folder_id.0).collect();
    let names: Vec<Vec<u8>> = sightings.iter().map(|sighting| sighting.name.clone()).collect();
    let watched: HashSet<Uuid> = sqlx::query_scalar!(
        "SELECT folder_id FROM app.folders WHERE org_id = $1 AND folder_id = ANY ($2) AND removed_at IS NULL",
        org,
        &folders
    )
    .fetch_all(tx.connection())
    .await?
    .into_iter()
    .collect();
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT f.file_id, f.folder_id, f.name_bytes, f.bytes, f.mtime_ns, f.inode, f.ctime_ns, f.state,
            f.reason_code, f.sha256 IS NOT NULL AS "is_read!"
        FROM (SELECT DISTINCT folder_id, name_bytes FROM UNNEST($2::uuid[], $3::bytea[]) AS s (folder_id, name_bytes)) s
        CROSS JOIN LATERAL (SELECT * FROM app.files f
            WHERE f.org_id = $1 AND f.folder_id = s.folder_id AND f.name_bytes = s.name_bytes
            ORDER BY f.file_no DESC LIMIT 1 FOR UPDATE) f"#,
        org,
        &folders,
        &names
    )
    .fetch_all(tx.connection())
    .await?;
    let mut newest = HashMap::new();
    for row in rows {
        let folder = row.folder_id;
        let known = row.known()?;
        newest.insert((folder, known.name.clone()), known);
    }

    let last: HashMap<(Uuid, &[u8]), usize> = sightings
        .iter()
        .enumerate()
        .map(|(place, sighting)| ((sighting.folder_id.0, sighting.name.as_slice()), place))
        .collect();
    let (mut new, mut again) = (Batch::default(), Batch::default());
    let mut numbers = Vec::new();
    let mut kept: HashMap<(Uuid, &[u8]), Uuid> = HashMap::new();
    let (mut changed, mut queue, mut unqueue) = (Vec::new(), Vec::new(), Vec::new());
    for (place, sighting) in sightings.iter().enumerate() {
        let key = (sighting.folder_id.0, sighting.name.as_slice());
        if last.get(&key) != Some(&place) || !watched.contains(&key.0) {
            continue;
        }
        let id = match newest.remove(&(key.0, sighting.name.clone())) {
            Some(known) if known.is_ahead_of(sighting) => {
                kept.insert(key, known.file_id.0);
                continue;
            }
            Some(known) if known.is_open() || known.is_reread(sighting) => {
                let id = known.file_id.0;
                again.push(id, sighting);
                if known.state != sighting.state {
                    changed.push((id, sighting));
                }
                if known.state == FileState::Stable && sighting.state != FileState::Stable {
                    unqueue.push(id);
                }
                id
            }
            _ => {
                let id = sighting.file_id.0;
                new.push(id, sighting);
                numbers.push(next);
                next += 1;
                changed.push((id, sighting));
                id
            }
        };
        if sighting.state == FileState::Stable {
            queue.push(id);
        }
        kept.insert(key, id);
    }
    insert(tx, &new, &numbers).await?;
    update(tx, &again).await?;
    sqlx::query!(
        "UPDATE app.org_counters SET next_file_no = $2 WHERE org_id = $1",
        org,
        next
    )
    .execute(tx.connection())
    .await?;
    let entries: Vec<_> = changed
        .into_iter()
        .map(|(id, sighting)| (id, sighting.at, sighting.state, said(sighting)))
        .collect();
    timeline::notes(tx, &entries).await?;
    unqueued(tx, &unqueue, "the file changed again").await?;
    jobs::enqueue(tx, JobKind::Ingest, &queue).await?;
    Ok(sightings
        .iter()
        .map(|sighting| {
            let key = (sighting.folder_id.0, sighting.name.as_slice());
            kept.get(&key).copied().map_or(sighting.file_id, FileId)
        })
        .collect())
}

/// Keeps a file that somebody handed over, and in the audit log who did; gives the id under which it is kept.
///
/// # Errors
/// What the database says.
pub async fn pushed(tx: &mut OrgTx, sighting: &Sighting, sha256: &str) -> Result<FileId> {
    let kept = sighted(tx, std::slice::from_ref(sighting)).await?;
    let id = kept.first().copied().unwrap_or(sighting.file_id);
    let body = json!({
        "file": id,
        "folder": sighting.folder_id,
        "name": text::clean(&sighting.display),
        "bytes": sighting.bytes,
        "sha256": sha256,
    });
    audit::append(tx, "file.push", &body).await?;
    Ok(id)
}

fn said(sighting: &Sighting) -> String {
    match (&sighting.reason, sighting.state) {
        (Some(reason), _) => reason.text.clone(),
        (None, FileState::Seen) => "found in the folder".to_owned(),
        (None, FileState::Waiting) => "waiting until it is quiet".to_owned(),
        (None, FileState::Stable) => "quiet long enough; queued".to_owned(),
        (None, other) => other.name().to_owned(),
    }
}

async fn insert(tx: &mut OrgTx, batch: &Batch, numbers: &[i64]) -> Result<()> {
    let org = tx.org().0;
    if batch.ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO app.files (org_id, file_id, file_no, folder_id, name_bytes, name, bytes, mtime_ns, inode, ctime_ns,
            state, reason_code, reason_text, seen_at)
        SELECT $1, s.* FROM UNNEST($2::uuid[], $3::bigint[], $4::uuid[], $5::bytea[], $6::text[], $7::bigint[],
            $8::bigint[], $9::bigint[], $10::bigint[], $11::text[], $12::text[], $13::text[], $14::timestamptz[]) AS s",
        org,
        &batch.ids,
        numbers,
        &batch.folders,
        &batch.names,
        &batch.displays,
        &batch.bytes,
        &batch.mtimes,
        &batch.inodes,
        &batch.ctimes,
        &batch.states,
        &batch.codes as &[Option<String>],
        &batch.texts as &[Option<String>],
        &batch.at
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

async fn update(tx: &mut OrgTx, batch: &Batch) -> Result<()> {
    let org = tx.org().0;
    if batch.ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "UPDATE app.files f SET bytes = s.bytes, mtime_ns = s.mtime_ns, inode = s.inode, ctime_ns = s.ctime_ns,
            sha256 = CASE WHEN (f.bytes, f.mtime_ns, f.inode, f.ctime_ns) = (s.bytes, s.mtime_ns, s.inode, s.ctime_ns)
                THEN f.sha256 END,
            duplicate_of = NULL, state = s.state, reason_code = s.reason_code, reason_text = s.reason_text
        FROM UNNEST($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::text[])
            AS s (file_id, bytes, mtime_ns, inode, ctime_ns, state, reason_code, reason_text)
        WHERE f.org_id = $1 AND f.file_id = s.file_id",
        org,
        &batch.ids,
        &batch.bytes,
        &batch.mtimes,
        &batch.inodes,
        &batch.ctimes,
        &batch.states,
        &batch.codes as &[Option<String>],
        &batch.texts as &[Option<String>]
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Takes ingests out of the queue that no worker has begun.
async fn unqueued(tx: &mut OrgTx, files: &[Uuid], why: &str) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let org = tx.org().0;
    sqlx::query!(
        "UPDATE app.jobs SET state = 'done', error = $3, finished_at = now()
        WHERE org_id = $1 AND file_id = ANY ($2) AND kind = 'ingest' AND state = 'queued'",
        org,
        files,
        why
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Notes files that were still waiting or queued and are gone from their folder; gives how many there were.
///
/// # Errors
/// What the database says.
pub async fn vanished(tx: &mut OrgTx, files: &[FileId], at: DateTime<Utc>) -> Result<u64> {
    tx.lock_org().await?;
    let org = tx.org().0;
    let ids: Vec<Uuid> = files.iter().map(|file| file.0).collect();
    let sentence = "it was gone before it could be read";
    let gone = sqlx::query_scalar!(
        "UPDATE app.files SET state = 'ignored', reason_code = $3, reason_text = $4
        WHERE org_id = $1 AND file_id = ANY ($2) AND state IN ('seen', 'waiting', 'stable')
            -- What was read before is read from its original.
            AND NOT (state = 'stable' AND sha256 IS NOT NULL) RETURNING file_id",
        org,
        &ids,
        ReasonCode::Vanished.name(),
        sentence
    )
    .fetch_all(tx.connection())
    .await?;
    unqueued(tx, &gone, sentence).await?;
    let entries: Vec<_> = gone
        .iter()
        .map(|id| (*id, at, FileState::Ignored, sentence.to_owned()))
        .collect();
    timeline::notes(tx, &entries).await?;
    Ok(gone.len() as u64)
}

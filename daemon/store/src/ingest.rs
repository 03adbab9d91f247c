//! The one transaction that brings a file in: its rows, what was put aside, the ledger, use, audit and the request for
//! its analysis become visible together or not at all.
//!
//! Order of locks: the file's name, the rows of the same columns, the org. A transaction that is not committed leaves
//! nothing; dropping an [`IngestTx`] rolls it back. Whoever drives it does so in a task of its own.

use chrono::{DateTime, Utc};
use plant_core::access::DAEMON;
use plant_core::balance::Balance;
use plant_core::ids::FileId;
use plant_core::job::{Decision, IngestEnd, IngestHead, JobKind, JobState};
use plant_core::model::RecordCounts;
use plant_core::profile::Profile;
use plant_core::state::{FileState, Reason, ReasonCode};
use plant_core::table::Problem;
use serde_json::json;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::files::{self, Settlement};
use crate::jobs::{self, ClaimedJob};
use crate::store::Store;
use crate::tx::OrgTx;
use crate::{analyses, audit, paging, profiles, records, text, timeline, usage};

/// Problems of one file that are kept; all of them are counted.
pub const PROBLEMS_KEPT: usize = 50_000;

/// A piece of what a worker sends while it reads.
#[derive(Debug)]
pub enum CopyChunk {
    /// Bytes of the binary COPY stream; a row may be cut anywhere.
    Bytes(Vec<u8>),
    /// Rows put aside.
    Problems(Vec<Problem>),
    /// All rows were sent.
    End,
    /// The reading failed; nothing may be kept.
    Abort,
}

/// What is known when all rows were read.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What the worker found; its decision is to take the file.
    pub head: IngestHead,
    /// What the worker counted.
    pub end: IngestEnd,
    /// SHA-256 of the bytes in hex, as the daemon counted it.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
    /// When it is committed.
    pub at: DateTime<Utc>,
}

/// How the transaction ended.
#[derive(Debug, Clone)]
pub enum Committed {
    /// The rows are in.
    In {
        /// What they were to the database.
        counts: RecordCounts,
        /// Fate of the lines, with the duplicates found here.
        balance: Balance,
        /// The profile as saved.
        profile: Box<Profile>,
        /// Earlier files that lost rows to this one; their analysis was asked for again.
        stale: Vec<FileId>,
    },
    /// The same bytes are in already; the file was settled as a duplicate.
    Duplicate {
        /// The file that has them.
        of: FileId,
        /// Its name.
        name: String,
    },
}

/// The transaction of one file.
#[derive(Debug)]
pub struct IngestTx {
    tx: OrgTx,
    store: Store,
    job: ClaimedJob,
    file_no: i64,
    folder_id: Uuid,
    name_bytes: Vec<u8>,
    name: String,
    copied: u64,
    problems: Vec<Problem>,
    problem_count: u64,
}

impl IngestTx {
    /// Begins: the org is set, the file's name is locked against another version of it.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`]; [`StoreError::Conflict`] when the file is in already; [`StoreError::Passing`] when another
    /// version of it is being taken in.
    pub async fn begin(store: &Store, job: &ClaimedJob, actor: &str) -> Result<IngestTx> {
        let mut tx = store.begin(job.org, actor).await?;
        // A large file takes longer than a call of a person may; waiting for a worker's next piece is not idling.
        tx.allow_long().await?;
        sqlx::query!(
            "SELECT set_config('lock_timeout', '60s', true) AS lock,
                set_config('idle_in_transaction_session_timeout', '60s', true) AS idle"
        )
        .fetch_one(tx.connection())
        .await?;
        jobs::check(&mut tx, job).await?;
        let row = sqlx::query!(
            "SELECT file_no, folder_id, name_bytes, name, committed_at FROM app.files WHERE file_id = $1",
            job.file_id.0
        )
        .fetch_optional(tx.connection())
        .await?
        .ok_or_else(|| StoreError::not_found("file", job.file_id))?;
        if row.committed_at.is_some() {
            return Err(StoreError::conflict("file", format!("{} is in already", job.file_id)));
        }
        sqlx::query!(
            "SELECT pg_advisory_xact_lock(hashtextextended('file:' || $1::uuid || ':' || $2::uuid || ':' || encode($3, 'hex'), 0))",
            job.org.0,
            row.folder_id,
            row.name_bytes
        )
        .execute(tx.connection())
        .await?;
        Ok(IngestTx {
            tx,
            store: store.clone(),
            job: job.clone(),
            file_no: row.file_no,
            folder_id: row.folder_id,
            name_bytes: row.name_bytes,
            name: row.name,
            copied: 0,
            problems: Vec::new(),
            problem_count: 0,
        })
    }

    /// Number of the file, which every row has to carry.
    pub fn file_no(&self) -> i64 {
        self.file_no
    }

    /// Writes the rows as they come until the end mark; gives how many there were.
    ///
    /// # Errors
    /// [`StoreError::Aborted`] when the sender aborts or goes away without the end mark; what the database says to a row
    /// that does not fit. The transaction can only be rolled back then.
    pub async fn copy_records(&mut self, rows: &mut mpsc::Receiver<CopyChunk>) -> Result<u64> {
        let statement = format!("COPY app.records ({}) FROM STDIN (FORMAT binary)", records::columns());
        // COPY FROM is refused under row-level security. This role may insert into the row tables and nothing else, not
        // even read them; what it wrote is counted under the policy before the commit.
        sqlx::query("SET LOCAL ROLE plant_load")
            .execute(self.tx.connection())
            .await?;
        let mut copy = self.tx.connection().copy_in_raw(&statement).await?;
        let whole = loop {
            match rows.recv().await {
                Some(CopyChunk::Bytes(bytes)) => {
                    copy.send(bytes).await?;
                }
                Some(CopyChunk::Problems(problems)) => {
                    self.problem_count += problems.len() as u64;
                    let room = PROBLEMS_KEPT.saturating_sub(self.problems.len());
                    self.problems.extend(problems.into_iter().take(room));
                }
                Some(CopyChunk::End) => break true,
                Some(CopyChunk::Abort) | None => break false,
            }
        };
        if !whole {
            copy.abort("the rows ended without an end mark").await?;
            return Err(StoreError::Aborted);
        }
        let copied = copy.finish().await?;
        sqlx::query("SET LOCAL ROLE NONE").execute(self.tx.connection()).await?;
        self.copied += copied;
        Ok(copied)
    }

    /// Keeps rows put aside and remarks.
    pub fn quarantine(&mut self, problems: Vec<Problem>) {
        self.problem_count += problems.len() as u64;
        let room = PROBLEMS_KEPT.saturating_sub(self.problems.len());
        self.problems.extend(problems.into_iter().take(room));
    }

    /// Leaves nothing.
    ///
    /// # Errors
    /// What the database says; nothing was kept in any case.
    pub async fn rollback(self) -> Result<()> {
        self.tx.rollback().await
    }

    /// Compares the rows with those of earlier files, closes the balance, and commits everything at once; or settles the
    /// file as a duplicate when its bytes are in already.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`], [`StoreError::BalanceOpen`], [`StoreError::ForeignRows`]: nothing was kept.
    pub async fn commit(self, outcome: Outcome) -> Result<Committed> {
        tokio::spawn(self.commit_here(outcome)).await?
    }

    async fn commit_here(mut self, outcome: Outcome) -> Result<Committed> {
        let sha256 = text::hash_bytes(&outcome.sha256)?;
        if let Some((of, name)) = same_bytes(&mut self.tx, &sha256).await? {
            self.tx.rollback().await?;
            return settle_duplicate(&self.store, &self.job, &outcome, of, name).await;
        }
        match write(&mut self, &outcome, &sha256).await {
            Ok(committed) => {
                self.tx.finish(true).await?;
                Ok(committed)
            }
            // Another file with the same bytes was committed since we looked.
            Err(error) if error.violates("files_content") => {
                self.tx.rollback().await?;
                let mut tx = self.store.begin(self.job.org, DAEMON).await?;
                let found = same_bytes(&mut tx, &sha256).await?;
                tx.rollback().await?;
                match found {
                    Some((of, name)) => settle_duplicate(&self.store, &self.job, &outcome, of, name).await,
                    None => Err(error),
                }
            }
            Err(error) => {
                if let Err(second) = self.tx.rollback().await {
                    tracing::debug!(error = %second, "rollback failed");
                }
                Err(error)
            }
        }
    }
}

async fn same_bytes(tx: &mut OrgTx, sha256: &[u8]) -> Result<Option<(FileId, String)>> {
    let org = tx.org().0;
    let row = sqlx::query!(
        "SELECT file_id, name FROM app.files WHERE org_id = $1 AND sha256 = $2 AND committed_at IS NOT NULL",
        org,
        sha256
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| (FileId(row.file_id), row.name)))
}

async fn settle_duplicate(
    store: &Store,
    job: &ClaimedJob,
    outcome: &Outcome,
    of: FileId,
    name: String,
) -> Result<Committed> {
    let text = format!("the same bytes are in already as {name} ({of})");
    let settlement = Settlement {
        state: FileState::Duplicate,
        reason: Some(Reason {
            code: ReasonCode::SameBytes,
            text: text.clone(),
        }),
        head: Some(outcome.head.clone()),
        sha256: Some(outcome.sha256.clone()),
        bytes: Some(outcome.bytes),
        balance: None,
        problems: Vec::new(),
        note: text,
        at: outcome.at,
    };
    let job = job.clone();
    store
        .run(job.org, DAEMON, move |tx| {
            Box::pin(async move {
                tx.lock_org().await?;
                jobs::finish(tx, &job, JobState::Done, None).await?;
                files::settle_file(tx, job.file_id, &settlement, Some(of)).await
            })
        })
        .await?;
    Ok(Committed::Duplicate { of, name })
}

/// What `records_merge` did.
struct Merged {
    unchanged: u64,
    repeated: u64,
    changed: u64,
    outdated: u64,
    kept: u64,
    stale: Vec<i64>,
}

async fn write(ingest: &mut IngestTx, outcome: &Outcome, sha256: &[u8]) -> Result<Committed> {
    let Decision::Take { profile, is_new } = &outcome.head.decision else {
        return Err(StoreError::invalid("head", "it does not say to take the file"));
    };
    let (file_no, file_id, at) = (ingest.file_no, ingest.job.file_id, outcome.at);
    check_rows(ingest, outcome.end.balance.taken).await?;

    let tx = &mut ingest.tx;
    lock_rows(tx, &profile.header_fingerprint).await?;
    if *is_new {
        // A new profile is written, so the org is locked before; there is little to compare with then.
        tx.lock_org().await?;
    }
    let profile = profiles::settle_for_ingest(tx, profile, *is_new, at).await?;
    let merged = merge(tx, file_no, &profile).await?;
    tx.lock_org().await?;
    jobs::finish(tx, &ingest.job, JobState::Done, None).await?;
    let mut balance = outcome.end.balance;
    let gone = merged.unchanged + merged.repeated;
    balance.taken = balance.taken.saturating_sub(gone);
    balance.duplicate += gone;
    if !balance.closes() || balance.taken != merged.kept {
        return Err(StoreError::BalanceOpen {
            physical: balance.physical,
            accounted: balance.accounted(),
            stored: merged.kept,
        });
    }
    let counts = RecordCounts {
        new: merged.kept.saturating_sub(merged.changed + merged.outdated),
        changed: merged.changed,
        unchanged: merged.unchanged,
    };
    ingest.quarantine(outcome.end.warnings.clone());
    ingest.problems.sort_by_key(|problem| problem.line);

    write_file(ingest, outcome, sha256, &profile, &balance, counts).await?;
    let tx = &mut ingest.tx;
    files::write_problems(tx, file_id, &ingest.problems).await?;
    let said = format!(
        "{} taken in with profile {}: {} new, {} changed; {} duplicate, {} put aside",
        plant_core::words::counted(balance.taken, "row", "rows"),
        profile.name,
        counts.new,
        counts.changed,
        balance.duplicate,
        balance.quarantined
    );
    timeline::note(tx, file_id, at, FileState::Committed, &said).await?;
    let stale = outdate(tx, &merged.stale, &ingest.name, at).await?;
    note_earlier(ingest, at).await?;

    let tx = &mut ingest.tx;
    usage::add(tx, "files", 1, at).await?;
    usage::add(tx, "rows", balance.taken, at).await?;
    usage::add(tx, "bytes", outcome.bytes, at).await?;
    let body = json!({
        "file": file_id,
        "name": ingest.name,
        "sha256": outcome.sha256,
        "bytes": outcome.bytes,
        "profile": profile.profile_id,
        "profile_version": profile.version,
        "balance": balance,
        "records": counts,
    });
    audit::append(tx, "file.commit", &body).await?;
    jobs::enqueue(tx, JobKind::Analyse, &[file_id.0]).await?;
    Ok(Committed::In {
        counts,
        balance,
        profile: Box::new(profile),
        stale,
    })
}

/// The rows written are those that the worker counted, and all of them belong to this org and file.
async fn check_rows(ingest: &mut IngestTx, taken: u64) -> Result<()> {
    let (org, file_no, copied) = (ingest.job.org.0, ingest.file_no, ingest.copied);
    let visible = sqlx::query_scalar!(
        r#"SELECT count(*) AS "rows!" FROM app.records WHERE org_id = $1 AND file_no = $2"#,
        org,
        file_no
    )
    .fetch_one(ingest.tx.connection())
    .await?;
    let visible = paging::count(visible);
    if visible != copied {
        return Err(StoreError::ForeignRows { copied, visible });
    }
    if visible != taken {
        return Err(StoreError::BalanceOpen {
            physical: taken,
            accounted: taken,
            stored: visible,
        });
    }
    Ok(())
}

/// Two files with the same columns must not look for each other's rows at the same time and both find none.
async fn lock_rows(tx: &mut OrgTx, fingerprint: &str) -> Result<()> {
    let lock = format!("rows:{}:{fingerprint}", tx.org());
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", lock)
        .execute(tx.connection())
        .await?;
    Ok(())
}

async fn merge(tx: &mut OrgTx, file_no: i64, profile: &Profile) -> Result<Merged> {
    let row = sqlx::query!(
        r#"SELECT unchanged AS "unchanged!", repeated AS "repeated!", changed AS "changed!", outdated AS "outdated!",
            kept AS "kept!", stale AS "stale!" FROM app.records_merge($1, $2)"#,
        file_no,
        profile.profile_id.0
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(Merged {
        unchanged: paging::count(row.unchanged),
        repeated: paging::count(row.repeated),
        changed: paging::count(row.changed),
        outdated: paging::count(row.outdated),
        kept: paging::count(row.kept),
        stale: row.stale,
    })
}

async fn write_file(
    ingest: &mut IngestTx,
    outcome: &Outcome,
    sha256: &[u8],
    profile: &Profile,
    balance: &Balance,
    counts: RecordCounts,
) -> Result<()> {
    let org = ingest.job.org.0;
    let version = i32::try_from(profile.version).map_err(|_| StoreError::invalid("profile version", "too large"))?;
    let head = text::json("head", &outcome.head)?;
    sqlx::query!(
        "UPDATE app.files SET state = 'committed', reason_code = NULL, reason_text = NULL, duplicate_of = NULL,
            sha256 = $3, bytes = $4, profile_id = $5, profile_version = $6, header_fingerprint = $7, head = $8, tier = $9,
            balance = $10, records_new = $11, records_changed = $12, records_unchanged = $13, problem_count = $14,
            first_day = $15, last_day = $16, committed_at = $17
        WHERE org_id = $1 AND file_id = $2 AND committed_at IS NULL",
        org,
        ingest.job.file_id.0,
        sha256,
        paging::big(outcome.bytes),
        profile.profile_id.0,
        version,
        files::fingerprint(&outcome.head).unwrap_or_else(|| profile.header_fingerprint.clone()),
        head,
        text::json("tier", &outcome.end.tier)?,
        text::json("balance", balance)?,
        paging::big(counts.new),
        paging::big(counts.changed),
        paging::big(counts.unchanged),
        paging::big(ingest.problem_count),
        outcome.end.first_day,
        outcome.end.last_day,
        outcome.at
    )
    .execute(ingest.tx.connection())
    .await?;
    Ok(())
}

/// Files that lost rows: their analysis no longer agrees with what counts and is asked for again.
async fn outdate(tx: &mut OrgTx, numbers: &[i64], newer: &str, at: DateTime<Utc>) -> Result<Vec<FileId>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let org = tx.org().0;
    let rows = sqlx::query!(
        "SELECT file_id, state FROM app.files WHERE org_id = $1 AND file_no = ANY ($2) ORDER BY file_no FOR UPDATE",
        org,
        numbers
    )
    .fetch_all(tx.connection())
    .await?;
    let mut stale = Vec::with_capacity(rows.len());
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let said = format!("rows of it were replaced by {newer}");
        entries.push((row.file_id, at, timeline::state(&row.state, row.file_id)?, said));
        stale.push(FileId(row.file_id));
    }
    timeline::notes(tx, &entries).await?;
    analyses::mark_stale(tx, &stale).await?;
    Ok(stale)
}

/// The earlier version under the same name: superseded when none of its rows counts any more, else only told.
async fn note_earlier(ingest: &mut IngestTx, at: DateTime<Utc>) -> Result<()> {
    let org = ingest.job.org.0;
    let rows = sqlx::query!(
        r#"SELECT f.file_id, f.state, EXISTS (SELECT 1 FROM app.records r
                WHERE r.org_id = f.org_id AND r.file_no = f.file_no AND r.live) AS "counts!"
        FROM app.files f
        WHERE f.org_id = $1 AND f.folder_id = $2 AND f.name_bytes = $3 AND f.file_no <> $4
            AND f.state IN ('committed', 'analysed')
        ORDER BY f.file_no FOR UPDATE OF f"#,
        org,
        ingest.folder_id,
        ingest.name_bytes,
        ingest.file_no
    )
    .fetch_all(ingest.tx.connection())
    .await?;
    let mut entries = Vec::with_capacity(rows.len());
    let mut superseded = Vec::new();
    for row in rows {
        let was = timeline::state(&row.state, row.file_id)?;
        if row.counts {
            let said = format!(
                "a newer version of {} is in; rows that it does not repeat still count",
                ingest.name
            );
            entries.push((row.file_id, at, was, said));
        } else {
            let said = format!("a newer version of {} is in and replaced all of its rows", ingest.name);
            entries.push((row.file_id, at, FileState::Superseded, said));
            superseded.push(row.file_id);
        }
    }
    sqlx::query!(
        "UPDATE app.files SET state = 'superseded' WHERE org_id = $1 AND file_id = ANY ($2)",
        org,
        &superseded
    )
    .execute(ingest.tx.connection())
    .await?;
    timeline::notes(&mut ingest.tx, &entries).await
}

//! The one transaction that brings a file in: its rows, what was put aside, the ledger, use, audit and the request for
//! its analysis become visible together or not at all.
//!
//! Order of locks: the file's name, its bytes, the org. A transaction that is not committed leaves
//! nothing; dropping an [`IngestTx`] rolls it back. Whoever drives it does so in a task of its own.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use plant_core::access::DAEMON;
use plant_core::alias::Aliases;
use plant_core::balance::Balance;
use plant_core::ids::{FileId, SeriesId};
use plant_core::job::{Decision, IngestEnd, IngestHead, JobKind, JobState};
use plant_core::learned::Learned;
use plant_core::model::RecordCounts;
use plant_core::profile::Profile;
use plant_core::state::{FileState, Reason, ReasonCode};
use plant_core::table::Problem;
use plant_core::trouble::Passing;
use plant_core::variable::Variable;
use plant_rows::Sheet;
use serde_json::json;
use tokio::sync::mpsc;

use crate::base::{self, Base};
use crate::blocks::Ready;
pub use crate::blocks::Sent;
use crate::error::{Result, StoreError};
use crate::files::{self, Settlement};
use crate::jobs::{self, ClaimedJob};
use crate::originals::{self, Stored};
use crate::store::Store;
use crate::tx::OrgTx;
use crate::{aliases, analyses, audit, blocks, canonical, learned, paging, profiles, series, text, timeline, usage};

/// Problems of one file that are kept; all of them are counted.
pub const PROBLEMS_KEPT: usize = 50_000;

/// A piece of what a worker sends while it reads.
#[derive(Debug)]
pub enum Piece {
    /// A block of rows.
    Block(Sent),
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
    /// What the daemon saw of the bytes beside their hash.
    pub seen: Seen,
    /// Where they are kept, if they are.
    pub original: Option<Stored>,
    /// When it is committed.
    pub at: DateTime<Utc>,
}

/// What the bytes of a file are to those of earlier ones.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Hashes of as many bytes from its start as earlier versions of its name have, by that number.
    pub prefixes: Vec<(u64, String)>,
    /// Whether the last line has no line end.
    pub open_end: bool,
    /// Later versions of its name, by number, that begin with these bytes.
    pub grown: Vec<i64>,
}

/// How the transaction ended.
#[derive(Debug, Clone)]
pub enum Committed {
    /// The rows are in.
    In {
        /// What its rows are to the series.
        counts: RecordCounts,
        /// Fate of the lines.
        balance: Balance,
        /// The profile as saved.
        profile: Box<Profile>,
        /// Other files whose rows count otherwise now; their analysis was asked for again.
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
    intake: Intake,
}

/// One file on its way in, in whatever transaction.
#[derive(Debug)]
pub(crate) struct Intake {
    job: ClaimedJob,
    file_no: i64,
    name: String,
    again: bool,
    /// The number of its first block.
    first: i32,
    blocks: i32,
    rows: u64,
    known: u64,
    last_line: u64,
    has_undated: bool,
    /// By which the rows were identified.
    key: Vec<Variable>,
    /// The names that stood for others then.
    aliases: Arc<Aliases>,
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
        let intake = Intake::begin(&mut tx, job).await?;
        Ok(IngestTx {
            tx,
            store: store.clone(),
            intake,
        })
    }

    /// Writes the rows as they come until the end mark; gives how many there were. They are identified as the series of
    /// the profile says; those that are known stand where the earlier version has them.
    ///
    /// # Errors
    /// [`StoreError::Aborted`] when the sender aborts or goes away without the end mark; [`StoreError::Block`] for a block
    /// that is none. The transaction can only be rolled back then.
    pub async fn take_rows(
        &mut self,
        profile: &Profile,
        base: Option<&Arc<Base>>,
        pieces: &mut mpsc::Receiver<Piece>,
    ) -> Result<u64> {
        self.intake.take_rows(&mut self.tx, profile, base, pieces).await
    }

    /// Keeps rows put aside and remarks.
    pub fn quarantine(&mut self, problems: Vec<Problem>) {
        self.intake.quarantine(problems);
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
        // Two files with the same bytes at the same time: the second waits here and finds the first.
        let lock = format!("bytes:{}:{}", self.intake.job.org, outcome.sha256);
        sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", lock)
            .execute(self.tx.connection())
            .await?;
        if !self.intake.again
            && let Some((of, name)) = series::same_bytes(
                &mut self.tx,
                self.intake.job.file_id,
                &sha256,
                declared(&outcome, &sha256).as_deref(),
            )
            .await?
        {
            self.tx.rollback().await?;
            return settle_duplicate(&self.store, &self.intake.job, &outcome, of, name).await;
        }
        match write(&mut self.tx, &mut self.intake, &outcome, &sha256).await {
            Ok(committed) => {
                self.tx.finish(true).await?;
                Ok(committed)
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

impl Intake {
    /// Of the job's file, whose name is locked against another version of it.
    pub(crate) async fn begin(tx: &mut OrgTx, job: &ClaimedJob) -> Result<Intake> {
        jobs::check(tx, job).await?;
        let row = sqlx::query!(
            "SELECT file_no, folder_id, name_bytes, name, committed_at FROM app.files WHERE file_id = $1",
            job.file_id.0
        )
        .fetch_optional(tx.connection())
        .await?
        .ok_or_else(|| StoreError::not_found("file", job.file_id))?;
        let again = job.kind == JobKind::Reread;
        if row.committed_at.is_some() != again {
            let is = if again { "is not in yet" } else { "is in already" };
            return Err(StoreError::conflict("file", format!("{} {is}", job.file_id)));
        }
        sqlx::query!(
            "SELECT pg_advisory_xact_lock(hashtextextended('file:' || $1::uuid || ':' || $2::uuid || ':' || encode($3, 'hex'), 0))",
            job.org.0,
            row.folder_id,
            row.name_bytes
        )
        .execute(tx.connection())
        .await?;
        Ok(Intake {
            job: job.clone(),
            file_no: row.file_no,
            name: row.name,
            again,
            first: 0,
            blocks: 0,
            rows: 0,
            known: 0,
            last_line: 0,
            has_undated: false,
            key: Vec::new(),
            aliases: Arc::default(),
            problems: Vec::new(),
            problem_count: 0,
        })
    }

    pub(crate) async fn take_rows(
        &mut self,
        tx: &mut OrgTx,
        profile: &Profile,
        base: Option<&Arc<Base>>,
        pieces: &mut mpsc::Receiver<Piece>,
    ) -> Result<u64> {
        let key = series::key_for(tx, profile).await?;
        // A new reading lies behind the old one until it takes its place under the lock of the org.
        self.first = blocks::next(tx, self.file_no).await?;
        self.key.clone_from(&key);
        let aliases = Arc::new(canonical::aliases(tx).await?);
        self.aliases = Arc::clone(&aliases);
        let mut ready = None;
        loop {
            // While the database takes one block the next is made ready.
            let (written, next) = tokio::join!(self.write(tx, ready.take(), &key), next(pieces, &key, &aliases, base));
            written?;
            match next? {
                Next::Block(block) => ready = Some(block),
                Next::Problems(problems) => self.quarantine(problems),
                Next::End => return Ok(self.rows),
            }
        }
    }

    async fn write(&mut self, tx: &mut OrgTx, ready: Option<Box<Ready>>, key: &[Variable]) -> Result<()> {
        let Some(ready) = ready else {
            return Ok(());
        };
        let place = blocks::Place {
            file_no: self.file_no,
            block_no: self.first.saturating_add(self.blocks),
        };
        let written = blocks::write(tx, place, *ready, key).await?;
        if written.first_line <= self.last_line {
            return Err(StoreError::invalid("block", "its lines do not follow those before"));
        }
        self.blocks += 1;
        self.rows += written.rows;
        self.known += written.known;
        self.last_line = written.last_line;
        self.has_undated |= written.has_undated;
        Ok(())
    }

    /// Keeps rows put aside and remarks.
    fn quarantine(&mut self, problems: Vec<Problem>) {
        self.problem_count += problems.len() as u64;
        let room = PROBLEMS_KEPT.saturating_sub(self.problems.len());
        self.problems.extend(problems.into_iter().take(room));
    }
}

/// What comes next of what a worker sends.
enum Next {
    Block(Box<Ready>),
    Problems(Vec<Problem>),
    End,
}

async fn next(
    pieces: &mut mpsc::Receiver<Piece>,
    key: &[Variable],
    aliases: &Arc<Aliases>,
    base: Option<&Arc<Base>>,
) -> Result<Next> {
    match pieces.recv().await {
        Some(Piece::Block(block)) => {
            let base = base.cloned();
            let lay = move |sheet: &Sheet| base.ok_or_else(base::unknown)?.lay(sheet);
            Ok(Next::Block(Box::new(blocks::ready(block, key, aliases, lay).await?)))
        }
        Some(Piece::Problems(problems)) => Ok(Next::Problems(problems)),
        Some(Piece::End) => Ok(Next::End),
        Some(Piece::Abort) | None => Err(StoreError::Aborted),
    }
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
        original: outcome.original.clone(),
        balance: None,
        problems: Vec::new(),
        learned: Learned::default(),
        knew: None,
        note: text,
        at: outcome.at,
    };
    let job = job.clone();
    store
        .run(job.org, DAEMON, move |tx| {
            Box::pin(async move {
                tx.lock_org().await?;
                jobs::finish(tx, &job, JobState::Done, None).await?;
                files::settle_file(tx, job.file_id, &settlement, Some(of)).await?;
                // The same bytes again may count again: a correction that was taken back.
                series::sighted_again(tx, of, settlement.at).await
            })
        })
        .await?;
    Ok(Committed::Duplicate { of, name })
}

pub(crate) async fn write(tx: &mut OrgTx, ingest: &mut Intake, outcome: &Outcome, sha256: &[u8]) -> Result<Committed> {
    let Decision::Take { profile, is_new } = &outcome.head.decision else {
        return Err(StoreError::invalid("head", "it does not say to take the file"));
    };
    let (file_no, file_id, at) = (ingest.file_no, ingest.job.file_id, outcome.at);
    let taken = outcome.end.balance.taken;
    if ingest.rows != taken + outcome.end.balance.made {
        return Err(StoreError::BalanceOpen {
            physical: taken,
            accounted: taken,
            stored: ingest.rows,
        });
    }
    if !outcome.end.balance.closes() {
        return Err(StoreError::BalanceOpen {
            physical: outcome.end.balance.physical,
            accounted: outcome.end.balance.accounted(),
            stored: ingest.rows,
        });
    }
    ingest.quarantine(outcome.end.warnings.clone());
    ingest.problems.sort_by_key(|problem| problem.line);

    // What the file is to its series changes rows of other files too; two files of an org do so one after the other.
    tx.lock_org().await?;
    aliases::settle(tx, file_no, &ingest.aliases).await?;
    if ingest.again {
        blocks::swap(tx, file_no, ingest.first).await?;
    }
    if ingest.known > 0 && !blocks::stands(tx, file_id).await? {
        // Read again it follows another one, or none.
        let source = sqlx::Error::Protocol("the version that it follows was read again meanwhile".to_owned());
        let kind = Passing::Contention;
        return Err(StoreError::Passing { kind, source });
    }
    let profile = profiles::settle_for_ingest(tx, profile, *is_new, at).await?;
    let series_id = series::home(tx, file_id, &profile, at).await?;
    let left = series::left(tx, file_id, series_id).await?;
    let days = (outcome.end.first_day, outcome.end.last_day, ingest.has_undated);
    let tells_of_the_same = left.is_none() && series::days(tx, file_id).await? == days;
    write_file(tx, ingest, outcome, sha256, &profile, series_id).await?;
    series::set_keyed_by(tx, file_no, &ingest.key).await?;
    series::recognise(tx, series_id, file_no, &profile).await?;
    // Read again it may tell of other days than before, and let go of versions that it touched.
    let around = (!ingest.again || tells_of_the_same).then_some(file_no);
    let mut changed = series::derive(tx, series_id, around, at).await?;
    if let Some(left) = left {
        changed.extend(series::derive(tx, left, None, at).await?);
    }
    let says_now = files::source(tx, file_id).await?.says;
    let (counts, balance) = series::fate(tx, file_id).await?;
    let counting = counts.new + counts.changed;
    jobs::finish(tx, &ingest.job, JobState::Done, None).await?;
    let read_as = outcome.end.plan.as_ref().map(|plan| &plan.says);
    if read_as.is_some_and(|says| *says != says_now) {
        // What is said of its folder changed while it was read.
        series::reread(tx, &[file_id], None, at).await?;
    }
    if let Some(original) = &outcome.original {
        originals::name(tx, original, at).await?;
    }
    files::write_problems(tx, file_id, &ingest.problems).await?;
    let said = format!(
        "{} {} with profile {}{}: {counting} count{}; {} duplicate, {} put aside",
        plant_core::words::counted(ingest.rows, "row", "rows"),
        if ingest.again { "read again" } else { "taken in" },
        profile.name,
        match ingest.known {
            0 => String::new(),
            known => format!(
                ", {} as an earlier version has {}",
                plant_core::words::counted(known, "line", "lines"),
                if known == 1 { "it" } else { "them" }
            ),
        },
        if counting == 1 { "s" } else { "" },
        balance.duplicate,
        balance.quarantined
    );
    timeline::note(tx, file_id, at, FileState::Committed, &said).await?;
    let stale: Vec<FileId> = changed.into_iter().filter(|file| *file != file_id).collect();

    if !ingest.again {
        usage::add(tx, "files", 1, at).await?;
        usage::add(tx, "rows", taken, at).await?;
        usage::add(tx, "bytes", outcome.bytes, at).await?;
    }
    let body = json!({
        "file": file_id,
        "name": ingest.name,
        "sha256": outcome.sha256,
        "bytes": outcome.bytes,
        "profile": profile.profile_id,
        "profile_version": profile.version,
        "series": series_id,
        "balance": balance,
        "records": counts,
        // Other files whose rows count otherwise since.
        "changed": stale,
    });
    let action = if ingest.again { "file.reread" } else { "file.commit" };
    audit::append(tx, action, &body).await?;
    analyses::mark_stale(tx, &[file_id]).await?;
    let fingerprint = files::fingerprint(&outcome.head).unwrap_or_else(|| profile.header_fingerprint.clone());
    let taught = match outcome.end.plan.as_ref().is_some_and(|plan| !plan.proves.is_empty()) {
        true => learned::taught_by(tx, &fingerprint, file_no).await?,
        false => Vec::new(),
    };
    let said = format!("{} shows how its columns are written", ingest.name);
    files::release(tx, &taught, None, &said, at).await?;
    if *is_new {
        // Those that were held for want of a mapping have one now, whichever came first.
        let held = files::held_with_fingerprint(tx, &profile.header_fingerprint).await?;
        let said = format!("{} shows how its columns are mapped", ingest.name);
        files::release(tx, &held, None, &said, at).await?;
    }
    if let Some(newer) = profiles::newer(tx, &profile).await? {
        // A person saved another mapping while it was being read.
        series::reread(tx, &[file_id], Some(newer), at).await?;
    }
    Ok(Committed::In {
        counts,
        balance,
        profile: Box::new(profile),
        stale,
    })
}

/// The hash of the bytes and of what name and folder say for each row, where they do.
fn declared(outcome: &Outcome, sha256: &[u8]) -> Option<Vec<u8>> {
    let plan = outcome.end.plan.as_ref()?;
    plan.declared(sha256).map(Vec::from)
}

async fn write_file(
    tx: &mut OrgTx,
    ingest: &Intake,
    outcome: &Outcome,
    sha256: &[u8],
    profile: &Profile,
    series_id: SeriesId,
) -> Result<()> {
    let org = ingest.job.org.0;
    let version = i32::try_from(profile.version).map_err(|_| StoreError::invalid("profile version", "too large"))?;
    let head = text::json("head", &outcome.head)?;
    let extends = series::extended(tx, ingest.file_no, outcome.bytes, &outcome.seen.prefixes).await?;
    sqlx::query!(
        "UPDATE app.files SET state = 'committed', reason_code = CASE WHEN withdrawn_at IS NOT NULL THEN reason_code END,
            reason_text = CASE WHEN withdrawn_at IS NOT NULL THEN reason_text END, duplicate_of = NULL,
            sha256 = $3, bytes = $4, profile_id = $5, profile_version = $6, header_fingerprint = $7, head = $8, tier = $9,
            balance = $10, series_id = $11, extends = coalesce(extends, $12),
            open_end = CASE WHEN committed_at IS NULL THEN $13 ELSE open_end END, problem_count = $14,
            first_day = $15, last_day = $16, has_undated = $18, plan = $19,
            looked = $20, declared = $21, committed_at = coalesce(committed_at, $17)
        WHERE org_id = $1 AND file_id = $2",
        org,
        ingest.job.file_id.0,
        sha256,
        paging::big(outcome.bytes),
        profile.profile_id.0,
        version,
        files::fingerprint(&outcome.head).unwrap_or_else(|| profile.header_fingerprint.clone()),
        head,
        text::json("tier", &outcome.end.tier)?,
        text::json("balance", &outcome.end.balance)?,
        series_id.0,
        extends,
        outcome.seen.open_end,
        paging::big(ingest.problem_count),
        outcome.end.first_day,
        outcome.end.last_day,
        outcome.at,
        ingest.has_undated,
        outcome.end.plan.as_ref().map(|plan| text::json("plan", plan)).transpose()?,
        outcome.end.looked.as_deref().map(base::packed).transpose()?,
        declared(outcome, sha256)
    )
    .execute(tx.connection())
    .await?;
    // A version that came after this one and begins with it extends it, unless it extends a longer one.
    sqlx::query!(
        "UPDATE app.files f SET extends = $2 WHERE f.org_id = $1 AND f.file_no = ANY ($3) AND NOT EXISTS (SELECT 1
            FROM app.files o WHERE o.org_id = f.org_id AND o.file_no = f.extends AND o.bytes >= $4)",
        org,
        ingest.file_no,
        &outcome.seen.grown,
        paging::big(outcome.bytes)
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

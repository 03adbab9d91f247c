//! A mapping tried on files that are there: the same steps as when it is saved, in a transaction that is never kept.

use chrono::{DateTime, Utc};
use plant_core::ids::{FileId, FolderId, SeriesId};
use plant_core::job::{AnalysisOrder, Decision, JobKind};
use plant_core::model::{FindingKind, SumChange, TrialView};
use plant_core::profile::Profile;
use plant_core::says::FolderSays;
use plant_core::variable::Variable;
use rust_decimal::Decimal;
use tokio::sync::mpsc;

use crate::error::{Result, StoreError};
use crate::ingest::{Intake, Outcome, Piece, write};
use crate::reckon::{self, Reckoning};
use crate::series::effects;
use crate::tx::OrgTx;
use crate::{findings, folders, jobs, paging, profiles, records, series, text};

/// Files of which the findings are told, at most.
const ANALYSED_FILES_MOST: usize = 20;

/// A file as a worker read it by the mapping that is tried.
#[derive(Debug)]
pub struct Tried {
    /// The file.
    pub file: FileId,
    /// Whether its rows are in.
    pub is_in: bool,
    /// What the worker found.
    pub outcome: Outcome,
    /// Its rows.
    pub pieces: Vec<Piece>,
}

/// What is tried.
#[derive(Debug)]
pub enum Change {
    /// A mapping.
    Mapping {
        /// The mapping.
        profile: Box<Profile>,
        /// The version of it that stands, with what that says; none where it is new, or where nothing of it changes.
        before: Option<Box<Profile>>,
        /// Whether it is saved, or stands already.
        is_saved: bool,
    },
    /// What is said of a folder; its files stay with their mappings.
    Folder {
        /// The folder.
        folder: FolderId,
        /// What is said of it.
        says: FolderSays,
    },
}

/// What a change would make.
#[derive(Debug)]
pub struct Effect {
    /// What is told of it; the findings are not reckoned yet.
    pub view: TrialView,
    /// The findings that the files have, each with its kind.
    pub findings: Vec<(FileId, FindingKind, String)>,
    /// What the files would be analysed by.
    pub analyses: Vec<TriedAnalysis>,
}

/// The analysis of a file with rows that stay nowhere.
#[derive(Debug)]
pub struct TriedAnalysis {
    /// The file.
    pub file: FileId,
    /// What a worker is told.
    pub order: AnalysisOrder,
    /// Its rows that would count, as [`records::stream`] gives them.
    pub rows: Vec<Vec<u8>>,
}

/// A change and the files that it is tried on.
#[derive(Debug)]
pub struct Trial {
    /// The change.
    pub change: Change,
    /// The files.
    pub files: Vec<Tried>,
    /// When.
    pub at: DateTime<Utc>,
}

/// What it would make of the series of these files. To be run in [`crate::Store::trial`] alone: it writes what may not stay.
///
/// # Errors
/// What saving the mapping and reading the files again would fail with; a file that is being read meanwhile.
pub async fn effect(tx: &mut OrgTx, trial: Trial) -> Result<Effect> {
    tx.allow_long().await?;
    tx.lock_org().await?;
    let ids: Vec<FileId> = trial.files.iter().map(|tried| tried.file).collect();
    let mut concerned = of_files(tx, &ids).await?;
    if let Change::Mapping { profile, .. } = &trial.change {
        concerned.extend(series::found(tx, profile).await?);
    }
    concerned.sort_unstable();
    concerned.dedup();
    // A key that changes has no file read, and all of its series counted otherwise.
    let told = match ids.is_empty() {
        true => files_in(tx, &concerned).await?,
        false => ids.clone(),
    };
    let (before, tier_before) = (measure(tx, &concerned).await?, tier(tx, &told).await?);
    let findings = findings::titles(tx, &told).await?;

    let by = match trial.change {
        Change::Mapping {
            profile,
            is_saved: true,
            ..
        } => Some(*profile),
        Change::Mapping { profile, before, .. } => {
            let base = before.as_ref().map(|before| before.version);
            let saved = profiles::save(tx, &profile, base, trial.at).await?;
            series::settle_profile(tx, before.as_deref(), &saved, trial.at).await?;
            series::kept_by(tx, &saved, &ids).await?;
            Some(saved)
        }
        Change::Folder { folder, says } => {
            folders::put(tx, folder, &says, trial.at).await?;
            None
        }
    };
    for tried in trial.files {
        take(tx, by.as_ref(), tried).await?;
    }
    let mut then = of_files(tx, &ids).await?;
    then.extend(&concerned);
    then.sort_unstable();
    then.dedup();
    let (after, tier_after) = (measure(tx, &then).await?, tier(tx, &told).await?);
    let analyses = analyses(tx, &told).await?;
    let view = TrialView {
        files: ids.len() as u64,
        questions: questions(tx, &then).await?,
        rows_before: before.rows,
        rows_after: after.rows,
        live_before: before.live,
        live_after: after.live,
        sums: changes(&before.sums, &after.sums),
        unsummed: before.rows.max(after.rows) > effects::ROWS_MOST,
        tier_before,
        tier_after,
        ..TrialView::default()
    };
    Ok(Effect {
        view,
        findings,
        analyses,
    })
}

/// What each of these files would be analysed by, with its rows; nothing where they are too many.
async fn analyses(tx: &mut OrgTx, files: &[FileId]) -> Result<Vec<TriedAnalysis>> {
    let ids: Vec<uuid::Uuid> = files.iter().map(|file| file.0).collect();
    let org = tx.org().0;
    let rows = sqlx::query_scalar!(
        r#"SELECT coalesce(sum(b.row_count), 0)::bigint AS "rows!" FROM app.files f JOIN app.row_blocks b USING (org_id, file_no)
        WHERE f.org_id = $1 AND f.file_id = ANY ($2) AND b.block_no >= f.first_block"#,
        org,
        &ids
    )
    .fetch_one(tx.connection())
    .await?;
    if files.len() > ANALYSED_FILES_MOST || paging::count(rows) > effects::ROWS_MOST {
        return Ok(Vec::new());
    }
    let mut all = Vec::with_capacity(files.len());
    for file in files {
        let Reckoning { order, file_no, .. } = reckon::of(tx, *file).await?;
        let (sender, mut arriving) = mpsc::channel(1);
        let mut rows = Vec::new();
        let gathered = async {
            while let Some(piece) = arriving.recv().await {
                rows.push(piece);
            }
        };
        let (streamed, ()) = tokio::join!(records::stream(tx, file_no, sender), gathered);
        streamed?;
        all.push(TriedAnalysis {
            file: *file,
            order,
            rows,
        });
    }
    Ok(all)
}

/// Takes the rows of a file in, in the place of those that it has: by that mapping, else by the one that it was read with.
async fn take(tx: &mut OrgTx, by: Option<&Profile>, tried: Tried) -> Result<()> {
    let read_with = match &tried.outcome.head.decision {
        Decision::Take { profile, .. } => Some(&**profile),
        Decision::Refuse(_) => None,
    };
    let profile = by.or(read_with).cloned().ok_or(StoreError::Aborted)?;
    let kind = match tried.is_in {
        true => JobKind::Reread,
        false => JobKind::Ingest,
    };
    let job = jobs::hold(tx, kind, tried.file).await?;
    let mut intake = Intake::begin(tx, &job).await?;
    let (sender, mut pieces) = mpsc::channel(tried.pieces.len().saturating_add(1));
    for piece in tried.pieces.into_iter().chain([Piece::End]) {
        sender.try_send(piece).map_err(|_| StoreError::Aborted)?;
    }
    intake.take_rows(tx, &profile, None, &mut pieces).await?;
    let mut outcome = tried.outcome;
    outcome.head.decision = Decision::Take {
        profile: Box::new(profile),
        is_new: false,
    };
    let sha256 = text::hash_bytes(&outcome.sha256)?;
    write(tx, &mut intake, &outcome, &sha256).await?;
    Ok(())
}

/// The files of these series that are in.
async fn files_in(tx: &mut OrgTx, series: &[SeriesId]) -> Result<Vec<FileId>> {
    let org = tx.org().0;
    let ids: Vec<uuid::Uuid> = series.iter().map(|series| series.0).collect();
    let files = sqlx::query_scalar!(
        "SELECT file_id FROM app.files WHERE org_id = $1 AND series_id = ANY ($2) AND committed_at IS NOT NULL
            AND withdrawn_at IS NULL ORDER BY file_no",
        org,
        &ids
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(files.into_iter().map(FileId).collect())
}

async fn of_files(tx: &mut OrgTx, files: &[FileId]) -> Result<Vec<SeriesId>> {
    let ids: Vec<uuid::Uuid> = files.iter().map(|file| file.0).collect();
    let series = sqlx::query_scalar!(
        r#"SELECT DISTINCT series_id AS "series!" FROM app.files WHERE file_id = ANY ($1) AND series_id IS NOT NULL"#,
        &ids
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(series.into_iter().map(SeriesId).collect())
}

async fn tier(tx: &mut OrgTx, files: &[FileId]) -> Result<Option<u8>> {
    let ids: Vec<uuid::Uuid> = files.iter().map(|file| file.0).collect();
    let tier = sqlx::query_scalar!(
        "SELECT max((tier->>'overall')::integer) FROM app.files WHERE file_id = ANY ($1) AND committed_at IS NOT NULL",
        &ids
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(tier.and_then(|tier| u8::try_from(tier).ok()))
}

/// What is asked of these series.
async fn questions(tx: &mut OrgTx, series: &[SeriesId]) -> Result<Vec<String>> {
    let mut asked = Vec::new();
    for id in series {
        asked.extend(series::question(tx, *id).await?.map(|question| question.text));
    }
    Ok(asked)
}

/// What there is of some series.
struct Measured {
    rows: u64,
    live: u64,
    sums: Vec<(Variable, Decimal)>,
}

async fn measure(tx: &mut OrgTx, series: &[SeriesId]) -> Result<Measured> {
    let org = tx.org().0;
    let ids: Vec<uuid::Uuid> = series.iter().map(|series| series.0).collect();
    let rows = sqlx::query!(
        r#"SELECT f.file_no, b.row_count, coalesce(s.counting, b.row_count) AS "counting!", s.why
        FROM app.files f JOIN app.row_blocks b USING (org_id, file_no)
        LEFT JOIN app.row_states s USING (org_id, file_no, block_no)
        WHERE f.org_id = $1 AND f.series_id = ANY ($2) AND f.committed_at IS NOT NULL AND b.block_no >= f.first_block
        ORDER BY f.file_no, b.block_no"#,
        org,
        &ids
    )
    .fetch_all(tx.connection())
    .await?;
    let count = |rows: i32| u64::try_from(rows).unwrap_or(0);
    let (mut files, mut states): (Vec<i64>, Vec<Vec<plant_core::series::Why>>) = (Vec::new(), Vec::new());
    let (mut all, mut live) = (0, 0);
    for row in rows {
        all += count(row.row_count);
        live += count(row.counting);
        if files.last() != Some(&row.file_no) {
            files.push(row.file_no);
            states.push(Vec::new());
        }
        if let Some(states) = states.last_mut().filter(|_| all <= effects::ROWS_MOST) {
            effects::states(states, row.why.as_deref(), row.row_count);
        }
    }
    let sums = match all <= effects::ROWS_MOST {
        true => effects::sums(tx, &files, &states).await?,
        false => Vec::new(),
    };
    Ok(Measured { rows: all, live, sums })
}

fn changes(before: &[(Variable, Decimal)], after: &[(Variable, Decimal)]) -> Vec<SumChange> {
    let of = |sums: &[(Variable, Decimal)], variable| {
        let found = sums.iter().find(|(known, _)| *known == variable);
        found.map(|(_, sum)| sum.normalize())
    };
    let mut told: Vec<Variable> = before.iter().chain(after).map(|(variable, _)| *variable).collect();
    told.sort_unstable();
    told.dedup();
    (told.into_iter())
        .map(|variable| SumChange {
            variable,
            before: of(before, variable),
            after: of(after, variable),
        })
        .collect()
}

/// How many files a person may try at once, and how many bytes.
pub const FILES_MOST: usize = 200;
/// See [`FILES_MOST`].
pub const BYTES_MOST: u64 = 64 << 20;

/// The newest of these files, as many as may be tried at once, and how many are left out.
///
/// # Errors
/// What the database says.
pub async fn newest(tx: &mut OrgTx, files: &[FileId]) -> Result<(Vec<FileId>, u64)> {
    let ids: Vec<uuid::Uuid> = files.iter().map(|file| file.0).collect();
    let rows = sqlx::query!(
        "SELECT file_id, bytes FROM app.files WHERE file_id = ANY ($1) ORDER BY file_no DESC",
        &ids
    )
    .fetch_all(tx.connection())
    .await?;
    let all = rows.len();
    let mut bytes = 0_u64;
    let mut taken: Vec<FileId> = rows
        .into_iter()
        .take_while(|row| {
            bytes = bytes.saturating_add(paging::count(row.bytes));
            bytes <= BYTES_MOST
        })
        .take(FILES_MOST)
        .map(|row| FileId(row.file_id))
        .collect();
    taken.reverse();
    let left_out = all.saturating_sub(taken.len()) as u64;
    Ok((taken, left_out))
}

//! What the analyzers said about a file: one analysis per file, replaced when it is made again.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use plant_core::alias::Aliases;
use plant_core::calendar::Calendars;
use plant_core::derived;
use plant_core::ids::{AnalysisId, FileId};
use plant_core::job::{AnalysisOutput, JobKind, JobState};
use plant_core::metric::together::Reach;
use plant_core::model::{AnalysisView, Analyzer, Page, TierView};
use plant_core::reference::Subject;
use plant_core::state::{FileState, Reason};
use plant_core::words::counted;
use serde_json::{Value, json};
use sqlx::{FromRow, Postgres, QueryBuilder};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::components::{self, Piece};
use crate::error::{Result, StoreError};
use crate::jobs::{self, ClaimedJob};
use crate::tx::OrgTx;
use crate::{aliases, audit, edges, files, findings, paging, planned, prefix, references, text, timeline, usage};

/// What an analysis took from elsewhere than the rows of its file.
#[derive(Debug, Clone, Default)]
pub struct Used {
    /// The number of what lists said ([`references::known`]).
    pub references_no: i64,
    /// By which names machines and products went.
    pub aliases: Aliases,
    /// When sites were planned to work.
    pub calendars: Calendars,
}

/// Keeps an analysis in the place of the file's last one: components as they arrive, findings and their evidence, the
/// file's state, use, audit and the end of the job, all in this transaction. A finding that was there before keeps its id
/// and its state. Where what it was made with is known otherwise by now, it is asked for again.
///
/// # Errors
/// [`StoreError::LeaseLost`]; [`StoreError::Aborted`] when the pieces end without the last one: the transaction must then
/// be rolled back.
pub async fn store(
    tx: &mut OrgTx,
    job: &ClaimedJob,
    pieces: &mut mpsc::Receiver<Piece>,
    used: &Used,
    at: DateTime<Utc>,
) -> Result<AnalysisId> {
    jobs::check(tx, job).await?;
    let file_no = sqlx::query_scalar!("SELECT file_no FROM app.files WHERE file_id = $1", job.file_id.0)
        .fetch_optional(tx.connection())
        .await?
        .ok_or_else(|| StoreError::not_found("file", job.file_id))?;
    let (output, reach) = components::replace(tx, file_no, pieces).await?;
    keep(tx, job, (&output, &reach), used, at).await
}

async fn keep(
    tx: &mut OrgTx,
    job: &ClaimedJob,
    (output, reach): (&AnalysisOutput, &Reach),
    used: &Used,
    at: DateTime<Utc>,
) -> Result<AnalysisId> {
    tx.lock_org().await?;
    jobs::finish(tx, job, JobState::Done, None).await?;
    let file_id = job.file_id;
    let file_no = sqlx::query_scalar!(
        "SELECT file_no FROM app.files WHERE file_id = $1 AND committed_at IS NOT NULL FOR UPDATE",
        file_id.0
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or_else(|| StoreError::not_found("file", file_id))?;
    let (analysis, changed) = replace(tx, file_id, file_no, (output, reach), at).await?;

    let row = sqlx::query!(
        "UPDATE app.files SET state = CASE WHEN state = 'committed' THEN 'analysed' ELSE state END, analysed_at = $2,
            reason_code = CASE WHEN reason_code IN ('open_question', 'withdrawn') THEN reason_code END,
            reason_text = CASE WHEN reason_code IN ('open_question', 'withdrawn') THEN reason_text END, tier = $3
        WHERE file_id = $1 RETURNING state",
        file_id.0,
        at,
        text::json("tier", &output.tier)?
    )
    .fetch_one(tx.connection())
    .await?;
    let with_money = output
        .findings
        .iter()
        .filter(|finding| finding.saving.is_some())
        .count();
    let said = format!(
        "analysed: tier {}, {}, {with_money} with money",
        output.tier.overall,
        counted(output.findings.len() as u64, "finding", "findings")
    );
    timeline::note(tx, file_id, at, timeline::state(&row.state, file_id.0)?, &said).await?;
    usage::add(tx, "analyses", 1, at).await?;
    let body = json!({
        "file": file_id,
        "analysis": analysis,
        "tier": output.tier.overall,
        "records": output.records,
        "findings": output.findings.len(),
    });
    audit::append(tx, "analysis.store", &body).await?;
    let touched = edges::replace(tx, file_id, &output.edges).await?;
    let mut stale = references::wanted_by(tx, &changed).await?;
    // What it was made with may have changed meanwhile.
    let is_told_otherwise = !output.wants.is_empty() && references::number(tx).await? != used.references_no;
    let is_named_otherwise = aliases::are_named_otherwise(tx, file_no, &used.aliases).await?;
    let is_planned_otherwise = planned::calendars(tx).await? != used.calendars;
    if (is_told_otherwise || is_named_otherwise || is_planned_otherwise) && !stale.contains(&file_id) {
        stale.push(file_id);
    }
    // So may what the files before it left behind for it.
    stale.extend(edges::outdated_beside(tx, file_id, &touched).await?);
    stale.sort_unstable();
    stale.dedup();
    mark_stale(tx, &stale).await?;
    Ok(analysis)
}

/// What it says, in the place of what the one before said; with what holds otherwise since of things that lists are about.
pub(crate) async fn replace(
    tx: &mut OrgTx,
    file_id: FileId,
    file_no: i64,
    (output, reach): (&AnalysisOutput, &Reach),
    at: DateTime<Utc>,
) -> Result<(AnalysisId, Vec<Subject>)> {
    let analysis = write(tx, file_id, (output, reach), at).await?;
    findings::replace(tx, analysis, file_id, file_no, &output.findings, at).await?;
    references::want(tx, file_id, &output.wants).await?;
    let changed = references::replace(tx, file_id, &output.entries).await?;
    Ok((analysis, changed))
}

async fn write(
    tx: &mut OrgTx,
    file_id: FileId,
    (output, reach): (&AnalysisOutput, &Reach),
    at: DateTime<Utc>,
) -> Result<AnalysisId> {
    let org = tx.org().0;
    let id = sqlx::query_scalar!(
        "INSERT INTO app.analyses (org_id, analysis_id, file_id, status, tier, analyzers, summary, records, uses, created_at, reach)
        VALUES ($1, $9, $2, 'completed', $3, $4, $5, $6, $7, $8, $10)
        ON CONFLICT (org_id, file_id) DO UPDATE SET status = 'completed', tier = excluded.tier,
            analyzers = excluded.analyzers, summary = excluded.summary, records = excluded.records, stale = false,
            error = NULL, uses = excluded.uses, reach = excluded.reach, created_at = excluded.created_at
        RETURNING analysis_id",
        org,
        file_id.0,
        text::json("tier", &output.tier)?,
        text::json("analyzers", &output.analyzers)?,
        text::json("summary", &output.summary)?,
        paging::big(output.records),
        text::json("uses", &output.uses)?,
        at,
        derived::analysis(tx.org(), file_id).0,
        text::json("reach", reach)?
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(AnalysisId(id))
}

/// Keeps that an analysis was given up; what an earlier one said stays, marked as stale. The file stays in, with the
/// reason beside it.
pub(crate) async fn failed(tx: &mut OrgTx, file_id: FileId, reason: &Reason, at: DateTime<Utc>) -> Result<()> {
    let org = tx.org().0;
    let error = text::clean(&reason.text).into_owned();
    sqlx::query!(
        "INSERT INTO app.analyses (org_id, analysis_id, file_id, status, tier, analyzers, summary, records, created_at, error)
        VALUES ($1, $6, $2, 'failed', $3, '[]', '[]', 0, $4, $5)
        ON CONFLICT (org_id, file_id) DO UPDATE SET status = 'failed', stale = true, error = excluded.error",
        org,
        file_id.0,
        text::json("tier", &TierView::default())?,
        at,
        error,
        derived::analysis(tx.org(), file_id).0
    )
    .execute(tx.connection())
    .await?;
    let row = sqlx::query!(
        "UPDATE app.files SET reason_code = $2, reason_text = $3 WHERE file_id = $1 RETURNING state",
        file_id.0,
        reason.code.name(),
        error
    )
    .fetch_one(tx.connection())
    .await?;
    let said = format!("the analysis was given up: {}", reason.text);
    timeline::note(tx, file_id, at, timeline::state(&row.state, file_id.0)?, &said).await?;
    let body = json!({"file": file_id, "reason": reason.code.name()});
    audit::append(tx, "analysis.failed", &body).await.map(|_| ())
}

/// Marks the analyses of these files as stale and asks for new ones.
///
/// # Errors
/// What the database says.
pub async fn mark_stale(tx: &mut OrgTx, stale: &[FileId]) -> Result<()> {
    let org = tx.org().0;
    let ids: Vec<Uuid> = stale.iter().map(|file| file.0).collect();
    sqlx::query!(
        "UPDATE app.analyses SET stale = true WHERE org_id = $1 AND file_id = ANY ($2)",
        org,
        &ids
    )
    .execute(tx.connection())
    .await?;
    jobs::enqueue(tx, JobKind::Analyse, &ids).await
}

const COLUMNS: &str =
    "SELECT a.analysis_id, a.file_id, f.name, a.status, a.tier, a.summary, a.records, a.stale, a.error,
    a.created_at, a.uses, ";
const FROM: &str =
    " AS analyzers FROM app.analyses a JOIN app.files f ON f.org_id = a.org_id AND f.file_id = a.file_id WHERE ";

#[derive(FromRow)]
struct Row {
    analysis_id: Uuid,
    file_id: Uuid,
    name: String,
    status: String,
    tier: Value,
    summary: Value,
    records: i64,
    stale: bool,
    error: Option<String>,
    created_at: DateTime<Utc>,
    uses: Value,
    analyzers: Value,
}

impl Row {
    fn view(self) -> Result<AnalysisView> {
        let id = self.analysis_id;
        let tiers: TierView = text::read("analyses", "tier", id, self.tier)?;
        Ok(AnalysisView {
            analysis_id: AnalysisId(id),
            scope: self.name,
            file_id: Some(FileId(self.file_id)),
            tier: tiers.overall,
            tiers,
            status: text::word("analyses", "status", id, &self.status)?,
            analyzers: text::read("analyses", "analyzers", id, self.analyzers)?,
            summary: text::read("analyses", "summary", id, self.summary)?,
            uses: text::read("analyses", "uses", id, self.uses)?,
            created_at: self.created_at,
            stale: self.stale,
            records: paging::count(self.records),
            error: self.error,
        })
    }
}

/// Analyses, newest first, without what the analyzers said.
///
/// # Errors
/// A page token of another list.
pub async fn list(tx: &mut OrgTx, limit: u32, page: Option<&str>) -> Result<Page<AnalysisView>> {
    let mut query = QueryBuilder::<Postgres>::new(COLUMNS);
    query.push("'[]'::jsonb").push(FROM).push("true");
    if let Some(last) = paging::id::<AnalysisId>(page)? {
        query.push(" AND (a.created_at, a.analysis_id) < (SELECT b.created_at, b.analysis_id FROM app.analyses b WHERE b.analysis_id = ");
        query.push_bind(last.0).push(")");
    }
    query
        .push(" ORDER BY a.created_at DESC, a.analysis_id DESC LIMIT ")
        .push_bind(paging::rows(limit));
    let rows = query.build_query_as().fetch(tx.connection());
    let token = |analysis: &AnalysisView| analysis.analysis_id.to_string();
    paging::fill(rows, limit, Row::view, token).await
}

/// One analysis with what its analyzers said, under each the titles of its findings.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(tx: &mut OrgTx, analysis: AnalysisId) -> Result<AnalysisView> {
    let mut query = QueryBuilder::<Postgres>::new(COLUMNS);
    query
        .push("a.analyzers")
        .push(FROM)
        .push("a.analysis_id = ")
        .push_bind(analysis.0);
    let row: Row = query
        .build_query_as()
        .fetch_optional(tx.connection())
        .await?
        .ok_or_else(|| StoreError::not_found("analysis", analysis))?;
    let mut view = row.view()?;
    let titles = sqlx::query!(
        "SELECT analyzer, title FROM app.findings WHERE analysis_id = $1 ORDER BY finding_no",
        analysis.0
    )
    .fetch_all(tx.connection())
    .await?;
    let mut by_analyzer: HashMap<Analyzer, Vec<String>> = HashMap::new();
    for row in titles {
        let analyzer = text::word("findings", "analyzer", analysis, &row.analyzer)?;
        by_analyzer.entry(analyzer).or_default().push(row.title);
    }
    for analyzer in &mut view.analyzers {
        analyzer.findings = by_analyzer.remove(&analyzer.name).unwrap_or_default();
    }
    Ok(view)
}

/// The analysis that a person means: its id, the beginning of it (4 characters or more), or the same of its file, or the
/// exact name of its file.
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Ambiguous`] when a beginning fits several.
pub async fn resolve(tx: &mut OrgTx, written: &str) -> Result<AnalysisId> {
    if let Some((low, high)) = prefix::range(written) {
        let ids = sqlx::query_scalar!(
            "SELECT analysis_id FROM app.analyses WHERE analysis_id BETWEEN $1 AND $2 LIMIT 100",
            low,
            high
        )
        .fetch_all(tx.connection())
        .await?;
        if let Some(id) = prefix::only(ids, written)? {
            return Ok(AnalysisId(id));
        }
    }
    let file = match files::resolve(tx, written).await {
        Err(StoreError::NotFound { id, .. }) => return Err(StoreError::not_found("analysis", id)),
        other => other?,
    };
    sqlx::query_scalar!("SELECT analysis_id FROM app.analyses WHERE file_id = $1", file.0)
        .fetch_optional(tx.connection())
        .await?
        .map(AnalysisId)
        .ok_or_else(|| StoreError::not_found("analysis", written))
}

/// The files that are in and whose analysis was given up and is not asked for again.
pub(crate) async fn given_up(tx: &mut OrgTx) -> Result<Vec<FileId>> {
    let files = sqlx::query_scalar!(
        "SELECT a.file_id FROM app.analyses a JOIN app.files f USING (org_id, file_id)
        WHERE a.status = 'failed' AND f.committed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM app.jobs j
            WHERE j.org_id = f.org_id AND j.file_id = f.file_id AND j.kind = 'analyse' AND j.state IN ('queued', 'running'))
        ORDER BY f.file_no"
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(files.into_iter().map(FileId).collect())
}

/// The state of a file whose analysis was given up and may be asked for again.
pub(crate) async fn ask_again(tx: &mut OrgTx, file_id: FileId, at: DateTime<Utc>) -> Result<bool> {
    let found = sqlx::query_scalar!(
        "UPDATE app.files f SET reason_code = NULL, reason_text = NULL
        FROM app.analyses a
        WHERE f.file_id = $1 AND a.org_id = f.org_id AND a.file_id = f.file_id AND a.status = 'failed'
            AND f.committed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM app.jobs j
                WHERE j.org_id = f.org_id AND j.file_id = f.file_id AND j.kind = 'analyse' AND j.state IN ('queued', 'running'))
        RETURNING f.state",
        file_id.0
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(name) = found else {
        return Ok(false);
    };
    jobs::enqueue(tx, JobKind::Analyse, &[file_id.0]).await?;
    let state: FileState = timeline::state(&name, file_id.0)?;
    timeline::note(tx, file_id, at, state, "the analysis is tried again").await?;
    Ok(true)
}

//! Findings, the rows that show them, and the savings ledger.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use plant_core::derived;
use plant_core::ids::{AnalysisId, FileId, FindingId};
use plant_core::model::{
    Analyzer, Evidence, FindingDraft, FindingKind, FindingState, FindingView, LossView, NotCounted, NotCountedWhy,
    Page, PeriodView, SavingView, SavingsView,
};
use plant_core::record::RowAt;
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::{FromRow, Postgres, QueryBuilder};
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::tx::OrgTx;
use crate::{orgs, paging, prefix, records, text};

/// Which findings to list; empty parts don't choose.
#[derive(Debug, Clone, Default)]
pub struct FindingFilter {
    /// Of this analyzer.
    pub analyzer: Option<Analyzer>,
    /// In this state.
    pub state: Option<FindingState>,
    /// Only those with a saving.
    pub with_money: bool,
    /// Of this file.
    pub file: Option<FileId>,
    /// At most so many; 0 means the usual page.
    pub limit: u32,
    /// Where the page begins: how many were shown before.
    pub page: Option<String>,
}

const COLUMNS: &str = "SELECT x.finding_id, x.analysis_id, x.analyzer, x.kind, x.title, x.scope, x.from_day, x.to_day,
    x.loss_quantity, x.loss_unit, x.saving, x.method, x.working, x.evidence_count, x.state
    FROM app.findings x JOIN app.analyses a ON a.org_id = x.org_id AND a.analysis_id = x.analysis_id WHERE ";

/// The findings of these files, each with its kind and its line.
///
/// # Errors
/// What the database says.
pub async fn titles(tx: &mut OrgTx, files: &[FileId]) -> Result<Vec<(FileId, FindingKind, String)>> {
    let org = tx.org().0;
    let ids: Vec<Uuid> = files.iter().map(|file| file.0).collect();
    let rows = sqlx::query!(
        "SELECT a.file_id, x.finding_id, x.kind, x.title FROM app.findings x
        JOIN app.analyses a ON a.org_id = x.org_id AND a.analysis_id = x.analysis_id
        WHERE x.org_id = $1 AND a.file_id = ANY ($2) ORDER BY a.file_id, x.kind, x.title",
        org,
        &ids
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let kind = text::word("findings", "kind", row.finding_id, &row.kind)?;
            Ok((FileId(row.file_id), kind, row.title))
        })
        .collect()
}

#[derive(FromRow)]
struct Row {
    finding_id: Uuid,
    analysis_id: Uuid,
    analyzer: String,
    kind: String,
    title: String,
    scope: Value,
    from_day: Option<NaiveDate>,
    to_day: Option<NaiveDate>,
    loss_quantity: Option<Decimal>,
    loss_unit: String,
    saving: Option<Value>,
    method: String,
    working: String,
    evidence_count: i64,
    state: String,
}

async fn fetch(tx: &mut OrgTx, mut query: QueryBuilder<Postgres>) -> Result<Vec<FindingView>> {
    let rows: Vec<Row> = query.build_query_as().fetch_all(tx.connection()).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.finding_id).collect();
    let mut evidence: HashMap<Uuid, Vec<Evidence>> = HashMap::new();
    let shown = sqlx::query!(
        r#"SELECT finding_id, file_id, file_name, encode(sha256, 'hex') AS "sha256!", line_no, row_no, row_values
        FROM app.evidence WHERE finding_id = ANY ($1) ORDER BY finding_id, evidence_no"#,
        &ids
    )
    .fetch_all(tx.connection())
    .await?;
    for row in shown {
        evidence.entry(row.finding_id).or_default().push(Evidence {
            file: row.file_name,
            file_id: FileId(row.file_id),
            sha256: row.sha256,
            line: paging::count(row.line_no),
            sub: u32::try_from(row.row_no).unwrap_or_default(),
            values: text::read("evidence", "row_values", row.finding_id, row.row_values)?,
        });
    }
    rows.into_iter()
        .map(|row| {
            let id = row.finding_id;
            Ok(FindingView {
                finding_id: FindingId(id),
                analysis_id: AnalysisId(row.analysis_id),
                analyzer: text::word("findings", "analyzer", id, &row.analyzer)?,
                kind: text::word("findings", "kind", id, &row.kind)?,
                title: row.title,
                scope: text::read("findings", "scope", id, row.scope)?,
                period: PeriodView {
                    from: row.from_day,
                    to: row.to_day,
                },
                loss: LossView {
                    quantity: row.loss_quantity,
                    unit: row.loss_unit.as_str().into(),
                },
                saving: row
                    .saving
                    .map(|saving| text::read("findings", "saving", id, saving))
                    .transpose()?,
                method: row.method,
                working: row.working,
                evidence: evidence.remove(&id).unwrap_or_default(),
                evidence_count: paging::count(row.evidence_count),
                state: text::word("findings", "state", id, &row.state)?,
            })
        })
        .collect()
}

/// Findings, the largest careful saving first, then the newest.
///
/// # Errors
/// A page token of another list.
pub async fn list(tx: &mut OrgTx, filter: &FindingFilter) -> Result<Page<FindingView>> {
    let before = paging::number(filter.page.as_deref())?.unwrap_or(0).max(0);
    let mut query = QueryBuilder::<Postgres>::new(COLUMNS);
    query.push("true");
    if let Some(analyzer) = filter.analyzer {
        query.push(" AND x.analyzer = ").push_bind(analyzer.name());
    }
    if let Some(state) = filter.state {
        query.push(" AND x.state = ").push_bind(state.name());
    }
    if filter.with_money {
        query.push(" AND x.saving IS NOT NULL");
    }
    if let Some(file) = filter.file {
        query.push(" AND a.file_id = ").push_bind(file.0);
    }
    query.push(" ORDER BY x.saving_low DESC NULLS LAST, a.created_at DESC, x.analysis_id, x.finding_no LIMIT ");
    query
        .push_bind(paging::rows(filter.limit))
        .push(" OFFSET ")
        .push_bind(before);
    let items = fetch(tx, query).await?;
    let mut page = paging::page(items, filter.limit, |_| String::new());
    let shown = i64::try_from(page.items.len()).unwrap_or(i64::MAX);
    page.next_page = page.next_page.map(|_| before.saturating_add(shown).to_string());
    Ok(page)
}

/// One finding.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(tx: &mut OrgTx, finding: FindingId) -> Result<FindingView> {
    let mut query = QueryBuilder::<Postgres>::new(COLUMNS);
    query.push("x.finding_id = ").push_bind(finding.0);
    fetch(tx, query)
        .await?
        .into_iter()
        .next()
        .ok_or_else(|| StoreError::not_found("finding", finding))
}

/// The finding of that id or of the only id that begins so (4 characters or more).
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Ambiguous`].
pub async fn resolve(tx: &mut OrgTx, written: &str) -> Result<FindingId> {
    let (low, high) = prefix::range(written).ok_or_else(|| StoreError::not_found("finding", written))?;
    let ids = sqlx::query_scalar!(
        "SELECT finding_id FROM app.findings WHERE finding_id BETWEEN $1 AND $2 LIMIT 100",
        low,
        high
    )
    .fetch_all(tx.connection())
    .await?;
    prefix::only(ids, written)?
        .map(FindingId)
        .ok_or_else(|| StoreError::not_found("finding", written))
}

/// The savings ledger: what the pilot promises, what is verified, what is identified and not verified, and the findings
/// with a saving. A saving of grade D rests on a default value: it is listed and never summed. Sums are of one currency:
/// that of the org, else the only one there is; what stands in another is told beside them.
///
/// # Errors
/// What the database says.
pub async fn savings(tx: &mut OrgTx) -> Result<SavingsView> {
    let settings = orgs::get(tx).await?;
    let sums = sqlx::query!(
        r#"SELECT currency AS "currency!", coalesce(sum(saving_low) FILTER (WHERE state = 'verified'), 0) AS "verified!",
            coalesce(sum(saving_low) FILTER (WHERE state IN ('identified', 'accepted', 'implemented')
                AND saving->>'grade' IN ('A', 'B', 'C')), 0) AS "identified!",
            count(*) FILTER (WHERE state = 'verified' OR saving->>'grade' IN ('A', 'B', 'C')) AS "countable!",
            count(*) FILTER (WHERE state <> 'verified' AND saving->>'grade' = 'D') AS "default_valued!",
            coalesce(sum(saving_low) FILTER (WHERE state <> 'verified' AND saving->>'grade' = 'D'), 0)
                AS "default_valued_low!"
        FROM app.findings WHERE saving IS NOT NULL AND state <> 'rejected' GROUP BY currency ORDER BY currency"#
    )
    .fetch_all(tx.connection())
    .await?;
    let currency = match (settings.currency, sums.as_slice()) {
        (Some(currency), _) => Some(currency),
        (None, [only]) => Some(only.currency.clone()),
        (None, _) => None,
    };
    let of_currency = sums.iter().find(|sum| Some(&sum.currency) == currency.as_ref());
    let mut not_counted = Vec::new();
    for sum in &sums {
        let mut leave_out = |why, findings: i64, low| {
            if findings > 0 {
                not_counted.push(NotCounted {
                    why,
                    findings: findings.unsigned_abs(),
                    low,
                    currency: sum.currency.clone(),
                });
            }
        };
        if Some(&sum.currency) != currency.as_ref() {
            leave_out(
                NotCountedWhy::OtherCurrency,
                sum.countable,
                sum.verified + sum.identified,
            );
        }
        leave_out(NotCountedWhy::DefaultValue, sum.default_valued, sum.default_valued_low);
    }
    let mut query = QueryBuilder::<Postgres>::new(COLUMNS);
    query.push("x.saving IS NOT NULL ORDER BY x.saving_low DESC, x.finding_id LIMIT ");
    query.push_bind(i64::from(paging::MOST));
    Ok(SavingsView {
        goal: settings.goal,
        verified_low: of_currency.map(|sum| sum.verified).unwrap_or_default(),
        identified_low: of_currency.map(|sum| sum.identified).unwrap_or_default(),
        not_counted,
        currency,
        items: fetch(tx, query).await?,
    })
}

/// What findings have in common that say the same of the same thing.
type Sameness<'d> = (Analyzer, FindingKind, &'d BTreeMap<String, String>);

/// Puts the findings of an analysis in the place of those that it had. One that says the same of the same thing has the
/// same id and keeps, beyond the first two states, its state.
pub(crate) async fn replace(
    tx: &mut OrgTx,
    analysis: AnalysisId,
    file_id: FileId,
    file_no: i64,
    drafts: &[FindingDraft],
    at: DateTime<Utc>,
) -> Result<()> {
    let old = sqlx::query!(
        "DELETE FROM app.findings WHERE analysis_id = $1 RETURNING finding_id, state",
        analysis.0
    )
    .fetch_all(tx.connection())
    .await?;
    let mut before: HashMap<FindingId, FindingState> = HashMap::new();
    for row in old {
        let state = text::word("findings", "state", row.finding_id, &row.state)?;
        before.insert(FindingId(row.finding_id), state);
    }
    let shown = snapshot(tx, file_no, drafts).await?;
    let mut said: HashMap<Sameness, usize> = HashMap::new();
    for (draft, number) in drafts.iter().zip(1_i32..) {
        let same: Sameness = (draft.analyzer, draft.kind, &draft.scope);
        let times = said.entry(same).or_default();
        let id = derived::finding(analysis, draft.analyzer, draft.kind, &draft.scope, *times);
        *times += 1;
        let state = match (before.get(&id), &draft.saving) {
            (Some(state), _) if !matches!(state, FindingState::Identified | FindingState::Signal) => *state,
            (_, Some(_)) => FindingState::Identified,
            (_, None) => FindingState::Signal,
        };
        insert(tx, analysis, number, id, draft, state, at).await?;
        insert_evidence(tx, id.0, file_id, draft, &shown).await?;
    }
    Ok(())
}

async fn insert(
    tx: &mut OrgTx,
    analysis: AnalysisId,
    number: i32,
    id: FindingId,
    draft: &FindingDraft,
    state: FindingState,
    at: DateTime<Utc>,
) -> Result<()> {
    let org = tx.org().0;
    let saving: Option<&SavingView> = draft.saving.as_ref();
    sqlx::query!(
        "INSERT INTO app.findings (org_id, finding_id, analysis_id, finding_no, analyzer, kind, title, scope, from_day,
            to_day, loss_quantity, loss_unit, saving, saving_low, currency, method, working, evidence_count, state, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
        org,
        id.0,
        analysis.0,
        number,
        draft.analyzer.name(),
        draft.kind.name(),
        text::clean(&draft.title).into_owned(),
        text::json("scope", &draft.scope)?,
        draft.from,
        draft.to,
        draft.loss_quantity,
        text::clean(&draft.loss_unit).into_owned(),
        saving.map(|saving| text::json("saving", saving)).transpose()?,
        saving.map(|saving| saving.low),
        saving.map(|saving| saving.currency.clone()),
        text::clean(&draft.method).into_owned(),
        text::clean(&draft.working).into_owned(),
        paging::big(draft.evidence_count),
        state.name(),
        at
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The values of every row that a finding points to.
async fn snapshot(tx: &mut OrgTx, file_no: i64, drafts: &[FindingDraft]) -> Result<HashMap<RowAt, Value>> {
    let wanted = drafts
        .iter()
        .flat_map(|draft| draft.evidence_rows.iter().copied())
        .collect();
    records::of_rows(tx, file_no, &wanted)
        .await?
        .iter()
        .map(|(at, record)| Ok((*at, text::json("values", &records::texts(record))?)))
        .collect()
}

async fn insert_evidence(
    tx: &mut OrgTx,
    finding: Uuid,
    file_id: FileId,
    draft: &FindingDraft,
    shown: &HashMap<RowAt, Value>,
) -> Result<()> {
    let org = tx.org().0;
    let rows = draft
        .evidence_rows
        .iter()
        .filter_map(|at| Some((at, shown.get(at)?.clone())));
    let (mut lines, mut subs, mut values) = (Vec::<i64>::new(), Vec::<i64>::new(), Vec::<Value>::new());
    for (at, shown) in rows {
        lines.push(paging::big(at.line));
        subs.push(at.sub.into());
        values.push(shown);
    }
    sqlx::query!(
        "INSERT INTO app.evidence (org_id, finding_id, evidence_no, file_id, file_name, sha256, line_no, row_no, row_values)
        SELECT $1, $2, e.place::integer, f.file_id, f.name, f.sha256, e.line_no, e.row_no, e.row_values
        FROM UNNEST($4::bigint[], $5::bigint[], $6::jsonb[]) WITH ORDINALITY AS e (line_no, row_no, row_values, place)
        JOIN app.files f ON f.org_id = $1 AND f.file_id = $3",
        org,
        finding,
        file_id.0,
        &lines,
        &subs,
        &values
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

//! Series as a person sees them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;
use plant_core::ids::{FileId, SeriesId};
use plant_core::model::{ChoiceView, EffectView, Page, QuestionView, SeriesDetail, SeriesItem, SeriesVersion, SumView};
use plant_core::series::{Basis, Question, Seen, Why, scope};
use plant_core::variable::Variable;
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::{FromRow, Postgres, QueryBuilder};
use uuid::Uuid;

use super::derive::tell;
use super::known::Known;
use crate::error::{Result, StoreError};
use crate::tx::OrgTx;
use crate::{files, paging, prefix, text};

/// Versions that are shown.
const VERSIONS_SHOWN: i64 = 500;

const ITEM: &str = "SELECT s.series_id, s.name, s.decisions, s.key, s.question, s.effects,
    coalesce(f.seen, '{}') AS seen, coalesce(f.files, 0) AS files, coalesce(f.rows, 0) AS rows, coalesce(f.live, 0) AS live,
    ARRAY(SELECT DISTINCT p.name FROM app.series_profiles x JOIN app.profiles p ON p.org_id = x.org_id
        AND p.profile_id = x.profile_id AND p.latest WHERE x.org_id = s.org_id AND x.series_id = s.series_id ORDER BY 1)
        AS profiles
    FROM app.series s LEFT JOIN LATERAL (SELECT count(*) AS files,
        sum((f.balance ->> 'taken')::bigint + coalesce((f.balance ->> 'made')::bigint, 0))::bigint AS rows,
        sum((f.row_counts ->> 'counts')::bigint)::bigint AS live,
        (SELECT array_agg(DISTINCT e.seen) FROM app.files o, unnest(o.seen) AS e (seen) WHERE o.org_id = s.org_id
            AND o.series_id = s.series_id AND o.committed_at IS NOT NULL) AS seen
        FROM app.files f WHERE f.org_id = s.org_id AND f.series_id = s.series_id AND f.committed_at IS NOT NULL) f ON true
    WHERE ";

#[derive(FromRow)]
struct Row {
    series_id: Uuid,
    name: String,
    decisions: Value,
    key: Vec<String>,
    question: Option<Value>,
    effects: Value,
    seen: Vec<String>,
    files: i64,
    rows: i64,
    live: i64,
    profiles: Vec<String>,
}

impl Row {
    async fn item(self, tx: &mut OrgTx) -> Result<(SeriesItem, Vec<Seen>, Basis)> {
        let id = SeriesId(self.series_id);
        let Known { decisions, key } = Known::read(id, &self.key, self.decisions)?;
        let question = match self.question {
            Some(question) => Some(view(tx, id, question, self.effects).await?),
            None => None,
        };
        let evidence: BTreeSet<Seen> = (self.seen.iter())
            .map(|seen| text::word("files", "seen", id, seen))
            .collect::<Result<_>>()?;
        let evidence: Vec<Seen> = evidence.into_iter().collect();
        let item = SeriesItem {
            series_id: id,
            kind: self.name,
            profiles: self.profiles,
            mode: decisions.in_effect(&evidence),
            decided: decisions.decided().is_some(),
            key,
            files: paging::count(self.files),
            rows: paging::count(self.rows),
            live: paging::count(self.live),
            question,
        };
        Ok((item, evidence, decisions.rank.unwrap_or(Basis::Time)))
    }
}

/// All series, those with a question first.
///
/// # Errors
/// A page token of another list.
pub async fn list(tx: &mut OrgTx, limit: u32, page: Option<&str>) -> Result<Page<SeriesItem>> {
    tell(tx, None).await?;
    let skip = paging::number(page)?.unwrap_or(0).max(0);
    let mut query = QueryBuilder::<Postgres>::new(ITEM);
    query.push("true ORDER BY s.question IS NULL, s.created_at, s.series_id OFFSET ");
    query.push_bind(skip).push(" LIMIT ").push_bind(paging::rows(limit));
    let rows: Vec<Row> = query.build_query_as().fetch_all(tx.connection()).await?;
    let mut numbered = Vec::with_capacity(rows.len());
    for (row, place) in rows.into_iter().zip(skip + 1..) {
        numbered.push((place, row.item(tx).await?.0));
    }
    let page = paging::page(numbered, limit, |(place, _)| place.to_string());
    Ok(Page {
        items: page.items.into_iter().map(|(_, item)| item).collect(),
        next_page: page.next_page,
    })
}

/// One series with its versions.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(tx: &mut OrgTx, id: SeriesId) -> Result<SeriesDetail> {
    tell(tx, Some(id)).await?;
    let mut query = QueryBuilder::<Postgres>::new(ITEM);
    query.push("s.series_id = ").push_bind(id.0);
    let row: Row = query
        .build_query_as()
        .fetch_optional(tx.connection())
        .await?
        .ok_or_else(|| StoreError::not_found("series", id))?;
    let (item, evidence, rank) = row.item(tx).await?;
    let rows = sqlx::query!(
        "SELECT f.file_id, f.name, f.mtime_ns, f.row_counts, d.path, d.site
        FROM app.files f JOIN app.folders d USING (org_id, folder_id)
        WHERE f.series_id = $1 AND f.committed_at IS NOT NULL ORDER BY f.mtime_ns DESC, f.file_no DESC LIMIT $2",
        id.0,
        VERSIONS_SHOWN
    )
    .fetch_all(tx.connection())
    .await?;
    let mut versions = Vec::with_capacity(rows.len());
    for row in rows.into_iter().rev() {
        let mut counts: BTreeMap<Why, u64> = row
            .row_counts
            .map(|counts| text::read("files", "row_counts", row.file_id, counts))
            .transpose()?
            .unwrap_or_default();
        let all = counts.values().sum();
        versions.push(SeriesVersion {
            file_id: FileId(row.file_id),
            scope: scope(row.site.as_deref(), &row.path, &row.name).to_string(),
            name: row.name,
            rank: DateTime::from_timestamp_nanos(row.mtime_ns),
            rows: all,
            live: counts.remove(&Why::Counts).unwrap_or(0),
            why_not: counts
                .into_iter()
                .map(|(why, rows)| (why.name().to_owned(), rows))
                .collect(),
        });
    }
    let scopes: BTreeSet<&str> = versions.iter().map(|version| version.scope.as_str()).collect();
    Ok(SeriesDetail {
        item,
        scope: scopes
            .into_iter()
            .filter(|scope| !scope.is_empty())
            .map(str::to_owned)
            .collect(),
        rank_basis: rank.sentence().to_owned(),
        evidence: evidence.iter().map(|seen| seen.sentence().to_owned()).collect(),
        versions,
    })
}

/// A question as it is shown, with the names of its files and the sums of each reading.
async fn view(tx: &mut OrgTx, id: SeriesId, question: Value, effects: Value) -> Result<QuestionView> {
    let question: Question = text::read("series", "question", id, question)?;
    let mut effects: Vec<Vec<(Variable, Decimal)>> = text::read("series", "effects", id, effects)?;
    effects.resize(question.choices.len(), Vec::new());
    let numbers = [question.older, question.newer];
    let rows = sqlx::query!(
        "SELECT file_no, file_id, name FROM app.files WHERE file_no = ANY ($1)",
        &numbers
    )
    .fetch_all(tx.connection())
    .await?;
    let file = |number: i64| {
        rows.iter()
            .find(|row| row.file_no == number)
            .map(|row| (FileId(row.file_id), row.name.clone()))
            .ok_or_else(|| StoreError::corrupt("series", "question", id))
    };
    let ((older, older_name), (newer, newer_name)) = (file(question.older)?, file(question.newer)?);
    Ok(QuestionView {
        code: question.kind,
        text: format!("{older_name} and {newer_name}: {}", question.text),
        older,
        newer,
        choices: question
            .choices
            .into_iter()
            .zip(effects)
            .map(|(choice, sums)| ChoiceView {
                choice: choice.answer,
                label: choice.label,
                effect: EffectView {
                    rows: choice.rows,
                    sums: sums
                        .into_iter()
                        .map(|(variable, value)| SumView { variable, value })
                        .collect(),
                },
            })
            .collect(),
    })
}

/// What is asked about a series.
///
/// # Errors
/// What the database says.
pub(crate) async fn question(tx: &mut OrgTx, id: SeriesId) -> Result<Option<QuestionView>> {
    tell(tx, Some(id)).await?;
    // It may have been joined to another one meanwhile.
    let row = sqlx::query!("SELECT question, effects FROM app.series WHERE series_id = $1", id.0)
        .fetch_optional(tx.connection())
        .await?;
    match row.and_then(|row| Some((row.question?, row.effects))) {
        Some((question, effects)) => Ok(Some(view(tx, id, question, effects).await?)),
        None => Ok(None),
    }
}

/// The series that a person means: its id or the beginning of it, its name, or a file of it.
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Ambiguous`].
pub async fn resolve(tx: &mut OrgTx, written: &str) -> Result<SeriesId> {
    if let Some((low, high)) = prefix::range(written) {
        let ids = sqlx::query_scalar!(
            "SELECT series_id FROM app.series WHERE series_id BETWEEN $1 AND $2 LIMIT 100",
            low,
            high
        )
        .fetch_all(tx.connection())
        .await?;
        if let Some(id) = prefix::only(ids, written)? {
            return Ok(SeriesId(id));
        }
    }
    let named = sqlx::query_scalar!(
        "SELECT series_id FROM app.series WHERE lower(name) = lower($1) ORDER BY created_at LIMIT 1",
        &*text::clean(written)
    )
    .fetch_optional(tx.connection())
    .await?;
    if let Some(id) = named {
        return Ok(SeriesId(id));
    }
    let file = match files::resolve(tx, written).await {
        Err(StoreError::NotFound { id, .. }) => return Err(StoreError::not_found("series", id)),
        other => other?,
    };
    sqlx::query_scalar!("SELECT series_id FROM app.files WHERE file_id = $1", file.0)
        .fetch_optional(tx.connection())
        .await?
        .flatten()
        .map(SeriesId)
        .ok_or_else(|| StoreError::not_found("series", written))
}

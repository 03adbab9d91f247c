//! The rows of exports: shown to a person, and streamed to an analysis.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use futures::TryStreamExt;
use plant_core::ids::{FileId, RecordId};
use plant_core::model::{Page, RecordView};
use plant_core::variable::{Kind, Variable};
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::{FromRow, Postgres, QueryBuilder};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::tx::OrgTx;
use crate::{paging, text};

/// Bytes that go to the receiver in one piece, about.
const PIECE_BYTES: usize = 256 * 1024;

/// The columns of the table in the order of the binary rows, quoted. The physical line is `line_no` in the table,
/// because a variable is called `line`.
pub(crate) fn columns() -> String {
    [
        "org_id", "file_no", "line_no", "live", "key_hash", "row_hash", "day", "ts",
    ]
    .into_iter()
    .chain(Variable::ALL.iter().map(|variable| variable.name()))
    .chain(["extra"])
    .map(|name| format!("\"{name}\""))
    .collect::<Vec<_>>()
    .join(", ")
}

/// Which rows to list.
#[derive(Debug, Clone, Default)]
pub struct RecordFilter {
    /// Only of this file.
    pub file: Option<FileId>,
    /// Only where each variable has this value (text whatever the case).
    pub filters: Vec<(Variable, String)>,
    /// At most so many; 0 means the usual page.
    pub limit: u32,
    /// Where the page begins.
    pub page: Option<String>,
}

/// The values of a row as text by column, without those that are not of the export itself.
pub(crate) const VALUES: &str = "(SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each_text(jsonb_strip_nulls(
    to_jsonb(r) - ARRAY['org_id', 'file_no', 'line_no', 'live', 'key_hash', 'row_hash', 'day', 'ts', 'extra'])) e)";

#[derive(FromRow)]
struct Row {
    file_no: i64,
    file_id: Uuid,
    line_no: i64,
    live: bool,
    row_values: Option<Value>,
    extra: Option<Value>,
}

/// Rows of a file by line, or of all files, newest first.
///
/// # Errors
/// [`StoreError::Invalid`] when a value is not of its variable's kind, or for a page token of another list.
pub async fn list(tx: &mut OrgTx, filter: &RecordFilter) -> Result<Page<RecordView>> {
    let after: Option<RecordId> = paging::id(filter.page.as_deref())?;
    let mut query = QueryBuilder::<Postgres>::new("SELECT r.file_no, f.file_id, r.line_no, r.live, ");
    query.push(VALUES);
    query.push(
        " AS row_values, r.extra FROM app.records r
        JOIN app.files f ON f.org_id = r.org_id AND f.file_no = r.file_no WHERE f.committed_at IS NOT NULL",
    );
    for (variable, value) in &filter.filters {
        push_filter(&mut query, *variable, value)?;
    }
    match filter.file {
        Some(file) => {
            query.push(" AND r.file_no = (SELECT g.file_no FROM app.files g WHERE g.file_id = ");
            query.push_bind(file.0).push(")");
            if let Some(last) = after {
                query.push(" AND r.line_no > ").push_bind(last.line);
            }
            query.push(" ORDER BY r.line_no");
        }
        None => {
            if let Some(last) = after {
                query.push(" AND (r.file_no, r.line_no) < (").push_bind(last.file_no);
                query.push(", ").push_bind(last.line).push(")");
            }
            query.push(" ORDER BY r.file_no DESC, r.line_no DESC");
        }
    }
    query.push(" LIMIT ").push_bind(paging::rows(filter.limit));
    let rows = query.build_query_as().fetch(tx.connection());
    paging::fill(rows, filter.limit, view, |record: &RecordView| {
        record.record_id.to_string()
    })
    .await
}

fn push_filter(query: &mut QueryBuilder<Postgres>, variable: Variable, value: &str) -> Result<()> {
    let value = text::clean(value.trim()).into_owned();
    let name = variable.name();
    let bad = |kind: &str| StoreError::invalid("where", format!("`{value}` is no {kind}, which {name} is"));
    let column = format!("r.\"{name}\"");
    match variable.kind() {
        Kind::Text => {
            query.push(format!(" AND lower({column}) = lower("));
            query.push_bind(value).push(")");
        }
        Kind::Number => {
            let number: Decimal = value.parse().map_err(|_| bad("number"))?;
            query.push(format!(" AND {column} = ")).push_bind(number);
        }
        Kind::Date => {
            let date: NaiveDate = value.parse().map_err(|_| bad("date (YYYY-MM-DD)"))?;
            query.push(format!(" AND {column} = ")).push_bind(date);
        }
        Kind::Time => {
            let time: DateTime<Utc> = value.parse().map_err(|_| bad("time (ISO 8601 with its zone)"))?;
            query.push(format!(" AND {column} = ")).push_bind(time);
        }
        Kind::Flag => {
            let flag = match value.to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => true,
                "false" | "no" | "0" => false,
                _ => return Err(bad("yes or no")),
            };
            query.push(format!(" AND {column} = ")).push_bind(flag);
        }
    }
    Ok(())
}

fn view(row: Row) -> Result<RecordView> {
    let record_id = RecordId {
        file_no: row.file_no,
        line: row.line_no,
    };
    let texts = texts(record_id, row.row_values)?;
    let values = texts
        .into_iter()
        .map(|(name, value)| {
            let value = match Variable::from_name(&name).map(Variable::kind) {
                Some(Kind::Flag) => Value::Bool(value == "true"),
                _ => Value::String(value),
            };
            (name, value)
        })
        .collect();
    let extra: BTreeMap<String, Value> = row
        .extra
        .map(|extra| text::read("records", "extra", record_id, extra))
        .transpose()?
        .unwrap_or_default();
    Ok(RecordView {
        file_id: FileId(row.file_id),
        line: paging::count(row.line_no),
        live: row.live,
        values,
        extra: extra
            .into_iter()
            .map(|(name, value)| match value {
                Value::String(text) => (name, text),
                other => (name, other.to_string()),
            })
            .collect(),
        record_id,
    })
}

/// Values as text by variable; times in UTC as ISO 8601.
pub(crate) fn texts(row: RecordId, values: Option<Value>) -> Result<BTreeMap<String, String>> {
    let mut texts: BTreeMap<String, String> = values
        .map(|values| text::read("records", "values", row, values))
        .transpose()?
        .unwrap_or_default();
    for (name, value) in &mut texts {
        if Variable::from_name(name).map(Variable::kind) == Some(Kind::Time)
            && let Ok(time) = value.parse::<DateTime<Utc>>()
        {
            *value = time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
        }
    }
    Ok(texts)
}

/// Streams the live rows of a file in the order of its lines, as binary COPY data with header and trailer; gives how many
/// bytes there were. The transaction may take long for it.
///
/// # Errors
/// [`StoreError::Aborted`] when the receiver is gone: roll the transaction back.
pub async fn copy_out(tx: &mut OrgTx, file_no: i64, to: mpsc::Sender<Vec<u8>>) -> Result<u64> {
    tx.allow_long().await?;
    let statement = format!(
        "COPY (SELECT {} FROM app.records WHERE org_id = '{}' AND file_no = {file_no} AND live ORDER BY line_no)
        TO STDOUT (FORMAT binary)",
        columns(),
        tx.org()
    );
    let mut stream = tx.connection().copy_out_raw(&statement).await?;
    let mut total: u64 = 0;
    let mut piece = Vec::with_capacity(PIECE_BYTES);
    while let Some(bytes) = stream.try_next().await? {
        total += bytes.len() as u64;
        piece.extend_from_slice(&bytes);
        if piece.len() >= PIECE_BYTES {
            let full = std::mem::replace(&mut piece, Vec::with_capacity(PIECE_BYTES));
            to.send(full).await.map_err(|_| StoreError::Aborted)?;
        }
    }
    to.send(piece).await.map_err(|_| StoreError::Aborted)?;
    Ok(total)
}

/// The newest standard cost of a unit by product number, for valuing rows of other files.
///
/// # Errors
/// What the database says.
pub async fn product_costs(tx: &mut OrgTx) -> Result<Vec<(String, Decimal)>> {
    let org = tx.org().0;
    let rows = sqlx::query!(
        r#"SELECT DISTINCT ON (product_code) product_code AS "product_code!", standard_unit_cost AS "cost!"
        FROM app.records
        WHERE org_id = $1 AND live AND standard_unit_cost IS NOT NULL AND product_code IS NOT NULL
        ORDER BY product_code, file_no DESC, line_no DESC"#,
        org
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| (row.product_code, row.cost)).collect())
}

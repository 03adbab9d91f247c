//! Files as a person sees them.

use chrono::{DateTime, NaiveDate, Utc};
use plant_core::ids::{FileId, FolderId, SeriesId};
use plant_core::job::IngestHead;
use plant_core::model::{DialectView, FileDetail, FileItem, Page, RecordCounts, TierView};
use plant_core::state::{FileState, Reason, ReasonCode};
use plant_core::table::Problem;
use serde_json::Value;
use sqlx::{FromRow, Postgres, QueryBuilder};
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::tx::OrgTx;
use crate::{paging, series, text, timeline};

/// Problems that come with a file; there may be more.
const PROBLEMS_SHOWN: i64 = 500;

/// Which files to list; empty parts don't choose.
#[derive(Debug, Clone, Default)]
pub struct FileFilter {
    /// In one of these states.
    pub states: Vec<FileState>,
    /// In the folder of that id or path.
    pub folder: Option<String>,
    /// With this in their name, whatever the case.
    pub name: Option<String>,
    /// First seen at or after.
    pub since: Option<DateTime<Utc>>,
    /// At most so many; 0 means the usual page.
    pub limit: u32,
    /// Where the page begins.
    pub page: Option<String>,
}

/// What of a file is shown in lists. The parts of its head are cut out by the database: a head can be large.
const ITEM: &str = "SELECT f.file_id, f.file_no, f.name, d.path AS folder, encode(f.sha256, 'hex') AS sha256, f.bytes,
    f.state, f.reason_code, f.reason_text, f.head #>> '{layout,encoding}' AS encoding, f.head #>> '{layout,form}' AS form,
    f.head #>> '{layout,delimiter}' AS delimiter, f.head #>> '{layout,quote}' AS quote,
    coalesce(p.settings ->> 'decimal', f.head #>> '{suggestion,dialect,decimal}') AS decimal_mark,
    (f.head #>> '{layout,header_line}')::bigint AS header_line, f.head #>> '{layout,sheet}' AS sheet, p.name AS profile,
    f.tier, f.balance, f.records_new, f.records_changed, f.records_unchanged, f.first_day, f.last_day, f.seen_at,
    f.committed_at, f.analysed_at, f.problem_count,
    (SELECT count(*) FROM app.findings x JOIN app.analyses a ON a.org_id = x.org_id AND a.analysis_id = x.analysis_id
        WHERE a.org_id = f.org_id AND a.file_id = f.file_id AND x.saving IS NOT NULL) AS findings
    FROM app.files f JOIN app.folders d ON d.org_id = f.org_id AND d.folder_id = f.folder_id
    LEFT JOIN app.profiles p ON p.org_id = f.org_id AND p.profile_id = f.profile_id AND p.version = f.profile_version
    WHERE ";

#[derive(FromRow)]
struct Row {
    file_id: Uuid,
    file_no: i64,
    name: String,
    folder: String,
    sha256: Option<String>,
    bytes: i64,
    state: String,
    reason_code: Option<String>,
    reason_text: Option<String>,
    encoding: Option<String>,
    form: Option<String>,
    delimiter: Option<String>,
    quote: Option<String>,
    decimal_mark: Option<String>,
    header_line: Option<i64>,
    sheet: Option<String>,
    profile: Option<String>,
    tier: Option<Value>,
    balance: Option<Value>,
    records_new: Option<i64>,
    records_changed: Option<i64>,
    records_unchanged: Option<i64>,
    first_day: Option<NaiveDate>,
    last_day: Option<NaiveDate>,
    seen_at: DateTime<Utc>,
    committed_at: Option<DateTime<Utc>>,
    analysed_at: Option<DateTime<Utc>>,
    problem_count: i64,
    findings: i64,
}

impl Row {
    fn item(self) -> Result<FileItem> {
        let id = self.file_id;
        let reason = match (self.reason_code, self.reason_text) {
            (Some(code), Some(text)) => Some(Reason {
                code: text::word("files", "reason_code", id, &code)?,
                text,
            }),
            _ => None,
        };
        let tier: Option<TierView> = self
            .tier
            .map(|tier| text::read("files", "tier", id, tier))
            .transpose()?;
        let records = match (self.records_new, self.records_changed, self.records_unchanged) {
            (Some(new), Some(changed), Some(unchanged)) => Some(RecordCounts {
                new: paging::count(new),
                changed: paging::count(changed),
                unchanged: paging::count(unchanged),
            }),
            _ => None,
        };
        Ok(FileItem {
            file_id: FileId(id),
            name: self.name,
            folder: self.folder,
            sha256: self.sha256.unwrap_or_default(),
            bytes: paging::count(self.bytes),
            state: timeline::state(&self.state, id)?,
            reason,
            encoding: self.encoding,
            dialect: match self.form {
                Some(form) => Some(DialectView {
                    form: text::word("files", "head", id, &form)?,
                    delimiter: self.delimiter,
                    quote: self.quote,
                    decimal: self.decimal_mark,
                    header_line: self.header_line.map(paging::count),
                    sheet: self.sheet,
                }),
                None => None,
            },
            profile: self.profile,
            tier: tier.map(|tier| tier.overall),
            balance: self
                .balance
                .map(|balance| text::read("files", "balance", id, balance))
                .transpose()?
                .map(|balance| series::repeated(balance, paging::count(self.records_unchanged.unwrap_or(0)))),
            records,
            first_day: self.first_day,
            last_day: self.last_day,
            seen_at: self.seen_at,
            committed_at: self.committed_at,
            analysed_at: self.analysed_at,
            findings: paging::count(self.findings),
        })
    }
}

/// Files, newest first.
///
/// # Errors
/// A page token of another list; [`StoreError::NotFound`] for a folder that is not watched and never was.
pub async fn list(tx: &mut OrgTx, filter: &FileFilter) -> Result<Page<FileItem>> {
    let before = paging::number(filter.page.as_deref())?.unwrap_or(i64::MAX);
    let mut query = QueryBuilder::<Postgres>::new(ITEM);
    query.push("f.file_no < ").push_bind(before);
    if !filter.states.is_empty() {
        let states: Vec<String> = filter.states.iter().map(|state| state.name().to_owned()).collect();
        query.push(" AND f.state = ANY (").push_bind(states).push(")");
    }
    if let Some(folder) = &filter.folder {
        query
            .push(" AND f.folder_id = ANY (")
            .push_bind(folders(tx, folder).await?)
            .push(")");
    }
    if let Some(name) = &filter.name {
        let part = text::clean(name).to_lowercase();
        query
            .push(" AND position(")
            .push_bind(part)
            .push(" IN lower(f.name)) > 0");
    }
    if let Some(since) = filter.since {
        query.push(" AND f.seen_at >= ").push_bind(since);
    }
    query
        .push(" ORDER BY f.file_no DESC LIMIT ")
        .push_bind(paging::rows(filter.limit));
    let rows = query.build_query_as().fetch(tx.connection());
    let numbered = |row: Row| Ok((row.file_no, row.item()?));
    let page = paging::fill(rows, filter.limit, numbered, |(number, _)| number.to_string()).await?;
    Ok(Page {
        items: page.items.into_iter().map(|(_, item)| item).collect(),
        next_page: page.next_page,
    })
}

/// The folders of that id or path, also those that are watched no longer: what was taken in from them stays.
pub(super) async fn folders(tx: &mut OrgTx, folder: &str) -> Result<Vec<Uuid>> {
    let path = match folder.trim_end_matches('/') {
        "" => folder,
        path => path,
    };
    let found: Vec<Uuid> = sqlx::query_scalar!(
        "SELECT folder_id FROM app.folders WHERE folder_id = $1 OR path = $2",
        folder.parse::<FolderId>().ok().map(|id| id.0),
        &*text::clean(path)
    )
    .fetch_all(tx.connection())
    .await?;
    if found.is_empty() {
        return Err(StoreError::not_found("folder", folder));
    }
    Ok(found)
}

/// A file as lists show it.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn item(tx: &mut OrgTx, file_id: FileId) -> Result<FileItem> {
    row(tx, file_id).await?.item()
}

async fn row(tx: &mut OrgTx, file_id: FileId) -> Result<Row> {
    let mut query = QueryBuilder::<Postgres>::new(ITEM);
    query.push("f.file_id = ").push_bind(file_id.0);
    query
        .build_query_as()
        .fetch_optional(tx.connection())
        .await?
        .ok_or_else(|| StoreError::not_found("file", file_id))
}

/// One file with everything known about it.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn get(tx: &mut OrgTx, file_id: FileId) -> Result<FileDetail> {
    let row = row(tx, file_id).await?;
    let problem_count = paging::count(row.problem_count);
    let item = row.item()?;
    let head: Option<IngestHead> = head(tx, file_id).await?;
    let problems = sqlx::query!(
        "SELECT line_no, column_name, code, text, value, quarantined FROM app.problems
        WHERE file_id = $1 ORDER BY problem_no LIMIT $2",
        file_id.0,
        PROBLEMS_SHOWN
    )
    .fetch_all(tx.connection())
    .await?
    .into_iter()
    .map(|row| Problem {
        line: paging::count(row.line_no),
        column: row.column_name,
        code: row.code,
        text: row.text,
        value: row.value,
        quarantined: row.quarantined,
    })
    .collect();
    let timeline = timeline::of(tx, file_id).await?;
    let next_step = next_step(&item);
    let of_series = sqlx::query!(
        "SELECT series_id, row_counts FROM app.files WHERE file_id = $1",
        file_id.0
    )
    .fetch_one(tx.connection())
    .await?;
    let question = match of_series.series_id {
        Some(series) => series::question(tx, SeriesId(series)).await?,
        None => None,
    };
    let row_counts = of_series
        .row_counts
        .map(|counts| text::read("files", "row_counts", file_id, counts))
        .transpose()?
        .unwrap_or_default();
    let (columns, notes) = match head {
        Some(head) => (head.columns, head.layout.map(|layout| layout.notes).unwrap_or_default()),
        None => Default::default(),
    };
    Ok(FileDetail {
        item,
        columns,
        problems,
        problem_count,
        timeline,
        next_step,
        notes,
        series_id: of_series.series_id.map(SeriesId),
        row_counts,
        question: question.filter(|question| question.older == file_id || question.newer == file_id),
    })
}

fn next_step(item: &FileItem) -> String {
    if let Some(reason) = &item.reason {
        return reason
            .code
            .next_step()
            .replace("{id}", &item.file_id.to_string())
            .replace("{name}", &item.name);
    }
    match item.state {
        FileState::Seen | FileState::Waiting => {
            "nothing to do: it is read when it has been quiet long enough".to_owned()
        }
        FileState::Stable | FileState::Reading => "nothing to do: it is queued or being read".to_owned(),
        FileState::Committed => "nothing to do: its analysis follows".to_owned(),
        FileState::Analysed => format!("see what was found with `plant analyses show {}`", item.file_id),
        FileState::Superseded => "nothing to do: newer versions took its place".to_owned(),
        FileState::Withdrawn => format!("let it count again with `plant files restore {}`", item.file_id),
        FileState::Duplicate => ReasonCode::SameBytes.next_step().to_owned(),
        FileState::Ignored => ReasonCode::IgnoredName.next_step().to_owned(),
        FileState::Held | FileState::Unsupported | FileState::Failed => {
            format!("try again with `plant files retry {}`", item.file_id)
        }
    }
}

/// What the worker found when it last read the head of the file.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn head(tx: &mut OrgTx, file_id: FileId) -> Result<Option<IngestHead>> {
    sqlx::query!("SELECT head FROM app.files WHERE file_id = $1", file_id.0)
        .fetch_optional(tx.connection())
        .await?
        .ok_or_else(|| StoreError::not_found("file", file_id))?
        .head
        .map(|head| text::read("files", "head", file_id, head))
        .transpose()
}

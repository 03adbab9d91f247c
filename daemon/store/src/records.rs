//! The rows of exports as a person and an analysis see them: found in their blocks, opened one block at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use plant_core::alias::{AliasKind, Aliases};
use plant_core::ids::{FileId, RecordId};
use plant_core::measure::Measure;
use plant_core::model::{MeasureView, Page, RecordView};
use plant_core::record::{Record, RowAt, Value as Typed};
use plant_core::series::Why;
use plant_core::variable::{Kind, Variable};
use plant_rows::{Codes, code_hash};
use rust_decimal::Decimal;
use serde_json::Value;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::blocks::{self, Kept, Place};
use crate::error::{Result, StoreError};
use crate::tx::OrgTx;
use crate::{canonical, paging, text};

/// Blocks that are looked for at once.
const BLOCKS_AT_ONCE: i64 = 128;

/// Blocks that are fetched at once for an analysis.
const BLOCKS_STREAMED: i64 = 16;

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

/// Rows of a file by line, or of all files, newest first.
///
/// # Errors
/// [`StoreError::Invalid`] when a value is not of its variable's kind, or for a page token of another list.
pub async fn list(tx: &mut OrgTx, filter: &RecordFilter) -> Result<Page<RecordView>> {
    let after: Option<RecordId> = paging::id(filter.page.as_deref())?;
    let aliases = canonical::aliases(tx).await?;
    let wanted = filter
        .filters
        .iter()
        .map(|(variable, value)| Wanted::read(*variable, value, &aliases))
        .collect::<Result<Vec<_>>>()?;
    let mut filling = paging::Filling::new(filter.limit);
    let mut items: Vec<RecordView> = Vec::new();
    // The line of the last row may have more.
    let mut at = after.map(|last| match filter.file {
        Some(_) => (last.file_no, last.line - 1),
        None => (last.file_no, last.line + 1),
    });
    loop {
        let places = match filter.file {
            Some(file) => after_in_file(tx, file, at.map(|(_, line)| line)).await?,
            None => before_in_all(tx, at).await?,
        };
        let Some(last) = places.last() else { break };
        let next = match filter.file {
            Some(_) => (last.file_no, last.last_line),
            None => (last.file_no, last.first_line),
        };
        for mut found in places {
            // A row stands in one block, which must have all that is wanted.
            let own = std::mem::take(&mut found.codes);
            let mut standing = std::iter::once(own).chain(std::mem::take(&mut found.base_codes));
            let may_have = |codes| {
                let codes = Codes::from_bytes(codes);
                wanted.iter().all(|wanted| wanted.may_be_in(&codes))
            };
            if !standing.any(may_have) {
                continue;
            }
            let (rows, why) = blocks::open(tx, found.place()).await?;
            let order: Vec<usize> = match filter.file {
                Some(_) => (0..rows.len()).collect(),
                None => (0..rows.len()).rev().collect(),
            };
            for row in order {
                let id = RecordId {
                    file_no: found.file_no,
                    line: paging::big(rows.line(row)),
                    sub: rows.sub(row).into(),
                };
                let passed = after.is_some_and(|last| match filter.file {
                    Some(_) => (id.line, id.sub) <= (last.line, last.sub),
                    None => id >= last,
                });
                if passed
                    || !wanted
                        .iter()
                        .all(|wanted| wanted.is_met(rows.value(row, wanted.variable)))
                {
                    continue;
                }
                if filling.is_full() {
                    let next_page = items.last().map(|record| record.record_id.to_string());
                    return Ok(Page { items, next_page });
                }
                let item = view(
                    id,
                    FileId(found.file_id),
                    rows.record(row),
                    blocks::why(&why, row),
                    &aliases,
                );
                filling.takes(&item);
                items.push(item);
            }
        }
        at = Some(next);
    }
    Ok(Page { items, next_page: None })
}

/// A block that may hold what is looked for.
struct Found {
    file_no: i64,
    block_no: i32,
    file_id: Uuid,
    first_line: i64,
    last_line: i64,
    codes: Vec<u8>,
    /// Of the blocks where other rows of it stand.
    base_codes: Vec<Vec<u8>>,
}

impl Found {
    fn place(&self) -> Place {
        Place {
            file_no: self.file_no,
            block_no: self.block_no,
        }
    }
}

async fn after_in_file(tx: &mut OrgTx, file: FileId, after: Option<i64>) -> Result<Vec<Found>> {
    let org = tx.org().0;
    Ok(sqlx::query_as!(
        Found,
        r#"SELECT b.file_no, b.block_no, f.file_id, b.first_line, b.last_line, b.codes,
            ARRAY(SELECT o.codes FROM UNNEST(b.base_files, b.base_blocks) AS x (file_no, block_no)
                JOIN app.row_blocks o ON o.org_id = b.org_id AND o.file_no = x.file_no AND o.block_no = x.block_no)
                AS "base_codes!"
        FROM app.row_blocks b JOIN app.files f ON f.org_id = b.org_id AND f.file_no = b.file_no
        WHERE b.org_id = $1 AND f.file_id = $2 AND f.committed_at IS NOT NULL AND b.block_no >= f.first_block
            AND b.last_line > $3
        ORDER BY b.block_no LIMIT $4"#,
        org,
        file.0,
        after.unwrap_or(-1),
        BLOCKS_AT_ONCE
    )
    .fetch_all(tx.connection())
    .await?)
}

async fn before_in_all(tx: &mut OrgTx, before: Option<(i64, i64)>) -> Result<Vec<Found>> {
    let org = tx.org().0;
    let (file_no, line) = before.unwrap_or((i64::MAX, i64::MAX));
    Ok(sqlx::query_as!(
        Found,
        r#"SELECT b.file_no, b.block_no, f.file_id, b.first_line, b.last_line, b.codes,
            ARRAY(SELECT o.codes FROM UNNEST(b.base_files, b.base_blocks) AS x (file_no, block_no)
                JOIN app.row_blocks o ON o.org_id = b.org_id AND o.file_no = x.file_no AND o.block_no = x.block_no)
                AS "base_codes!"
        FROM app.row_blocks b JOIN app.files f ON f.org_id = b.org_id AND f.file_no = b.file_no
        WHERE b.org_id = $1 AND f.committed_at IS NOT NULL AND b.block_no >= f.first_block AND b.file_no <= $2
            AND (b.file_no < $2 OR b.first_line < $3)
        ORDER BY b.file_no DESC, b.block_no DESC LIMIT $4"#,
        org,
        file_no,
        line,
        BLOCKS_AT_ONCE
    )
    .fetch_all(tx.connection())
    .await?)
}

/// A value that rows must have.
struct Wanted {
    variable: Variable,
    /// Any of these: a machine is found by each of its names.
    values: Vec<Typed>,
    /// Of a text: the hashes by which blocks are passed over.
    codes: Option<Vec<u64>>,
}

impl Wanted {
    fn read(variable: Variable, written: &str, aliases: &Aliases) -> Result<Wanted> {
        let written = text::clean(written.trim()).into_owned();
        let bad = |kind: &str| StoreError::invalid("where", format!("`{written}` is no {kind}, which {variable} is"));
        let value = match variable.kind() {
            Kind::Text => {
                let names = match AliasKind::of(variable) {
                    Some(kind) => aliases.names(kind, &written),
                    None => BTreeSet::from([written]),
                };
                return Ok(Wanted {
                    variable,
                    codes: Some(names.iter().map(|name| code_hash(variable, name)).collect()),
                    values: names.iter().map(|name| Typed::Text(name.to_lowercase())).collect(),
                });
            }
            Kind::Number => Typed::Number(written.parse::<Decimal>().map_err(|_| bad("number"))?.normalize()),
            Kind::Date => Typed::Date(written.parse::<NaiveDate>().map_err(|_| bad("date (YYYY-MM-DD)"))?),
            Kind::Time => Typed::Time(
                written
                    .parse::<DateTime<Utc>>()
                    .map_err(|_| bad("time (ISO 8601 with its zone)"))?,
            ),
            Kind::Flag => match written.to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => Typed::Flag(true),
                "false" | "no" | "0" => Typed::Flag(false),
                _ => return Err(bad("yes or no")),
            },
        };
        Ok(Wanted {
            variable,
            values: vec![value],
            codes: None,
        })
    }

    fn may_be_in(&self, codes: &Codes) -> bool {
        let any = |wanted: &Vec<u64>| wanted.iter().any(|code| codes.may_have(*code));
        self.codes.as_ref().is_none_or(any)
    }

    fn is_met(&self, found: Option<Typed>) -> bool {
        match found {
            Some(Typed::Text(text)) => self.values.contains(&Typed::Text(text.trim().to_lowercase())),
            Some(found) => self.values.contains(&found),
            None => false,
        }
    }
}

fn view(record_id: RecordId, file_id: FileId, record: Record, why: Why, aliases: &Aliases) -> RecordView {
    let canonical = (Variable::ALL.iter())
        .filter_map(|variable| {
            let other = aliases.other(*variable, record.text(*variable)?)?;
            Some((variable.name().to_owned(), other.to_owned()))
        })
        .collect();
    let values = texts(&record)
        .into_iter()
        .map(|(name, text)| {
            let value = match Variable::from_name(&name).map(Variable::kind) {
                Some(Kind::Flag) => Value::Bool(text == "true"),
                _ => Value::String(text),
            };
            (name, value)
        })
        .collect();
    RecordView {
        record_id,
        file_id,
        line: record.line,
        live: why == Why::Counts,
        why: (why != Why::Counts).then_some(why),
        values,
        canonical,
        measures: measures(record.measures),
        extra: record.extra.into_iter().collect(),
    }
}

fn measures(all: Vec<(Arc<Measure>, Decimal)>) -> Vec<MeasureView> {
    let mut all = all;
    all.sort_unstable();
    all.into_iter()
        .map(|(measure, value)| MeasureView {
            kind: measure.kind,
            name: measure.name.clone(),
            unit: measure.unit.clone(),
            value,
        })
        .collect()
}

/// Values as text by variable; times in UTC as ISO 8601.
pub(crate) fn texts(record: &Record) -> BTreeMap<String, String> {
    Variable::ALL
        .iter()
        .zip(&record.values)
        .filter_map(|(variable, value)| {
            let text = match value.as_ref()? {
                Typed::Text(text) => text.clone(),
                Typed::Number(number) => number.to_string(),
                Typed::Time(time) => time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
                Typed::Date(date) => date.to_string(),
                Typed::Flag(flag) => flag.to_string(),
            };
            Some((variable.name().to_owned(), text))
        })
        .collect()
}

/// These rows of a file.
pub(crate) async fn of_rows(tx: &mut OrgTx, file_no: i64, wanted: &BTreeSet<RowAt>) -> Result<BTreeMap<RowAt, Record>> {
    let org = tx.org().0;
    let lines: Vec<i64> = wanted.iter().map(|at| paging::big(at.line)).collect();
    let blocks = sqlx::query_scalar!(
        "SELECT DISTINCT b.block_no FROM UNNEST($3::bigint[]) AS l (line)
        JOIN app.row_blocks b ON b.org_id = $1 AND b.file_no = $2 AND l.line BETWEEN b.first_line AND b.last_line
        JOIN app.files f ON f.org_id = b.org_id AND f.file_no = b.file_no AND b.block_no >= f.first_block
        ORDER BY 1",
        org,
        file_no,
        &lines
    )
    .fetch_all(tx.connection())
    .await?;
    let mut found = BTreeMap::new();
    for block_no in blocks {
        let (rows, _) = blocks::open(tx, Place { file_no, block_no }).await?;
        for row in 0..rows.len() {
            let at = rows.at(row);
            if wanted.contains(&at) {
                found.insert(at, rows.record(row));
            }
        }
    }
    Ok(found)
}

/// Streams the blocks of a file with the rows that count, as [`plant_rows::Counting`] reads them; gives how many bytes
/// there were. The transaction may take long for it.
///
/// # Errors
/// [`StoreError::Aborted`] when the receiver is gone: roll the transaction back.
pub async fn stream(tx: &mut OrgTx, file_no: i64, to: mpsc::Sender<Vec<u8>>) -> Result<u64> {
    tx.allow_long().await?;
    let org = tx.org().0;
    let (mut total, mut last): (u64, i32) = (0, -1);
    loop {
        // A few at a time, so that no statement waits for the receiver.
        let blocks = sqlx::query!(
            r#"SELECT b.block_no, b.image, b.origins, b.base_files, b.base_blocks, s.why AS "why?" FROM app.row_blocks b
            JOIN app.row_states s ON s.org_id = b.org_id AND s.file_no = b.file_no AND s.block_no = b.block_no
            WHERE b.org_id = $1 AND b.file_no = $2 AND b.block_no > $3 AND s.counting > 0
            ORDER BY b.block_no LIMIT $4"#,
            org,
            file_no,
            last,
            BLOCKS_STREAMED
        )
        .fetch_all(tx.connection())
        .await?;
        let Some(end) = blocks.last() else { break };
        last = end.block_no;
        for block in blocks {
            let counts: Vec<bool> = block.why.unwrap_or_default().into_iter().map(|why| why == 0).collect();
            let piece = match (block.origins, block.image) {
                (None, image) => plant_rows::piece(&image.unwrap_or_default(), &counts),
                (origins, image) => {
                    let kept = Kept::new(image, origins, block.base_files, block.base_blocks);
                    let wanted = |row: usize| counts.is_empty() || counts.get(row) == Some(&true);
                    plant_rows::piece(&plant_rows::compress(&kept.assembled(tx, wanted).await?)?, &[])
                }
            };
            total += piece.len() as u64;
            to.send(piece).await.map_err(|_| StoreError::Aborted)?;
        }
    }
    let end = plant_rows::end();
    total += end.len() as u64;
    to.send(end).await.map_err(|_| StoreError::Aborted)?;
    Ok(total)
}

//! What files tell of things, as a person sees it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use plant_core::ids::FileId;
use plant_core::model::{Page, ReferenceEntry, ReferenceFile, ReferenceItem};
use plant_core::unit::Unit;
use plant_core::variable::Variable;
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::{FromRow, Postgres, QueryBuilder};
use uuid::Uuid;

use crate::error::Result;
use crate::tx::OrgTx;
use crate::{orgs, paging, text};

/// Files that are named beside one kind, at most.
const FILES_SHOWN: usize = 20;

/// What is known of each variable, by what names the things.
///
/// # Errors
/// A page token of another list.
pub async fn list(tx: &mut OrgTx, limit: u32, page: Option<&str>) -> Result<Page<ReferenceItem>> {
    let org = tx.org().0;
    let skip = paging::number(page)?.unwrap_or(0).max(0);
    let rows = sqlx::query!(
        r#"SELECT e.variable, ARRAY(SELECT jsonb_object_keys(e.key) ORDER BY 1) AS "names!", f.file_id, f.name,
            count(*) AS "entries!", count(*) FILTER (WHERE e.listed) AS "listed!", min(e.valid_from) AS first,
            max(e.valid_to) AS last, bool_or(e.valid_to IS NULL) AS "open!"
        FROM app.reference_entries e JOIN app.files f ON f.org_id = e.org_id AND f.file_id = e.file_id
        WHERE e.org_id = $1 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 5 DESC, 4, 3"#,
        org
    )
    .fetch_all(tx.connection())
    .await?;
    let mut items: BTreeMap<(Variable, Vec<Variable>), (ReferenceItem, bool)> = BTreeMap::new();
    for row in rows {
        let kind: Variable = text::word("reference_entries", "variable", row.file_id, &row.variable)?;
        let mut key = row
            .names
            .iter()
            .map(|name| text::word("reference_entries", "key", row.file_id, name))
            .collect::<Result<Vec<Variable>>>()?;
        key.sort_unstable();
        let (item, is_open) = items.entry((kind, key.clone())).or_insert_with(|| {
            let item = ReferenceItem {
                kind,
                key,
                entries: 0,
                listed: 0,
                valid_from: None,
                valid_to: None,
                files: Vec::new(),
                used_by: Vec::new(),
            };
            (item, false)
        });
        item.entries += paging::count(row.entries);
        item.listed += paging::count(row.listed);
        item.valid_from = [item.valid_from, row.first].into_iter().flatten().min();
        item.valid_to = [item.valid_to, row.last].into_iter().flatten().max();
        *is_open |= row.open;
        item.files.push(ReferenceFile {
            file_id: FileId(row.file_id),
            name: row.name,
            rows: paging::count(row.entries),
        });
    }
    let uses = uses(tx).await?;
    let numbered = items
        .into_values()
        .zip(1_i64..)
        .skip(usize::try_from(skip).unwrap_or(usize::MAX));
    let numbered = numbered.take(paging::rows(limit).try_into().unwrap_or(usize::MAX));
    let numbered: Vec<(i64, ReferenceItem)> = numbered
        .map(|((mut item, is_open), place)| {
            if is_open {
                item.valid_to = None;
            }
            let sources: BTreeSet<FileId> = item.files.iter().map(|file| file.file_id).collect();
            let of_item = uses
                .iter()
                .filter(|used| used.variable == item.kind && sources.contains(&used.source));
            item.used_by = of_item.map(|used| used.file.clone()).collect();
            item.used_by.truncate(FILES_SHOWN);
            item.files.truncate(FILES_SHOWN);
            (place, item)
        })
        .collect();
    let page = paging::page(numbered, limit, |(place, _)| place.to_string());
    Ok(Page {
        items: page.items.into_iter().map(|(_, item)| item).collect(),
        next_page: page.next_page,
    })
}

/// A file that takes a variable from another one.
struct Used {
    variable: Variable,
    source: FileId,
    file: ReferenceFile,
}

async fn uses(tx: &mut OrgTx) -> Result<Vec<Used>> {
    let org = tx.org().0;
    let rows = sqlx::query!(
        r#"SELECT a.file_id, f.name, u.use ->> 'variable' AS "variable!", (u.use ->> 'file_id')::uuid AS "source!",
            (u.use ->> 'rows')::bigint AS "rows!"
        FROM app.analyses a JOIN app.files f ON f.org_id = a.org_id AND f.file_id = a.file_id,
            jsonb_array_elements(a.uses) AS u (use)
        WHERE a.org_id = $1 ORDER BY 5 DESC, 2, 1"#,
        org
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Used {
                variable: text::word("analyses", "uses", row.file_id, &row.variable)?,
                source: FileId(row.source),
                file: ReferenceFile {
                    file_id: FileId(row.file_id),
                    name: row.name,
                    rows: paging::count(row.rows),
                },
            })
        })
        .collect()
}

#[derive(FromRow)]
struct Row {
    file_id: Uuid,
    name: String,
    key: Value,
    listed: bool,
    number: Option<Decimal>,
    said: Option<String>,
    currency: Option<String>,
    valid_from: Option<NaiveDate>,
    valid_to: Option<NaiveDate>,
    line_no: i64,
}

/// The entries of a variable, of things with these codes: by thing, then by the first day on which they hold.
///
/// # Errors
/// A page token of another list.
pub async fn entries(
    tx: &mut OrgTx,
    kind: Variable,
    codes: &[(Variable, String)],
    limit: u32,
    page: Option<&str>,
) -> Result<Page<ReferenceEntry>> {
    let skip = paging::number(page)?.unwrap_or(0).max(0);
    let home = orgs::get(tx).await?.currency;
    let mut query = QueryBuilder::<Postgres>::new(
        "SELECT e.file_id, f.name, e.key, e.listed, e.number, e.said, e.currency, e.valid_from, e.valid_to, e.line_no
        FROM app.reference_entries e JOIN app.files f ON f.org_id = e.org_id AND f.file_id = e.file_id
        WHERE e.variable = ",
    );
    query.push_bind(kind.name());
    for (variable, code) in codes {
        query
            .push(" AND lower(e.key ->> ")
            .push_bind(variable.name())
            .push(") = ");
        query.push_bind(text::clean(code.trim()).to_lowercase());
    }
    query.push(" ORDER BY e.key, e.valid_from NULLS FIRST, f.mtime_ns DESC, f.file_no DESC, e.entry_no OFFSET ");
    query.push_bind(skip).push(" LIMIT ").push_bind(paging::rows(limit));
    let rows: Vec<Row> = query.build_query_as().fetch_all(tx.connection()).await?;
    let mut numbered = Vec::with_capacity(rows.len());
    for (row, place) in rows.into_iter().zip(skip + 1..) {
        let unit = match kind.is_money() {
            true => Unit::currency(row.currency.as_deref().or(home.as_deref())),
            false => Unit::from(kind.unit()),
        };
        let entry = ReferenceEntry {
            kind,
            key: text::read("reference_entries", "key", row.file_id, row.key)?,
            value: row.number,
            text: row.said,
            unit,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            listed: row.listed,
            file_id: FileId(row.file_id),
            file: row.name,
            line: paging::count(row.line_no),
        };
        numbered.push((place, entry));
    }
    let page = paging::page(numbered, limit, |(place, _)| place.to_string());
    Ok(Page {
        items: page.items.into_iter().map(|(_, entry)| entry).collect(),
        next_page: page.next_page,
    })
}

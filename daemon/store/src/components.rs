//! Sums of components by group: the only source of a figure.
//!
//! Names of columns come from the lists of plant-core alone; whatever a person wrote is bound as a value.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use futures::TryStreamExt;
use plant_core::alias::AliasKind;
use plant_core::component::{Component, ComponentRow, Components, Dimension, Fold};
use plant_core::family::{Dimensions, Family, KeptFamily};
use plant_core::ids::FileId;
use plant_core::job::AnalysisOutput;
use plant_core::metric::together::{Cell, Level, Reach};
use plant_core::metric::{ComponentGroup, Grain, MetricQuery};
use plant_core::model::Citation;
use plant_core::reference::Entry;
use plant_core::rollup::CELLS_MOST;
use rust_decimal::Decimal;
use sqlx::postgres::PgRow;
use sqlx::{Postgres, QueryBuilder, Row};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::families::{Allowed, Chosen, Files};
use crate::rollups::{self, Cells};
use crate::tx::OrgTx;
use crate::{canonical, families, paging, text};

/// Files named as the source of a figure, at most.
const CITATIONS_MAX: i64 = 20;
/// The cells of a family.
const CELLS: &str = "c.org_id = h.org_id AND c.file_no = h.file_no AND c.family_no = h.family_no";
/// Rows that are written by one statement.
const ROWS_AT_ONCE: usize = 2_000;
/// The number of a cell from which they begin anew.
const NUMBERS_MOST: i32 = 1_000_000_000;

/// A piece of an analysis as a worker sends it.
#[derive(Debug)]
pub enum Piece {
    /// Some of its components.
    Components(Vec<ComponentRow>),
    /// Some of what its rows tell of things, behind all components.
    Entries(Vec<Entry>),
    /// All the rest, and the end.
    Analysis(Box<AnalysisOutput>),
}

/// Which groups of a query, in the order of the groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// How many are passed over.
    pub skip: u32,
    /// How many are given at most.
    pub take: u32,
}

/// The sums of these components over what the query asks for, by its groups, in the order of the groups; of them the
/// window. The keys of a group are the names of its dimensions, `file` with `file_id`, and `day`, `week` (its Monday) or
/// `month` (`YYYY-MM`); the grain `shift` gives `day` and `shift`. A query without groups has exactly one, empty when no
/// row is in scope. Two filters on one dimension allow either value.
///
/// # Errors
/// [`StoreError::Invalid`] where a file in scope keeps no sums by all of what is asked; what the database says.
pub async fn query(
    tx: &mut OrgTx,
    metric: &MetricQuery,
    components: &[Component],
    window: Window,
) -> Result<Vec<ComponentGroup>> {
    let mut groups = Vec::new();
    each(tx, metric, components, Some(window), |group| groups.push(group)).await?;
    Ok(groups)
}

/// The same for every group, one by one, so that they need not all be in memory.
///
/// # Errors
/// See [`query`].
pub async fn each(
    tx: &mut OrgTx,
    metric: &MetricQuery,
    components: &[Component],
    window: Option<Window>,
    mut visit: impl FnMut(ComponentGroup),
) -> Result<()> {
    let keys = keys(metric);
    let mut select = select(tx, metric, components, &keys, Family::needed_by(metric), false).await?;
    if let Some(window) = window {
        select.push(" LIMIT ").push_bind(i64::from(window.take));
        select.push(" OFFSET ").push_bind(i64::from(window.skip));
    }
    let mut rows = select.build().fetch(tx.connection());
    while let Some(row) = rows.try_next().await? {
        visit(group(&row, &keys, components)?);
    }
    Ok(())
}

/// The same sums by the days of places, one by one, those of a group together: for what is joined by them.
///
/// # Errors
/// What the database says.
pub async fn cells(
    tx: &mut OrgTx,
    metric: &MetricQuery,
    components: &[Component],
    level: Level,
    mut visit: impl FnMut(Cell),
) -> Result<()> {
    const PLACE: &str = "of_place";
    const DAY: &str = "of_day";
    let mut keys = keys(metric);
    let place = level.dimension().map_or("NULL::text".to_owned(), column);
    keys.push((PLACE, place));
    keys.push((DAY, "c.day::text".to_owned()));
    let of_place: Dimensions = level.dimension().into_iter().collect();
    let need = Family {
        dimensions: Family::needed_by(metric).dimensions.or(of_place),
        has_day: true,
    };
    let mut select = select(tx, metric, components, &keys, need, true).await?;
    let mut rows = select.build().fetch(tx.connection());
    while let Some(row) = rows.try_next().await? {
        let mut sums = group(&row, &keys, components)?;
        let place = sums.group.remove(PLACE).flatten();
        let day = sums.group.remove(DAY).flatten();
        let day = day
            .map(|day| day.parse().map_err(|_| StoreError::corrupt("components", "day", &day)))
            .transpose()?;
        visit(Cell { place, day, sums });
    }
    Ok(())
}

async fn select(
    tx: &mut OrgTx,
    metric: &MetricQuery,
    components: &[Component],
    keys: &[(&'static str, String)],
    need: Family,
    by_day: bool,
) -> Result<QueryBuilder<Postgres>> {
    let mut sql = QueryBuilder::<Postgres>::new("SELECT ");
    for (_, expression) in keys {
        sql.push(expression).push(", ");
    }
    // As text: a sum may have more digits than a decimal of ours holds, and is rounded rather than refused.
    for component in components {
        let fold = match component.fold() {
            Fold::Sum => "sum",
            Fold::Least => "min",
            Fold::Greatest => "max",
        };
        sql.push(format!(
            "trim_scale(round({fold}(c.\"{}\"), 15))::text, ",
            component.name()
        ));
    }
    sql.push(
        "array_agg(DISTINCT c.currency) FILTER (WHERE c.currency IS NOT NULL),
        array_agg(DISTINCT c.uom) FILTER (WHERE c.uom IS NOT NULL),
        array_agg(DISTINCT lower(c.process_value)) FILTER (WHERE c.process_value IS NOT NULL),
        array_agg(DISTINCT c.process_unit) FILTER (WHERE c.process_unit IS NOT NULL) FROM ",
    );
    let allowed = allowed(tx, metric).await?;
    match rollups::of(tx, metric, need, components, by_day).await? {
        Some(rollup) => {
            rollups::push(tx, &mut sql, rollup);
            push_conditions(&mut sql, metric, allowed);
        }
        None => push_files(tx, &mut sql, metric, need, allowed).await?,
    }
    if !keys.is_empty() {
        let places: Vec<String> = (1..=keys.len()).map(|place| place.to_string()).collect();
        let places = places.join(", ");
        sql.push(format!(" GROUP BY {places} ORDER BY {places}"));
    }
    Ok(sql)
}

/// Names and expressions of what a query groups by.
fn keys(metric: &MetricQuery) -> Vec<(&'static str, String)> {
    let mut keys: Vec<(&'static str, String)> = Vec::new();
    let mut by = metric.by.clone();
    match metric.grain {
        Some(Grain::Day) => keys.push(("day", "c.day::text".to_owned())),
        Some(Grain::Week) => keys.push(("week", "date_trunc('week', c.day::timestamp)::date::text".to_owned())),
        Some(Grain::Month) => keys.push(("month", "to_char(c.day, 'YYYY-MM')".to_owned())),
        Some(Grain::Shift) => {
            keys.push(("day", "c.day::text".to_owned()));
            by.push(Dimension::Shift);
        }
        None => {}
    }
    by.sort_unstable();
    by.dedup();
    keys.extend(by.iter().map(|dimension| (dimension.name(), column(*dimension))));
    if metric.by_file {
        keys.push(("file", "f.name".to_owned()));
        keys.push(("file_id", "f.file_id::text".to_owned()));
    }
    keys
}

fn group(row: &PgRow, keys: &[(&'static str, String)], components: &[Component]) -> Result<ComponentGroup> {
    let mut group = BTreeMap::new();
    for (place, (name, _)) in keys.iter().enumerate() {
        group.insert((*name).to_owned(), row.try_get::<Option<String>, _>(place)?);
    }
    let mut sums = Components::default();
    for (place, component) in components.iter().enumerate() {
        if let Some(sum) = row.try_get::<Option<String>, _>(keys.len() + place)? {
            let sum: Decimal = sum
                .parse()
                .map_err(|_| StoreError::corrupt("components", "sum", component.name()))?;
            sums.add(*component, sum);
        }
    }
    let after = keys.len() + components.len();
    Ok(ComponentGroup {
        group,
        components: sums,
        currencies: row.try_get::<Option<Vec<String>>, _>(after)?.unwrap_or_default(),
        uoms: row.try_get::<Option<Vec<String>>, _>(after + 1)?.unwrap_or_default(),
        process_values: row.try_get::<Option<Vec<String>>, _>(after + 2)?.unwrap_or_default(),
        process_units: row.try_get::<Option<Vec<String>>, _>(after + 3)?.unwrap_or_default(),
        ..ComponentGroup::default()
    })
}

fn column(dimension: Dimension) -> String {
    format!("c.\"{}\"", dimension.name())
}

/// The values that a query allows, by all names of what is meant.
async fn allowed(tx: &mut OrgTx, metric: &MetricQuery) -> Result<Allowed> {
    if metric.filters.is_empty() {
        return Ok(Allowed::new());
    }
    let aliases = canonical::aliases(tx).await?;
    let mut allowed = Allowed::new();
    for (dimension, value) in &metric.filters {
        let value = text::clean(value.trim());
        let allowed = allowed.entry(*dimension).or_default();
        match AliasKind::of_dimension(*dimension) {
            // Any of its names means a machine.
            Some(kind) => allowed.extend(aliases.names(kind, &value).iter().map(|name| name.to_lowercase())),
            None => allowed.push(value.to_lowercase()),
        }
    }
    Ok(allowed)
}

/// The cells of files that answer a query which needs this, as a table `c`, with their files `f`.
async fn push_files(
    tx: &mut OrgTx,
    sql: &mut QueryBuilder<Postgres>,
    metric: &MetricQuery,
    need: Family,
    allowed: Allowed,
) -> Result<()> {
    let chosen = Chosen::of(tx, metric, need, &allowed).await?;
    chosen.push(sql, &metric.file.map_or(Files::All, Files::One));
    sql.push(format!(
        " JOIN app.components c ON {CELLS} JOIN app.files f ON f.org_id = c.org_id AND f.file_no = c.file_no
        WHERE f.committed_at IS NOT NULL"
    ));
    push_conditions(sql, metric, allowed);
    Ok(())
}

/// The conditions of a query on the table `c`.
fn push_conditions(sql: &mut QueryBuilder<Postgres>, metric: &MetricQuery, allowed: Allowed) {
    if let Some(from) = metric.from {
        sql.push(" AND c.day >= ").push_bind(from);
    }
    if let Some(to) = metric.to {
        sql.push(" AND c.day < ").push_bind(to);
    }
    for (dimension, values) in allowed {
        sql.push(format!(" AND lower({}) = ANY (", column(dimension)));
        sql.push_bind(values).push(")");
    }
}

/// The values of a dimension, those with most rows first, each with its number of rows. Files in which it has too many to
/// be kept are passed over.
///
/// # Errors
/// What the database says.
pub async fn members(tx: &mut OrgTx, dimension: Dimension, limit: u32) -> Result<Vec<(String, u64)>> {
    let name = column(dimension);
    let mut sql = QueryBuilder::<Postgres>::new(format!(
        "SELECT {name}, coalesce(sum(c.rows), sum(c.process_n), 0)::bigint FROM "
    ));
    let need = Family::whole([dimension]);
    match rollups::of(tx, &MetricQuery::default(), need, &[Component::Rows], false).await? {
        Some(rollup) => rollups::push(tx, &mut sql, rollup),
        None => {
            Chosen::where_kept(need).push(&mut sql, &Files::All);
            sql.push(format!(" JOIN app.components c ON {CELLS} WHERE true"));
        }
    }
    sql.push(format!(" AND {name} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT "));
    sql.push_bind(i64::from(limit));
    let rows: Vec<(String, i64)> = sql.build_query_as().fetch_all(tx.connection()).await?;
    Ok(rows
        .into_iter()
        .map(|(value, rows)| (value, paging::count(rows)))
        .collect())
}

/// The first and the last local date of what was analysed.
///
/// # Errors
/// What the database says.
pub async fn date_range(tx: &mut OrgTx) -> Result<Option<(NaiveDate, NaiveDate)>> {
    let org = tx.org().0;
    let row = sqlx::query!(
        "SELECT min(day) AS first, max(day) AS last FROM app.components WHERE org_id = $1",
        org
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(row.first.zip(row.last))
}

/// The newest files (at most 20) whose rows are behind a query, numbered from 1, each with its first and last live line.
///
/// # Errors
/// What the database says.
pub async fn files_for(tx: &mut OrgTx, metric: &MetricQuery) -> Result<Vec<Citation>> {
    let mut sql = QueryBuilder::<Postgres>::new(
        "SELECT q.file_id, q.name, encode(q.sha256, 'hex'), q.committed_at,
            (SELECT min(r.first_line) FROM app.row_states r WHERE r.org_id = q.org_id AND r.file_no = q.file_no),
            (SELECT max(r.last_line) FROM app.row_states r WHERE r.org_id = q.org_id AND r.file_no = q.file_no)
        FROM (SELECT f.org_id, f.file_no, f.file_id, f.name, f.sha256, f.committed_at FROM app.files f
            WHERE f.committed_at IS NOT NULL AND EXISTS (SELECT FROM ",
    );
    let allowed = allowed(tx, metric).await?;
    let chosen = Chosen::of(tx, metric, Family::filtered_by(metric), &allowed).await?;
    // File by file, so that none is looked at once there are enough.
    chosen.push(&mut sql, &Files::Same("f.file_no"));
    sql.push(format!(" JOIN app.components c ON {CELLS} WHERE true"));
    push_conditions(&mut sql, metric, allowed);
    sql.push(")");
    if let Some(file) = metric.file {
        sql.push(" AND f.file_id = ").push_bind(file.0);
    }
    sql.push(" ORDER BY f.file_no DESC LIMIT ").push_bind(CITATIONS_MAX);
    sql.push(") q ORDER BY q.file_no DESC");
    type Found = (
        Uuid,
        String,
        Option<String>,
        Option<DateTime<Utc>>,
        Option<i64>,
        Option<i64>,
    );
    let rows: Vec<Found> = sql.build_query_as().fetch_all(tx.connection()).await?;
    Ok(rows
        .into_iter()
        .zip(1_u32..)
        .map(
            |((file_id, file, sha256, committed_at, first, last), number)| Citation {
                number,
                file,
                file_id: FileId(file_id),
                sha256: sha256.unwrap_or_default(),
                lines: match (first, last) {
                    (Some(first), Some(last)) if first == last => first.to_string(),
                    (Some(first), Some(last)) => format!("{first}-{last}"),
                    _ => String::new(),
                },
                committed_at,
            },
        )
        .collect())
}

/// What each file adds to figures.
///
/// # Errors
/// What the database says.
pub async fn reaches(tx: &mut OrgTx) -> Result<Vec<Reach>> {
    let found = sqlx::query!(
        "SELECT a.analysis_id, a.reach FROM app.analyses a JOIN app.files f USING (org_id, file_id)
        WHERE f.committed_at IS NOT NULL"
    )
    .fetch_all(tx.connection())
    .await?;
    found
        .into_iter()
        .map(|row| text::read("analyses", "reach", row.analysis_id, row.reach))
        .collect()
}

/// What one file adds to figures.
///
/// # Errors
/// What the database says.
pub async fn reach_of(tx: &mut OrgTx, file: FileId) -> Result<Option<Reach>> {
    let reach = sqlx::query_scalar!(
        "SELECT a.reach FROM app.analyses a JOIN app.files f USING (org_id, file_id)
        WHERE f.committed_at IS NOT NULL AND a.file_id = $1",
        file.0
    )
    .fetch_optional(tx.connection())
    .await?;
    reach
        .map(|reach| text::read("analyses", "reach", file, reach))
        .transpose()
}

/// Whether files add different components to figures, so that it has to be seen what belongs together.
///
/// # Errors
/// What the database says.
pub async fn are_of_several_kinds(tx: &mut OrgTx) -> Result<bool> {
    let kinds = sqlx::query_scalar!(
        r#"SELECT count(*) AS "kinds!" FROM (SELECT DISTINCT a.reach -> 'provides' AS provides FROM app.analyses a
            JOIN app.files f USING (org_id, file_id)
            WHERE f.committed_at IS NOT NULL AND a.reach -> 'provides' <> '{}') k"#
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(kinds > 1)
}

/// Puts the components of a file in the place of those that it had, as they arrive; gives what arrives last, and what the
/// components reach.
pub(crate) async fn replace(
    tx: &mut OrgTx,
    file_no: i64,
    pieces: &mut mpsc::Receiver<Piece>,
) -> Result<(AnalysisOutput, Reach)> {
    let org = tx.org();
    // Very many groups take longer than a call of a person may.
    tx.allow_long().await?;
    let before = rollups::kept(tx, file_no).await?;
    // The cells that there are stay until the roll-ups know what comes in their place.
    let last = before.numbers.map(|(_, last)| last);
    let begin = last.filter(|last| *last < NUMBERS_MOST).unwrap_or(0);
    let mut number = begin;
    let mut told = Vec::new();
    let mut reaches: BTreeMap<u16, Reach> = BTreeMap::new();
    loop {
        let rows = match pieces.recv().await {
            Some(Piece::Components(rows)) => rows,
            Some(Piece::Entries(entries)) => {
                told.extend(entries);
                continue;
            }
            Some(Piece::Analysis(mut output)) => {
                output.entries.extend(told);
                let reach = put_together(reaches, &output.families);
                let after = Cells {
                    families: output.families.clone(),
                    numbers: (number > begin).then_some((begin + 1, number)),
                    components: reach.components().collect(),
                };
                tx.lock_org().await?;
                rollups::change(tx, file_no, &before, &after, CELLS_MOST).await?;
                if let Some((first, last)) = before.numbers {
                    sqlx::query!(
                        "DELETE FROM app.components WHERE org_id = $1 AND file_no = $2 AND component_no BETWEEN $3 AND $4",
                        org.0,
                        file_no,
                        first,
                        last
                    )
                    .execute(tx.connection())
                    .await?;
                }
                families::replace(tx, file_no, &output.families).await?;
                return Ok((*output, reach));
            }
            None => return Err(StoreError::Aborted),
        };
        for row in &rows {
            reaches.entry(row.family_no).or_default().see(row);
        }
        for rows in rows.chunks(ROWS_AT_ONCE) {
            insert(tx, file_no, number, rows).await?;
            number += i32::try_from(rows.len()).unwrap_or(i32::MAX);
        }
    }
}

fn put_together(reaches: BTreeMap<u16, Reach>, families: &[KeptFamily]) -> Reach {
    let places = Family::daily([Dimension::Machine, Dimension::Line, Dimension::Site]);
    let tells = |number: u16| {
        let mut kept = families.iter().filter(|kept| kept.family_no == number);
        kept.any(|kept| kept.family.covers(places))
    };
    let parts = reaches.into_iter().map(|(number, reach)| (reach, tells(number)));
    Reach::put_together(parts.collect())
}

/// Writes cells, numbered behind `number`: the columns that any of them fills.
async fn insert(tx: &mut OrgTx, file_no: i64, number: i32, rows: &[ComponentRow]) -> Result<()> {
    let of_dimension = |dimension: Dimension| -> Vec<Option<String>> {
        let texts = rows
            .iter()
            .map(|row| row.dimensions.get(dimension as usize)?.as_deref());
        texts
            .map(|text| text.map(|text| text::clean(text).into_owned()))
            .collect()
    };
    let dimensions = Dimension::ALL.map(|dimension| (dimension.name(), of_dimension(dimension)));
    let dimensions = || dimensions.iter().filter(|(_, texts)| texts.iter().any(Option::is_some));
    let filled: BTreeSet<Component> = rows
        .iter()
        .flat_map(|row| row.values.iter().map(|(of, _)| of))
        .collect();
    let names = dimensions().map(|(name, _)| (*name).to_owned());
    let names = names.chain(filled.iter().map(|component| component.name()));
    // Names are those of plant-core.
    let names: String = names.map(|name| format!(", \"{name}\"")).collect();
    let mut sql = QueryBuilder::<Postgres>::new(format!(
        "INSERT INTO app.components (org_id, file_no, component_no, family_no, day{names}) SELECT "
    ));
    sql.push_bind(tx.org().0).push(", ").push_bind(file_no).push(", ");
    sql.push_bind(number).push(" + row_number() OVER (), u.* FROM unnest(");
    sql.push_bind(
        rows.iter()
            .map(|row| i16::try_from(row.family_no).unwrap_or(i16::MAX))
            .collect::<Vec<i16>>(),
    );
    sql.push(", ")
        .push_bind(rows.iter().map(|row| row.day).collect::<Vec<_>>());
    for (_, texts) in dimensions() {
        sql.push(", ").push_bind(texts.clone());
    }
    for component in filled {
        sql.push(", ")
            .push_bind(rows.iter().map(|row| row.values.get(component)).collect::<Vec<_>>());
    }
    sql.push(") u");
    sql.build().execute(tx.connection()).await?;
    Ok(())
}

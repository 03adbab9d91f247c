//! Roll-ups: the sums of all files of an org, changed by what a file adds and read in the place of the cells of all files.
//!
//! Invariants: what a file added is taken off before what it adds now is put to it, in the transaction that changes its
//! cells and behind the lock of the org; a roll-up of which a part is missing answers nothing.
//!
//! Names of columns come from the lists of plant-core alone.

use std::collections::BTreeSet;

use plant_core::component::{Component, Dimension};
use plant_core::family::{Family, KeptFamily, OF_MEASURES, answering};
use plant_core::metric::MetricQuery;
use plant_core::metric::together::Reach;
use plant_core::rollup::{self, CELLS_MOST, Period, Rollup};
use sqlx::{Postgres, QueryBuilder};

use crate::error::Result;
use crate::families::{Chosen, Files};
use crate::tx::OrgTx;
use crate::{families, paging, text};

/// The number of a gap that is of no file: there are too many rows.
const TOO_MANY: i64 = 0;

/// The cells that a file had, or has.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    /// The families of its sums.
    pub(crate) families: Vec<KeptFamily>,
    /// The first and the last number of its cells, where it has any.
    pub(crate) numbers: Option<(i32, i32)>,
    /// What any of them has.
    pub(crate) components: BTreeSet<Component>,
}

/// What a file does to a roll-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Adds {
    /// Its cells of this family, or of process values and failure modes alone.
    Family(Option<u16>),
    /// It keeps no such sums.
    Unknown,
}

impl Cells {
    fn adds(&self, rollup: &Rollup) -> Adds {
        let has_sums = self.families.iter().any(|kept| kept.family_no != OF_MEASURES);
        match answering(&self.families, rollup.family()) {
            Some(kept) => Adds::Family(Some(kept.family_no)),
            None if has_sums => Adds::Unknown,
            None => Adds::Family(None),
        }
    }
}

/// The cells that a file has.
pub(crate) async fn kept(tx: &mut OrgTx, file_no: i64) -> Result<Cells> {
    let org = tx.org().0;
    let numbers = sqlx::query!(
        "SELECT min(component_no) AS first, max(component_no) AS last FROM app.components
        WHERE org_id = $1 AND file_no = $2",
        org,
        file_no
    )
    .fetch_one(tx.connection())
    .await?;
    let said = sqlx::query!(
        "SELECT a.analysis_id, a.reach FROM app.analyses a JOIN app.files f USING (org_id, file_id)
        WHERE a.org_id = $1 AND f.file_no = $2",
        org,
        file_no
    )
    .fetch_optional(tx.connection())
    .await?;
    let reach: Option<Reach> = said
        .map(|row| text::read("analyses", "reach", row.analysis_id, row.reach))
        .transpose()?;
    Ok(Cells {
        families: families::of_file(tx, file_no).await?,
        numbers: numbers.first.zip(numbers.last),
        components: reach.iter().flat_map(Reach::components).collect(),
    })
}

/// Takes what a file added off every roll-up and puts what it adds now to them; gives up one of more than `most` rows. Both
/// kinds of cells of the file are in the database.
///
/// # Errors
/// What the database says.
pub(crate) async fn change(tx: &mut OrgTx, file_no: i64, before: &Cells, after: &Cells, most: u64) -> Result<()> {
    let org = tx.org().0;
    let gaps = gaps(tx).await?;
    sqlx::query!(
        "DELETE FROM app.rollup_gaps WHERE org_id = $1 AND file_no = $2",
        org,
        file_no
    )
    .execute(tx.connection())
    .await?;
    let components: Vec<Component> = (before.components.union(&after.components).copied())
        .filter(|component| rollup::is_kept(*component))
        .collect();
    for rollup in rollup::ALL
        .iter()
        .filter(|rollup| !gaps.contains(&(rollup.rollup_no, TOO_MANY)))
    {
        let sides = [(-1, before), (1, after)];
        let sides = sides.into_iter().filter_map(|(sign, cells)| match cells.adds(rollup) {
            Adds::Family(family) => Some((sign, family, cells.numbers?)),
            Adds::Unknown => None,
        });
        add(tx, file_no, rollup, &components, sides).await?;
        if after.adds(rollup) == Adds::Unknown {
            insert_gap(tx, rollup, file_no).await?;
        }
        if count(tx, rollup).await? > most {
            sqlx::query!(
                "DELETE FROM app.rollups WHERE org_id = $1 AND rollup_no = $2",
                org,
                rollup.rollup_no
            )
            .execute(tx.connection())
            .await?;
            insert_gap(tx, rollup, TOO_MANY).await?;
        }
    }
    sqlx::query!("DELETE FROM app.rollups WHERE org_id = $1 AND cells = 0", org)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The roll-ups of which a part is missing, each with the file that keeps no such sums.
async fn gaps(tx: &mut OrgTx) -> Result<BTreeSet<(i16, i64)>> {
    let org = tx.org().0;
    let found = sqlx::query!("SELECT rollup_no, file_no FROM app.rollup_gaps WHERE org_id = $1", org)
        .fetch_all(tx.connection())
        .await?;
    Ok(found.into_iter().map(|gap| (gap.rollup_no, gap.file_no)).collect())
}

/// Whether none of these gaps is one of the roll-up.
fn is_whole(gaps: &BTreeSet<(i16, i64)>, rollup: &Rollup) -> bool {
    let of_rollup = (rollup.rollup_no, i64::MIN)..=(rollup.rollup_no, i64::MAX);
    gaps.range(of_rollup).next().is_none()
}

async fn insert_gap(tx: &mut OrgTx, rollup: &Rollup, file_no: i64) -> Result<()> {
    let org = tx.org().0;
    sqlx::query!(
        "INSERT INTO app.rollup_gaps (org_id, rollup_no, file_no) VALUES ($1, $2, $3)",
        org,
        rollup.rollup_no,
        file_no
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

async fn count(tx: &mut OrgTx, rollup: &Rollup) -> Result<u64> {
    let org = tx.org().0;
    let rows = sqlx::query_scalar!(
        r#"SELECT count(*) AS "rows!" FROM app.rollups WHERE org_id = $1 AND rollup_no = $2"#,
        org,
        rollup.rollup_no
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(paging::count(rows))
}

/// The day of a cell `c` in a roll-up.
fn day(rollup: &Rollup) -> &'static str {
    match rollup.period {
        None => "NULL::date",
        Some(Period::Day) => "c.day",
        Some(Period::Week) => "date_trunc('week', c.day::timestamp)::date",
        Some(Period::Month) => "date_trunc('month', c.day::timestamp)::date",
    }
}

fn columns(dimensions: impl Iterator<Item = Dimension>) -> String {
    dimensions
        .map(|dimension| format!(", \"{}\"", dimension.name()))
        .collect()
}

/// Adds cells of a file, each side with its sign, family and numbers.
async fn add(
    tx: &mut OrgTx,
    file_no: i64,
    rollup: &Rollup,
    components: &[Component],
    sides: impl Iterator<Item = (i32, Option<u16>, (i32, i32))>,
) -> Result<()> {
    let org = tx.org().0;
    let dimensions = columns(rollup.family().dimensions.iter());
    let names: Vec<String> = components.iter().map(|component| component.name()).collect();
    let each = |form: &dyn Fn(&str) -> String| -> String { names.iter().map(|name| form(name)).collect() };
    let mut sql = QueryBuilder::<Postgres>::new(format!(
        "INSERT INTO app.rollups AS r (org_id, rollup_no, key, cells, day{dimensions}{}) SELECT ",
        each(&|name| format!(", \"{name}\", \"{name}__n\""))
    ));
    sql.push_bind(org).push(", ").push_bind(rollup.rollup_no);
    sql.push(format!(
        ", md5(ROW(day{dimensions})::text)::uuid, sum(sign), day{dimensions}{} FROM (",
        each(&|name| format!(", sum(sign * \"{name}\"), sum(sign) FILTER (WHERE \"{name}\" IS NOT NULL)"))
    ));
    let mut any = false;
    for (sign, family, (first, last)) in sides {
        let union = if any { " UNION ALL " } else { "" };
        sql.push(format!(
            "{union}SELECT {sign} AS sign, {} AS day{dimensions}{} FROM app.components c WHERE c.org_id = ",
            day(rollup),
            each(&|name| format!(", \"{name}\""))
        ));
        let families: Vec<i16> = [Some(OF_MEASURES), family]
            .into_iter()
            .flatten()
            .map(|number| i16::try_from(number).unwrap_or(i16::MAX))
            .collect();
        sql.push_bind(org).push(" AND c.file_no = ").push_bind(file_no);
        sql.push(" AND c.family_no = ANY (").push_bind(families);
        sql.push(") AND c.component_no BETWEEN ").push_bind(first);
        sql.push(" AND ").push_bind(last);
        any = true;
    }
    if !any {
        return Ok(());
    }
    sql.push(format!(
        ") c GROUP BY day{dimensions} ON CONFLICT (org_id, rollup_no, key) DO UPDATE SET cells = r.cells + excluded.cells{}",
        each(&|name| format!(
            ", \"{name}\" = CASE WHEN coalesce(r.\"{name}__n\", 0) + coalesce(excluded.\"{name}__n\", 0) <> 0
                THEN coalesce(r.\"{name}\", 0) + coalesce(excluded.\"{name}\", 0) END,
            \"{name}__n\" = nullif(coalesce(r.\"{name}__n\", 0) + coalesce(excluded.\"{name}__n\", 0), 0)"
        ))
    ));
    sql.build().execute(tx.connection()).await?;
    Ok(())
}

/// Sums all roll-ups anew from the cells of the files; those that were given up are tried again.
///
/// # Errors
/// What the database says.
pub async fn renew(tx: &mut OrgTx) -> Result<()> {
    tx.allow_long().await?;
    tx.lock_org().await?;
    let org = tx.org().0;
    for table in ["rollups", "rollup_gaps"] {
        let mut sql = QueryBuilder::<Postgres>::new(format!("DELETE FROM app.{table} WHERE org_id = "));
        sql.push_bind(org).build().execute(tx.connection()).await?;
    }
    let mut sql = QueryBuilder::<Postgres>::new("SELECT DISTINCT file_no FROM app.component_families WHERE org_id = ");
    sql.push_bind(org).push(" ORDER BY 1");
    let files: Vec<(i64,)> = sql.build_query_as().fetch_all(tx.connection()).await?;
    for (file_no,) in files {
        let cells = kept(tx, file_no).await?;
        change(tx, file_no, &Cells::default(), &cells, CELLS_MOST).await?;
    }
    Ok(())
}

/// The roll-up that answers a query which needs this; `by_day` where each day must stand by itself.
///
/// # Errors
/// What the database says.
pub(crate) async fn of(
    tx: &mut OrgTx,
    metric: &MetricQuery,
    need: Family,
    components: &[Component],
    by_day: bool,
) -> Result<Option<&'static Rollup>> {
    let mut answer = rollup::answering(metric, need, components, by_day).peekable();
    if answer.peek().is_none() {
        return Ok(None);
    }
    let gaps = gaps(tx).await?;
    Ok(answer.find(|rollup| is_whole(&gaps, rollup)))
}

/// Adds a roll-up as a table `c`, with the beginning of the conditions on it.
pub(crate) fn push(tx: &OrgTx, sql: &mut QueryBuilder<Postgres>, rollup: &Rollup) {
    sql.push("app.rollups c WHERE c.org_id = ").push_bind(tx.org().0);
    sql.push(" AND c.rollup_no = ").push_bind(rollup.rollup_no);
}

/// The roll-ups that differ from the sums of the cells of all files, in words.
///
/// # Errors
/// What the database says.
pub async fn differing(tx: &mut OrgTx) -> Result<Vec<String>> {
    let gaps = gaps(tx).await?;
    let mut told = Vec::new();
    for rollup in rollup::ALL {
        let lacking = families::lacking(tx, rollup.family()).await?;
        let missing = lacking
            .into_iter()
            .any(|file_no| !gaps.contains(&(rollup.rollup_no, file_no)));
        if missing {
            told.push(format!(
                "{} are taken for whole, and a file keeps no such sums",
                called(rollup)
            ));
        }
        if !is_whole(&gaps, rollup) {
            continue;
        }
        let dimensions = columns(rollup.family().dimensions.iter());
        let names: Vec<String> = (rollup::components().iter())
            .map(|component| component.name())
            .collect();
        let each = |form: &dyn Fn(&str) -> String| -> String { names.iter().map(|name| form(name)).collect() };
        let hash = |rows: &str| {
            format!(
                "SELECT count(*), coalesce(md5(string_agg(h, '' ORDER BY h)), '') FROM (SELECT md5(ROW({rows})::text) AS h FROM "
            )
        };
        let mut sql = QueryBuilder::<Postgres>::new("SELECT * FROM (");
        let kept = each(&|name| format!(", trim_scale(\"{name}\"), \"{name}__n\""));
        sql.push(hash(&format!("key, cells, day{dimensions}{kept}")));
        push(tx, &mut sql, rollup);
        sql.push(") k) kept (rows, hash), (");
        let summed = each(&|name| format!(", \"{name}\", \"{name}__n\""));
        sql.push(hash(&format!("key, cells, day{dimensions}{summed}")));
        sql.push(format!(
            "(SELECT md5(ROW(day{dimensions})::text)::uuid AS key, count(*) AS cells, day{dimensions}{} FROM (SELECT {} AS day{dimensions}{} FROM ",
            each(&|name| format!(", trim_scale(sum(\"{name}\")) AS \"{name}\", nullif(count(\"{name}\"), 0) AS \"{name}__n\"")),
            day(rollup),
            each(&|name| format!(", \"{name}\""))
        ));
        Chosen::where_kept(rollup.family()).push(&mut sql, &Files::All);
        sql.push(
            " JOIN app.components c ON c.org_id = h.org_id AND c.file_no = h.file_no AND c.family_no = h.family_no",
        );
        sql.push(format!(
            ") c GROUP BY day{dimensions}) s) s) summed (rows, hash) WHERE kept.hash <> summed.hash"
        ));
        let found: Option<(i64, String, i64, String)> = sql.build_query_as().fetch_optional(tx.connection()).await?;
        if let Some((kept, _, summed, _)) = found {
            told.push(format!("{}: {kept} kept, {summed} computed", called(rollup)));
        }
    }
    Ok(told)
}

/// What a roll-up is called where it differs.
fn called(rollup: &Rollup) -> String {
    let period = rollup.period.map(|period| match period {
        Period::Day => "day",
        Period::Week => "week",
        Period::Month => "month",
    });
    let by: Vec<&str> = (rollup.by.iter().map(|dimension| dimension.name()))
        .chain(period)
        .collect();
    match by.is_empty() {
        true => "the sums of all files".to_owned(),
        false => format!("the sums of all files by {}", by.join(", ")),
    }
}

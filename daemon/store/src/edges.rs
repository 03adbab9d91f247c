//! What files leave behind at a place for the files after them: where a counter stands, which state lasts.
//!
//! Invariant: what is left behind for a file follows from the rows that count and from the times, names and hashes of the
//! files of its series, not from the order in which they came; where it changes, what was reckoned with it is analysed again.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use plant_core::alias::Aliases;
use plant_core::ids::{FileId, SeriesId};
use plant_core::profile::SeriesSteps;
use plant_core::record::Value;
use plant_core::series::Why;
use plant_core::step::{Carried, CarriedIn, Edge, Kind, Left, Place, moments, outdated, place};
use plant_core::variable::Variable;
use plant_rows::Rows;
use uuid::Uuid;

use crate::blocks::{self, Place as BlockPlace};
use crate::error::{Result, StoreError};
use crate::tx::OrgTx;
use crate::{canonical, text};

/// Places whose edges changed, each with the first moment from which other files may have reckoned with them.
pub(crate) type Touched = BTreeMap<(Place, Kind), DateTime<Utc>>;

/// What the files before it leave behind for a file whose rows have these steps, as they count now.
///
/// # Errors
/// What the database says; a block that can't be read.
pub async fn carried_in(tx: &mut OrgTx, file: FileId, steps: &SeriesSteps) -> Result<Vec<CarriedIn>> {
    if steps.is_none() {
        return Ok(Vec::new());
    }
    let firsts = firsts(tx, file, steps).await?;
    let keys = Keys::of(firsts.keys().map(|(place, kind)| (place, *kind)));
    let moments: Vec<DateTime<Utc>> = firsts.values().copied().collect();
    let org = tx.org().0;
    let rows = sqlx::query!(
        r#"SELECT k.site AS "site!", k.machine AS "machine!", k.line AS "line!", k.kind AS "kind!",
            c.last_at AS "last_at!", c.standing AS "standing!"
        FROM app.files own,
            UNNEST($3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[]) AS k (site, machine, line, kind, first_at)
        CROSS JOIN LATERAL (
            SELECT e.last_at, e.standing FROM app.edges e JOIN app.files f ON f.org_id = e.org_id AND f.file_id = e.file_id
            WHERE e.org_id = $1 AND e.site = k.site AND e.machine = k.machine AND e.line = k.line AND e.kind = k.kind
                AND e.file_id <> $2 AND f.series_id = own.series_id
                AND (e.first_at, f.name COLLATE "C", f.sha256, f.file_no)
                    < (k.first_at, own.name COLLATE "C", own.sha256, own.file_no)
            ORDER BY e.last_at DESC, e.first_at DESC, f.name COLLATE "C" DESC, f.sha256 DESC, f.file_no DESC LIMIT 1
        ) c
        WHERE own.org_id = $1 AND own.file_id = $2"#,
        org,
        file.0,
        &keys.sites,
        &keys.machines,
        &keys.lines,
        &keys.kinds,
        &moments
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(CarriedIn {
                place: Place {
                    site: row.site,
                    machine: row.machine,
                    line: row.line,
                },
                kind: kind(&row.kind, file)?,
                carried: Carried {
                    until: row.last_at,
                    left: text::read("edges", "standing", file, row.standing)?,
                },
            })
        })
        .collect()
}

fn kind(name: &str, file: FileId) -> Result<Kind> {
    Kind::from_name(name).ok_or_else(|| StoreError::corrupt("edges", "kind", file))
}

/// The place of a row, by the canonical names.
pub(crate) fn of_row(rows: &Rows, row: usize, aliases: &Aliases) -> Place {
    let texts: Vec<(Variable, Value)> = [Variable::Site, Variable::Machine, Variable::Line]
        .into_iter()
        .filter_map(|variable| Some((variable, rows.value(row, variable)?)))
        .collect();
    place(|wanted| {
        texts.iter().find_map(|(variable, value)| match value {
            Value::Text(text) if *variable == wanted => Some(aliases.other(wanted, text).unwrap_or(text)),
            _ => None,
        })
    })
}

/// The first moment of each place of the rows of a file that count.
async fn firsts(tx: &mut OrgTx, file: FileId, steps: &SeriesSteps) -> Result<Touched> {
    let blocks = sqlx::query!(
        "SELECT b.file_no, b.block_no FROM app.row_blocks b JOIN app.files f USING (org_id, file_no)
        WHERE f.file_id = $1 AND b.block_no >= f.first_block ORDER BY b.block_no",
        file.0
    )
    .fetch_all(tx.connection())
    .await?;
    let aliases = canonical::aliases(tx).await?;
    let mut firsts = Touched::new();
    for block in blocks {
        let at = BlockPlace {
            file_no: block.file_no,
            block_no: block.block_no,
        };
        let (rows, why) = blocks::open(tx, at).await?;
        for row in (0..rows.len()).filter(|row| blocks::why(&why, *row) == Why::Counts) {
            let found = moments(steps, rows.ts(row), |variable| rows.value(row, variable));
            if found.is_empty() {
                continue;
            }
            let place = of_row(&rows, row, &aliases);
            for (kind, moment) in found {
                let first = firsts.entry((place.clone(), kind)).or_insert(moment);
                *first = moment.min(*first);
            }
        }
    }
    Ok(firsts)
}

/// Puts what a file leaves behind in the place of what it left before; gives the places where that is something else.
pub(crate) async fn replace(tx: &mut OrgTx, file: FileId, edges: &[Edge]) -> Result<Touched> {
    let org = tx.org().0;
    let before = of_file(tx, file).await?;
    let mut gone: BTreeMap<(&Place, Kind), &Edge> =
        before.iter().map(|edge| ((&edge.place, edge.kind), edge)).collect();
    let mut new = Vec::new();
    for edge in edges {
        match gone.get(&(&edge.place, edge.kind)) {
            Some(before) if *before == edge => drop(gone.remove(&(&edge.place, edge.kind))),
            _ => new.push(edge),
        }
    }
    let gone: Vec<&Edge> = gone.into_values().collect();
    let keys = Keys::of(gone.iter().map(|edge| (&edge.place, edge.kind)));
    sqlx::query!(
        "DELETE FROM app.edges e
        USING UNNEST($3::text[], $4::text[], $5::text[], $6::text[]) AS k (site, machine, line, kind)
        WHERE e.org_id = $1 AND e.file_id = $2 AND e.site = k.site AND e.machine = k.machine AND e.line = k.line
            AND e.kind = k.kind",
        org,
        file.0,
        &keys.sites,
        &keys.machines,
        &keys.lines,
        &keys.kinds
    )
    .execute(tx.connection())
    .await?;
    let keys = Keys::of(new.iter().map(|edge| (&edge.place, edge.kind)));
    let (mut firsts, mut lasts, mut standing, mut carried) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for edge in &new {
        firsts.push(edge.first_at);
        lasts.push(edge.last_at);
        standing.push(text::json("standing", &edge.left)?);
        let own = edge.carried.as_ref().map(|carried| text::json("carried", carried));
        carried.push(own.transpose()?);
    }
    sqlx::query!(
        "INSERT INTO app.edges (org_id, file_id, site, machine, line, kind, first_at, last_at, standing, carried)
        SELECT $1, $2, e.site, e.machine, e.line, e.kind, e.first_at, e.last_at, e.standing, e.carried
        FROM UNNEST($3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::jsonb[],
            $10::jsonb[]) AS e (site, machine, line, kind, first_at, last_at, standing, carried)",
        org,
        file.0,
        &keys.sites,
        &keys.machines,
        &keys.lines,
        &keys.kinds,
        &firsts,
        &lasts,
        &standing,
        &carried as &[Option<serde_json::Value>]
    )
    .execute(tx.connection())
    .await?;
    let mut touched = Touched::new();
    for edge in gone.into_iter().chain(new) {
        let from = touched.entry((edge.place.clone(), edge.kind)).or_insert(edge.first_at);
        *from = edge.first_at.min(*from);
    }
    Ok(touched)
}

/// What names edges of a file, part by part.
#[derive(Default)]
struct Keys {
    sites: Vec<String>,
    machines: Vec<String>,
    lines: Vec<String>,
    kinds: Vec<String>,
}

impl Keys {
    fn of<'e>(edges: impl Iterator<Item = (&'e Place, Kind)>) -> Keys {
        let mut keys = Keys::default();
        for (place, kind) in edges {
            keys.sites.push(place.site.clone());
            keys.machines.push(place.machine.clone());
            keys.lines.push(place.line.clone());
            keys.kinds.push(kind.name().to_owned());
        }
        keys
    }
}

async fn of_file(tx: &mut OrgTx, file: FileId) -> Result<Vec<Edge>> {
    let org = tx.org().0;
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT e.file_id, false AS "before!", e.site, e.machine, e.line, e.kind, e.first_at, e.last_at, e.standing,
            e.carried FROM app.edges e WHERE e.org_id = $1 AND e.file_id = $2"#,
        org,
        file.0
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(Row::edge).collect()
}

struct Row {
    file_id: Uuid,
    /// Whether it only reaches into what is looked at.
    before: bool,
    site: String,
    machine: String,
    line: String,
    kind: String,
    first_at: DateTime<Utc>,
    last_at: DateTime<Utc>,
    standing: serde_json::Value,
    carried: Option<serde_json::Value>,
}

impl Row {
    fn edge(self) -> Result<Edge> {
        let file = FileId(self.file_id);
        let left: Left = text::read("edges", "standing", file, self.standing)?;
        Ok(Edge {
            place: Place {
                site: self.site,
                machine: self.machine,
                line: self.line,
            },
            kind: kind(&self.kind, file)?,
            first_at: self.first_at,
            last_at: self.last_at,
            left,
            carried: self
                .carried
                .map(|carried| text::read("edges", "carried", file, carried))
                .transpose()?,
        })
    }
}

/// The files of a file's series that were reckoned with something else than what is left behind for them now.
pub(crate) async fn outdated_beside(tx: &mut OrgTx, file: FileId, touched: &Touched) -> Result<Vec<FileId>> {
    if touched.is_empty() {
        return Ok(Vec::new());
    }
    let series = sqlx::query_scalar!("SELECT series_id FROM app.files WHERE file_id = $1", file.0)
        .fetch_one(tx.connection())
        .await?;
    match series {
        Some(series) => of_series(tx, SeriesId(series), touched).await,
        None => Ok(Vec::new()),
    }
}

/// The same of all files of a series, after files came to it or left it.
pub(crate) async fn outdated_in(tx: &mut OrgTx, series: SeriesId) -> Result<Vec<FileId>> {
    let org = tx.org().0;
    let rows = sqlx::query!(
        r#"SELECT e.site, e.machine, e.line, e.kind, min(e.first_at) AS "from!" FROM app.edges e
        JOIN app.files f ON f.org_id = e.org_id AND f.file_id = e.file_id
        WHERE e.org_id = $1 AND f.series_id = $2 GROUP BY e.site, e.machine, e.line, e.kind"#,
        org,
        series.0
    )
    .fetch_all(tx.connection())
    .await?;
    let mut touched = Touched::new();
    for row in rows {
        let kind = Kind::from_name(&row.kind).ok_or_else(|| StoreError::corrupt("edges", "kind", series))?;
        let place = Place {
            site: row.site,
            machine: row.machine,
            line: row.line,
        };
        touched.insert((place, kind), row.from);
    }
    of_series(tx, series, &touched).await
}

async fn of_series(tx: &mut OrgTx, series: SeriesId, touched: &Touched) -> Result<Vec<FileId>> {
    let org = tx.org().0;
    let mut all = Vec::new();
    for ((place, kind), from) in touched {
        // Of those that begin before, the one that reaches the furthest is all that matters.
        let rows = sqlx::query_as!(
            Row,
            r#"WITH edge AS (SELECT e.*, f.name COLLATE "C" AS name, f.sha256, f.file_no
                FROM app.edges e JOIN app.files f ON f.org_id = e.org_id AND f.file_id = e.file_id
                WHERE e.org_id = $1 AND f.series_id = $2 AND e.site = $3 AND e.machine = $4 AND e.line = $5 AND e.kind = $6),
            near AS ((SELECT true AS before, e.* FROM edge e WHERE e.first_at < $7
                    ORDER BY e.last_at DESC, e.first_at DESC, e.name DESC, e.sha256 DESC, e.file_no DESC LIMIT 1)
                UNION ALL SELECT false, e.* FROM edge e WHERE e.first_at >= $7)
            SELECT n.file_id AS "file_id!", n.before AS "before!", n.site AS "site!", n.machine AS "machine!",
                n.line AS "line!", n.kind AS "kind!", n.first_at AS "first_at!", n.last_at AS "last_at!",
                n.standing AS "standing!", n.carried FROM near n ORDER BY n.first_at, n.name, n.sha256, n.file_no"#,
            org,
            series.0,
            place.site,
            place.machine,
            place.line,
            kind.name(),
            from
        )
        .fetch_all(tx.connection())
        .await?;
        let files: Vec<(FileId, bool)> = rows.iter().map(|row| (FileId(row.file_id), row.before)).collect();
        let edges = rows.into_iter().map(Row::edge).collect::<Result<Vec<Edge>>>()?;
        for index in outdated(&edges) {
            if let Some((file, false)) = files.get(index) {
                all.push(*file);
            }
        }
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

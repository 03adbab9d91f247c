//! Deriving which rows of a series count.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use plant_core::hashed::Map;
use plant_core::ids::{FileId, SeriesId};
use plant_core::series::{
    Place, Question, Resolution, RowDocument, RowIdent, Seen, Sighting, Version, Why, resolve, touching,
};
use plant_core::state::{FileState, ReasonCode};
use plant_core::variable::Variable;
use plant_core::words::{counted, plain};
use uuid::Uuid;

use super::effects;
use super::known::{Known, known, names, set_keyed_by};
use crate::error::{Result, StoreError};
use crate::tx::OrgTx;
use crate::{analyses, blocks, paging, text, timeline};

/// A version with what is kept of it.
struct Row {
    file_id: Uuid,
    place: Place,
    state: String,
    reason_code: Option<String>,
    extends: Option<i64>,
    open_end: bool,
    withdrawn: bool,
    keyed_by: Vec<String>,
    sha256: [u8; 32],
    /// How many of its rows stand for older ones, as was told before.
    newer: Option<u64>,
}

impl Row {
    /// Whether it says that something is asked about it.
    fn is_asked(&self) -> bool {
        self.reason_code.as_deref() == Some(ReasonCode::OpenQuestion.name())
    }
}

/// The identities of a version, block by block.
#[derive(Default)]
struct Idents {
    rows: Vec<RowIdent>,
    lines: Vec<u64>,
    /// Of its first rows; of none where no row of the series cancels or is cancelled.
    documents: Vec<RowDocument>,
    blocks: Vec<(i32, usize)>,
}

/// Derives the states of the rows of a series from its versions and decisions; with `around`, of the versions that can
/// touch that file's. Gives the files whose rows count otherwise than before. The caller holds the lock of the org.
///
/// # Errors
/// What the database says; a block that can't be read.
pub async fn derive(tx: &mut OrgTx, series: SeriesId, around: Option<i64>, at: DateTime<Utc>) -> Result<Vec<FileId>> {
    tx.allow_long().await?;
    let known = known(tx, series).await?;
    let all = versions(tx, series).await?;
    let whole = all.len();
    // A question is chosen among all that could be asked, so while one is open nothing is left out.
    let is_asked = sqlx::query_scalar!(
        r#"SELECT question IS NOT NULL AS "asked!" FROM app.series WHERE series_id = $1"#,
        series.0
    )
    .fetch_one(tx.connection())
    .await?;
    // A row may cancel one of any day, under any name.
    let reverses = has_reversals(tx, series).await?;
    let chosen = match around {
        Some(file_no) if !is_asked && !reverses => {
            let places: Vec<Place> = all.iter().map(|row| row.place.clone()).collect();
            let touched: HashSet<usize> = touching(&places, file_no, &known.decisions).into_iter().collect();
            let touched = all.into_iter().enumerate().filter(|(at, _)| touched.contains(at));
            touched.map(|(_, row)| row).collect()
        }
        _ => all,
    };
    let mut reckoned = reckon(tx, &known, chosen, reverses).await?;
    if reckoned.chosen.len() < whole && reckoned.resolution.question.is_some() {
        // What each answer would make is told of the whole series.
        let all = versions(tx, series).await?;
        reckoned = reckon(tx, &known, all, reverses).await?;
    }
    let Reckoned {
        chosen,
        idents,
        resolution,
    } = reckoned;
    let is_whole = chosen.len() == whole;
    let numbers: Vec<i64> = chosen.iter().map(|version| version.place.file_no).collect();
    let mut changed = Vec::new();
    let mut there = states(tx, &numbers).await?;
    let replaced = replaced_subjects(&chosen, &idents, &resolution);
    let mut entries = Vec::new();
    for (version, why) in chosen.iter().zip(&resolution.why) {
        let none = Idents::default();
        let idents = idents.get(&version.place.file_no).unwrap_or(&none);
        let before = there.remove(&version.place.file_no).unwrap_or_default();
        let is_new = before.is_empty();
        let is_changed = write_states(tx, version.place.file_no, idents, why, &before).await?;
        let question = resolution
            .question
            .as_ref()
            .filter(|question| question.newer == version.place.file_no);
        let counts = counts(why);
        let stands_for = |subject: u64| {
            replaced
                .get(&subject)
                .is_some_and(|file| *file != Some(version.place.file_no))
        };
        let newer = idents
            .rows
            .iter()
            .zip(why)
            .filter(|(row, why)| **why == Why::Counts && row.subject != 0 && stands_for(row.subject));
        let newer = newer.count() as u64;
        // Most versions are as they were: of ten thousand none is written for each that comes.
        if !is_changed
            && version.newer == Some(newer)
            && question.is_none()
            && !version.is_asked()
            && state_now(version, &counts).is_none()
        {
            continue;
        }
        write_file(tx, version, &counts, newer, question).await?;
        if is_changed && !is_new {
            changed.push(FileId(version.file_id));
            let total = why.len() as u64;
            let live = counts.get(&Why::Counts).copied().unwrap_or(0);
            let said = format!(
                "{live} of {} count now{}",
                counted(total, "row", "rows"),
                why_not(&counts)
            );
            let state = state_now(version, &counts);
            entries.push((
                version.file_id,
                at,
                state.unwrap_or(timeline::state(&version.state, version.file_id)?),
                said,
            ));
        }
    }
    timeline::notes(tx, &entries).await?;
    analyses::mark_stale(tx, &changed).await?;
    let effects = effects::of(tx, &numbers, &resolution.readings).await?;
    keep(tx, series, &resolution, &effects, is_whole).await?;
    Ok(changed)
}

/// Versions with what counts of them.
struct Reckoned {
    chosen: Vec<Row>,
    idents: BTreeMap<i64, Idents>,
    resolution: Resolution,
}

async fn reckon(tx: &mut OrgTx, known: &Known, chosen: Vec<Row>, reverses: bool) -> Result<Reckoned> {
    let key = names(&known.key);
    for version in &chosen {
        if version.keyed_by != key {
            blocks::rekey(tx, version.place.file_no, &known.key).await?;
            set_keyed_by(tx, version.place.file_no, &known.key).await?;
        }
    }
    let numbers: Vec<i64> = chosen.iter().map(|version| version.place.file_no).collect();
    let idents = idents(tx, &numbers, &known.key, reverses).await?;
    let decisions = known.decisions.clone();
    let reckoned = tokio::task::spawn_blocking(move || {
        let empty = Vec::new();
        let versions: Vec<Version<'_>> = chosen
            .iter()
            .map(|row| Version {
                file_no: row.place.file_no,
                sightings: row.place.sightings.clone(),
                rows: idents.get(&row.place.file_no).map_or(&empty, |idents| &idents.rows),
                documents: idents
                    .get(&row.place.file_no)
                    .map(|idents| idents.documents.as_slice())
                    .filter(|documents| !documents.is_empty()),
                extends: row.extends,
                open_end: row.open_end,
                withdrawn: row.withdrawn,
                declared_hash: row.sha256,
            })
            .collect();
        let resolution = resolve(&versions, &decisions);
        drop(versions);
        Reckoned {
            chosen,
            idents,
            resolution,
        }
    });
    Ok(reckoned.await?)
}

async fn versions(tx: &mut OrgTx, series: SeriesId) -> Result<Vec<Row>> {
    let org = tx.org().0;
    let rows = sqlx::query!(
        r#"SELECT f.file_no, f.file_id, f.state, f.reason_code, f.name, f.mtime_ns, d.path, d.site, f.first_day,
            f.last_day, f.extends, f.open_end, f.withdrawn_at IS NOT NULL AS "withdrawn!", f.keyed_by,
            f.sha256 AS "sha256!", f.has_undated, f.records_changed
        FROM app.files f JOIN app.folders d USING (org_id, folder_id)
        WHERE f.org_id = $1 AND f.series_id = $2 AND f.committed_at IS NOT NULL ORDER BY f.file_no"#,
        org,
        series.0
    )
    .fetch_all(tx.connection())
    .await?;
    let again = sqlx::query!(
        r#"SELECT f.duplicate_of AS "of!", f.file_no, f.name, f.mtime_ns, d.path, d.site
        FROM app.files f JOIN app.folders d USING (org_id, folder_id)
        JOIN app.files o ON o.org_id = f.org_id AND o.file_id = f.duplicate_of
        WHERE f.org_id = $1 AND o.series_id = $2 AND f.committed_at IS NULL ORDER BY f.file_no"#,
        org,
        series.0
    )
    .fetch_all(tx.connection())
    .await?;
    let mut seen: Vec<(i64, Uuid, Sighting)> = again
        .into_iter()
        .map(|row| {
            let sighting = Sighting {
                rank: row.mtime_ns,
                folder: row.path,
                site: row.site,
                name: row.name,
            };
            (row.file_no, row.of, sighting)
        })
        .collect();
    seen.extend(rows.iter().map(|row| {
        let sighting = Sighting {
            rank: row.mtime_ns,
            folder: row.path.clone(),
            site: row.site.clone(),
            name: row.name.clone(),
        };
        (row.file_no, row.file_id, sighting)
    }));
    seen.sort_unstable_by_key(|(file_no, ..)| *file_no);
    // Of two at the same place with the same time, the one that was seen later took the place of the other.
    let mut ranks: HashSet<(String, String, i64)> = HashSet::new();
    let mut sightings: HashMap<Uuid, Vec<Sighting>> = HashMap::new();
    for (_, file_id, mut sighting) in seen {
        while !ranks.insert((sighting.folder.clone(), sighting.name.clone(), sighting.rank)) {
            sighting.rank = sighting.rank.saturating_add(1);
        }
        sightings.entry(file_id).or_default().push(sighting);
    }
    rows.into_iter()
        .map(|row| {
            Ok(Row {
                file_id: row.file_id,
                place: Place {
                    file_no: row.file_no,
                    sightings: sightings.remove(&row.file_id).unwrap_or_default(),
                    days: row
                        .first_day
                        .zip(row.last_day)
                        .filter(|_| !row.has_undated)
                        .map(|(first, last)| (first.to_epoch_days(), last.to_epoch_days())),
                },
                state: row.state,
                reason_code: row.reason_code,
                extends: row.extends,
                open_end: row.open_end,
                withdrawn: row.withdrawn,
                keyed_by: row.keyed_by,
                sha256: row
                    .sha256
                    .try_into()
                    .map_err(|_| StoreError::corrupt("files", "sha256", row.file_id))?,
                newer: row.records_changed.map(paging::count),
            })
        })
        .collect()
}

/// Whether a row of the series cancels another one or is marked as cancelled.
async fn has_reversals(tx: &mut OrgTx, series: SeriesId) -> Result<bool> {
    let org = tx.org().0;
    let found = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM app.files f JOIN app.row_blocks b USING (org_id, file_no)
            WHERE f.org_id = $1 AND f.series_id = $2 AND f.committed_at IS NOT NULL AND b.has_reversals
                AND b.block_no >= f.first_block) AS "found!""#,
        org,
        series.0
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(found)
}

/// The identities of files, with the documents of their rows where these matter.
async fn idents(tx: &mut OrgTx, files: &[i64], key: &[Variable], reverses: bool) -> Result<BTreeMap<i64, Idents>> {
    let files = blocks::identified(tx, files, key, reverses).await?;
    Ok(files
        .into_iter()
        .map(|(file_no, blocks)| {
            let mut idents = Idents::default();
            for (block_no, block) in blocks {
                idents.blocks.push((block_no, block.rows.len()));
                idents.lines.extend(block.rows.iter().map(|row| row.line));
                if let Some(documents) = block.documents {
                    // Blocks before it may have none.
                    idents.documents.resize(idents.rows.len(), RowDocument::default());
                    idents.documents.extend(documents);
                }
                idents.rows.extend(block.rows.iter().map(|row| RowIdent {
                    mapped: row.mapped,
                    other: row.other,
                    subject: row.subject,
                    day: row.day,
                }));
            }
            (file_no, idents)
        })
        .collect())
}

/// The states of a file's blocks: why rows do not count, or nothing where all do.
type States = HashMap<i32, Option<Vec<u8>>>;

/// The states of these files as they are.
async fn states(tx: &mut OrgTx, files: &[i64]) -> Result<HashMap<i64, States>> {
    let org = tx.org().0;
    let rows = sqlx::query!(
        "SELECT file_no, block_no, why FROM app.row_states WHERE org_id = $1 AND file_no = ANY ($2)",
        org,
        files
    )
    .fetch_all(tx.connection())
    .await?;
    let mut all: HashMap<i64, States> = HashMap::new();
    for row in rows {
        all.entry(row.file_no).or_default().insert(row.block_no, row.why);
    }
    Ok(all)
}

/// Writes what changed of the states of a file's blocks; gives whether any did.
async fn write_states(tx: &mut OrgTx, file_no: i64, idents: &Idents, why: &[Why], there: &States) -> Result<bool> {
    let org = tx.org().0;
    let (mut numbers, mut counting, mut states) = (Vec::new(), Vec::new(), Vec::new());
    let (mut first, mut last): (Vec<Option<i64>>, Vec<Option<i64>>) = (Vec::new(), Vec::new());
    let mut start = 0;
    for (block_no, rows) in &idents.blocks {
        let here = why.get(start..start + rows).unwrap_or_default();
        let lines = idents.lines.get(start..start + rows).unwrap_or_default();
        start += rows;
        let live: Vec<u64> = here
            .iter()
            .zip(lines)
            .filter(|(why, _)| **why == Why::Counts)
            .map(|(_, line)| *line)
            .collect();
        let bytes = (live.len() < here.len()).then(|| here.iter().map(|why| why.code()).collect::<Vec<u8>>());
        if there.get(block_no) == Some(&bytes) {
            continue;
        }
        numbers.push(*block_no);
        counting.push(i32::try_from(live.len()).unwrap_or(i32::MAX));
        first.push(live.first().map(|line| paging::big(*line)));
        last.push(live.last().map(|line| paging::big(*line)));
        states.push(bytes);
    }
    if numbers.is_empty() {
        return Ok(false);
    }
    sqlx::query!(
        "INSERT INTO app.row_states (org_id, file_no, block_no, counting, first_line, last_line, why)
        SELECT $1, $2, s.block_no, s.counting, s.first_line, s.last_line, s.why
        FROM UNNEST($3::integer[], $4::integer[], $5::bigint[], $6::bigint[], $7::bytea[])
            AS s (block_no, counting, first_line, last_line, why)
        ON CONFLICT (org_id, file_no, block_no) DO UPDATE SET counting = excluded.counting,
            first_line = excluded.first_line, last_line = excluded.last_line, why = excluded.why",
        org,
        file_no,
        &numbers,
        &counting,
        &first as &[Option<i64>],
        &last as &[Option<i64>],
        &states as &[Option<Vec<u8>>]
    )
    .execute(tx.connection())
    .await?;
    Ok(true)
}

fn counts(why: &[Why]) -> BTreeMap<Why, u64> {
    let mut counts = BTreeMap::new();
    for why in why {
        *counts.entry(*why).or_default() += 1;
    }
    counts
}

/// ": 3 repeated, 1 replaced".
pub(crate) fn why_not(counts: &BTreeMap<Why, u64>) -> String {
    let parts: Vec<String> = counts
        .iter()
        .filter(|(why, _)| **why != Why::Counts)
        .map(|(why, rows)| format!("{rows} {}", plain(why.name())))
        .collect();
    if parts.is_empty() {
        String::new()
    } else {
        format!(": {}", parts.join(", "))
    }
}

/// The subjects of rows that a newer one stands for, each with the file of these rows where it is one alone.
fn replaced_subjects(
    versions: &[Row],
    idents: &BTreeMap<i64, Idents>,
    resolution: &Resolution,
) -> Map<u64, Option<i64>> {
    let mut replaced: Map<u64, Option<i64>> = Map::default();
    for (version, why) in versions.iter().zip(&resolution.why) {
        let Some(idents) = idents.get(&version.place.file_no) else {
            continue;
        };
        for (row, _) in idents.rows.iter().zip(why).filter(|(_, why)| **why == Why::Replaced) {
            let file = replaced.entry(row.subject).or_insert(Some(version.place.file_no));
            if *file != Some(version.place.file_no) {
                *file = None;
            }
        }
    }
    replaced
}

/// The state that follows from what counts, where it is another one.
fn state_now(version: &Row, counts: &BTreeMap<Why, u64>) -> Option<FileState> {
    let none = counts.get(&Why::Counts).is_none();
    let newer = [Why::Replaced, Why::Withdrawn, Why::OlderReading]
        .iter()
        .any(|why| counts.contains_key(why));
    let state = match version.withdrawn {
        true => FileState::Withdrawn,
        false if none && newer && !counts.contains_key(&Why::Contested) => FileState::Superseded,
        false if matches!(version.state.as_str(), "superseded" | "withdrawn") => FileState::Committed,
        false => return None,
    };
    (state.name() != version.state).then_some(state)
}

async fn write_file(
    tx: &mut OrgTx,
    version: &Row,
    counts: &BTreeMap<Why, u64>,
    newer: u64,
    question: Option<&Question>,
) -> Result<()> {
    let count = |why: Why| counts.get(&why).copied().unwrap_or(0);
    let asked = ReasonCode::OpenQuestion.name();
    let was_asked = version.is_asked();
    sqlx::query!(
        "UPDATE app.files SET state = coalesce($2, state), row_counts = $3, records_new = $4, records_changed = $5,
            records_unchanged = $6,
            reason_code = CASE WHEN $7::text IS NOT NULL THEN $8 WHEN $9 THEN NULL ELSE reason_code END,
            reason_text = CASE WHEN $7::text IS NOT NULL THEN $7 WHEN $9 THEN NULL ELSE reason_text END
        WHERE file_id = $1",
        version.file_id,
        state_now(version, counts).map(FileState::name),
        text::json("row counts", counts)?,
        paging::big(count(Why::Counts).saturating_sub(newer)),
        paging::big(newer),
        paging::big(count(Why::Repeated)),
        question.map(|question| text::clean(&question.text).into_owned()),
        asked,
        was_asked
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Keeps what is told of the series. What was derived around one file says nothing about the others, so that what was
/// seen of those stays.
async fn keep(
    tx: &mut OrgTx,
    series: SeriesId,
    resolution: &Resolution,
    effects: &[effects::Sums],
    is_whole: bool,
) -> Result<()> {
    let mut evidence: BTreeSet<Seen> = resolution.evidence.iter().copied().collect();
    if !is_whole {
        let before = sqlx::query_scalar!("SELECT evidence FROM app.series WHERE series_id = $1", series.0)
            .fetch_one(tx.connection())
            .await?;
        evidence.extend(text::read::<Vec<Seen>>("series", "evidence", series, before)?);
    }
    let question = resolution.question.as_ref();
    sqlx::query!(
        "UPDATE app.series SET question = $2, evidence = $3, effects = $4 WHERE series_id = $1",
        series.0,
        question.map(|question| text::json("question", question)).transpose()?,
        text::json("evidence", &evidence)?,
        text::json("effects", &effects)?
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

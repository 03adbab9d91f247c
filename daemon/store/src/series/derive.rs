//! Deriving which rows of a series count.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use plant_core::hashed::Map;
use plant_core::ids::{FileId, SeriesId};
use plant_core::series::{
    Decisions, Question, Resolution, RowDocument, RowIdent, Seen, Version, Why, asked_after, resolve, resolve_untold,
};
use plant_core::state::{FileState, ReasonCode};
use plant_core::variable::Variable;
use plant_core::words::{counted, plain};

use super::effects;
use super::known::{Known, known, names, question, set_keyed_by};
use super::versions::{self, Held};
use crate::error::{Result, StoreError};
use crate::tx::OrgTx;
use crate::{analyses, blocks, paging, text, timeline};

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
    // A row may cancel one of any day, under any name.
    let reverses = has_reversals(tx, series).await?;
    let near = match around {
        Some(file_no) if !reverses => versions::near(tx, series, file_no, &known.decisions).await?,
        _ => None,
    };
    // What is kept of the question is derived too: where it can't be read, all is derived anew.
    let kept = question(tx, series).await;
    let (before, near) = match kept {
        Err(StoreError::Corrupt { .. }) => (None, None),
        kept => (kept?, near),
    };
    let mut part = None;
    if let Some(near) = near {
        let chosen = versions::some(tx, series, &near).await?;
        let reckoned = reckon(tx, &known, chosen, reverses, resolve_untold).await?;
        let is_of_part = |file_no| near.contains(&file_no);
        part = asked_after(before.clone(), reckoned.resolution.question.clone(), is_of_part)
            .map(|asked| (reckoned, asked));
    }
    let (reckoned, asked) = match part {
        Some(part) => part,
        None => {
            let all = versions::all(tx, series).await?;
            let reckoned = reckon(tx, &known, all, reverses, resolve_untold).await?;
            let asked = reckoned.resolution.question.clone();
            (reckoned, asked)
        }
    };
    // What each answer would make is told of the whole series, when somebody wants to know.
    let asked = asked.map(|asked| Question {
        choices: Vec::new(),
        ..asked
    });
    let Reckoned {
        chosen,
        idents,
        resolution,
    } = reckoned;
    let numbers: Vec<i64> = chosen.iter().map(|version| version.file_no).collect();
    let mut changed = Vec::new();
    let mut there = states(tx, &numbers).await?;
    let replaced = replaced_subjects(&chosen, &idents, &resolution);
    let mut entries = Vec::new();
    for ((version, why), seen) in chosen.iter().zip(&resolution.why).zip(&resolution.evidence) {
        let none = Idents::default();
        let idents = idents.get(&version.file_no).unwrap_or(&none);
        let before = there.remove(&version.file_no).unwrap_or_default();
        let is_new = before.is_empty();
        let is_changed = write_states(tx, version.file_no, idents, why, &before).await?;
        let question = asked.as_ref().filter(|question| question.newer == version.file_no);
        let counts = counts(why);
        let stands_for = |subject: u64| {
            replaced
                .get(&subject)
                .is_some_and(|file| *file != Some(version.file_no))
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
            && version.seen == *seen
            && question.is_none()
            && !version.is_asked()
            && state_now(version, &counts).is_none()
        {
            continue;
        }
        write_file(tx, version, &counts, newer, seen, question).await?;
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
    let now = |asked: &Question| Some(asked.newer) == before.as_ref().map(|before| before.newer);
    if !asked.as_ref().is_some_and(now) {
        no_longer_asked(tx, series, asked.as_ref()).await?;
    }
    keep(tx, series, asked.as_ref()).await?;
    Ok(changed)
}

/// Reckons what each answer to the open questions would make of the series, where files came in since: for all series, or
/// that one.
pub(crate) async fn tell(tx: &mut OrgTx, only: Option<SeriesId>) -> Result<()> {
    let only = only.map(|series| series.0);
    let is_asked = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM app.series WHERE question IS NOT NULL AND ($1::uuid IS NULL OR series_id = $1))
            AS "asked!""#,
        only
    )
    .fetch_one(tx.connection())
    .await?;
    if !is_asked {
        return Ok(());
    }
    tx.allow_long().await?;
    // Whoever reads it afterwards in this transaction finds it told.
    tx.lock_org().await?;
    let untold = sqlx::query_scalar!(
        "SELECT series_id FROM app.series WHERE question IS NOT NULL AND question -> 'choices' = '[]'
            AND ($1::uuid IS NULL OR series_id = $1)",
        only
    )
    .fetch_all(tx.connection())
    .await?;
    for series in untold.into_iter().map(SeriesId) {
        let known = known(tx, series).await?;
        let reverses = has_reversals(tx, series).await?;
        let all = versions::all(tx, series).await?;
        let reckoned = reckon(tx, &known, all, reverses, resolve).await?;
        let numbers: Vec<i64> = reckoned.chosen.iter().map(|version| version.file_no).collect();
        let Resolution { question, readings, .. } = reckoned.resolution;
        let effects = effects::of(tx, &numbers, &readings).await?;
        sqlx::query!(
            "UPDATE app.series SET question = $2, effects = $3 WHERE series_id = $1 AND question IS NOT NULL",
            series.0,
            question.map(|question| text::json("question", &question)).transpose()?,
            text::json("effects", &effects)?
        )
        .execute(tx.connection())
        .await?;
    }
    Ok(())
}

/// Versions with what counts of them.
struct Reckoned {
    chosen: Vec<Held>,
    idents: BTreeMap<i64, Idents>,
    resolution: Resolution,
}

async fn reckon(
    tx: &mut OrgTx,
    known: &Known,
    chosen: Vec<Held>,
    reverses: bool,
    resolve: fn(&[Version], &Decisions) -> Resolution,
) -> Result<Reckoned> {
    let key = names(&known.key);
    for version in &chosen {
        if version.keyed_by != key {
            blocks::rekey(tx, version.file_no, &known.key).await?;
            set_keyed_by(tx, version.file_no, &known.key).await?;
        }
    }
    let numbers: Vec<i64> = chosen.iter().map(|version| version.file_no).collect();
    let idents = idents(tx, &numbers, &known.key, reverses).await?;
    let decisions = known.decisions.clone();
    let reckoned = tokio::task::spawn_blocking(move || {
        let empty = Vec::new();
        let versions: Vec<Version<'_>> = chosen
            .iter()
            .map(|row| Version {
                file_no: row.file_no,
                sightings: row.sightings.clone(),
                rows: idents.get(&row.file_no).map_or(&empty, |idents| &idents.rows),
                documents: idents
                    .get(&row.file_no)
                    .map(|idents| idents.documents.as_slice())
                    .filter(|documents| !documents.is_empty()),
                extends: row.extends,
                open_end: row.open_end,
                withdrawn: row.withdrawn,
                describes: row.describes,
                declared_hash: row.declared,
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
                    back: 0,
                }));
            }
            RowIdent::join(&mut idents.rows, &idents.lines);
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
    versions: &[Held],
    idents: &BTreeMap<i64, Idents>,
    resolution: &Resolution,
) -> Map<u64, Option<i64>> {
    let mut replaced: Map<u64, Option<i64>> = Map::default();
    for (version, why) in versions.iter().zip(&resolution.why) {
        let Some(idents) = idents.get(&version.file_no) else {
            continue;
        };
        for (row, _) in idents.rows.iter().zip(why).filter(|(_, why)| **why == Why::Replaced) {
            let file = replaced.entry(row.subject).or_insert(Some(version.file_no));
            if *file != Some(version.file_no) {
                *file = None;
            }
        }
    }
    replaced
}

/// The state that follows from what counts, where it is another one.
fn state_now(version: &Held, counts: &BTreeMap<Why, u64>) -> Option<FileState> {
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
    version: &Held,
    counts: &BTreeMap<Why, u64>,
    newer: u64,
    seen: &[Seen],
    question: Option<&Question>,
) -> Result<()> {
    let seen: Vec<String> = seen.iter().map(|seen| seen.name().to_owned()).collect();
    let count = |why: Why| counts.get(&why).copied().unwrap_or(0);
    let asked = ReasonCode::OpenQuestion.name();
    let was_asked = version.is_asked();
    sqlx::query!(
        "UPDATE app.files SET state = coalesce($2, state), row_counts = $3, records_new = $4, records_changed = $5,
            records_unchanged = $6, seen = $10,
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
        was_asked,
        &seen
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Nothing is asked any more about the files of a series, but for that one question.
async fn no_longer_asked(tx: &mut OrgTx, series: SeriesId, asked: Option<&Question>) -> Result<()> {
    let org = tx.org().0;
    sqlx::query!(
        "UPDATE app.files SET reason_code = NULL, reason_text = NULL
        WHERE org_id = $1 AND series_id = $2 AND committed_at IS NOT NULL AND reason_code = $3
            AND file_no IS DISTINCT FROM $4",
        org,
        series.0,
        ReasonCode::OpenQuestion.name(),
        asked.map(|asked| asked.newer)
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Keeps what is asked of the series.
async fn keep(tx: &mut OrgTx, series: SeriesId, question: Option<&Question>) -> Result<()> {
    sqlx::query!(
        "UPDATE app.series SET question = $2, effects = '[]' WHERE series_id = $1",
        series.0,
        question.map(|question| text::json("question", question)).transpose()?
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

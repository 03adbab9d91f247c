//! Whether what is kept is what follows from originals and decisions: it is derived once more beside it and compared.
//!
//! Invariant: whatever is written here for the sake of comparing is rolled back ([`crate::Store::trial`]).

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use plant_core::alias::Aliases;
use plant_core::balance::Balance;
use plant_core::ids::{FileId, SeriesId};
use plant_core::mark::Mark;
use plant_core::series::{RowDocument, Why};
use plant_core::variable::Variable;
use plant_core::words::counted;
use plant_rows::{Sealed, Sheet, Stored};
use tokio::sync::mpsc;

use crate::blocks::{self, Kept};
use crate::components::{self, Piece};
use crate::error::{Result, StoreError};
use crate::tx::OrgTx;
use crate::{analyses, canonical, edges, paging, series, text};

/// A file whose rows are in.
#[derive(Debug, Clone)]
pub struct Known {
    /// Its id.
    pub file_id: FileId,
    /// Its name.
    pub name: String,
    /// Whether a job on it waits or runs: it may change at any moment.
    pub is_busy: bool,
    /// Whether an analysis of it is complete.
    pub is_analysed: bool,
}

/// The files of the org whose rows are in, oldest first.
///
/// # Errors
/// What the database says.
pub async fn files(tx: &mut OrgTx) -> Result<Vec<Known>> {
    known(tx, None).await
}

/// One of them.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn file(tx: &mut OrgTx, file: FileId) -> Result<Known> {
    let found = known(tx, Some(file)).await?.into_iter().next();
    found.ok_or_else(|| StoreError::not_found("file", file))
}

async fn known(tx: &mut OrgTx, file: Option<FileId>) -> Result<Vec<Known>> {
    let rows = sqlx::query!(
        r#"SELECT f.file_id, f.name, EXISTS (SELECT 1 FROM app.jobs j WHERE j.org_id = f.org_id AND j.file_id = f.file_id
                AND j.state IN ('queued', 'running')) AS "busy!",
            EXISTS (SELECT 1 FROM app.analyses a WHERE a.org_id = f.org_id AND a.file_id = f.file_id
                AND a.status = 'completed') AS "analysed!"
        FROM app.files f WHERE f.committed_at IS NOT NULL AND ($1::uuid IS NULL OR f.file_id = $1) ORDER BY f.file_no"#,
        file.map(|file| file.0)
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Known {
            file_id: FileId(row.file_id),
            name: row.name,
            is_busy: row.busy,
            is_analysed: row.analysed,
        })
        .collect())
}

/// The series of the org, with their names.
///
/// # Errors
/// What the database says.
pub async fn all_series(tx: &mut OrgTx) -> Result<Vec<(SeriesId, String)>> {
    let rows = sqlx::query!("SELECT series_id, name FROM app.series ORDER BY created_at, series_id")
        .fetch_all(tx.connection())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (SeriesId(row.series_id), row.name))
        .collect())
}

/// The files whose reading was given up since then, each with the reason.
///
/// # Errors
/// What the database says.
pub async fn given_up(tx: &mut OrgTx, since: DateTime<Utc>) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT ON (f.file_no) f.name, j.error AS "error!" FROM app.jobs j JOIN app.files f USING (org_id, file_id)
        WHERE j.kind = 'reread' AND j.state = 'failed' AND j.finished_at >= $1 AND j.error IS NOT NULL
        ORDER BY f.file_no, j.finished_at DESC"#,
        since
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| (row.name, row.error)).collect())
}

/// What a reading made just now found in a file.
#[derive(Debug, Default)]
pub struct Fresh {
    key: Vec<Variable>,
    aliases: Aliases,
    rows: Vec<Stored>,
    documents: Vec<RowDocument>,
    marks: Vec<Mark>,
    /// Fate of its lines.
    pub balance: Balance,
    /// Its first and last day.
    pub days: (Option<NaiveDate>, Option<NaiveDate>),
    /// Rows put aside and remarks.
    pub problems: u64,
    /// Sizes of earlier versions of its name, each with the hash of that many of its bytes.
    pub prefixes: Vec<(u64, String)>,
}

impl Fresh {
    /// Takes the lines of rows as a worker sends them.
    ///
    /// # Errors
    /// When they are none.
    pub fn lines(&mut self, sheet: &[u8]) -> Result<()> {
        self.marks.extend(Sheet::from_bytes(sheet)?.marks);
        Ok(())
    }

    /// Takes a block as a worker sends it.
    ///
    /// # Errors
    /// When it is none.
    pub fn take(&mut self, block: &[u8]) -> Result<()> {
        let sealed = Sealed::new(block, &self.key, &self.aliases)?;
        self.rows.extend(plant_rows::idents(&sealed.idents)?);
        add_documents(&mut self.documents, self.rows.len(), sealed.documents.as_deref())
    }
}

/// Adds the documents of a block, so that there are `rows`; none where it has no such column.
fn add_documents(all: &mut Vec<RowDocument>, rows: usize, packed: Option<&[u8]>) -> Result<()> {
    if let Some(packed) = packed {
        all.extend(plant_rows::documents(packed)?);
    }
    all.resize(rows, RowDocument::default());
    Ok(())
}

/// What a new reading of a file is to be compared with: nothing yet, to be identified as its rows are.
///
/// # Errors
/// What the database says.
pub async fn fresh(tx: &mut OrgTx, file: FileId) -> Result<Fresh> {
    let names = sqlx::query_scalar!("SELECT keyed_by FROM app.files WHERE file_id = $1", file.0)
        .fetch_one(tx.connection())
        .await?;
    Ok(Fresh {
        key: names.iter().filter_map(|name| Variable::from_name(name)).collect(),
        aliases: canonical::aliases(tx).await?,
        ..Fresh::default()
    })
}

/// What of a file is kept otherwise than it reads, in sentences.
///
/// # Errors
/// What the database says; a block that can't be read.
pub async fn reading(tx: &mut OrgTx, file: FileId, fresh: &Fresh) -> Result<Vec<String>> {
    tx.allow_long().await?;
    let row = sqlx::query!(
        r#"SELECT file_no, bytes, balance AS "balance!", first_day, last_day, has_undated, problem_count, extends
        FROM app.files WHERE file_id = $1"#,
        file.0
    )
    .fetch_one(tx.connection())
    .await?;
    let mut told = rows(tx, row.file_no, fresh).await?;
    let mut tell = |what: &str, kept: String, reads: String| {
        if kept != reads {
            told.push(format!("its {what} reads {reads}, kept is {kept}"));
        }
    };
    let kept: Balance = text::read("files", "balance", file, row.balance)?;
    tell("balance", format!("{kept:?}"), format!("{:?}", fresh.balance));
    tell(
        "period",
        format!("{:?}", (row.first_day, row.last_day)),
        format!("{:?}", fresh.days),
    );
    let has_undated = fresh.rows.iter().any(|row| row.day.is_none());
    tell(
        "mark of undated rows",
        row.has_undated.to_string(),
        has_undated.to_string(),
    );
    tell(
        "number of problems",
        row.problem_count.to_string(),
        fresh.problems.to_string(),
    );
    let extends = series::extended(tx, row.file_no, paging::count(row.bytes), &fresh.prefixes).await?;
    tell("former version", format!("{:?}", row.extends), format!("{extends:?}"));
    Ok(told)
}

/// The first row that is kept otherwise than it reads, and blocks whose rows are not what identifies them.
async fn rows(tx: &mut OrgTx, file_no: i64, fresh: &Fresh) -> Result<Vec<String>> {
    let org = tx.org().0;
    let mut told = Vec::new();
    let mut reads = fresh.rows.iter();
    let mut kept_rows: usize = 0;
    let mut documents = Vec::new();
    let identified = blocks::identified(tx, &[file_no], &fresh.key, true).await?;
    for (block_no, found) in identified.into_values().flatten() {
        let block = sqlx::query!(
            "SELECT codes, has_reversals, idents, documents, marks, image, origins, base_files, base_blocks
            FROM app.row_blocks WHERE org_id = $1 AND file_no = $2 AND block_no = $3",
            org,
            file_no,
            block_no
        )
        .fetch_one(tx.connection())
        .await?;
        let mut differs = false;
        if let Some(image) = &block.image {
            let says = Sealed::again(image, &fresh.key, &fresh.aliases)?;
            differs = plant_rows::idents(&says.idents)? != plant_rows::idents(&block.idents)?
                || (&block.codes, &block.documents) != (&says.codes, &says.documents)
                // One that is laid out of others has those of all.
                || (block.origins.is_none() && block.has_reversals != says.has_reversals);
        }
        let kept = found.rows;
        let reads_marks = fresh.marks.get(kept_rows..).unwrap_or_default();
        let mut own = reads_marks.iter().take(kept.len()).copied().collect::<Vec<Mark>>();
        if let Some(packed) = &block.origins {
            let origins = plant_rows::origins(packed)?;
            let mut here = origins.iter().map(|origin| origin.block == 0);
            own.retain(|_| here.next() == Some(true));
        }
        // What its lines are known by must be theirs, or a later version would take them for others.
        differs |= plant_rows::marks(&block.marks)? != own;
        if block.origins.is_some() {
            // What it says in its own place is what the rows that stand elsewhere say.
            let laid_out = Kept::new(block.image, block.origins, block.base_files, block.base_blocks);
            let says = Sealed::new(&laid_out.assembled(tx, |_| true).await?, &fresh.key, &fresh.aliases)?;
            differs |= plant_rows::idents(&says.idents)? != kept;
        }
        if differs {
            told.push(format!(
                "what finds and identifies the rows of block {block_no} is not what they say"
            ));
        }
        documents.extend(found.documents.unwrap_or_default());
        documents.resize(kept_rows + kept.len(), RowDocument::default());
        kept_rows += kept.len();
        let differs = kept.iter().find(|kept| reads.next() != Some(kept));
        if let (Some(row), true) = (differs, told.is_empty()) {
            told.push(format!("line {} reads otherwise than it is kept", row.line));
        }
    }
    if documents != fresh.documents && told.is_empty() {
        told.push("what its rows cancel reads otherwise than it is kept".to_owned());
    }
    if kept_rows != fresh.rows.len() {
        told.push(format!(
            "it reads {}, kept are {kept_rows}",
            counted(fresh.rows.len() as u64, "row", "rows")
        ));
    }
    Ok(told)
}

/// What of a series is kept otherwise than it follows from its versions and decisions, in sentences.
///
/// # Errors
/// What the database says; a block that can't be read.
pub async fn series(tx: &mut OrgTx, id: SeriesId, at: DateTime<Utc>) -> Result<Vec<String>> {
    tx.lock_org().await?;
    tx.allow_long().await?;
    let org = tx.org().0;
    let before = States::of(tx, id).await?;
    sqlx::query!(
        "DELETE FROM app.row_states s USING app.files f WHERE s.org_id = $1 AND f.org_id = s.org_id
            AND f.file_no = s.file_no AND f.series_id = $2",
        org,
        id.0
    )
    .execute(tx.connection())
    .await?;
    series::derive(tx, id, None, at).await?;
    let after = States::of(tx, id).await?;
    Ok(before.differences(&after))
}

/// How many rows of a block count, and why the others do not; nothing where all do.
type State = (i32, Option<Vec<u8>>);

/// What is derived of a series.
#[derive(Debug, PartialEq, Eq)]
struct States {
    /// Name and facts of each version.
    files: BTreeMap<i64, (String, String)>,
    /// By file and block.
    blocks: BTreeMap<(i64, i32), State>,
    told: String,
}

impl States {
    /// Without what the answers to its question would make: that is reckoned anew after each change.
    async fn of(tx: &mut OrgTx, id: SeriesId) -> Result<States> {
        let org = tx.org().0;
        let files = sqlx::query!(
            r#"SELECT file_no, name, jsonb_build_object('state', CASE state WHEN 'analysed' THEN 'committed' ELSE state END,
                    'rows', row_counts, 'new', records_new, 'changed', records_changed, 'unchanged', records_unchanged,
                    'asked', CASE reason_code WHEN 'open_question' THEN reason_text END, 'key', keyed_by, 'seen', seen)::text AS "facts!"
            FROM app.files WHERE org_id = $1 AND series_id = $2 AND committed_at IS NOT NULL"#,
            org,
            id.0
        )
        .fetch_all(tx.connection())
        .await?;
        let blocks = sqlx::query!(
            "SELECT s.file_no, s.block_no, s.counting, s.why FROM app.row_states s
            JOIN app.files f ON f.org_id = s.org_id AND f.file_no = s.file_no
            WHERE s.org_id = $1 AND f.series_id = $2",
            org,
            id.0
        )
        .fetch_all(tx.connection())
        .await?;
        let told = sqlx::query_scalar!(
            r#"SELECT jsonb_build_object('question', question - 'choices')::text AS "told!"
            FROM app.series WHERE series_id = $1"#,
            id.0
        )
        .fetch_one(tx.connection())
        .await?;
        Ok(States {
            files: files
                .into_iter()
                .map(|row| (row.file_no, (row.name, row.facts)))
                .collect(),
            blocks: blocks
                .into_iter()
                .map(|row| ((row.file_no, row.block_no), (row.counting, row.why)))
                .collect(),
            told,
        })
    }

    fn differences(&self, after: &States) -> Vec<String> {
        let mut told = Vec::new();
        for (file_no, (name, facts)) in &self.files {
            let derived = after.files.get(file_no).map(|(_, facts)| facts);
            if derived != Some(facts) {
                let derived = derived.map_or("nothing", String::as_str);
                told.push(format!("{name}: kept is {facts}, derived {derived}"));
                continue;
            }
            let of_file = (*file_no, i32::MIN)..=(*file_no, i32::MAX);
            let kept: Vec<_> = self.blocks.range(of_file.clone()).collect();
            let derived: Vec<_> = after.blocks.range(of_file).collect();
            if kept != derived {
                told.push(format!(
                    "{name}: other rows count: kept{}, derived{}",
                    in_words(&kept),
                    in_words(&derived)
                ));
            }
        }
        if self.told != after.told {
            told.push(format!("kept is {}, derived {}", self.told, after.told));
        }
        told
    }
}

fn in_words(blocks: &[(&(i64, i32), &State)]) -> String {
    let mut counts: BTreeMap<Why, u64> = BTreeMap::new();
    for why in blocks.iter().flat_map(|(_, (_, why))| why.iter().flatten()) {
        if let Some(why) = Why::from_code(*why) {
            *counts.entry(why).or_default() += 1;
        }
    }
    series::why_not(&counts)
}

/// What of an analysis is kept otherwise than its pieces, made just now, say; in sentences.
///
/// # Errors
/// [`crate::StoreError::Aborted`] when the pieces end without the last one.
pub async fn analysis(
    tx: &mut OrgTx,
    file: FileId,
    pieces: &mut mpsc::Receiver<Piece>,
    at: DateTime<Utc>,
) -> Result<Vec<String>> {
    let file_no = sqlx::query_scalar!("SELECT file_no FROM app.files WHERE file_id = $1", file.0)
        .fetch_one(tx.connection())
        .await?;
    let before = said(tx, file, file_no).await?;
    let (output, reach) = components::replace(tx, file_no, pieces).await?;
    analyses::replace(tx, file, file_no, (&output, &reach), at).await?;
    edges::replace(tx, file, &output.edges).await?;
    let after = said(tx, file, file_no).await?;
    let told = before.iter().zip(&after).filter(|(before, after)| before != after);
    Ok(told
        .map(|((what, before), (_, after))| format!("its {what}: kept {before}, computed {after}"))
        .collect())
}

/// What an analysis says, part by part.
async fn said(tx: &mut OrgTx, file: FileId, file_no: i64) -> Result<Vec<(&'static str, String)>> {
    let org = tx.org().0;
    let cells = sqlx::query!(
        r#"SELECT count(*) AS "cells!", coalesce(md5(string_agg(c.hash, '' ORDER BY c.hash)), '') AS "hash!"
        FROM (SELECT md5((jsonb_strip_nulls(to_jsonb(c)) - 'component_no')::text) AS hash FROM app.components c
            WHERE c.org_id = $1 AND c.file_no = $2) c"#,
        org,
        file_no
    )
    .fetch_one(tx.connection())
    .await?;
    let families = sqlx::query_scalar!(
        r#"SELECT coalesce(md5(string_agg(k::text, '' ORDER BY k.family_no)), '') AS "hash!"
        FROM app.component_families k WHERE k.org_id = $1 AND k.file_no = $2"#,
        org,
        file_no
    )
    .fetch_one(tx.connection())
    .await?;
    let analysis = sqlx::query_scalar!(
        r#"SELECT jsonb_build_object('tier', tier, 'analyzers', md5(analyzers::text), 'summary', summary, 'records', records,
            'uses', uses, 'reach', reach)::text AS "said!"
        FROM app.analyses WHERE org_id = $1 AND file_id = $2"#,
        org,
        file.0
    )
    .fetch_optional(tx.connection())
    .await?;
    let findings = sqlx::query!(
        r#"SELECT count(*) AS "findings!", coalesce(md5(string_agg((to_jsonb(x) - 'created_at')::text
                || (SELECT coalesce(string_agg(e::text, '' ORDER BY e.evidence_no), '') FROM app.evidence e
                    WHERE e.org_id = x.org_id AND e.finding_id = x.finding_id), '' ORDER BY x.finding_no)), '') AS "hash!"
        FROM app.findings x JOIN app.analyses a ON a.org_id = x.org_id AND a.analysis_id = x.analysis_id
        WHERE x.org_id = $1 AND a.file_id = $2"#,
        org,
        file.0
    )
    .fetch_one(tx.connection())
    .await?;
    let edges = sqlx::query_scalar!(
        r#"SELECT coalesce(md5(string_agg(e::text, '' ORDER BY e.site, e.machine, e.line, e.kind)), '') AS "hash!"
        FROM app.edges e WHERE e.org_id = $1 AND e.file_id = $2"#,
        org,
        file.0
    )
    .fetch_one(tx.connection())
    .await?;
    let lists = sqlx::query!(
        r#"SELECT (SELECT count(*) FROM app.reference_entries WHERE org_id = $1 AND file_id = $2) AS "entries!",
            (SELECT coalesce(md5(string_agg(e::text, '' ORDER BY e.entry_no)), '') FROM app.reference_entries e
                WHERE e.org_id = $1 AND e.file_id = $2) AS "hash!",
            (SELECT count(*) FROM app.lookups WHERE org_id = $1 AND file_id = $2) AS "wants!",
            (SELECT coalesce(md5(string_agg(l.subject::text, '' ORDER BY l.subject)), '') FROM app.lookups l
                WHERE l.org_id = $1 AND l.file_id = $2) AS "wanted!""#,
        org,
        file.0
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(vec![
        ("readings and states that it leaves behind", edges),
        (
            "lists",
            format!(
                "{} ({}), {} wanted ({})",
                counted(paging::count(lists.entries), "entry", "entries"),
                lists.hash,
                paging::count(lists.wants),
                lists.wanted
            ),
        ),
        (
            "sums",
            format!(
                "{} ({}), families {families}",
                counted(paging::count(cells.cells), "cell", "cells"),
                cells.hash
            ),
        ),
        ("analysis", analysis.unwrap_or_default()),
        (
            "findings",
            format!("{} ({})", paging::count(findings.findings), findings.hash),
        ),
    ])
}

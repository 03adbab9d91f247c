//! Decisions of people about a series, each with what follows from it and its audit entry in one transaction.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use plant_core::hashed::Map;
use plant_core::header::skeleton;
use plant_core::ids::{FileId, ProfileId, SeriesId};
use plant_core::profile::{Profile, ProfileColumn};
use plant_core::reference::{Nature, is_key, list_key, nature};
use plant_core::series::{Answer, Basis, Decisions, Mode};
use plant_core::state::ReasonCode;
use plant_core::variable::Variable;
use serde_json::json;
use uuid::Uuid;

use super::derive::{derive, tell};
use super::known::{self, Known, found, known, names, of_profile};
use super::lines;
use crate::error::{Result, StoreError};
use crate::tx::OrgTx;
use crate::{analyses, audit, blocks, edges, files, learned, profiles, text};

/// Keeps the decisions of a series and derives what follows.
async fn decide(tx: &mut OrgTx, series: SeriesId, after: &Known, at: DateTime<Utc>) -> Result<Vec<FileId>> {
    keep(tx, series, after).await?;
    derive(tx, series, None, at).await
}

/// Keeps the decisions of a series; where its rows are described by other codes since, or are events and no list any more,
/// its files are analysed again.
pub(super) async fn keep(tx: &mut OrgTx, series: SeriesId, after: &Known) -> Result<()> {
    let before = known(tx, series).await?;
    if before.list() != after.list() {
        let files = files_of(tx, series).await?;
        analyses::mark_stale(tx, &files).await?;
    }
    sqlx::query!(
        "UPDATE app.series SET decisions = $2, key = $3 WHERE series_id = $1",
        series.0,
        text::json("decisions", &after.decisions)?,
        &names(&after.key)
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The files of a series that are in.
async fn files_of(tx: &mut OrgTx, series: SeriesId) -> Result<Vec<FileId>> {
    let files = sqlx::query_scalar!(
        "SELECT file_id FROM app.files WHERE series_id = $1 AND committed_at IS NOT NULL ORDER BY file_no",
        series.0
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(files.into_iter().map(FileId).collect())
}

/// The same for what a person said, with its audit entry.
async fn decide_as_said(
    tx: &mut OrgTx,
    series: SeriesId,
    after: &Known,
    said: &serde_json::Value,
    at: DateTime<Utc>,
) -> Result<Vec<FileId>> {
    let changed = decide(tx, series, after, at).await?;
    let body = json!({"series": series, "decision": said, "changed": changed});
    audit::append(tx, "series.decide", &body).await?;
    Ok(changed)
}

/// Answers the question of the series that a file belongs to; gives the files whose rows count otherwise since.
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Conflict`] when nothing is asked; [`StoreError::Invalid`] for an answer that is
/// none of the choices.
pub async fn answer(tx: &mut OrgTx, file: FileId, answer: Answer, at: DateTime<Utc>) -> Result<Vec<FileId>> {
    tx.lock_org().await?;
    let series = of_file(tx, file).await?;
    tell(tx, Some(series)).await?;
    let question = known::question(tx, series)
        .await?
        .ok_or_else(|| StoreError::conflict("question", "nothing is asked about this file"))?;
    let file_no = sqlx::query_scalar!("SELECT file_no FROM app.files WHERE file_id = $1", file.0)
        .fetch_one(tx.connection())
        .await?;
    if file_no != question.older && file_no != question.newer {
        let detail = "something else is asked about its series first; `plant series` says what";
        return Err(StoreError::conflict("question", detail));
    }
    if !question.choices.iter().any(|choice| choice.answer == answer) {
        let words: Vec<&str> = question.choices.iter().map(|choice| choice.answer.name()).collect();
        let detail = format!("`{answer}` is none of the choices: {}", words.join(", "));
        return Err(StoreError::invalid("answer", detail));
    }
    let mut after = known(tx, series).await?;
    after.decisions = after
        .decisions
        .answered(question.kind, question.older, question.newer, answer);
    name_things(tx, series, &mut after).await?;
    let said = json!({"question": question.kind, "answer": answer, "files": [question.older, question.newer]});
    decide_as_said(tx, series, &after, &said, at).await
}

async fn of_file(tx: &mut OrgTx, file: FileId) -> Result<SeriesId> {
    sqlx::query!("SELECT series_id FROM app.files WHERE file_id = $1", file.0)
        .fetch_optional(tx.connection())
        .await?
        .ok_or_else(|| StoreError::not_found("file", file))?
        .series_id
        .map(SeriesId)
        .ok_or_else(|| StoreError::conflict("file", format!("{file} is not in yet, so it belongs to no series")))
}

/// What a person sets of a series; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Setting {
    /// Its mode; `Some(None)`: by evidence again, without what was answered about its versions as a whole.
    pub mode: Option<Option<Mode>>,
    /// Its key; empty: none.
    pub key: Option<Vec<Variable>>,
    /// Unmapped columns that do not tell its rows apart; empty: none. What is in is read again for it.
    pub ignore: Option<Vec<String>>,
    /// What says which version is newer; `Some(None)`: the time, and asked where names contradict it.
    pub rank: Option<Option<Basis>>,
}

/// Sets what a person says of a series.
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Invalid`] for a mode that needs a key and has none.
pub async fn set(tx: &mut OrgTx, series: SeriesId, setting: Setting, at: DateTime<Utc>) -> Result<Vec<FileId>> {
    let Setting {
        mode,
        key,
        ignore,
        rank,
    } = setting;
    tx.lock_org().await?;
    if let Some(ignore) = &ignore {
        ignore_columns(tx, series, ignore, at).await?;
    }
    let mut after = known(tx, series).await?;
    if let Some(key) = key {
        lines::kept_in(tx, series, &key).await?;
        // It decides by itself, unless a mode is said with it; a list stays one.
        let by_key = match after.decisions.mode {
            Some(Mode::Reference) => Mode::Reference,
            _ => Mode::Keyed,
        };
        after.decisions.mode = (!key.is_empty()).then_some(by_key);
        after.key = key;
    }
    if let Some(mode) = mode {
        // What was said about single versions stays.
        after.decisions = Decisions {
            mode,
            rank: after.decisions.rank,
            newer: after.decisions.newer,
            accepted: after.decisions.accepted,
            left_out: after.decisions.left_out,
            ..Decisions::default()
        };
    }
    if let Some(rank) = rank {
        after.decisions.rank = rank;
    }
    name_things(tx, series, &mut after).await?;
    after.decisions.keyed = !after.key.is_empty();
    let said = json!({
        "mode": after.decisions.mode, "key": after.key, "rank": after.decisions.rank, "ignore": ignore,
    });
    decide_as_said(tx, series, &after, &said, at).await
}

/// The mappings of a series as they stand.
async fn mappings(tx: &mut OrgTx, series: SeriesId) -> Result<Vec<Profile>> {
    let ids = sqlx::query_scalar!(
        "SELECT profile_id FROM app.series_profiles WHERE series_id = $1 ORDER BY profile_id",
        series.0
    )
    .fetch_all(tx.connection())
    .await?;
    let mut all = Vec::new();
    for id in ids {
        all.extend(profiles::latest(tx, ProfileId(id)).await?);
    }
    Ok(all)
}

/// Gives a list the key that names its things, where nothing is said of it.
async fn name_things(tx: &mut OrgTx, series: SeriesId, after: &mut Known) -> Result<()> {
    if after.decisions.mode != Some(Mode::Reference) {
        return Ok(());
    }
    let variables = known::variables_of(tx, series).await?;
    if after.key.is_empty() {
        after.key = match nature(&variables) {
            Nature::List(key) | Nature::Either(key) => key,
            Nature::Events => {
                let detail = "a list needs a key that names what it describes, such as --key product_code";
                return Err(StoreError::invalid("mode", detail));
            }
        };
    }
    if !after.key.iter().any(|variable| is_key(*variable)) {
        let detail = "the key of a list names what it describes: product_code, machine, operation or another code";
        return Err(StoreError::invalid("key", detail));
    }
    after.key = list_key(std::mem::take(&mut after.key), &variables);
    after.decisions.keyed = true;
    Ok(())
}

/// Recognises by the evidence whether a file that was just taken in describes things: its columns say so, and no two of its
/// rows say different things of one. Where all files of its series do and nothing is said, it is a list. The caller derives
/// the series.
///
/// # Errors
/// What the database says.
pub(crate) async fn recognise(tx: &mut OrgTx, series: SeriesId, file_no: i64, profile: &Profile) -> Result<()> {
    let nature = known::nature_of(profile);
    let describes = match &nature {
        Nature::Events => false,
        Nature::List(key) | Nature::Either(key) => is_unique(tx, file_no, key).await?,
    };
    sqlx::query!(
        "UPDATE app.files SET describes = $2 WHERE file_no = $1",
        file_no,
        describes
    )
    .execute(tx.connection())
    .await?;
    let mut after = known(tx, series).await?;
    let Nature::List(key) = nature else { return Ok(()) };
    if after.decisions.decided().is_some() || after.decisions.events {
        return Ok(());
    }
    let all = sqlx::query_scalar!(
        r#"SELECT bool_and(describes) AS "all!" FROM app.files WHERE series_id = $1 AND committed_at IS NOT NULL"#,
        series.0
    )
    .fetch_one(tx.connection())
    .await?;
    if all {
        after.decisions.mode = Some(Mode::Reference);
        after.key = key;
        after.decisions.keyed = true;
        keep(tx, series, &after).await?;
        let body = json!({
            "series": series, "decision": {"mode": after.decisions.mode, "key": after.key},
            "why": "its columns describe things, each row another one",
        });
        audit::append(tx, "series.decide", &body).await?;
    }
    Ok(())
}

/// Whether no two rows of a file say different things of one.
async fn is_unique(tx: &mut OrgTx, file_no: i64, key: &[Variable]) -> Result<bool> {
    let blocks = blocks::identified(tx, &[file_no], key, false).await?;
    let mut said: Map<u64, u64> = Map::default();
    let rows = blocks.into_values().flatten().flat_map(|(_, block)| block.rows);
    for row in rows.filter(|row| row.subject != 0) {
        if *said.entry(row.subject).or_insert(row.mapped) != row.mapped {
            return Ok(false);
        }
    }
    Ok(!said.is_empty())
}

/// Saves the profiles of a series anew with the columns that do not tell rows apart, and has what is in read again.
async fn ignore_columns(tx: &mut OrgTx, series: SeriesId, columns: &[String], at: DateTime<Utc>) -> Result<()> {
    let all = mappings(tx, series).await?;
    let is = |column: &ProfileColumn, name: &str| skeleton(&column.source) == skeleton(name);
    let free: BTreeSet<&str> = all
        .iter()
        .flat_map(|profile| &profile.columns)
        .filter(|column| column.variable.is_none())
        .map(|column| column.source.as_str())
        .collect();
    for name in columns {
        if !free.iter().any(|free| skeleton(free) == skeleton(name)) {
            let known: Vec<&str> = free.iter().copied().collect();
            let known = match known.is_empty() {
                true => "it has none".to_owned(),
                false => format!("those are: {}", known.join(", ")),
            };
            let detail = format!("`{name}` is no column that is read and not mapped; {known}");
            return Err(StoreError::invalid("ignore", detail));
        }
    }
    for before in all {
        let mut after = before.clone();
        after.settings.ignore = columns
            .iter()
            .filter(|name| before.columns.iter().any(|column| is(column, name)))
            .cloned()
            .collect();
        if after != before {
            let saved = profiles::save(tx, &after, Some(before.version), at).await?;
            let again = outdated(tx, &saved).await?;
            reread(tx, &again, Some(saved.profile_id), at).await?;
        }
    }
    Ok(())
}

/// Takes the key of a profile that was just saved for its series, where it says one or took its own away.
///
/// # Errors
/// [`StoreError::Invalid`] where it would part the rows of a line by the key of its series.
pub async fn settle_profile(
    tx: &mut OrgTx,
    before: Option<&Profile>,
    saved: &Profile,
    at: DateTime<Utc>,
) -> Result<Vec<FileId>> {
    no_list_any_more(tx, before, saved, at).await?;
    let key = &saved.settings.key;
    let was = before.map(|before| before.settings.key.as_slice()).unwrap_or_default();
    // What was said of the series since stays, unless the profile says something new.
    if key == was {
        lines::kept_by(tx, saved, &[]).await?;
        return Ok(Vec::new());
    }
    if found(tx, saved).await?.is_none() {
        // The series begins with its key.
        of_profile(tx, saved, at).await?;
        return Ok(Vec::new());
    }
    let series = of_profile(tx, saved, at).await?;
    if known(tx, series).await?.key == *key {
        return Ok(Vec::new());
    }
    let setting = Setting {
        key: Some(key.clone()),
        ..Setting::default()
    };
    set(tx, series, setting, at).await
}

/// Takes back that a series is a list, where that followed from columns which a profile no longer reads so.
async fn no_list_any_more(tx: &mut OrgTx, before: Option<&Profile>, saved: &Profile, at: DateTime<Utc>) -> Result<()> {
    let Some(Nature::List(was)) = before.map(known::nature_of) else {
        return Ok(());
    };
    let is = known::nature_of(saved);
    let Some(series) = found(tx, saved).await? else {
        return Ok(());
    };
    if is == Nature::List(was.clone()) || known(tx, series).await?.list() != Some(was.as_slice()) {
        return Ok(());
    }
    tx.lock_org().await?;
    let setting = Setting {
        mode: Some(None),
        key: Some(Vec::new()),
        ..Setting::default()
    };
    set(tx, series, setting, at).await?;
    Ok(())
}

/// Takes the rows of files out of count; gives the files whose rows count otherwise since.
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Conflict`] for a file that is not in; [`StoreError::Invalid`] without a reason.
pub async fn withdraw(tx: &mut OrgTx, files: &[FileId], why: &str, at: DateTime<Utc>) -> Result<Vec<FileId>> {
    if why.trim().is_empty() {
        return Err(StoreError::invalid("why", "say why in a few words"));
    }
    turn(tx, files, Some(why.trim()), at).await
}

/// Lets the rows of withdrawn files count again.
///
/// # Errors
/// As for [`withdraw`].
pub async fn restore(tx: &mut OrgTx, files: &[FileId], at: DateTime<Utc>) -> Result<Vec<FileId>> {
    turn(tx, files, None, at).await
}

async fn turn(tx: &mut OrgTx, files: &[FileId], why: Option<&str>, at: DateTime<Utc>) -> Result<Vec<FileId>> {
    tx.lock_org().await?;
    let mut all = BTreeSet::new();
    for file in files {
        all.insert(of_file(tx, *file).await?);
    }
    let ids: Vec<Uuid> = files.iter().map(|file| file.0).collect();
    let withdrawn = ReasonCode::Withdrawn.name();
    sqlx::query!(
        "UPDATE app.files SET withdrawn_at = CASE WHEN $2::text IS NULL THEN NULL ELSE $3::timestamptz END,
            reason_code = CASE WHEN $2::text IS NOT NULL THEN $4 WHEN reason_code = $4 THEN NULL ELSE reason_code END,
            reason_text = CASE WHEN $2::text IS NOT NULL THEN $2 WHEN reason_code = $4 THEN NULL ELSE reason_text END
        WHERE file_id = ANY ($1)",
        &ids,
        why.map(|why| text::clean(&format!("{} took it out of count: {why}", tx.actor())).into_owned()),
        at,
        withdrawn
    )
    .execute(tx.connection())
    .await?;
    let mut changed = Vec::new();
    for series in all {
        changed.extend(derive(tx, series, None, at).await?);
    }
    let waiting = learned::waiting_beside(tx, files).await?;
    files::release(
        tx,
        &waiting,
        None,
        "other files show how its columns are written, or no longer",
        at,
    )
    .await?;
    let action = if why.is_some() { "file.withdraw" } else { "file.restore" };
    let body = json!({"files": files, "why": why, "changed": changed});
    audit::append(tx, action, &body).await?;
    Ok(changed)
}

/// Asks for the analyses of the files that follow others since files came to these series or left them.
async fn follow(tx: &mut OrgTx, series: &[SeriesId]) -> Result<()> {
    for series in series {
        let outdated = edges::outdated_in(tx, *series).await?;
        analyses::mark_stale(tx, &outdated).await?;
    }
    Ok(())
}

/// Puts all versions of the second series into the first.
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Invalid`] for one series twice, or where the key of the first would part rows of a
/// line.
pub async fn merge(tx: &mut OrgTx, into: SeriesId, from: SeriesId, at: DateTime<Utc>) -> Result<Vec<FileId>> {
    tx.lock_org().await?;
    if into == from {
        return Err(StoreError::invalid("series", "it is the same one"));
    }
    let mut after = known(tx, into).await?;
    let from_known = known(tx, from).await?;
    if from_known.list() != after.list() {
        let files = files_of(tx, from).await?;
        analyses::mark_stale(tx, &files).await?;
    }
    let gone = from_known.decisions;
    after.decisions.newer.extend(gone.newer);
    after.decisions.accepted.extend(gone.accepted);
    after.decisions.left_out.extend(gone.left_out);
    sqlx::query!(
        "UPDATE app.files SET series_id = $1 WHERE series_id = $2",
        into.0,
        from.0
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "UPDATE app.series_profiles SET series_id = $1 WHERE series_id = $2",
        into.0,
        from.0
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!("DELETE FROM app.series WHERE series_id = $1", from.0)
        .execute(tx.connection())
        .await?;
    lines::kept_in(tx, into, &after.key).await?;
    let changed = decide(tx, into, &after, at).await?;
    follow(tx, &[into]).await?;
    let body = json!({"into": into, "from": from, "changed": changed});
    audit::append(tx, "series.merge", &body).await?;
    Ok(changed)
}

/// Puts versions of a series into a new one, with what was decided about it; gives the new one.
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Invalid`] for a file of another series, or where nothing or all would go.
pub async fn split(tx: &mut OrgTx, series: SeriesId, files: &[FileId], at: DateTime<Utc>) -> Result<SeriesId> {
    tx.lock_org().await?;
    let known = known(tx, series).await?;
    for file in files {
        if of_file(tx, *file).await? != series {
            let detail = format!("{file} belongs to another series; `plant files show` says to which");
            return Err(StoreError::invalid("file", detail));
        }
    }
    let ids: Vec<Uuid> = files.iter().map(|file| file.0).collect();
    let stays = sqlx::query_scalar!(
        r#"SELECT count(*) AS "files!" FROM app.files
        WHERE series_id = $1 AND committed_at IS NOT NULL AND file_id <> ALL ($2)"#,
        series.0,
        &ids
    )
    .fetch_one(tx.connection())
    .await?;
    if files.is_empty() || stays == 0 {
        return Err(StoreError::invalid(
            "files",
            "some of its files have to go and some to stay",
        ));
    }
    let org = tx.org().0;
    let names: BTreeSet<String> = sqlx::query_scalar!("SELECT name FROM app.series WHERE org_id = $1", org)
        .fetch_all(tx.connection())
        .await?
        .into_iter()
        .collect();
    let old = sqlx::query_scalar!("SELECT name FROM app.series WHERE series_id = $1", series.0)
        .fetch_one(tx.connection())
        .await?;
    let name = (2..)
        .map(|number| format!("{old} {number}"))
        .find(|name| !names.contains(name))
        .unwrap_or(old);
    let new = sqlx::query_scalar!(
        "INSERT INTO app.series (org_id, name, decisions, key, created_at)
        SELECT s.org_id, $4, s.decisions, s.key, $3 FROM app.series s WHERE s.org_id = $1 AND s.series_id = $2
        RETURNING series_id",
        org,
        series.0,
        at,
        name
    )
    .fetch_one(tx.connection())
    .await?;
    let new = SeriesId(new);
    sqlx::query!(
        "UPDATE app.files SET series_id = $2 WHERE file_id = ANY ($1)",
        &ids,
        new.0
    )
    .execute(tx.connection())
    .await?;
    let mut changed = decide(tx, new, &known, at).await?;
    changed.extend(derive(tx, series, None, at).await?);
    follow(tx, &[series, new]).await?;
    let body = json!({"series": series, "into": new, "files": files, "changed": changed});
    audit::append(tx, "series.split", &body).await?;
    Ok(new)
}

/// Puts one version into another series.
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Conflict`] for a file that is not in; [`StoreError::Invalid`] where the key would
/// part rows of a line.
pub async fn move_file(tx: &mut OrgTx, file: FileId, to: SeriesId, at: DateTime<Utc>) -> Result<Vec<FileId>> {
    tx.lock_org().await?;
    let from = of_file(tx, file).await?;
    if known(tx, to).await?.list() != known(tx, from).await?.list() {
        analyses::mark_stale(tx, &[file]).await?;
    }
    sqlx::query!("UPDATE app.files SET series_id = $2 WHERE file_id = $1", file.0, to.0)
        .execute(tx.connection())
        .await?;
    let key = known(tx, to).await?.key;
    lines::kept_in(tx, to, &key).await?;
    let mut changed = derive(tx, from, None, at).await?;
    changed.extend(derive(tx, to, None, at).await?);
    follow(tx, &[from, to]).await?;
    let body = json!({"file": file, "from": from, "to": to, "changed": changed});
    audit::append(tx, "series.move", &body).await?;
    Ok(changed)
}

/// Asks for a new reading of files that are in, from their originals, with the newest version of their profile or the one
/// given; gives how many were queued.
///
/// # Errors
/// [`StoreError::Invalid`] where the profile would part the rows of a line by the key of their series.
pub async fn reread(
    tx: &mut OrgTx,
    files: &[FileId],
    profile: Option<ProfileId>,
    at: DateTime<Utc>,
) -> Result<Vec<FileId>> {
    tx.lock_org().await?;
    if let Some(id) = profile
        && let Some(profile) = profiles::latest(tx, id).await?
    {
        lines::kept_by(tx, &profile, files).await?;
    }
    let ids: Vec<Uuid> = files.iter().map(|file| file.0).collect();
    let mut queued = sqlx::query!(
        "UPDATE app.files SET forced_profile_id = coalesce($2, profile_id)
        WHERE file_id = ANY ($1) AND committed_at IS NOT NULL RETURNING file_id, file_no, state",
        &ids,
        profile.map(|profile| profile.0)
    )
    .fetch_all(tx.connection())
    .await?;
    // What came first is read first, so that what is told in between is what was told before.
    queued.sort_unstable_by_key(|row| row.file_no);
    let mut entries = Vec::with_capacity(queued.len());
    for row in &queued {
        let state = crate::timeline::state(&row.state, row.file_id)?;
        entries.push((row.file_id, at, state, "it is read again from its original".to_owned()));
    }
    crate::timeline::notes(tx, &entries).await?;
    let ids: Vec<Uuid> = queued.iter().map(|row| row.file_id).collect();
    crate::jobs::enqueue(tx, plant_core::job::JobKind::Reread, &ids).await?;
    if !ids.is_empty() {
        audit::append(tx, "file.reread_asked", &json!({"files": ids, "profile": profile})).await?;
    }
    Ok(ids.into_iter().map(FileId).collect())
}

/// The files that were read with an older version of a profile than its newest.
///
/// # Errors
/// What the database says.
pub async fn outdated(tx: &mut OrgTx, profile: &Profile) -> Result<Vec<FileId>> {
    let version = i32::try_from(profile.version).unwrap_or(i32::MAX);
    let files = sqlx::query_scalar!(
        "SELECT file_id FROM app.files WHERE profile_id = $1 AND profile_version < $2 AND committed_at IS NOT NULL
        ORDER BY file_no",
        profile.profile_id.0,
        version
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(files.into_iter().map(FileId).collect())
}

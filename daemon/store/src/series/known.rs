//! Which series a profile reads, and what was decided about it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use plant_core::ids::{FileId, SeriesId};
use plant_core::profile::{Counter, Output, Profile, ProfileColumn, SeriesSteps};
use plant_core::reference::{Nature, nature};
use plant_core::series::{Decisions, Mode, Question};
use plant_core::variable::Variable;
use serde_json::Value;

use crate::error::{Result, StoreError};
use crate::text;
use crate::tx::OrgTx;

/// What is known of a series for deriving it.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) decisions: Decisions,
    pub(crate) key: Vec<Variable>,
}

impl Known {
    /// What is kept of it.
    pub(crate) fn read(id: SeriesId, key: &[String], decisions: Value) -> Result<Known> {
        let key = variables("series", id, key)?;
        let mut decisions: Decisions = text::read("series", "decisions", id, decisions)?;
        decisions.keyed = !key.is_empty();
        Ok(Known { decisions, key })
    }

    /// What names the things that its rows describe, where it is a list.
    pub(crate) fn list(&self) -> Option<&[Variable]> {
        self.decisions.is_list().then_some(self.key.as_slice())
    }
}

pub(crate) async fn known(tx: &mut OrgTx, id: SeriesId) -> Result<Known> {
    let row = sqlx::query!("SELECT decisions, key FROM app.series WHERE series_id = $1", id.0)
        .fetch_optional(tx.connection())
        .await?
        .ok_or_else(|| StoreError::not_found("series", id))?;
    Known::read(id, &row.key, row.decisions)
}

/// The variables of a key that a row of a table has.
pub(crate) fn variables(table: &'static str, row: impl ToString + Copy, names: &[String]) -> Result<Vec<Variable>> {
    names.iter().map(|name| text::word(table, "key", row, name)).collect()
}

pub(crate) fn names(key: &[Variable]) -> Vec<String> {
    key.iter().map(|variable| variable.name().to_owned()).collect()
}

/// What is kept of the question of a series.
pub(super) async fn question(tx: &mut OrgTx, id: SeriesId) -> Result<Option<Question>> {
    let question = sqlx::query_scalar!("SELECT question FROM app.series WHERE series_id = $1", id.0)
        .fetch_one(tx.connection())
        .await?;
    question
        .map(|question| text::read("series", "question", id, question))
        .transpose()
}

/// A profile of a series, and the variables that it fills now, by which another layout of the same record is known.
struct Filled {
    series: SeriesId,
    is_asked: bool,
    variables: BTreeSet<Variable>,
}

/// What each profile of each series fills, the oldest series first.
async fn all_filled(tx: &mut OrgTx) -> Result<Vec<Filled>> {
    let rows = sqlx::query!(
        r#"SELECT s.series_id, s.question IS NOT NULL AS "is_asked!", p.profile_id, p.columns, p.outputs,
            p.series_steps
        FROM app.series s JOIN app.series_profiles x USING (org_id, series_id)
        JOIN app.profiles p ON p.org_id = x.org_id AND p.profile_id = x.profile_id AND p.latest
        ORDER BY s.created_at, s.series_id"#
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let columns: Vec<ProfileColumn> = text::read("profiles", "columns", row.profile_id, row.columns)?;
            let outputs: Vec<Output> = text::read("profiles", "outputs", row.profile_id, row.outputs)?;
            let steps: SeriesSteps = text::read("profiles", "series_steps", row.profile_id, row.series_steps)?;
            let of_steps = steps.counter.iter().filter_map(Counter::adds_to);
            let of_columns = columns.iter().filter_map(|column| column.variable);
            let of_outputs = outputs.iter().filter(|output| !output.source.is_lookup());
            Ok(Filled {
                series: SeriesId(row.series_id),
                is_asked: row.is_asked,
                variables: of_columns
                    .chain(of_outputs.map(|output| output.variable))
                    .chain(of_steps)
                    .collect(),
            })
        })
        .collect()
}

/// The variables that rows of series with an open question fill: figures of them may change with the answer.
///
/// # Errors
/// What the database says.
pub async fn asked_variables(tx: &mut OrgTx) -> Result<BTreeSet<Variable>> {
    let asked = all_filled(tx).await?.into_iter().filter(|filled| filled.is_asked);
    Ok(asked.flat_map(|filled| filled.variables).collect())
}

pub(crate) async fn found(tx: &mut OrgTx, profile: &Profile) -> Result<Option<SeriesId>> {
    let own = sqlx::query_scalar!(
        "SELECT series_id FROM app.series_profiles WHERE profile_id = $1",
        profile.profile_id.0
    )
    .fetch_optional(tx.connection())
    .await?;
    if own.is_some() {
        return Ok(own.map(SeriesId));
    }
    let variables: BTreeSet<Variable> = profile.variables().collect();
    for alike in all_filled(tx)
        .await?
        .into_iter()
        .filter(|filled| filled.variables == variables)
    {
        // One whose key would part the rows of its lines is another record.
        let key = known(tx, alike.series).await?.key;
        if profile.parted_by(&key).is_none() {
            return Ok(Some(alike.series));
        }
    }
    Ok(None)
}

/// The key by which rows of a profile are identified as they come in.
pub(crate) async fn key_for(tx: &mut OrgTx, profile: &Profile) -> Result<Vec<Variable>> {
    match found(tx, profile).await? {
        Some(id) => Ok(known(tx, id).await?.key),
        None => Ok(match (nature_of(profile), profile.settings.key.as_slice()) {
            (Nature::List(key), []) => key,
            (_, key) => key.to_vec(),
        }),
    }
}

/// What the rows of a profile are, as its columns say.
pub(super) fn nature_of(profile: &Profile) -> Nature {
    nature(&profile.variables().collect())
}

/// The variables that any profile of a series fills.
pub(super) async fn variables_of(tx: &mut OrgTx, series: SeriesId) -> Result<BTreeSet<Variable>> {
    let all = all_filled(tx)
        .await?
        .into_iter()
        .filter(|filled| filled.series == series);
    Ok(all.flat_map(|filled| filled.variables).collect())
}

/// What names the things that the rows of a file describe, where its series is a list.
///
/// # Errors
/// What the database says.
pub async fn list_key(tx: &mut OrgTx, file: FileId) -> Result<Option<Vec<Variable>>> {
    let row = sqlx::query!(
        "SELECT s.series_id, s.decisions, s.key FROM app.files f JOIN app.series s USING (org_id, series_id)
        WHERE f.file_id = $1",
        file.0
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let known = Known::read(SeriesId(row.series_id), &row.key, row.decisions)?;
    Ok(known.list().map(<[Variable]>::to_vec))
}

pub(crate) async fn set_keyed_by(tx: &mut OrgTx, file_no: i64, key: &[Variable]) -> Result<()> {
    sqlx::query!(
        "UPDATE app.files SET keyed_by = $2 WHERE file_no = $1",
        file_no,
        &names(key)
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The series of what a profile reads; a new one where none fits. The caller holds the lock of the org.
pub(crate) async fn of_profile(tx: &mut OrgTx, profile: &Profile, at: DateTime<Utc>) -> Result<SeriesId> {
    let org = tx.org().0;
    let id = match found(tx, profile).await? {
        Some(id) => id,
        None => {
            let by_key = match nature_of(profile) {
                Nature::List(_) => Mode::Reference,
                Nature::Either(_) | Nature::Events => Mode::Keyed,
            };
            let decisions = Decisions {
                mode: (!profile.settings.key.is_empty()).then_some(by_key),
                ..Decisions::default()
            };
            let id = sqlx::query_scalar!(
                "INSERT INTO app.series (org_id, name, decisions, key, created_at)
                VALUES ($1, $2, $3, $4, $5) RETURNING series_id",
                org,
                profile.name,
                text::json("decisions", &decisions)?,
                &names(&profile.settings.key),
                at
            )
            .fetch_one(tx.connection())
            .await?;
            SeriesId(id)
        }
    };
    sqlx::query!(
        "INSERT INTO app.series_profiles (org_id, profile_id, series_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        org,
        profile.profile_id.0,
        id.0
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

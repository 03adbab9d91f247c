//! Which series a profile reads, and what was decided about it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use plant_core::ids::{ProfileId, SeriesId};
use plant_core::profile::Profile;
use plant_core::series::{Decisions, Mode};
use plant_core::variable::Variable;

use crate::error::{Result, StoreError};
use crate::text;
use crate::tx::OrgTx;

/// What is known of a series for deriving it.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) decisions: Decisions,
    pub(crate) key: Vec<Variable>,
}

pub(crate) async fn known(tx: &mut OrgTx, id: SeriesId) -> Result<Known> {
    let row = sqlx::query!("SELECT decisions, key FROM app.series WHERE series_id = $1", id.0)
        .fetch_optional(tx.connection())
        .await?
        .ok_or_else(|| StoreError::not_found("series", id))?;
    let key = variables(id, &row.key)?;
    let mut decisions: Decisions = text::read("series", "decisions", id, row.decisions)?;
    decisions.keyed = !key.is_empty();
    Ok(Known { decisions, key })
}

pub(crate) fn variables(id: impl ToString + Copy, names: &[String]) -> Result<Vec<Variable>> {
    names.iter().map(|name| text::word("series", "key", id, name)).collect()
}

pub(crate) fn names(key: &[Variable]) -> Vec<String> {
    key.iter().map(|variable| variable.name().to_owned()).collect()
}

/// The variables that a profile fills, by which another layout of the same record is known.
fn kind_of(profile: &Profile) -> String {
    let variables: BTreeSet<&str> = profile
        .columns
        .iter()
        .filter_map(|column| column.variable.map(Variable::name))
        .collect();
    variables.into_iter().collect::<Vec<_>>().join(",")
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
    let alike = sqlx::query_scalar!(
        "SELECT series_id FROM app.series WHERE variables = $1 ORDER BY created_at, series_id LIMIT 1",
        kind_of(profile)
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(alike.map(SeriesId))
}

/// The key by which rows of a profile are identified as they come in.
pub(crate) async fn key_for(tx: &mut OrgTx, profile: &Profile) -> Result<Vec<Variable>> {
    match found(tx, profile).await? {
        Some(id) => Ok(known(tx, id).await?.key),
        None => Ok(profile.settings.key.clone()),
    }
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
            let decisions = Decisions {
                mode: (!profile.settings.key.is_empty()).then_some(Mode::Keyed),
                ..Decisions::default()
            };
            let actor = tx.actor().to_owned();
            let id = sqlx::query_scalar!(
                "INSERT INTO app.series (org_id, name, variables, decisions, key, decided_by, decided_at, created_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING series_id",
                org,
                profile.name,
                kind_of(profile),
                text::json("decisions", &decisions)?,
                &names(&profile.settings.key),
                decisions.mode.map(|_| actor),
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

/// The series of a profile, where it has one.
pub(crate) async fn by_profile(tx: &mut OrgTx, profile: ProfileId) -> Result<Option<SeriesId>> {
    Ok(sqlx::query_scalar!(
        "SELECT series_id FROM app.series_profiles WHERE profile_id = $1",
        profile.0
    )
    .fetch_optional(tx.connection())
    .await?
    .map(SeriesId))
}

//! Saved profiles and all their versions.

use chrono::{DateTime, Utc};
use plant_core::ids::ProfileId;
use plant_core::model::ProfileView;
use plant_core::profile::Profile;
use serde_json::{Value, json};
use sqlx::{FromRow, Postgres, QueryBuilder};
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::tx::OrgTx;
use crate::{audit, paging, prefix, text};

const COLUMNS: &str =
    "SELECT p.profile_id, p.version, p.name, p.header_fingerprint, p.columns, p.shape, p.outputs, p.series_steps,
    p.settings, p.archived,
    p.approved, p.created_at, p.created_by,
    (SELECT count(*) FROM app.files f WHERE f.org_id = p.org_id AND f.profile_id = p.profile_id
        AND f.committed_at IS NOT NULL) AS files
    FROM app.profiles p WHERE ";

#[derive(FromRow)]
struct Row {
    profile_id: Uuid,
    version: i32,
    name: String,
    header_fingerprint: String,
    columns: Value,
    shape: Value,
    outputs: Value,
    series_steps: Value,
    settings: Value,
    archived: bool,
    approved: bool,
    created_at: DateTime<Utc>,
    created_by: String,
    files: i64,
}

impl Row {
    fn view(self) -> Result<ProfileView> {
        let id = self.profile_id;
        Ok(ProfileView {
            profile: Profile {
                profile_id: ProfileId(id),
                name: self.name,
                version: u32::try_from(self.version).map_err(|_| StoreError::corrupt("profiles", "version", id))?,
                header_fingerprint: self.header_fingerprint,
                columns: text::read("profiles", "columns", id, self.columns)?,
                shape: text::read("profiles", "shape", id, self.shape)?,
                outputs: text::read("profiles", "outputs", id, self.outputs)?,
                series_steps: text::read("profiles", "series_steps", id, self.series_steps)?,
                settings: text::read("profiles", "settings", id, self.settings)?,
                archived: self.archived,
                approved: self.approved,
            },
            files: paging::count(self.files),
            created_at: self.created_at,
            created_by: self.created_by,
        })
    }
}

async fn fetch(tx: &mut OrgTx, mut query: QueryBuilder<Postgres>) -> Result<Vec<ProfileView>> {
    let rows: Vec<Row> = query.build_query_as().fetch_all(tx.connection()).await?;
    rows.into_iter().map(Row::view).collect()
}

/// The newest version of every profile, archived ones last, by name.
///
/// # Errors
/// What the database says.
pub async fn list(tx: &mut OrgTx) -> Result<Vec<ProfileView>> {
    let mut query = QueryBuilder::new(COLUMNS);
    query.push("p.latest ORDER BY p.archived, lower(p.name), p.profile_id");
    fetch(tx, query).await
}

/// The profile of that id, beginning of an id (4 characters or more) or name (whatever the case): the version asked for,
/// else the newest. A profile in use goes before an archived one of the same name.
///
/// # Errors
/// [`StoreError::Ambiguous`] when a beginning fits several.
pub async fn get(tx: &mut OrgTx, id_or_name: &str, version: Option<u32>) -> Result<Option<ProfileView>> {
    let mut query = QueryBuilder::new(COLUMNS);
    query.push("p.latest AND lower(p.name) = lower(");
    query.push_bind(text::clean(id_or_name).into_owned());
    query.push(") ORDER BY p.archived, p.created_at DESC LIMIT 1");
    let mut found = fetch(tx, query).await?;
    if found.is_empty()
        && let Some((low, high)) = prefix::range(id_or_name)
    {
        let mut query = QueryBuilder::new(COLUMNS);
        query.push("p.latest AND p.profile_id BETWEEN ").push_bind(low);
        query.push(" AND ").push_bind(high).push(" LIMIT 100");
        found = fetch(tx, query).await?;
    }
    let Some(newest) = prefix::only(found, id_or_name)? else {
        return Ok(None);
    };
    match version {
        Some(version) if version != newest.profile.version => {
            let mut query = QueryBuilder::new(COLUMNS);
            query.push("p.profile_id = ").push_bind(newest.profile.profile_id.0);
            query.push(" AND p.version = ").push_bind(i64::from(version));
            Ok(fetch(tx, query).await?.into_iter().next())
        }
        _ => Ok(Some(newest)),
    }
}

/// One version of a profile.
pub(crate) async fn version(tx: &mut OrgTx, id: ProfileId, version: i32) -> Result<Option<Profile>> {
    let mut query = QueryBuilder::new(COLUMNS);
    query.push("p.profile_id = ").push_bind(id.0);
    query.push(" AND p.version = ").push_bind(version);
    Ok(fetch(tx, query).await?.into_iter().next().map(|view| view.profile))
}

/// The newest version of every profile in use, for the choice of the one that fits a file; those saved by a person first.
///
/// # Errors
/// What the database says.
pub async fn for_ingest(tx: &mut OrgTx) -> Result<Vec<Profile>> {
    let mut query = QueryBuilder::new(COLUMNS);
    query.push("p.latest AND NOT p.archived ORDER BY p.approved DESC, p.created_at DESC, p.profile_id");
    Ok(fetch(tx, query).await?.into_iter().map(|view| view.profile).collect())
}

/// The newest version of a profile.
pub(crate) async fn latest(tx: &mut OrgTx, id: ProfileId) -> Result<Option<Profile>> {
    let mut query = QueryBuilder::new(COLUMNS);
    query.push("p.latest AND p.profile_id = ").push_bind(id.0);
    Ok(fetch(tx, query).await?.into_iter().next().map(|view| view.profile))
}

/// Saves a profile: a new one where `base` is `None` (its version becomes 1), else the version after `base`, which has to
/// be the newest. Gives it as saved.
///
/// # Errors
/// [`StoreError::Conflict`] when the name is taken or `base` is no longer the newest version.
pub async fn save(tx: &mut OrgTx, profile: &Profile, base: Option<u32>, at: DateTime<Utc>) -> Result<Profile> {
    tx.lock_org().await?;
    if profile.name.trim().is_empty() {
        return Err(StoreError::invalid("profile name", "it is empty"));
    }
    let id = profile.profile_id;
    let version = match base {
        None => 1,
        Some(base) => {
            let newest = sqlx::query_scalar!(
                "SELECT version FROM app.profiles WHERE profile_id = $1 AND latest FOR UPDATE",
                id.0
            )
            .fetch_optional(tx.connection())
            .await?
            .ok_or_else(|| StoreError::not_found("profile", id))?;
            if i64::from(newest) != i64::from(base) {
                return Err(StoreError::conflict(
                    "profile",
                    format!("version {base} was changed meanwhile; the newest is {newest}"),
                ));
            }
            sqlx::query!(
                "UPDATE app.profiles SET latest = false WHERE profile_id = $1 AND latest",
                id.0
            )
            .execute(tx.connection())
            .await?;
            base.saturating_add(1)
        }
    };
    let saved = Profile {
        version,
        name: text::clean(profile.name.trim()).into_owned(),
        ..profile.clone()
    };
    insert(tx, &saved, at).await?;
    let body = json!({"profile": id, "name": saved.name, "version": saved.version, "approved": saved.approved});
    audit::append(tx, "profile.save", &body).await?;
    Ok(saved)
}

async fn insert(tx: &mut OrgTx, profile: &Profile, at: DateTime<Utc>) -> Result<()> {
    let org = tx.org().0;
    let actor = tx.actor().to_owned();
    let version = i32::try_from(profile.version).map_err(|_| StoreError::invalid("profile version", "too large"))?;
    let done = sqlx::query!(
        "INSERT INTO app.profiles (org_id, profile_id, version, name, header_fingerprint, columns, shape, outputs, series_steps,
            settings, latest, archived, approved, created_at, created_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $14, $9, true, $10, $11, $12, $13)
        ON CONFLICT DO NOTHING",
        org,
        profile.profile_id.0,
        version,
        profile.name,
        profile.header_fingerprint,
        text::json("profile columns", &profile.columns)?,
        text::json("profile shape", &profile.shape)?,
        text::json("profile outputs", &profile.outputs)?,
        text::json("profile settings", &profile.settings)?,
        profile.archived,
        profile.approved,
        at,
        actor,
        text::json("profile series steps", &profile.series_steps)?
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 0 {
        return Err(StoreError::conflict(
            "profile",
            format!("the name `{}` is taken", profile.name),
        ));
    }
    Ok(())
}

/// A new profile with the content of another one, under a new name.
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Conflict`] when the name is taken.
pub async fn clone(tx: &mut OrgTx, id_or_name: &str, new_name: &str, at: DateTime<Utc>) -> Result<Profile> {
    let from = get(tx, id_or_name, None)
        .await?
        .ok_or_else(|| StoreError::not_found("profile", id_or_name))?;
    let copy = Profile {
        profile_id: new_id(tx).await?,
        name: new_name.to_owned(),
        archived: false,
        ..from.profile
    };
    save(tx, &copy, None, at).await
}

async fn new_id(tx: &mut OrgTx) -> Result<ProfileId> {
    let id = sqlx::query_scalar!(r#"SELECT app.uuid_v7() AS "id!""#)
        .fetch_one(tx.connection())
        .await?;
    Ok(ProfileId(id))
}

/// Takes a profile out of use; files that used it keep it.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn archive(tx: &mut OrgTx, id_or_name: &str, at: DateTime<Utc>) -> Result<Profile> {
    tx.lock_org().await?;
    let mut profile = get(tx, id_or_name, None)
        .await?
        .ok_or_else(|| StoreError::not_found("profile", id_or_name))?
        .profile;
    if profile.archived {
        return Ok(profile);
    }
    sqlx::query!(
        "UPDATE app.profiles SET archived = true WHERE profile_id = $1 AND latest",
        profile.profile_id.0
    )
    .execute(tx.connection())
    .await?;
    profile.archived = true;
    let body = json!({"profile": profile.profile_id, "name": profile.name, "version": profile.version, "at": at});
    audit::append(tx, "profile.archive", &body).await?;
    Ok(profile)
}

/// The profile under which the rows of a file come in. A new one that the daemon made is saved here; where another file
/// with the same columns was faster, its profile is taken, so that both files' rows are compared with each other. The
/// caller holds the lock of the org where it is new.
pub(crate) async fn settle_for_ingest(
    tx: &mut OrgTx,
    profile: &Profile,
    is_new: bool,
    at: DateTime<Utc>,
) -> Result<Profile> {
    let wanted = i32::try_from(profile.version).map_err(|_| StoreError::invalid("profile version", "too large"))?;
    if !is_new {
        return version(tx, profile.profile_id, wanted)
            .await?
            .ok_or_else(|| StoreError::not_found("profile", profile.profile_id));
    }
    let mut query = QueryBuilder::new(COLUMNS);
    query.push("p.latest AND NOT p.archived AND p.header_fingerprint = ");
    query.push_bind(profile.header_fingerprint.clone());
    query.push(" ORDER BY p.approved DESC, p.created_at");
    let same = fetch(tx, query)
        .await?
        .into_iter()
        .map(|view| view.profile)
        .find(|there| there.reads_like(profile));
    if let Some(same) = same {
        return Ok(same);
    }
    let mut new = Profile {
        version: 1,
        approved: false,
        archived: false,
        ..profile.clone()
    };
    let base = new.name.clone();
    for number in 2_u32.. {
        let taken = sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT 1 FROM app.profiles
                WHERE latest AND NOT archived AND lower(name) = lower($1)) AS "taken!""#,
            new.name
        )
        .fetch_one(tx.connection())
        .await?;
        if !taken {
            break;
        }
        new.name = format!("{base} {number}");
    }
    new.profile_id = free_id(tx, new.profile_id).await?;
    save(tx, &new, None, at).await
}

/// The id of a mapping that is made by itself: one that was archived keeps its own, and one like it is another one.
async fn free_id(tx: &mut OrgTx, wanted: ProfileId) -> Result<ProfileId> {
    let mut id = wanted;
    for number in 2_u32.. {
        let taken = sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT 1 FROM app.profiles WHERE profile_id = $1) AS "taken!""#,
            id.0
        )
        .fetch_one(tx.connection())
        .await?;
        if !taken {
            break;
        }
        id = ProfileId(Uuid::new_v5(&wanted.0, &number.to_be_bytes()));
    }
    Ok(id)
}

/// The profile that a person saved since for what this one reads: a newer version of it, or one for the same columns where
/// it was made by itself.
///
/// # Errors
/// What the database says.
pub(crate) async fn newer(tx: &mut OrgTx, used: &Profile) -> Result<Option<ProfileId>> {
    let version = i32::try_from(used.version).unwrap_or(i32::MAX);
    let id = sqlx::query_scalar!(
        "SELECT profile_id FROM app.profiles WHERE latest AND NOT archived AND ((profile_id = $1 AND version > $2)
            OR (NOT $3 AND approved AND profile_id <> $1 AND header_fingerprint = $4))
        ORDER BY approved DESC, created_at DESC LIMIT 1",
        used.profile_id.0,
        version,
        used.approved,
        used.header_fingerprint
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(id.map(ProfileId))
}

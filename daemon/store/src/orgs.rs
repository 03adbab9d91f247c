//! Orgs, their settings, and who may do what in them.

use chrono::{DateTime, Utc};
use plant_core::access::Role;
use plant_core::ids::OrgId;
use plant_core::model::{GrantView, Page};
use rust_decimal::Decimal;
use serde_json::json;

use crate::error::{Result, StoreError};
use crate::store::Store;
use crate::tx::OrgTx;
use crate::{audit, paging, text};

/// What a new org begins with.
#[derive(Debug, Clone)]
pub struct NewOrg {
    /// Name, unique on this server.
    pub name: String,
    /// IANA zone.
    pub zone: String,
    /// ISO 4217, if known.
    pub currency: Option<String>,
    /// What the pilot promises, in that currency.
    pub goal: Decimal,
}

/// The settings of an org.
#[derive(Debug, Clone, PartialEq)]
pub struct OrgSettings {
    /// Name.
    pub name: String,
    /// IANA zone.
    pub zone: String,
    /// ISO 4217, if the org said so.
    pub currency: Option<String>,
    /// What the pilot promises.
    pub goal: Decimal,
}

/// What a principal may do in one org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The org.
    pub org: OrgId,
    /// Its name.
    pub name: String,
    /// What the principal may do.
    pub role: Role,
}

/// Counts behind the checklist of the first steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// Watched folders.
    pub folders: u64,
    /// Files seen.
    pub files: u64,
    /// Files whose rows are in.
    pub committed: u64,
    /// Profiles that a person saved.
    pub approved_profiles: u64,
    /// Files analysed.
    pub analysed: u64,
    /// Questions answered.
    pub questions: u64,
}

/// Creates an org, in the audit log of the org itself, in one transaction. Where it is the second, `keeper` (a principal
/// that administers the first without a grant) stays an administrator of the first by a grant of its own.
///
/// # Errors
/// [`StoreError::Conflict`] when the name is taken; [`StoreError::Invalid`] for an unusable name or currency.
pub async fn create(store: &Store, org: &NewOrg, actor: &str, keeper: Option<&str>) -> Result<OrgId> {
    let name = org.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err(StoreError::invalid(
            "org name",
            "1 to 100 characters, none of them a control character",
        ));
    }
    check_currency(org.currency.as_deref())?;
    let new = NewOrg { name, ..org.clone() };
    let (actor, keeper) = (actor.to_owned(), keeper.map(str::to_owned));
    store
        .outside(move |connection| {
            Box::pin(async move {
                let made = sqlx::query_scalar!(
                    r#"SELECT app.org_create($1, $2, $3, $4, $5, $6) AS "org!""#,
                    new.name,
                    new.zone,
                    new.currency,
                    new.goal,
                    actor,
                    keeper
                )
                .fetch_one(connection)
                .await
                .map_err(StoreError::from);
                match made {
                    Err(error) if error.violates("orgs_name_key") => {
                        Err(StoreError::conflict("org", format!("the name `{}` is taken", new.name)))
                    }
                    other => other.map(OrgId),
                }
            })
        })
        .await
}

fn check_currency(currency: Option<&str>) -> Result<()> {
    match currency {
        Some(code) if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) => Err(
            StoreError::invalid("currency", format!("`{code}` is not a code of ISO 4217, such as EUR")),
        ),
        _ => Ok(()),
    }
}

/// The org of that name.
///
/// # Errors
/// What the database says.
pub async fn by_name(store: &Store, name: &str) -> Result<Option<OrgId>> {
    let name = name.to_owned();
    store
        .outside(move |connection| {
            Box::pin(async move {
                let id = sqlx::query_scalar!("SELECT app.org_by_name($1) AS org", name)
                    .fetch_one(connection)
                    .await?;
                Ok(id.map(OrgId))
            })
        })
        .await
}

/// Every org by id and name, for the door and for an administrator of the server.
///
/// # Errors
/// What the database says.
pub async fn all(store: &Store) -> Result<Vec<(OrgId, String)>> {
    store
        .outside(|connection| {
            Box::pin(async move {
                let rows = sqlx::query!(r#"SELECT org_id AS "org_id!", name AS "name!" FROM app.org_list()"#)
                    .fetch_all(connection)
                    .await?;
                Ok(rows.into_iter().map(|row| (OrgId(row.org_id), row.name)).collect())
            })
        })
        .await
}

/// What a principal (`unix:1000`) may do, in every org where it may do something.
///
/// # Errors
/// What the database says.
pub async fn grants_for(store: &Store, principal: &str) -> Result<Vec<Grant>> {
    let principal = principal.to_owned();
    store
        .outside(move |connection| {
            Box::pin(async move {
                sqlx::query!(
                    r#"SELECT org_id AS "org_id!", name AS "name!", role AS "role!" FROM app.grants_for($1)"#,
                    principal
                )
                .fetch_all(connection)
                .await?
                .into_iter()
                .map(|row| {
                    let role = text::word("grants", "role", &principal, &row.role)?;
                    Ok(Grant {
                        org: OrgId(row.org_id),
                        name: row.name,
                        role,
                    })
                })
                .collect()
            })
        })
        .await
}

/// The settings of the org.
///
/// # Errors
/// [`StoreError::NotFound`] when the org is gone.
pub async fn get(tx: &mut OrgTx) -> Result<OrgSettings> {
    let org = tx.org();
    sqlx::query_as!(
        OrgSettings,
        "SELECT name, zone, currency, goal FROM app.orgs WHERE org_id = $1",
        org.0
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or_else(|| StoreError::not_found("org", org))
}

/// Changes zone, currency and goal; the name stays.
///
/// # Errors
/// [`StoreError::Invalid`] for an unusable currency.
pub async fn set(tx: &mut OrgTx, settings: &OrgSettings) -> Result<()> {
    check_currency(settings.currency.as_deref())?;
    let org = tx.org().0;
    sqlx::query!(
        "UPDATE app.orgs SET zone = $2, currency = $3, goal = $4 WHERE org_id = $1",
        org,
        settings.zone,
        settings.currency,
        settings.goal
    )
    .execute(tx.connection())
    .await?;
    let body = json!({"zone": settings.zone, "currency": settings.currency, "goal": settings.goal.to_string()});
    audit::append(tx, "org.set", &body).await.map(|_| ())
}

/// Lets a principal do what a role may, instead of what it could before.
///
/// # Errors
/// [`StoreError::Invalid`] for an empty principal.
pub async fn grant(tx: &mut OrgTx, principal: &str, role: Role) -> Result<GrantView> {
    if principal.trim().is_empty() {
        return Err(StoreError::invalid("principal", "it is empty"));
    }
    let (org, by) = (tx.org().0, tx.actor().to_owned());
    let row = sqlx::query!(
        "INSERT INTO app.grants (org_id, principal, role, granted_by) VALUES ($1, $2, $3, $4)
        ON CONFLICT (org_id, principal)
        DO UPDATE SET role = excluded.role, granted_at = excluded.granted_at, granted_by = excluded.granted_by
        RETURNING principal, role, granted_at, granted_by",
        org,
        principal,
        role.name(),
        by
    )
    .fetch_one(tx.connection())
    .await?;
    audit::append(tx, "grant", &json!({"principal": principal, "role": role.name()})).await?;
    view(row.principal, &row.role, row.granted_at, row.granted_by)
}

/// Takes the grant in the org away from a principal; gives what it was.
///
/// # Errors
/// [`StoreError::NotFound`] when it had none.
pub async fn revoke(tx: &mut OrgTx, principal: &str) -> Result<GrantView> {
    let org = tx.org().0;
    let gone = sqlx::query!(
        "DELETE FROM app.grants WHERE org_id = $1 AND principal = $2 RETURNING principal, role, granted_at, granted_by",
        org,
        principal
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or_else(|| StoreError::not_found("grant", principal))?;
    audit::append(tx, "revoke", &json!({"principal": principal, "role": gone.role})).await?;
    view(gone.principal, &gone.role, gone.granted_at, gone.granted_by)
}

/// The grants in the org, by principal.
///
/// # Errors
/// What the database says.
pub async fn grants(tx: &mut OrgTx, limit: u32, page: Option<&str>) -> Result<Page<GrantView>> {
    let org = tx.org().0;
    let items = sqlx::query!(
        "SELECT principal, role, granted_at, granted_by FROM app.grants
        WHERE org_id = $1 AND principal > $2 ORDER BY principal LIMIT $3",
        org,
        page.unwrap_or_default(),
        paging::rows(limit)
    )
    .fetch_all(tx.connection())
    .await?
    .into_iter()
    .map(|row| view(row.principal, &row.role, row.granted_at, row.granted_by))
    .collect::<Result<Vec<_>>>()?;
    Ok(paging::page(items, limit, |grant: &GrantView| grant.principal.clone()))
}

/// How many principals administer the org by a grant.
///
/// # Errors
/// What the database says.
pub async fn administrators(tx: &mut OrgTx) -> Result<u64> {
    let org = tx.org().0;
    let found = sqlx::query_scalar!(
        r#"SELECT count(*) AS "found!" FROM app.grants WHERE org_id = $1 AND role = 'admin'"#,
        org
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(paging::count(found))
}

/// A grant as it is shown; the name of the account is the system's to know, not the database's.
fn view(principal: String, role: &str, since: DateTime<Utc>, by: String) -> Result<GrantView> {
    let role = text::word("grants", "role", &principal, role)?;
    Ok(GrantView {
        principal,
        account: None,
        role,
        since,
        by,
    })
}

/// Counts behind the checklist of the first steps.
///
/// # Errors
/// What the database says.
pub async fn facts(tx: &mut OrgTx) -> Result<Facts> {
    let row = sqlx::query!(
        r#"SELECT
            (SELECT count(*) FROM app.folders WHERE removed_at IS NULL) AS "folders!",
            (SELECT next_file_no - 1 FROM app.org_counters) AS "files!",
            (SELECT count(*) FROM app.files WHERE committed_at IS NOT NULL) AS "committed!",
            (SELECT count(*) FROM app.profiles WHERE latest AND approved AND NOT archived) AS "approved!",
            (SELECT count(*) FROM app.analyses WHERE status = 'completed') AS "analysed!",
            (SELECT count(*) FROM app.questions WHERE NOT refused) AS "questions!""#
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(Facts {
        folders: paging::count(row.folders),
        files: paging::count(row.files),
        committed: paging::count(row.committed),
        approved_profiles: paging::count(row.approved),
        analysed: paging::count(row.analysed),
        questions: paging::count(row.questions),
    })
}

//! When the sites of an org are planned to work: decisions of people, each with its audit entry and what follows from it in
//! one transaction.
//!
//! Invariant: planned time that a calendar gives is looked up when a figure is asked for; what an analysis takes from it
//! (which minutes of a stop are planned, which day a moment belongs to) is derived again where it changed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, Utc};
use plant_core::calendar::{Calendar, Calendars, Version, key};
use plant_core::ids::FileId;
use plant_core::metric::together::Reach;
use plant_core::model::{CalendarEffect, CalendarItem, Page};
use rust_decimal::Decimal;
use serde_json::json;

use crate::error::{Result, StoreError};
use crate::tx::OrgTx;
use crate::{analyses, audit, paging, planned, text};

/// Longest name of a site, in characters.
const SITE_MAX: usize = 200;
/// Minutes of an hour.
const PER_HOUR: Decimal = Decimal::from_parts(60, 0, 0, false, 0);
/// Digits of planned hours.
const HOURS_SCALE: u32 = 2;

/// A change of the calendars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A calendar holds for a site from a day on; it takes the place of one that begins on the same day.
    Set(Version),
    /// Calendars of a site hold no longer.
    Remove {
        /// The site.
        site: String,
        /// The one that begins on this day; absent: all of the site.
        from: Option<NaiveDate>,
    },
}

/// Decides, and has what is concerned analysed again; gives what that changes, but for figures.
///
/// # Errors
/// [`StoreError::Invalid`] for a site that is no name; [`StoreError::NotFound`] where nothing is taken away.
pub async fn decide(tx: &mut OrgTx, change: &Change, at: DateTime<Utc>) -> Result<CalendarEffect> {
    tx.lock_org().await?;
    let before = planned::calendars(tx).await?;
    let (site, from) = match change {
        Change::Set(version) => {
            let site = known(&before, &version.site)?;
            remove(tx, &site, Some(version.from)).await?;
            insert(tx, &site, version, at).await?;
            (site, Some(version.from))
        }
        Change::Remove { site, from } => {
            let site = known(&before, site)?;
            if remove(tx, &site, *from).await? == 0 {
                return Err(StoreError::not_found("calendar", named(&site, *from)));
            }
            (site, *from)
        }
    };
    let after = planned::calendars(tx).await?;
    let concerned = concerned(tx, &before, &after).await?;
    let files: Vec<FileId> = concerned.keys().copied().collect();
    analyses::mark_stale(tx, &files).await?;
    let machines: BTreeSet<&String> = concerned.values().flatten().collect();
    let on = from.or_else(|| before.of(&site).since());
    let hours = |calendars: &Calendars| on.and_then(|day| calendars.of(&site).on(day).map(hours_per_week));
    let effect = CalendarEffect {
        from,
        removed: matches!(change, Change::Remove { .. }),
        hours_before: hours(&before),
        hours_after: hours(&after),
        files: files.len() as u64,
        machines: machines.len() as u64,
        machine_days_before: 0,
        machine_days_after: 0,
        availability_before: None,
        availability_after: None,
        site: site.clone(),
    };
    let (action, calendar) = match change {
        Change::Set(version) => ("calendar.set", Some(&version.calendar)),
        Change::Remove { .. } => ("calendar.remove", None),
    };
    let body = json!({"site": site, "from": from, "calendar": calendar, "files": files});
    audit::append(tx, action, &body).await?;
    Ok(effect)
}

/// A site as its other calendars write it, else as it is written here.
fn known(calendars: &Calendars, site: &str) -> Result<String> {
    let site = site.trim();
    if site.chars().count() > SITE_MAX || site.chars().any(char::is_control) {
        let detail = format!("the name of a site has at most {SITE_MAX} characters, none of them a control character");
        return Err(StoreError::invalid("site", detail));
    }
    let is_same = |version: &&Version| key(&version.site) == key(site);
    let written = calendars.versions().iter().find(is_same);
    Ok(written.map_or_else(|| site.to_owned(), |version| version.site.clone()))
}

/// What a calendar is called where there is none.
fn named(site: &str, from: Option<NaiveDate>) -> String {
    let site = if site.is_empty() { "all other sites" } else { site };
    match from {
        Some(from) => format!("{site} from {from}"),
        None => site.to_owned(),
    }
}

async fn insert(tx: &mut OrgTx, site: &str, version: &Version, at: DateTime<Utc>) -> Result<()> {
    let (org, actor) = (tx.org().0, tx.actor().to_owned());
    sqlx::query!(
        "INSERT INTO app.calendars (org_id, site, valid_from, calendar, decided_by, decided_at) VALUES ($1, $2, $3, $4, $5, $6)",
        org,
        site,
        version.from,
        text::json("calendar", &version.calendar)?,
        actor,
        at
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// How many were taken away.
async fn remove(tx: &mut OrgTx, site: &str, from: Option<NaiveDate>) -> Result<u64> {
    let org = tx.org().0;
    let removed = sqlx::query!(
        "DELETE FROM app.calendars WHERE org_id = $1 AND site = $2 AND ($3::date IS NULL OR valid_from = $3)",
        org,
        site,
        from
    )
    .execute(tx.connection())
    .await?;
    Ok(removed.rows_affected())
}

/// The files with rows at sites and on days for which something else is planned, each with its machines there.
async fn concerned(
    tx: &mut OrgTx,
    before: &Calendars,
    after: &Calendars,
) -> Result<BTreeMap<FileId, BTreeSet<String>>> {
    let org = tx.org().0;
    let found = sqlx::query!(
        "SELECT a.file_id, a.reach FROM app.analyses a JOIN app.files f USING (org_id, file_id)
        WHERE a.org_id = $1 AND f.committed_at IS NOT NULL",
        org
    )
    .fetch_all(tx.connection())
    .await?;
    let mut differs: BTreeMap<String, Option<NaiveDate>> = BTreeMap::new();
    let mut concerned = BTreeMap::new();
    for row in found {
        let reach: Reach = text::read("analyses", "reach", row.file_id, row.reach)?;
        // What is of the night before is of the day before.
        let last = reach.days.and_then(|(_, last)| last.checked_add_days(Days::new(1)));
        let mut machines = BTreeSet::new();
        let mut is_concerned = false;
        for place in reach.places {
            let site = place.site.unwrap_or_default();
            let since = *differs
                .entry(site)
                .or_insert_with_key(|site| before.differs(after, site));
            if since.zip(last).is_some_and(|(since, last)| since <= last) {
                is_concerned = true;
                machines.extend(place.machine);
            }
        }
        if is_concerned {
            concerned.insert(FileId(row.file_id), machines);
        }
    }
    Ok(concerned)
}

/// Planned hours of a week without holidays.
fn hours_per_week(calendar: &Calendar) -> Decimal {
    let minutes = Decimal::from(calendar.minutes_per_week());
    let hours = minutes.checked_div(PER_HOUR).unwrap_or_default();
    hours.round_dp(HOURS_SCALE).normalize()
}

/// Every version of every site, in the order of the sites and days.
///
/// # Errors
/// A page token of another list.
pub async fn list(tx: &mut OrgTx, limit: u32, page: Option<&str>) -> Result<Page<CalendarItem>> {
    let skip: Option<u32> = paging::id(page)?;
    let items = items(tx).await?;
    let numbered: Vec<(u32, CalendarItem)> = (1..).zip(items).skip(skip.unwrap_or(0) as usize).collect();
    let page = paging::page(numbered, limit, |(number, _)| number.to_string());
    Ok(Page {
        items: page.items.into_iter().map(|(_, item)| item).collect(),
        next_page: page.next_page,
    })
}

/// What holds for a site, its own or that of all others, the oldest first.
///
/// # Errors
/// [`StoreError::NotFound`] where nothing does.
pub async fn of_site(tx: &mut OrgTx, site: &str) -> Result<Vec<CalendarItem>> {
    let items = items(tx).await?;
    let is_of = |wanted: &str| {
        let own = items.iter().filter(|item| key(&item.site) == key(wanted));
        Some(own.cloned().collect::<Vec<_>>()).filter(|own| !own.is_empty())
    };
    is_of(site)
        .or_else(|| is_of(""))
        .ok_or_else(|| StoreError::not_found("calendar", named(site.trim(), None)))
}

async fn items(tx: &mut OrgTx) -> Result<Vec<CalendarItem>> {
    let org = tx.org().0;
    let rows = sqlx::query!(
        "SELECT site, valid_from, calendar, decided_by, decided_at FROM app.calendars WHERE org_id = $1
        ORDER BY lower(site), site, valid_from",
        org
    )
    .fetch_all(tx.connection())
    .await?;
    let mut items: Vec<CalendarItem> = Vec::with_capacity(rows.len());
    for row in rows {
        let calendar: Calendar = text::read("calendars", "calendar", &row.site, row.calendar)?;
        if let Some(before) = items.last_mut().filter(|before| before.site == row.site) {
            before.until = row.valid_from.checked_sub_days(Days::new(1));
        }
        items.push(CalendarItem {
            site: row.site,
            from: row.valid_from,
            until: None,
            hours_per_week: hours_per_week(&calendar),
            calendar,
            by: row.decided_by,
            at: row.decided_at,
        });
    }
    Ok(items)
}

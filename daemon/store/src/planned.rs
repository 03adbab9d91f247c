//! When the sites are planned to work, as it is kept.

use plant_core::calendar::{Calendars, Version};

use crate::error::Result;
use crate::text;
use crate::tx::OrgTx;

/// The calendars that are decided now.
///
/// # Errors
/// What the database says.
pub async fn calendars(tx: &mut OrgTx) -> Result<Calendars> {
    let org = tx.org().0;
    let rows = sqlx::query!(
        "SELECT site, valid_from, calendar FROM app.calendars WHERE org_id = $1",
        org
    )
    .fetch_all(tx.connection())
    .await?;
    let versions = rows.into_iter().map(|row| {
        Ok(Version {
            calendar: text::read("calendars", "calendar", &row.site, row.calendar)?,
            site: row.site,
            from: row.valid_from,
        })
    });
    Ok(versions.collect::<Result<Vec<_>>>()?.into())
}

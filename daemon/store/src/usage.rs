//! What an org used in a month of its own zone.

use chrono::{DateTime, Utc};
use plant_core::model::UsageView;

use crate::error::{Result, StoreError};
use crate::paging;
use crate::tx::OrgTx;

/// Adds `n` to an item of the month of `at`: `files`, `rows`, `bytes`, `analyses`, `questions`.
///
/// # Errors
/// What the database says.
pub async fn add(tx: &mut OrgTx, item: &str, n: u64, at: DateTime<Utc>) -> Result<()> {
    let org = tx.org().0;
    sqlx::query!(
        "INSERT INTO app.usage_counters AS u (org_id, month, item, used)
        SELECT o.org_id, to_char($3::timestamptz AT TIME ZONE o.zone, 'YYYY-MM'), $2, $4
        FROM app.orgs o WHERE o.org_id = $1
        ON CONFLICT (org_id, month, item) DO UPDATE SET used = u.used + excluded.used",
        org,
        item,
        at,
        paging::big(n)
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The use in a month (`YYYY-MM`), or in that of `at` where none is named.
///
/// # Errors
/// [`StoreError::Invalid`] when the month is not one.
pub async fn get(tx: &mut OrgTx, month: Option<&str>, at: DateTime<Utc>) -> Result<UsageView> {
    let org = tx.org().0;
    let month = match month {
        Some(month) => {
            let first = format!("{month}-01");
            chrono::NaiveDate::parse_from_str(&first, "%Y-%m-%d")
                .ok()
                .filter(|_| month.len() == 7)
                .ok_or_else(|| StoreError::invalid("month", format!("`{month}` is not written YYYY-MM")))?;
            month.to_owned()
        }
        None => {
            sqlx::query_scalar!(
                r#"SELECT to_char($2::timestamptz AT TIME ZONE zone, 'YYYY-MM') AS "month!" FROM app.orgs WHERE org_id = $1"#,
                org,
                at
            )
            .fetch_one(tx.connection())
            .await?
        }
    };
    let items = sqlx::query!(
        "SELECT item, used FROM app.usage_counters WHERE org_id = $1 AND month = $2 ORDER BY item",
        org,
        month
    )
    .fetch_all(tx.connection())
    .await?
    .into_iter()
    .map(|row| (row.item, paging::count(row.used)))
    .collect();
    Ok(UsageView { month, items })
}

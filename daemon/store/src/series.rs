//! Series: which versions belong together, what was decided about them, and which of their rows count.
//!
//! Invariant: what counts is derived ([`plant_core::series::resolve`]) from versions and decisions in the transaction that
//! changed one of them, under the lock of the org; it never depends on which file came first.

mod act;
mod derive;
mod effects;
mod known;
mod show;

use chrono::{DateTime, Utc};
use plant_core::balance::Balance;
use plant_core::ids::{FileId, SeriesId};
use plant_core::model::RecordCounts;
use plant_core::series;

pub use act::{answer, merge, move_file, outdated, reread, restore, set, settle_profile, withdraw};
pub use derive::derive;
pub use known::asked_variables;
pub(crate) use known::{key_for, of_profile, set_keyed_by};
pub(crate) use show::question;
pub use show::{get, list, resolve};

use crate::error::Result;
use crate::tx::OrgTx;
use crate::{paging, text};

/// What the rows of a file are to its series, and the fate of its lines with the repeated ones among the duplicates.
pub(crate) async fn fate(tx: &mut OrgTx, file_id: FileId) -> Result<(RecordCounts, Balance)> {
    let row = sqlx::query!(
        r#"SELECT balance AS "balance!", coalesce(records_new, 0) AS "new!", coalesce(records_changed, 0) AS "changed!",
            coalesce(records_unchanged, 0) AS "unchanged!"
        FROM app.files WHERE file_id = $1"#,
        file_id.0
    )
    .fetch_one(tx.connection())
    .await?;
    let counts = RecordCounts {
        new: paging::count(row.new),
        changed: paging::count(row.changed),
        unchanged: paging::count(row.unchanged),
    };
    let balance: Balance = text::read("files", "balance", file_id, row.balance)?;
    Ok((counts, repeated(balance, counts.unchanged)))
}

/// The fate of the lines of a file of whose rows so many are repeated.
pub(crate) fn repeated(mut balance: Balance, rows: u64) -> Balance {
    let rows = rows.min(balance.taken);
    balance.taken -= rows;
    balance.duplicate += rows;
    balance
}

/// The file that has the same bytes already, where it is of the same source as this one by name and folder.
pub(crate) async fn same_bytes(tx: &mut OrgTx, file_id: FileId, sha256: &[u8]) -> Result<Option<(FileId, String)>> {
    let rows = sqlx::query!(
        "SELECT f.file_id, f.name, d.path, d.site FROM app.files f JOIN app.folders d USING (org_id, folder_id)
        WHERE f.file_id = $2 OR (f.sha256 = $1 AND f.committed_at IS NOT NULL) ORDER BY f.file_no",
        sha256,
        file_id.0
    )
    .fetch_all(tx.connection())
    .await?;
    let (mut own, mut others) = (None, Vec::new());
    for row in rows {
        let scope = series::scope(row.site.as_deref(), &row.path, &row.name);
        match row.file_id == file_id.0 {
            true => own = Some(scope),
            false => others.push((scope, FileId(row.file_id), row.name)),
        }
    }
    let same = others.into_iter().find(|(scope, ..)| Some(scope) == own.as_ref());
    Ok(same.map(|(_, id, name)| (id, name)))
}

/// The same bytes were seen again: what they tell may be the newest again.
pub(crate) async fn sighted_again(tx: &mut OrgTx, of: FileId, at: DateTime<Utc>) -> Result<()> {
    let row = sqlx::query!("SELECT series_id, file_no FROM app.files WHERE file_id = $1", of.0)
        .fetch_one(tx.connection())
        .await?;
    if let Some(series) = row.series_id {
        derive(tx, SeriesId(series), Some(row.file_no), at).await?;
    }
    Ok(())
}

/// The series that a person put a file into, which is another one than that of its profile.
pub(crate) async fn chosen(tx: &mut OrgTx, file: FileId) -> Result<Option<SeriesId>> {
    let chosen = sqlx::query_scalar!(
        r#"SELECT f.series_id AS "series_id!" FROM app.files f
        WHERE f.file_id = $1 AND f.series_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM app.series_profiles p
            WHERE p.org_id = f.org_id AND p.profile_id = f.profile_id AND p.series_id = f.series_id)"#,
        file.0
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(chosen.map(SeriesId))
}

/// The series that a file is about to leave for that one.
pub(crate) async fn left(tx: &mut OrgTx, file: FileId, to: SeriesId) -> Result<Option<SeriesId>> {
    let from = sqlx::query_scalar!("SELECT series_id FROM app.files WHERE file_id = $1", file.0)
        .fetch_one(tx.connection())
        .await?;
    Ok(from.map(SeriesId).filter(|from| *from != to))
}

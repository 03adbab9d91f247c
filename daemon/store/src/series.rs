//! Series: which versions belong together, what was decided about them, and which of their rows count.
//!
//! Invariant: what counts is derived ([`plant_core::series::resolve`]) from versions and decisions in the transaction that
//! changed one of them, under the lock of the org; it never depends on which file came first.

mod act;
mod derive;
pub(crate) mod effects;
mod known;
mod lines;
mod show;
mod versions;

use chrono::{DateTime, Utc};
use plant_core::balance::Balance;
use plant_core::ids::{FileId, SeriesId};
use plant_core::model::RecordCounts;
use plant_core::profile::Profile;
use plant_core::series;

pub(crate) use act::recognise;
pub use act::{Setting, answer, merge, move_file, outdated, reread, restore, set, settle_profile, split, withdraw};
pub use derive::derive;
pub(crate) use derive::why_not;
use known::of_profile;
pub use known::{asked_variables, list_key};
pub(crate) use known::{found, key_for, names, set_keyed_by, variables};
pub(crate) use lines::kept_by;
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
    // Where lines became several rows, how many rows are repeated says nothing of lines.
    if balance.made > 0 {
        return balance;
    }
    let rows = rows.min(balance.taken);
    balance.taken -= rows;
    balance.duplicate += rows;
    balance
}

/// The file that has the same bytes already, where it is of the same source as this one by name and folder, and these said
/// the same for its rows.
pub(crate) async fn same_bytes(
    tx: &mut OrgTx,
    file_id: FileId,
    sha256: &[u8],
    declared: Option<&[u8]>,
) -> Result<Option<(FileId, String)>> {
    let rows = sqlx::query!(
        "SELECT f.file_id, f.name, d.path, d.site, d.line, d.machine FROM app.files f JOIN app.folders d USING (org_id, folder_id)
        WHERE f.file_id = $2 OR (f.sha256 = $1 AND f.declared IS NOT DISTINCT FROM $3 AND f.committed_at IS NOT NULL)
        ORDER BY f.file_no",
        sha256,
        file_id.0,
        declared
    )
    .fetch_all(tx.connection())
    .await?;
    let (mut own, mut others) = (None, Vec::new());
    for row in rows {
        let scope = series::scope(row.site.as_deref(), &row.path, &row.name);
        // What the folder says may stand in each row.
        let scope = (scope, row.line, row.machine);
        if row.file_id == file_id.0 {
            own = Some(scope);
            continue;
        }
        others.push((scope, FileId(row.file_id), row.name));
    }
    let same = others.into_iter().find(|(scope, ..)| Some(scope) == own.as_ref());
    Ok(same.map(|(_, id, name)| (id, name)))
}

/// The number of the largest version under the same name that a file begins with: of these sizes of it with the hashes of
/// that many bytes.
pub(crate) async fn extended(
    tx: &mut OrgTx,
    file_no: i64,
    bytes: u64,
    prefixes: &[(u64, String)],
) -> Result<Option<i64>> {
    let (sizes, hashes): (Vec<i64>, Vec<String>) = prefixes
        .iter()
        .filter(|(size, _)| *size < bytes)
        .map(|(size, hash)| (paging::big(*size), hash.clone()))
        .unzip();
    Ok(sqlx::query_scalar!(
        "SELECT o.file_no FROM app.files f
        JOIN app.files o ON o.org_id = f.org_id AND o.folder_id = f.folder_id AND o.name_bytes = f.name_bytes
        JOIN UNNEST($2::bigint[], $3::text[]) AS p (bytes, hash)
            ON p.bytes = o.bytes AND p.hash = encode(o.sha256, 'hex')
        WHERE f.file_no = $1 AND o.committed_at IS NOT NULL ORDER BY o.bytes DESC, o.file_no LIMIT 1",
        file_no,
        &sizes,
        &hashes
    )
    .fetch_optional(tx.connection())
    .await?)
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

/// Derives a whole series once more; gives the files whose rows count otherwise since.
///
/// # Errors
/// What the database says; a block that can't be read.
pub async fn derive_again(tx: &mut OrgTx, series: SeriesId, at: DateTime<Utc>) -> Result<Vec<FileId>> {
    tx.lock_org().await?;
    derive(tx, series, None, at).await
}

/// The series that a file read by a profile belongs to: where a person put it or the version before of its name, else that
/// of the profile.
pub(crate) async fn home(tx: &mut OrgTx, file: FileId, profile: &Profile, at: DateTime<Utc>) -> Result<SeriesId> {
    let chosen = sqlx::query_scalar!(
        r#"SELECT o.series_id AS "series_id!" FROM app.files f JOIN app.files o USING (org_id, folder_id, name_bytes)
        WHERE f.file_id = $1 AND o.committed_at IS NOT NULL
            -- Itself, where it is in and lies in another series than that of its profile.
            AND CASE WHEN f.committed_at IS NOT NULL
                THEN o.file_id = f.file_id AND NOT EXISTS (SELECT 1 FROM app.series_profiles p
                    WHERE p.org_id = f.org_id AND p.profile_id = f.profile_id AND p.series_id = f.series_id)
                ELSE o.profile_id = $2 END
        ORDER BY o.file_no DESC LIMIT 1"#,
        file.0,
        profile.profile_id.0
    )
    .fetch_optional(tx.connection())
    .await?;
    match chosen {
        Some(chosen) => Ok(SeriesId(chosen)),
        None => of_profile(tx, profile, at).await,
    }
}

/// The first and last day of a file as it was read last, and whether a row of it has none.
pub(crate) async fn days(
    tx: &mut OrgTx,
    file: FileId,
) -> Result<(Option<chrono::NaiveDate>, Option<chrono::NaiveDate>, bool)> {
    let row = sqlx::query!(
        "SELECT first_day, last_day, has_undated FROM app.files WHERE file_id = $1",
        file.0
    )
    .fetch_one(tx.connection())
    .await?;
    Ok((row.first_day, row.last_day, row.has_undated))
}

/// The series that a file is about to leave for that one.
pub(crate) async fn left(tx: &mut OrgTx, file: FileId, to: SeriesId) -> Result<Option<SeriesId>> {
    let from = sqlx::query_scalar!("SELECT series_id FROM app.files WHERE file_id = $1", file.0)
        .fetch_one(tx.connection())
        .await?;
    Ok(from.map(SeriesId).filter(|from| *from != to))
}

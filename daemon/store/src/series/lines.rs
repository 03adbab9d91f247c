//! Whether the keys of series keep the rows of a line together: whatever brings a mapping and a key together asks here.

use plant_core::ids::{FileId, ProfileId, SeriesId};
use plant_core::profile::Profile;
use plant_core::variable::Variable;
use uuid::Uuid;

use super::known::known;
use crate::error::{Result, StoreError};
use crate::profiles;
use crate::tx::OrgTx;

/// Whether the mappings of a series, and of files that a person put into it, keep the rows of a line together by a key.
pub(super) async fn kept_in(tx: &mut OrgTx, series: SeriesId, key: &[Variable]) -> Result<()> {
    if key.is_empty() {
        return Ok(());
    }
    let ids = sqlx::query_scalar!(
        r#"SELECT profile_id AS "profile_id!" FROM app.series_profiles WHERE series_id = $1
        UNION SELECT profile_id FROM app.files WHERE series_id = $1 AND committed_at IS NOT NULL AND profile_id IS NOT NULL
        ORDER BY 1"#,
        series.0
    )
    .fetch_all(tx.connection())
    .await?;
    for id in ids {
        if let Some(profile) = profiles::latest(tx, ProfileId(id)).await? {
            kept(&profile, key)?;
        }
    }
    Ok(())
}

/// Whether a mapping keeps the rows of a line together by the keys of its series and of those in which files lie that it is
/// to read.
///
/// # Errors
/// [`StoreError::Invalid`] where it does not.
pub(crate) async fn kept_by(tx: &mut OrgTx, profile: &Profile, files: &[FileId]) -> Result<()> {
    let files: Vec<Uuid> = files.iter().map(|file| file.0).collect();
    let all = sqlx::query_scalar!(
        r#"SELECT series_id AS "series_id!" FROM app.series_profiles WHERE profile_id = $1
        UNION SELECT series_id FROM app.files
            WHERE (profile_id = $1 OR file_id = ANY ($2)) AND committed_at IS NOT NULL AND series_id IS NOT NULL
        ORDER BY 1"#,
        profile.profile_id.0,
        &files
    )
    .fetch_all(tx.connection())
    .await?;
    for series in all {
        kept(profile, &known(tx, SeriesId(series)).await?.key)?;
    }
    Ok(())
}

fn kept(profile: &Profile, key: &[Variable]) -> Result<()> {
    match profile.parted_by(key) {
        Some(parted) => Err(StoreError::invalid("key", parted.to_string())),
        None => Ok(()),
    }
}

//! The file that a person means.

use plant_core::ids::FileId;

use crate::error::{Result, StoreError};
use crate::tx::OrgTx;
use crate::{prefix, text};

/// The file that a person means: a full id, the beginning of one (4 characters or more), or an exact name (the newest
/// file of that name).
///
/// # Errors
/// [`StoreError::NotFound`]; [`StoreError::Ambiguous`] when a beginning fits several.
pub async fn resolve(tx: &mut OrgTx, written: &str) -> Result<FileId> {
    if let Some((low, high)) = prefix::range(written) {
        let ids = sqlx::query_scalar!(
            "SELECT file_id FROM app.files WHERE file_id BETWEEN $1 AND $2 ORDER BY file_id DESC LIMIT 100",
            low,
            high
        )
        .fetch_all(tx.connection())
        .await?;
        if let Some(id) = prefix::only(ids, written)? {
            return Ok(FileId(id));
        }
    }
    sqlx::query_scalar!(
        "SELECT file_id FROM app.files WHERE name = $1 ORDER BY file_no DESC LIMIT 1",
        text::clean(written).into_owned()
    )
    .fetch_optional(tx.connection())
    .await?
    .map(FileId)
    .ok_or_else(|| StoreError::not_found("file", written))
}

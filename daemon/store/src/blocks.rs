//! The blocks of a file: written once while it is read, opened where a row of them is wanted.

use plant_core::series::Why;
use plant_core::variable::Variable;
use plant_rows::{Rows, Sealed};

use crate::error::{Result, StoreError};
use crate::paging;
use crate::tx::OrgTx;

/// Where a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file_no: i64,
    pub(crate) block_no: i32,
}

/// What a block holds.
pub(crate) struct Written {
    pub(crate) rows: u64,
    pub(crate) first_line: u64,
    pub(crate) last_line: u64,
    pub(crate) has_undated: bool,
}

/// Checks a block that a worker sent and writes it; gives what it holds.
pub(crate) async fn write(tx: &mut OrgTx, place: Place, block: Vec<u8>, key: &[Variable]) -> Result<Written> {
    let key = key.to_vec();
    let sealed = tokio::task::spawn_blocking(move || Sealed::new(&block, &key)).await??;
    let org = tx.org().0;
    let rows = i32::try_from(sealed.rows).map_err(|_| StoreError::invalid("block", "too many rows"))?;
    sqlx::query!(
        "INSERT INTO app.row_blocks (org_id, file_no, block_no, first_line, last_line, row_count,
            has_reversals, codes, idents, documents, image)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        org,
        place.file_no,
        place.block_no,
        paging::big(sealed.first_line),
        paging::big(sealed.last_line),
        rows,
        sealed.has_reversals,
        sealed.codes,
        sealed.idents,
        sealed.documents,
        sealed.image
    )
    .execute(tx.connection())
    .await?;
    Ok(Written {
        rows: sealed.rows as u64,
        first_line: sealed.first_line,
        last_line: sealed.last_line,
        has_undated: sealed.has_undated,
    })
}

/// The rows of a block, and why rows of it do not count (empty where all do).
pub(crate) async fn open(tx: &mut OrgTx, place: Place) -> Result<(Rows, Vec<u8>)> {
    let org = tx.org().0;
    let block = sqlx::query!(
        r#"SELECT b.image, s.why AS "why?" FROM app.row_blocks b
        LEFT JOIN app.row_states s ON s.org_id = b.org_id AND s.file_no = b.file_no AND s.block_no = b.block_no
        WHERE b.org_id = $1 AND b.file_no = $2 AND b.block_no = $3"#,
        org,
        place.file_no,
        place.block_no
    )
    .fetch_one(tx.connection())
    .await?;
    Ok((plant_rows::unpack(&block.image)?, block.why.unwrap_or_default()))
}

/// Why a row of a block does not count.
pub(crate) fn why(states: &[u8], row: usize) -> Why {
    states
        .get(row)
        .and_then(|code| Why::from_code(*code))
        .unwrap_or(Why::Counts)
}

/// Numbers of blocks from here on are of a reading that has not taken the place of the one before.
pub(crate) const ASIDE: i32 = 1 << 30;

/// Puts the blocks that were written aside in the place of those that a file had.
pub(crate) async fn swap(tx: &mut OrgTx, file_no: i64) -> Result<()> {
    let org = tx.org().0;
    sqlx::query!(
        "DELETE FROM app.row_blocks WHERE org_id = $1 AND file_no = $2 AND block_no < $3",
        org,
        file_no,
        ASIDE
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "UPDATE app.row_blocks SET block_no = block_no - $3 WHERE org_id = $1 AND file_no = $2",
        org,
        file_no,
        ASIDE
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "DELETE FROM app.row_states WHERE org_id = $1 AND file_no = $2",
        org,
        file_no
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Identifies the rows of a file by another key.
pub(crate) async fn rekey(tx: &mut OrgTx, file_no: i64, key: &[Variable]) -> Result<()> {
    let org = tx.org().0;
    let blocks = sqlx::query!(
        "SELECT block_no, image FROM app.row_blocks WHERE org_id = $1 AND file_no = $2 ORDER BY block_no",
        org,
        file_no
    )
    .fetch_all(tx.connection())
    .await?;
    for block in blocks {
        let key = key.to_vec();
        let idents = tokio::task::spawn_blocking(move || Sealed::rekey(&block.image, &key)).await??;
        sqlx::query!(
            "UPDATE app.row_blocks SET idents = $4 WHERE org_id = $1 AND file_no = $2 AND block_no = $3",
            org,
            file_no,
            block.block_no,
            idents
        )
        .execute(tx.connection())
        .await?;
    }
    Ok(())
}

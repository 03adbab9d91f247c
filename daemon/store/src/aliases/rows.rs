//! The rows that have names: found by the codes of their blocks, and identified anew where another name stands for them.

use std::collections::{BTreeMap, BTreeSet};

use plant_core::alias::{AliasKind, Aliases};
use plant_core::ids::{FileId, SeriesId};
use plant_core::record::Value;
use plant_core::variable::Variable;
use plant_rows::{Codes, Rows, Sealed, code_hash};

use crate::blocks::{self, Place};
use crate::canonical;
use crate::error::Result;
use crate::series;
use crate::tx::OrgTx;

/// Blocks whose codes are looked at at once.
const BLOCKS_AT_ONCE: i64 = 256;

/// A name of a kind.
type Name = (AliasKind, String);

/// What rows with some names belong to.
#[derive(Default)]
pub(super) struct Concerned {
    /// Blocks where such rows stand, those of former readings too.
    pub(super) blocks: Vec<Place>,
    /// Files that have such rows.
    pub(super) files: Vec<FileId>,
    /// Series of these files.
    pub(super) series: Vec<SeriesId>,
    /// How many rows these files have of them.
    pub(super) rows: u64,
}

fn hashes(names: &[Name]) -> Vec<u64> {
    let of_name = |(kind, name): &Name| {
        kind.variables()
            .iter()
            .map(|variable| code_hash(*variable, name))
            .collect()
    };
    names.iter().map(of_name).collect::<Vec<Vec<u64>>>().concat()
}

/// Blocks where rows with one of these names may stand.
pub(super) async fn may_have(tx: &mut OrgTx, names: &[Name], only: Option<i64>) -> Result<Vec<Place>> {
    let hashes = hashes(names);
    let org = tx.org().0;
    let mut found = Vec::new();
    let (mut file_no, mut block_no) = (i64::MIN, i32::MIN);
    loop {
        let blocks = sqlx::query!(
            "SELECT file_no, block_no, codes FROM app.row_blocks
            WHERE org_id = $1 AND (file_no, block_no) > ($2, $3) AND ($4::bigint IS NULL OR file_no = $4)
                AND image IS NOT NULL
            ORDER BY file_no, block_no LIMIT $5",
            org,
            file_no,
            block_no,
            only,
            BLOCKS_AT_ONCE
        )
        .fetch_all(tx.connection())
        .await?;
        let Some(last) = blocks.last() else { return Ok(found) };
        (file_no, block_no) = (last.file_no, last.block_no);
        for block in blocks {
            let codes = Codes::from_bytes(block.codes);
            if hashes.iter().any(|hash| codes.may_have(*hash)) {
                found.push(Place {
                    file_no: block.file_no,
                    block_no: block.block_no,
                });
            }
        }
    }
}

/// Which rows of a block have one of these names, exactly so written.
fn having(rows: &Rows, names: &[Name]) -> Vec<bool> {
    let is_named = |row: usize, variable: Variable, name: &str| match rows.value(row, variable) {
        Some(Value::Text(text)) => text.trim() == name,
        _ => false,
    };
    let has = |row: usize| {
        (names.iter()).any(|(kind, name)| (kind.variables().iter()).any(|variable| is_named(row, *variable, name)))
    };
    (0..rows.len()).map(has).collect()
}

/// What the rows with these names belong to.
pub(super) async fn concerned(tx: &mut OrgTx, names: &[Name]) -> Result<Concerned> {
    let mut concerned = Concerned::default();
    let mut standing: BTreeMap<Place, Vec<bool>> = BTreeMap::new();
    for place in may_have(tx, names, None).await? {
        let Some(image) = image(tx, place).await? else { continue };
        let names = names.to_vec();
        let look = move || Ok::<_, plant_rows::BlockError>(having(&plant_rows::unpack(&image)?, &names));
        let having = tokio::task::spawn_blocking(look).await??;
        if having.contains(&true) {
            concerned.blocks.push(place);
            standing.insert(place, having);
        }
    }
    let numbers: BTreeSet<i64> = concerned.blocks.iter().map(|place| place.file_no).collect();
    let numbers: Vec<i64> = numbers.into_iter().collect();
    let org = tx.org().0;
    let blocks = sqlx::query!(
        r#"SELECT b.file_no, b.block_no, b.origins, b.base_files, b.base_blocks, f.file_id, f.series_id AS "series_id!"
        FROM app.row_blocks b JOIN app.files f USING (org_id, file_no)
        WHERE b.org_id = $1 AND f.committed_at IS NOT NULL AND b.block_no >= f.first_block
            AND (b.file_no = ANY ($2) OR (b.origins IS NOT NULL AND b.base_files && $2))
        ORDER BY b.file_no, b.block_no"#,
        org,
        &numbers
    )
    .fetch_all(tx.connection())
    .await?;
    let mut series = BTreeSet::new();
    for block in blocks {
        let own = Place {
            file_no: block.file_no,
            block_no: block.block_no,
        };
        let has = |place: Option<&Place>, row: usize| {
            let standing = place.and_then(|place| standing.get(place));
            standing.is_some_and(|having| having.get(row) == Some(&true))
        };
        let rows = match &block.origins {
            None => standing.get(&own).into_iter().flatten().filter(|has| **has).count(),
            Some(packed) => {
                let bases: Vec<Place> = std::iter::once(own)
                    .chain(blocks::places(&block.base_files, &block.base_blocks))
                    .collect();
                let origins = plant_rows::origins(packed)?;
                let of_these =
                    |origin: &&plant_rows::Origin| has(bases.get(usize::from(origin.block)), usize::from(origin.row));
                origins.iter().filter(of_these).count()
            }
        };
        if rows == 0 {
            continue;
        }
        concerned.rows += rows as u64;
        let file = FileId(block.file_id);
        if concerned.files.last() != Some(&file) {
            concerned.files.push(file);
        }
        series.insert(block.series_id);
    }
    concerned.series = series.into_iter().map(SeriesId).collect();
    Ok(concerned)
}

async fn image(tx: &mut OrgTx, place: Place) -> Result<Option<Vec<u8>>> {
    let org = tx.org().0;
    Ok(sqlx::query_scalar!(
        "SELECT image FROM app.row_blocks WHERE org_id = $1 AND file_no = $2 AND block_no = $3",
        org,
        place.file_no,
        place.block_no
    )
    .fetch_one(tx.connection())
    .await?)
}

/// Identifies the rows of blocks by these aliases, under the key that each has.
pub(super) async fn identify(tx: &mut OrgTx, places: &[Place], aliases: &Aliases) -> Result<()> {
    let org = tx.org().0;
    for place in places {
        let block = sqlx::query!(
            r#"SELECT image AS "image!", keyed_by FROM app.row_blocks
            WHERE org_id = $1 AND file_no = $2 AND block_no = $3"#,
            org,
            place.file_no,
            place.block_no
        )
        .fetch_one(tx.connection())
        .await?;
        let key = series::variables("row_blocks", place.file_no, &block.keyed_by)?;
        let by = aliases.clone();
        let renamed = tokio::task::spawn_blocking(move || Sealed::rename(&block.image, &key, &by)).await??;
        sqlx::query!(
            "UPDATE app.row_blocks SET idents = $4, documents = $5 WHERE org_id = $1 AND file_no = $2 AND block_no = $3",
            org,
            place.file_no,
            place.block_no,
            renamed.idents,
            renamed.documents
        )
        .execute(tx.connection())
        .await?;
    }
    Ok(())
}

/// Identifies the rows of a file that was read under the aliases of an earlier moment by those of now. The caller holds
/// the lock of the org.
pub(crate) async fn settle(tx: &mut OrgTx, file_no: i64, read_under: &Aliases) -> Result<()> {
    let now = canonical::aliases(tx).await?;
    let moved = read_under.moved(&now);
    if moved.is_empty() {
        return Ok(());
    }
    let places = may_have(tx, &moved, Some(file_no)).await?;
    identify(tx, &places, &now).await
}

/// Whether rows of a file may go by other names now than by these aliases.
pub(crate) async fn are_named_otherwise(tx: &mut OrgTx, file_no: i64, before: &Aliases) -> Result<bool> {
    let now = canonical::aliases(tx).await?;
    let moved = before.moved(&now);
    if moved.is_empty() {
        return Ok(false);
    }
    let org = tx.org().0;
    let codes = sqlx::query_scalar!(
        r#"SELECT o.codes FROM app.row_blocks b CROSS JOIN LATERAL (SELECT b.file_no, b.block_no UNION ALL
            SELECT x.file_no, x.block_no FROM UNNEST(b.base_files, b.base_blocks) AS x (file_no, block_no)) p
        JOIN app.row_blocks o ON o.org_id = b.org_id AND o.file_no = p.file_no AND o.block_no = p.block_no
        WHERE b.org_id = $1 AND b.file_no = $2"#,
        org,
        file_no
    )
    .fetch_all(tx.connection())
    .await?;
    let hashes = hashes(&moved);
    let may_have = |codes: Vec<u8>| {
        let codes = Codes::from_bytes(codes);
        hashes.iter().any(|hash| codes.may_have(*hash))
    };
    Ok(codes.into_iter().any(may_have))
}

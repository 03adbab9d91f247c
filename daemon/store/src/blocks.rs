//! The blocks of a file: written once while it is read, opened where a row of them is wanted.
//!
//! Invariants: a number of a block is never used twice; a row that stands in a block of another file stands there as its
//! own, so that nothing is looked up twice; a block is deleted only when no other has rows in it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use plant_core::alias::Aliases;
use plant_core::ids::FileId;
use plant_core::series::{RowDocument, Why};
use plant_core::variable::Variable;
use plant_rows::{Origin, Rows, Sealed, Sheet, Stored};

use crate::canonical;
use crate::error::{Result, StoreError};
use crate::paging;
use crate::series::names;
use crate::tx::OrgTx;

/// Where a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub(crate) file_no: i64,
    pub(crate) block_no: i32,
}

/// A block that is laid out of others.
#[derive(Default)]
pub(crate) struct Laid {
    pub(crate) origins: Vec<Origin>,
    pub(crate) bases: Vec<Place>,
    /// Whether a row that stands elsewhere has no day.
    pub(crate) has_undated: bool,
    /// Whether a block where rows stand has any that cancel others or are marked as cancelled.
    pub(crate) has_reversals: bool,
}

/// What a block holds.
pub(crate) struct Written {
    pub(crate) rows: u64,
    /// How many of them stand in an earlier version.
    pub(crate) known: u64,
    pub(crate) first_line: u64,
    pub(crate) last_line: u64,
    pub(crate) has_undated: bool,
}

/// A block as a worker sends it.
#[derive(Debug)]
pub struct Sent {
    /// Its rows ([`Sheet`]).
    pub sheet: Vec<u8>,
    /// Those of them that it made ([`plant_rows::Writer`]), where it made any.
    pub block: Option<Vec<u8>>,
}

struct Checked {
    sheet: Sheet,
    sealed: Option<Sealed>,
    marks: Vec<u8>,
}

/// A block that was checked and is ready to be kept.
pub(crate) struct Ready {
    checked: Checked,
    laid: Laid,
    origins: Option<Vec<u8>>,
}

fn check(sent: &Sent, key: &[Variable], aliases: &Aliases) -> Result<Checked> {
    let sheet = Sheet::from_bytes(&sent.sheet)?;
    let sealed = (sent.block.as_ref())
        .map(|block| Sealed::new(block, key, aliases))
        .transpose()?;
    let made: Vec<u64> = sheet
        .lines
        .iter()
        .zip(&sheet.known)
        .filter(|(_, known)| **known == 0)
        .map(|(line, _)| *line)
        .collect();
    let sealed_lines = sealed
        .as_ref()
        .map(|sealed| plant_rows::idents(&sealed.idents))
        .transpose()?;
    let lines = sealed_lines.iter().flatten().map(|stored| stored.line);
    if !lines.eq(made) {
        return Err(StoreError::invalid("block", "it has other rows than its sheet"));
    }
    let marks = plant_rows::pack_marks(&sheet.marks)?;
    Ok(Checked { sheet, sealed, marks })
}

/// Checks a block that a worker sent, and lays it out as `lay` says where rows of it stand elsewhere.
pub(crate) async fn ready(
    sent: Sent,
    key: &[Variable],
    aliases: &Arc<Aliases>,
    lay: impl FnOnce(&Sheet) -> Result<Laid> + Send + 'static,
) -> Result<Ready> {
    let (by, aliases) = (key.to_vec(), Arc::clone(aliases));
    let work = move || {
        let checked = check(&sent, &by, &aliases)?;
        let laid = match checked.sheet.known.iter().all(|known| *known == 0) {
            true => None,
            false => Some(lay(&checked.sheet)?),
        };
        let origins = laid
            .as_ref()
            .map(|laid| plant_rows::pack_origins(&laid.origins))
            .transpose()?;
        let laid = laid.unwrap_or_default();
        Ok(Ready { checked, laid, origins })
    };
    tokio::task::spawn_blocking(work).await?
}

/// Writes such a block; gives what it holds.
pub(crate) async fn write(tx: &mut OrgTx, place: Place, ready: Ready, key: &[Variable]) -> Result<Written> {
    let Ready { checked, laid, origins } = ready;
    let Checked { sheet, sealed, marks } = checked;
    let (files, blocks): (Vec<i64>, Vec<i32>) = laid.bases.iter().map(|base| (base.file_no, base.block_no)).unzip();
    let org = tx.org().0;
    let rows = i32::try_from(sheet.len()).map_err(|_| StoreError::invalid("block", "too many rows"))?;
    let (first_line, last_line) = match (sheet.lines.first(), sheet.lines.last()) {
        (Some(first), Some(last)) => (*first, *last),
        _ => return Err(StoreError::invalid("block", "it has no row")),
    };
    let has_undated = laid.has_undated || sealed.as_ref().is_some_and(|sealed| sealed.has_undated);
    let no_idents = plant_rows::pack_idents(&[])?;
    sqlx::query!(
        "INSERT INTO app.row_blocks (org_id, file_no, block_no, first_line, last_line, row_count,
            has_reversals, codes, idents, keyed_by, documents, marks, image, origins, base_files, base_blocks)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        org,
        place.file_no,
        place.block_no,
        paging::big(first_line),
        paging::big(last_line),
        rows,
        laid.has_reversals || sealed.as_ref().is_some_and(|sealed| sealed.has_reversals),
        sealed.as_ref().map_or(&[] as &[u8], |sealed| &sealed.codes),
        sealed.as_ref().map_or(&no_idents, |sealed| &sealed.idents),
        &names(key),
        sealed.as_ref().and_then(|sealed| sealed.documents.as_deref()),
        marks,
        sealed.as_ref().map(|sealed| sealed.image.as_slice()),
        origins,
        &files,
        &blocks
    )
    .execute(tx.connection())
    .await?;
    Ok(Written {
        rows: sheet.len() as u64,
        known: (sheet.len() - sheet.marks.len()) as u64,
        first_line,
        last_line,
        has_undated,
    })
}

/// A block as it is kept.
#[derive(Debug)]
pub(crate) struct Kept {
    image: Option<Vec<u8>>,
    origins: Option<Vec<u8>>,
    base_files: Vec<i64>,
    base_blocks: Vec<i32>,
}

impl Kept {
    pub(crate) fn new(
        image: Option<Vec<u8>>,
        origins: Option<Vec<u8>>,
        base_files: Vec<i64>,
        base_blocks: Vec<i32>,
    ) -> Kept {
        Kept {
            image,
            origins,
            base_files,
            base_blocks,
        }
    }

    /// The blocks where rows of it stand, in the order of their numbers from 1 on.
    fn bases(&self) -> impl Iterator<Item = Place> + '_ {
        places(&self.base_files, &self.base_blocks)
    }

    /// Its rows as they would stand in a block of their own, not compressed; of one that is laid out of others only those
    /// that are wanted.
    pub(crate) async fn assembled(self, tx: &mut OrgTx, wanted: impl Fn(usize) -> bool) -> Result<Vec<u8>> {
        let Some(packed) = &self.origins else {
            return Ok(plant_rows::decompress(&self.image.unwrap_or_default())?);
        };
        let origins = plant_rows::origins(packed)?;
        let mut standing = HashMap::new();
        if let Some(image) = &self.image {
            standing.insert(0, plant_rows::unpack(image)?);
        }
        let needed: std::collections::BTreeSet<u16> = origins
            .iter()
            .enumerate()
            .filter(|(row, _)| wanted(*row))
            .map(|(_, origin)| origin.block)
            .collect();
        let numbered: Vec<(u16, Place)> = (1..)
            .zip(self.bases())
            .filter(|(number, _)| needed.contains(number))
            .collect();
        let places: Vec<Place> = numbered.iter().map(|(_, place)| *place).collect();
        let images = images(tx, &places).await?;
        for (number, place) in numbered {
            let image = images.get(&place).ok_or_else(|| gone(place))?;
            standing.insert(number, plant_rows::unpack(image)?);
        }
        Ok(plant_rows::assemble(&origins, &standing, wanted)?)
    }
}

/// Blocks by their files and numbers.
pub(crate) fn places(files: &[i64], blocks: &[i32]) -> impl Iterator<Item = Place> {
    files.iter().zip(blocks).map(|(file_no, block_no)| Place {
        file_no: *file_no,
        block_no: *block_no,
    })
}

fn gone(place: Place) -> StoreError {
    StoreError::corrupt(
        "row_blocks",
        "base_blocks",
        format!("{}/{}", place.file_no, place.block_no),
    )
}

async fn images(tx: &mut OrgTx, places: &[Place]) -> Result<HashMap<Place, Vec<u8>>> {
    if places.is_empty() {
        return Ok(HashMap::new());
    }
    let org = tx.org().0;
    let (files, blocks): (Vec<i64>, Vec<i32>) = places.iter().map(|place| (place.file_no, place.block_no)).unzip();
    let rows = sqlx::query!(
        r#"SELECT b.file_no, b.block_no, b.image AS "image!" FROM UNNEST($2::bigint[], $3::integer[]) AS p (file_no, block_no)
        JOIN app.row_blocks b ON b.org_id = $1 AND b.file_no = p.file_no AND b.block_no = p.block_no
        WHERE b.image IS NOT NULL"#,
        org,
        &files,
        &blocks
    )
    .fetch_all(tx.connection())
    .await?;
    let images = rows.into_iter().map(|row| {
        let place = Place {
            file_no: row.file_no,
            block_no: row.block_no,
        };
        (place, row.image)
    });
    Ok(images.collect())
}

/// The rows of a block, and why rows of it do not count (empty where all do).
pub(crate) async fn open(tx: &mut OrgTx, place: Place) -> Result<(Rows, Vec<u8>)> {
    let org = tx.org().0;
    let block = sqlx::query!(
        r#"SELECT b.image, b.origins, b.base_files, b.base_blocks, s.why AS "why?" FROM app.row_blocks b
        LEFT JOIN app.row_states s ON s.org_id = b.org_id AND s.file_no = b.file_no AND s.block_no = b.block_no
        WHERE b.org_id = $1 AND b.file_no = $2 AND b.block_no = $3"#,
        org,
        place.file_no,
        place.block_no
    )
    .fetch_one(tx.connection())
    .await?;
    let kept = Kept::new(block.image, block.origins, block.base_files, block.base_blocks);
    let rows = Rows::read(&kept.assembled(tx, |_| true).await?)?;
    Ok((rows, block.why.unwrap_or_default()))
}

/// Why a row of a block does not count.
pub(crate) fn why(states: &[u8], row: usize) -> Why {
    states
        .get(row)
        .and_then(|code| Why::from_code(*code))
        .unwrap_or(Why::Counts)
}

/// The number of the first block of a new reading of a file.
pub(crate) async fn next(tx: &mut OrgTx, file_no: i64) -> Result<i32> {
    let org = tx.org().0;
    Ok(sqlx::query_scalar!(
        r#"SELECT coalesce(max(block_no) + 1, 0) AS "next!" FROM app.row_blocks WHERE org_id = $1 AND file_no = $2"#,
        org,
        file_no
    )
    .fetch_one(tx.connection())
    .await?)
}

/// Puts the blocks from that number on in the place of those that a file had. What has rows of other files stays; what
/// only the old ones needed goes.
pub(crate) async fn swap(tx: &mut OrgTx, file_no: i64, first: i32) -> Result<()> {
    let org = tx.org().0;
    let old = sqlx::query!(
        "SELECT base_files, base_blocks FROM app.row_blocks
        WHERE org_id = $1 AND file_no = $2 AND block_no < $3 AND origins IS NOT NULL",
        org,
        file_no,
        first
    )
    .fetch_all(tx.connection())
    .await?;
    let mut files: Vec<i64> = old.into_iter().flat_map(|block| block.base_files).collect();
    files.push(file_no);
    files.sort_unstable();
    files.dedup();
    sqlx::query!(
        "UPDATE app.files SET first_block = $3 WHERE org_id = $1 AND file_no = $2",
        org,
        file_no,
        first
    )
    .execute(tx.connection())
    .await?;
    // First the old ones of this file, which need others.
    for files in [vec![file_no], files] {
        sqlx::query!(
            "DELETE FROM app.row_blocks b USING app.files f
            WHERE b.org_id = $1 AND b.file_no = ANY ($2) AND f.org_id = b.org_id AND f.file_no = b.file_no
                AND b.block_no < f.first_block AND (b.file_no, b.block_no) NOT IN (SELECT x.file_no, x.block_no
                    FROM app.row_blocks o, UNNEST(o.base_files, o.base_blocks) AS x (file_no, block_no)
                    WHERE o.org_id = $1 AND o.origins IS NOT NULL AND o.base_files && $2)",
            org,
            &files
        )
        .execute(tx.connection())
        .await?;
    }
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
        r#"SELECT b.block_no, b.image AS "image!" FROM app.row_blocks b JOIN app.files f USING (org_id, file_no)
        WHERE b.org_id = $1 AND b.file_no = $2 AND b.block_no >= f.first_block AND b.image IS NOT NULL ORDER BY b.block_no"#,
        org,
        file_no
    )
    .fetch_all(tx.connection())
    .await?;
    let aliases = Arc::new(canonical::aliases(tx).await?);
    for block in blocks {
        let (by, aliases) = (key.to_vec(), Arc::clone(&aliases));
        let idents = tokio::task::spawn_blocking(move || Sealed::rekey(&block.image, &by, &aliases)).await??;
        sqlx::query!(
            "UPDATE app.row_blocks SET idents = $4, keyed_by = $5 WHERE org_id = $1 AND file_no = $2 AND block_no = $3",
            org,
            file_no,
            block.block_no,
            idents,
            &names(key)
        )
        .execute(tx.connection())
        .await?;
    }
    Ok(())
}

/// What identifies the rows of a block, and the documents that booked them.
#[derive(Debug, Default)]
pub(crate) struct Identified {
    pub(crate) rows: Vec<Stored>,
    /// Where the block has such a column.
    pub(crate) documents: Option<Vec<RowDocument>>,
}

/// What identifies the rows of files by a key, block by block; with the documents where these are `booked`.
pub(crate) async fn identified(
    tx: &mut OrgTx,
    files: &[i64],
    key: &[Variable],
    booked: bool,
) -> Result<BTreeMap<i64, Vec<(i32, Identified)>>> {
    let org = tx.org().0;
    let blocks = sqlx::query!(
        "SELECT b.file_no, b.block_no, b.idents, b.keyed_by, CASE WHEN $3 THEN b.documents END AS documents, b.origins,
            b.base_files, b.base_blocks
        FROM app.row_blocks b JOIN app.files f USING (org_id, file_no)
        WHERE b.org_id = $1 AND b.file_no = ANY ($2) AND b.block_no >= f.first_block ORDER BY b.file_no, b.block_no",
        org,
        files,
        booked
    )
    .fetch_all(tx.connection())
    .await?;
    let key_names = names(key);
    let mut own: HashMap<Place, Identified> = HashMap::new();
    let mut missing: Vec<Place> = Vec::new();
    for block in &blocks {
        let place = Place {
            file_no: block.file_no,
            block_no: block.block_no,
        };
        missing.extend(places(&block.base_files, &block.base_blocks));
        if block.keyed_by == key_names {
            own.insert(place, unpacked(&block.idents, block.documents.as_deref())?);
        } else {
            missing.push(place);
        }
    }
    missing.retain(|place| !own.contains_key(place));
    missing.sort_unstable();
    missing.dedup();
    elsewhere(tx, &missing, key, booked, &mut own).await?;
    let mut all: BTreeMap<i64, Vec<(i32, Identified)>> = BTreeMap::new();
    for block in blocks {
        let place = Place {
            file_no: block.file_no,
            block_no: block.block_no,
        };
        let identified = match &block.origins {
            None => Identified {
                rows: own.get(&place).ok_or_else(|| gone(place))?.rows.clone(),
                documents: own.get(&place).and_then(|own| own.documents.clone()),
            },
            Some(packed) => {
                let origins = plant_rows::origins(packed)?;
                let standing: Vec<Place> = std::iter::once(place)
                    .chain(places(&block.base_files, &block.base_blocks))
                    .collect();
                laid_out(&origins, &standing, &own, booked)?
            }
        };
        all.entry(block.file_no).or_default().push((block.block_no, identified));
    }
    Ok(all)
}

fn unpacked(idents: &[u8], documents: Option<&[u8]>) -> Result<Identified> {
    Ok(Identified {
        rows: plant_rows::idents(idents)?,
        documents: documents.map(plant_rows::documents).transpose()?,
    })
}

/// Adds blocks of files that are not among those asked for, or that are identified by another key there.
async fn elsewhere(
    tx: &mut OrgTx,
    places: &[Place],
    key: &[Variable],
    booked: bool,
    own: &mut HashMap<Place, Identified>,
) -> Result<()> {
    if places.is_empty() {
        return Ok(());
    }
    let org = tx.org().0;
    let (files, numbers): (Vec<i64>, Vec<i32>) = places.iter().map(|place| (place.file_no, place.block_no)).unzip();
    let blocks = sqlx::query!(
        r#"SELECT b.file_no, b.block_no, b.idents, CASE WHEN $5 THEN b.documents END AS documents,
            CASE WHEN b.keyed_by <> $4 THEN b.image END AS image
        FROM UNNEST($2::bigint[], $3::integer[]) AS p (file_no, block_no)
        JOIN app.row_blocks b ON b.org_id = $1 AND b.file_no = p.file_no AND b.block_no = p.block_no"#,
        org,
        &files,
        &numbers,
        &names(key),
        booked
    )
    .fetch_all(tx.connection())
    .await?;
    let aliases = canonical::aliases(tx).await?;
    for block in blocks {
        let place = Place {
            file_no: block.file_no,
            block_no: block.block_no,
        };
        let idents = match &block.image {
            Some(image) => Sealed::rekey(image, key, &aliases)?,
            None => block.idents,
        };
        own.insert(place, unpacked(&idents, block.documents.as_deref())?);
    }
    Ok(())
}

fn laid_out(
    origins: &[Origin],
    standing: &[Place],
    own: &HashMap<Place, Identified>,
    booked: bool,
) -> Result<Identified> {
    // Of a block that is gone no row is found.
    let blocks: Vec<Option<&Identified>> = standing.iter().map(|place| own.get(place)).collect();
    let rows: Vec<&[Stored]> = (blocks.iter())
        .map(|block| block.map_or(&[][..], |block| block.rows.as_slice()))
        .collect();
    let documents: Vec<&[RowDocument]> = (blocks.iter())
        .map(|block| block.and_then(|block| block.documents.as_deref()).unwrap_or_default())
        .collect();
    let has_documents = documents.iter().any(|documents| !documents.is_empty());
    Ok(Identified {
        rows: plant_rows::gather(origins, &rows)?,
        documents: (booked && has_documents).then(|| plant_rows::gather_documents(origins, &documents)),
    })
}

/// Whether every block where rows of a file stand is still there.
pub(crate) async fn stands(tx: &mut OrgTx, file: FileId) -> Result<bool> {
    let org = tx.org().0;
    let stands = sqlx::query_scalar!(
        r#"SELECT NOT EXISTS (SELECT 1 FROM app.files f JOIN app.row_blocks b USING (org_id, file_no),
                UNNEST(b.base_files, b.base_blocks) AS x (file_no, block_no)
            WHERE f.org_id = $1 AND f.file_id = $2 AND b.block_no >= f.first_block AND b.origins IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM app.row_blocks o
                    WHERE o.org_id = b.org_id AND o.file_no = x.file_no AND o.block_no = x.block_no)) AS "stands!""#,
        org,
        file.0
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(stands)
}

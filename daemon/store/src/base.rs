//! The earlier version of a file whose lines need not be read again: which it is, and where its rows stand.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use plant_core::hashed::Map;
use plant_core::ids::{FileId, ProfileId};
use plant_core::job;
use plant_core::mark::{SEEN_BYTES, Seen};
use plant_core::table::{Form, Layout};
use plant_rows::{Origin, Sheet};

use crate::blocks::{self, Laid, Place};
use crate::error::{Result, StoreError};
use crate::text;
use crate::tx::OrgTx;

/// A version with more rows is followed by none: its lines are held in memory while one is read.
const ROWS_MOST: i64 = 4_000_000;
/// Blocks whose lines are put in order at once.
const BLOCKS_AT_ONCE: usize = 64;
/// How many of the newest files of a folder are looked at.
const FILES_MOST: i64 = 64;

/// An earlier version, before it is known where its rows stand.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// What the worker is told of it.
    pub told: job::Base,
    file_no: i64,
    rows: usize,
}

/// Where the rows of an earlier version stand.
#[derive(Debug, Default)]
pub struct Base {
    /// The marks of its lines, as the worker reads them behind its order.
    pub lines: Vec<u8>,
    blocks: Vec<Place>,
    /// Which of these have rows that cancel others or are marked as cancelled.
    reversing: HashSet<u32>,
    /// For each row which of the blocks it stands in, and where there.
    rows: Vec<(u32, u16)>,
}

impl Base {
    /// How many lines are remembered.
    pub fn rows(&self) -> u32 {
        // A version with more is followed by none.
        u32::try_from(self.rows.len()).unwrap_or_default()
    }

    /// Where the rows of a block stand.
    pub(crate) fn lay(&self, sheet: &Sheet) -> Result<Laid> {
        let mut bases: Vec<Place> = Vec::new();
        let mut numbers: Map<u32, u16> = Map::default();
        let mut origins = Vec::with_capacity(sheet.len());
        let (mut own, mut has_undated) = (0_u16, false);
        for (line, known) in sheet.lines.iter().zip(&sheet.known) {
            let Some(at) = known.checked_sub(1).map(|at| at as usize) else {
                origins.push(Origin {
                    line: *line,
                    block: 0,
                    row: own,
                });
                own += 1;
                continue;
            };
            let (block, row) = *self.rows.get(at).ok_or_else(unknown)?;
            has_undated |= self.seen(at).is_none_or(|seen| seen.day.is_none());
            let number = match numbers.get(&block) {
                Some(number) => *number,
                None => {
                    bases.push(*self.blocks.get(block as usize).ok_or_else(unknown)?);
                    // There are no more of them than rows.
                    let number = u16::try_from(bases.len()).map_err(|_| unknown())?;
                    numbers.insert(block, number);
                    number
                }
            };
            origins.push(Origin {
                line: *line,
                block: number,
                row,
            });
        }
        Ok(Laid {
            origins,
            has_reversals: numbers.keys().any(|block| self.reversing.contains(block)),
            bases,
            has_undated,
        })
    }

    fn seen(&self, row: usize) -> Option<Seen> {
        let bytes = self.lines.get(row * SEEN_BYTES..)?.first_chunk()?;
        Some(Seen::read(bytes))
    }
}

/// What is wrong with a block that names a row which is not there.
pub(crate) fn unknown() -> StoreError {
    StoreError::invalid("block", "it has a row that no earlier version has")
}

/// The newest file of the folder of this one that could be an earlier version of it: its name is the same but for digits.
///
/// # Errors
/// What the database says.
pub async fn find(tx: &mut OrgTx, file: FileId, today: NaiveDate) -> Result<Option<Earlier>> {
    let org = tx.org().0;
    let names = sqlx::query!(
        "SELECT o.file_no, o.name, f.name AS own
        FROM app.files f JOIN app.files o USING (org_id, folder_id)
        WHERE f.org_id = $1 AND f.file_id = $2 AND o.file_no < f.file_no AND o.committed_at IS NOT NULL
            AND o.plan IS NOT NULL AND o.head IS NOT NULL
        ORDER BY o.file_no DESC LIMIT $3",
        org,
        file.0,
        FILES_MOST
    )
    .fetch_all(tx.connection())
    .await?;
    let Some(earlier) = names.into_iter().find(|row| shape(&row.name) == shape(&row.own)) else {
        return Ok(None);
    };
    let row = sqlx::query!(
        r#"SELECT o.file_no, o.head AS "head!", o.plan AS "plan!", o.looked, o.profile_id AS "profile_id!",
            o.profile_version AS "version!",
            (SELECT coalesce(sum(b.row_count), 0) FROM app.row_blocks b WHERE b.org_id = o.org_id AND b.file_no = o.file_no
                AND b.block_no >= o.first_block) AS "rows!"
        FROM app.files o WHERE o.org_id = $1 AND o.file_no = $2"#,
        org,
        earlier.file_no
    )
    .fetch_one(tx.connection())
    .await?;
    let head: job::IngestHead = text::read("files", "head", row.file_no, row.head)?;
    let plan: plant_core::plan::ReadingPlan = text::read("files", "plan", row.file_no, row.plan)?;
    let Some(layout) = head
        .layout
        .clone()
        .filter(|layout: &Layout| layout.form == Form::Delimited)
    else {
        return Ok(None);
    };
    if plan.today > today || plan.depends_on_rows || row.rows < 1 || row.rows > ROWS_MOST {
        return Ok(None);
    }
    Ok(Some(Earlier {
        told: job::Base {
            profile: ProfileId(row.profile_id),
            version: u32::try_from(row.version).unwrap_or_default(),
            layout,
            plan,
            looked: row.looked.as_deref().and_then(|looked| unpacked(row.file_no, looked)),
        },
        file_no: row.file_no,
        rows: usize::try_from(row.rows).unwrap_or_default(),
    }))
}

/// Where its rows stand; `None` where it is not there any more as it was found, or where most lines would have to be read
/// again, so that nothing is gained.
///
/// # Errors
/// What the database says; a block that can't be read.
pub async fn load(tx: &mut OrgTx, earlier: &Earlier) -> Result<Option<Base>> {
    let mut base = Base::default();
    let known = fill(tx, earlier.file_no, &mut base).await?;
    let is_whole = base.rows.len() == earlier.rows;
    Ok((is_whole && known * 2 > base.rows.len()).then_some(base))
}

/// What the columns of a file hold, as it is kept.
pub(crate) fn packed(looked: &str) -> Result<Vec<u8>> {
    Ok(plant_rows::compress(looked.as_bytes())?)
}

/// Where it can't be read every cell is looked at, as if it were not there.
fn unpacked(file_no: i64, looked: &[u8]) -> Option<String> {
    let text = plant_rows::decompress(looked)
        .ok()
        .and_then(|text| String::from_utf8(text).ok());
    if text.is_none() {
        tracing::warn!(file_no, "what the columns of a file hold can't be read");
    }
    text
}

/// What a name is beside its digits.
fn shape(name: &str) -> String {
    let mut shape = String::with_capacity(name.len());
    for character in name.chars() {
        match character.is_ascii_digit() {
            true if shape.ends_with('0') => {}
            true => shape.push('0'),
            false => shape.push(character),
        }
    }
    shape
}

/// Finds where the rows of a file stand and what is remembered of their lines; gives how many need not be read again.
async fn fill(tx: &mut OrgTx, file_no: i64, base: &mut Base) -> Result<usize> {
    let org = tx.org().0;
    let laid = sqlx::query!(
        "SELECT b.block_no, b.origins, b.base_files, b.base_blocks FROM app.row_blocks b
        JOIN app.files f USING (org_id, file_no)
        WHERE b.org_id = $1 AND b.file_no = $2 AND b.block_no >= f.first_block ORDER BY b.block_no",
        org,
        file_no
    )
    .fetch_all(tx.connection())
    .await?;
    let mut numbers: HashMap<Place, u32> = HashMap::new();
    let mut known = 0;
    // A part at a time: what is remembered of all lines takes room while it is put in order.
    for part in laid.chunks(BLOCKS_AT_ONCE) {
        let stands = |block: &Standing| std::iter::once(block.own).chain(block.bases.iter().copied()).collect();
        let standing: Vec<Standing> = part
            .iter()
            .map(|block| Standing {
                own: Place {
                    file_no,
                    block_no: block.block_no,
                },
                bases: blocks::places(&block.base_files, &block.base_blocks).collect(),
            })
            .collect();
        let mut places: Vec<Place> = standing
            .iter()
            .flat_map(|block| -> Vec<Place> { stands(block) })
            .collect();
        places.sort_unstable();
        places.dedup();
        let seen = seen(tx, &places).await?;
        for (block, standing) in part.iter().zip(&standing) {
            let places: Vec<Place> = stands(standing);
            let origins = match &block.origins {
                Some(packed) => plant_rows::origins(packed)?,
                None => {
                    let rows = seen.get(&standing.own).map_or(0, |(seen, _)| seen.len());
                    let row = |row| Origin { line: 0, block: 0, row };
                    (0..u16::try_from(rows).unwrap_or_default()).map(row).collect()
                }
            };
            // Rows of one block mostly lie together.
            for run in origins.chunk_by(|one, next| one.block == next.block) {
                let Some(first) = run.first() else { continue };
                let place = places.get(usize::from(first.block)).copied().unwrap_or(standing.own);
                let next = u32::try_from(base.blocks.len()).unwrap_or(u32::MAX);
                let number = *numbers.entry(place).or_insert(next);
                let block = seen.get(&place);
                if number == next {
                    base.blocks.push(place);
                    if block.is_some_and(|(_, reverses)| *reverses) {
                        base.reversing.insert(number);
                    }
                }
                let rows = block.map(|(seen, _)| seen.as_slice()).unwrap_or_default();
                for origin in run {
                    let found = rows.get(usize::from(origin.row)).copied().unwrap_or_default();
                    known += usize::from(found.mark.text != 0);
                    found.write(&mut base.lines);
                    base.rows.push((number, origin.row));
                }
            }
        }
    }
    Ok(known)
}

/// A block and those where rows of it stand.
struct Standing {
    own: Place,
    bases: Vec<Place>,
}

/// What is remembered of the lines of the rows that stand in a block, and whether it has reversals.
type Remembered = (Vec<Seen>, bool);

async fn seen(tx: &mut OrgTx, places: &[Place]) -> Result<HashMap<Place, Remembered>> {
    let org = tx.org().0;
    let (files, numbers): (Vec<i64>, Vec<i32>) = places.iter().map(|place| (place.file_no, place.block_no)).unzip();
    let rows = sqlx::query!(
        "SELECT b.file_no, b.block_no, b.marks, b.idents, b.has_reversals
        FROM UNNEST($2::bigint[], $3::integer[]) AS p (file_no, block_no)
        JOIN app.row_blocks b ON b.org_id = $1 AND b.file_no = p.file_no AND b.block_no = p.block_no",
        org,
        &files,
        &numbers
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let marks = plant_rows::marks(&row.marks)?;
            let days = plant_rows::idents(&row.idents)?;
            let seen = marks
                .into_iter()
                .zip(days)
                .map(|(mark, stored)| Seen { mark, day: stored.day });
            let place = Place {
                file_no: row.file_no,
                block_no: row.block_no,
            };
            Ok((place, (seen.collect(), row.has_reversals)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::shape;

    #[test]
    fn versions_of_a_file_differ_in_digits() {
        assert_eq!(shape("MES_20250101.csv"), shape("MES_20250102.csv"));
        assert_eq!(shape("mes_9.csv"), shape("mes_10.csv"));
        assert_ne!(shape("orders.csv"), shape("stops.csv"));
    }
}

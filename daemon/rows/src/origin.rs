//! Blocks that are laid out of the rows of others: where each row stands, and the rows as if they had been kept once more.

use std::collections::HashMap;

use plant_core::series::RowDocument;

use crate::block::{LEVEL, Stored};
use crate::limit::{BLOCK_ROWS, BlockError};
use crate::lists::Lists;
use crate::read::Rows;
use crate::write::Writer;

/// Bytes of one row: the step from the line before, the block, the row in it.
const ORIGIN_BYTES: usize = 8;

/// Where a row of a block stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// Its line.
    pub line: u64,
    /// 0 where it stands in the block itself, else the block of that number in its list, counted from 1.
    pub block: u16,
    /// Which of the rows that stand there it is.
    pub row: u16,
}

/// As they are kept.
///
/// # Errors
/// What the compression says.
pub fn pack_origins(origins: &[Origin]) -> Result<Vec<u8>, BlockError> {
    let mut bytes = Vec::with_capacity(origins.len() * ORIGIN_BYTES);
    let mut before = 0;
    for origin in origins {
        let step = u32::try_from(origin.line.saturating_sub(before)).unwrap_or(u32::MAX);
        bytes.extend(step.to_le_bytes());
        before = origin.line;
    }
    bytes.extend(origins.iter().flat_map(|origin| origin.block.to_le_bytes()));
    // What follows its like takes no room.
    let mut expected = 0_u16;
    for origin in origins {
        bytes.extend(origin.row.wrapping_sub(expected).to_le_bytes());
        expected = origin.row.wrapping_add(1);
    }
    Ok(zstd::bulk::compress(&bytes, LEVEL)?)
}

/// Such origins.
///
/// # Errors
/// When they can't be unpacked.
pub fn origins(packed: &[u8]) -> Result<Vec<Origin>, BlockError> {
    let lists = Lists::unpack(packed, ORIGIN_BYTES, "origins")?;
    let (mut line, mut expected) = (0, 0_u16);
    Ok((0..lists.rows)
        .map(|row| {
            line += u64::from(lists.behind(0, row).map_or(0, u32::from_le_bytes));
            let at = expected.wrapping_add(lists.behind(6, row).map_or(0, u16::from_le_bytes));
            expected = at.wrapping_add(1);
            Origin {
                line,
                block: lists.behind(4, row).map_or(0, u16::from_le_bytes),
                row: at,
            }
        })
        .collect())
}

/// The block that these rows make, not compressed, as a worker would have sent it; `wanted` says which of them are.
/// `blocks` has what stands in the block itself under 0 and in others under their number.
///
/// # Errors
/// When a row stands nowhere.
pub fn assemble(
    origins: &[Origin],
    blocks: &HashMap<u16, Rows>,
    wanted: impl Fn(usize) -> bool,
) -> Result<Vec<u8>, BlockError> {
    let mut writer = Writer::default();
    for (_, origin) in origins.iter().enumerate().filter(|(row, _)| wanted(*row)) {
        let rows = blocks.get(&origin.block).ok_or_else(|| nowhere(origin))?;
        let row = usize::from(origin.row);
        if row >= rows.len() {
            return Err(nowhere(origin));
        }
        let mut record = rows.record(row);
        record.line = origin.line;
        writer.push(&record);
    }
    writer
        .finish()?
        .ok_or_else(|| BlockError::Shape("it has no row".to_owned()))
}

/// What identifies these rows, from what identifies those of the blocks where they stand, by the numbers of these.
///
/// # Errors
/// When a row stands nowhere.
pub fn gather(origins: &[Origin], blocks: &[&[Stored]]) -> Result<Vec<Stored>, BlockError> {
    let stored = |origin: &Origin| {
        let found = blocks.get(usize::from(origin.block))?.get(usize::from(origin.row))?;
        Some(Stored {
            line: origin.line,
            ..*found
        })
    };
    origins
        .iter()
        .map(|origin| stored(origin).ok_or_else(|| nowhere(origin)))
        .collect()
}

/// The documents of these rows; none of a block that has no such column.
pub fn gather_documents(origins: &[Origin], blocks: &[&[RowDocument]]) -> Vec<RowDocument> {
    let document = |origin: &Origin| {
        let block = blocks.get(usize::from(origin.block))?;
        block.get(usize::from(origin.row)).copied()
    };
    origins
        .iter()
        .map(|origin| document(origin).unwrap_or_default())
        .collect()
}

fn nowhere(origin: &Origin) -> BlockError {
    BlockError::Shape(format!("the row of line {} stands nowhere", origin.line))
}

const _: () = assert!(
    BLOCK_ROWS < u16::MAX as usize,
    "a row of a block has a number of two bytes"
);

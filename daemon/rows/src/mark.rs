//! Marks as they are kept beside a block, and the rows of a block as a worker tells them.

use plant_core::mark::{MARK_BYTES, Mark};
use xxhash_rust::xxh3::xxh3_64;

use crate::block::LEVEL;
use crate::limit::BlockError;
use crate::lists::Lists;

/// The hash of a line, which is never 0.
pub fn line_hash(text: &[u8]) -> u64 {
    xxh3_64(text).max(1)
}

/// Marks as they are kept beside a block: each list by itself.
///
/// # Errors
/// What the compression says.
pub fn pack_marks(marks: &[Mark]) -> Result<Vec<u8>, BlockError> {
    let mut bytes = Vec::with_capacity(marks.len() * MARK_BYTES);
    bytes.extend(marks.iter().flat_map(|mark| mark.text.to_le_bytes()));
    bytes.extend(marks.iter().flat_map(|mark| mark.filled.to_le_bytes()));
    bytes.extend(marks.iter().map(|mark| mark.traits));
    Ok(zstd::bulk::compress(&bytes, LEVEL)?)
}

/// Such marks.
///
/// # Errors
/// When they can't be unpacked.
pub fn marks(packed: &[u8]) -> Result<Vec<Mark>, BlockError> {
    let lists = Lists::unpack(packed, MARK_BYTES, "marks")?;
    Ok((0..lists.rows)
        .map(|row| Mark {
            text: lists.hash(0, row),
            filled: lists.behind(8, row).map_or(0, u128::from_le_bytes),
            traits: lists.behind(24, row).map_or(0, u8::from_le_bytes),
        })
        .collect())
}

/// The rows of a block in the order of their lines, as a worker tells them: each made anew or known from before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// Their lines.
    pub lines: Vec<u64>,
    /// For each, which of the lines that the worker was given it is, counted from 1; 0 where it was made anew.
    pub known: Vec<u32>,
    /// The marks of those that were made anew, in their order.
    pub marks: Vec<Mark>,
}

impl Sheet {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// As bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(4 + self.len() * 12 + self.marks.len() * MARK_BYTES);
        out.extend(u32::try_from(self.len()).unwrap_or(u32::MAX).to_le_bytes());
        out.extend(self.lines.iter().flat_map(|line| line.to_le_bytes()));
        out.extend(self.known.iter().flat_map(|known| known.to_le_bytes()));
        for mark in &self.marks {
            mark.write(&mut out);
        }
        out
    }

    /// From bytes.
    ///
    /// # Errors
    /// When they are none, its lines fall, or there are too many.
    pub fn from_bytes(bytes: &[u8]) -> Result<Sheet, BlockError> {
        Sheet::parse(bytes).ok_or_else(|| BlockError::Shape("its sheet can't be read".to_owned()))
    }

    fn parse(bytes: &[u8]) -> Option<Sheet> {
        let rows = u32::from_le_bytes(*bytes.first_chunk()?) as usize;
        if rows == 0 || rows > crate::BLOCK_ROWS {
            return None;
        }
        let (lines, rest) = bytes.get(4..)?.split_at_checked(rows * 8)?;
        let (known, marks) = rest.split_at_checked(rows * 4)?;
        let sheet = Sheet {
            lines: lines
                .as_chunks()
                .0
                .iter()
                .map(|line| u64::from_le_bytes(*line))
                .collect(),
            known: known
                .as_chunks()
                .0
                .iter()
                .map(|known| u32::from_le_bytes(*known))
                .collect(),
            marks: marks.chunks(MARK_BYTES).map(Mark::read).collect::<Option<_>>()?,
        };
        let anew = sheet.known.iter().filter(|known| **known == 0).count();
        let rises = sheet.lines.first() > Some(&0) && sheet.lines.is_sorted();
        (anew == sheet.marks.len() && rises).then_some(sheet)
    }
}

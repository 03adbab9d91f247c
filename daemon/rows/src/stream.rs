//! Blocks on their way to an analysis, each with the marks of the rows that count; an empty one says that it was the last,
//! so that a stream which breaks off is never taken for a short one.

use std::io::Read;

use plant_core::record::Record;

use crate::block::unpack;
use crate::limit::{BLOCK_MAX_BYTES, BLOCK_ROWS, BlockError};
use crate::read::Rows;

/// One block for the stream: `counts` says for each row whether it counts; empty where all do.
pub fn piece(image: &[u8], counts: &[bool]) -> Vec<u8> {
    let mut out = Vec::with_capacity(image.len() + counts.len() + 8);
    for part in [image.len(), counts.len()] {
        out.extend_from_slice(&u32::try_from(part).unwrap_or(u32::MAX).to_be_bytes());
    }
    out.extend_from_slice(image);
    out.extend(counts.iter().map(|counts| u8::from(*counts)));
    out
}

/// What stands after the last block.
pub fn end() -> Vec<u8> {
    piece(&[], &[])
}

/// Reads such a stream, block by block.
#[derive(Debug)]
pub struct Counting<R> {
    reader: R,
}

/// A block of the stream.
#[derive(Debug)]
pub struct Block {
    rows: Rows,
    counts: Vec<u8>,
}

impl<R: Read> Counting<R> {
    /// A reader of that stream; buffering is the reader's own affair.
    pub fn new(reader: R) -> Counting<R> {
        Counting { reader }
    }

    /// The next block; `None` at the end.
    ///
    /// # Errors
    /// When the stream breaks off inside a block or holds something else.
    pub fn next_block(&mut self) -> Result<Option<Block>, BlockError> {
        let mut lengths = [0; 8];
        self.reader.read_exact(&mut lengths)?;
        let [a, b, c, d, e, f, g, h] = lengths;
        if lengths == [0; 8] {
            return Ok(None);
        }
        let image = bounded(u32::from_be_bytes([a, b, c, d]), BLOCK_MAX_BYTES)?;
        let marks = bounded(u32::from_be_bytes([e, f, g, h]), BLOCK_ROWS)?;
        let mut bytes = vec![0; image];
        self.reader.read_exact(&mut bytes)?;
        let mut counts = vec![0; marks];
        self.reader.read_exact(&mut counts)?;
        let rows = unpack(&bytes)?;
        if !counts.is_empty() && counts.len() != rows.len() {
            return Err(BlockError::Shape(format!(
                "{} marks for {} rows",
                counts.len(),
                rows.len()
            )));
        }
        Ok(Some(Block { rows, counts }))
    }
}

fn bounded(length: u32, most: usize) -> Result<usize, BlockError> {
    usize::try_from(length)
        .ok()
        .filter(|length| *length <= most)
        .ok_or_else(|| BlockError::Shape(format!("a part of {length} bytes")))
}

impl Block {
    /// The rows that count.
    pub fn records(&self) -> impl Iterator<Item = Record> + '_ {
        (0..self.rows.len())
            .filter(|row| self.counts.get(*row).is_none_or(|counts| *counts != 0))
            .map(|row| self.rows.record(row))
    }
}

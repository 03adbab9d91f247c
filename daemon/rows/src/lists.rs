//! Hashes of rows as they are kept beside a block: each list by itself, so that what is regular or empty takes no room.

use crate::limit::{BLOCK_ROWS, BlockError};

/// Unpacked lists of the rows of a block.
pub(crate) struct Lists {
    bytes: Vec<u8>,
    /// How many rows.
    pub(crate) rows: usize,
}

impl Lists {
    /// Unpacks lists that take so many bytes a row.
    pub(crate) fn unpack(packed: &[u8], row_bytes: usize, what: &str) -> Result<Lists, BlockError> {
        let bytes = zstd::bulk::decompress(packed, BLOCK_ROWS * row_bytes)?;
        match bytes.len() % row_bytes {
            0 => Ok(Lists {
                rows: bytes.len() / row_bytes,
                bytes,
            }),
            _ => Err(BlockError::Shape(format!("{what} are cut"))),
        }
    }

    /// The hash of a row in one of the lists of hashes, which stand first.
    pub(crate) fn hash(&self, list: usize, row: usize) -> u64 {
        let at = (list * self.rows + row) * 8;
        let bytes = self.bytes.get(at..).and_then(|bytes| bytes.first_chunk());
        bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }

    /// What stands for a row in a list behind so many bytes a row of other lists.
    pub(crate) fn behind<const N: usize>(&self, row_bytes: usize, row: usize) -> Option<[u8; N]> {
        let at = self.rows * row_bytes + row * N;
        self.bytes.get(at..).and_then(|bytes| bytes.first_chunk()).copied()
    }
}

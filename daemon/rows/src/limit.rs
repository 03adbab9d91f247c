//! How large a block may be, and why it can't be made or read.

/// Rows of a block, at most.
pub const BLOCK_ROWS: usize = 2_048;
/// Bytes of a block before it is compressed, at most.
pub const BLOCK_MAX_BYTES: usize = 12 * 1024 * 1024;

/// Prefix of the columns that no variable takes.
pub(crate) const EXTRA: &str = "extra:";

/// Between the name and the unit of a column that measures something: neither holds it.
pub(crate) const UNIT: char = '\u{1f}';

/// Why a block can't be made or read.
#[derive(Debug, thiserror::Error)]
pub enum BlockError {
    /// The bytes are no Arrow IPC stream.
    #[error("a block of rows can't be read")]
    Arrow(#[from] arrow_schema::ArrowError),
    /// The bytes can't be unpacked.
    #[error("a block of rows can't be unpacked")]
    Packed(#[from] std::io::Error),
    /// It holds something else than it should.
    #[error("a block of rows is not what it should be: {0}")]
    Shape(String),
}

//! Typed rows as immutable columnar blocks: an Arrow IPC stream of one record batch, compressed by the daemon.
//!
//! Invariants: a decimal of up to 28 digits comes back as the same number (trailing zeros apart); a column is there only
//! where a row of the block fills it; whoever reads a block that a worker made checks every column's type and bounds
//! before anything else looks at it; a block never grows over [`BLOCK_MAX_BYTES`].

mod block;
mod codes;
mod document;
mod ident;
mod limit;
mod lists;
mod mark;
mod origin;
mod read;
mod stream;
mod write;

pub use block::{Renamed, Sealed, Stored, compress, decompress, idents, pack_idents, unpack};
pub use codes::{Codes, code_hash};
pub use document::{document, documents};
pub use ident::{IDENT_BYTES, Key, mapped, subject};
pub use limit::{BLOCK_MAX_BYTES, BLOCK_ROWS, BlockError};
pub use mark::{Sheet, line_hash, marks, pack_marks};
pub use origin::{Origin, assemble, gather, gather_documents, origins, pack_origins};
pub use read::Rows;
pub use stream::{Counting, end, piece};
pub use write::Writer;

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests may fail loudly"
)]
mod tests;

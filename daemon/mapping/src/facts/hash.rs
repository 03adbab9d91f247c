//! What tells a cell from all others.

use xxhash_rust::xxh3::xxh3_128;

/// The hash of a cell or a value.
pub(super) fn hash_of(cell: &str) -> u128 {
    xxh3_128(cell.as_bytes())
}

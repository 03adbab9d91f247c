//! Which codes may occur in a block: a Bloom filter, so that the rows of one order are found without opening the others.
//!
//! It is kept in the database, so its bits must mean the same in every version; that is why it is written here.

use plant_core::variable::{Kind, Variable};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::read::Rows;
use plant_core::record::Value;

/// Bits for each code: about one wrong "may be" in a hundred.
const BITS: usize = 10;
/// Bits that a code sets.
const HASHES: u32 = 7;

/// The filter of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codes(Vec<u8>);

/// The hash of a value of a text variable, whatever its case.
pub fn code_hash(variable: Variable, text: &str) -> u64 {
    xxh3_64_with_seed(text.trim().to_lowercase().as_bytes(), variable.index() as u64)
}

impl Codes {
    /// The codes of these rows.
    pub(crate) fn of(rows: &Rows) -> Codes {
        let mut hashes = std::collections::HashSet::new();
        for variable in rows.variables().filter(|variable| variable.kind() == Kind::Text) {
            for row in 0..rows.len() {
                if let Some(Value::Text(text)) = rows.value(row, variable) {
                    hashes.insert(code_hash(variable, &text));
                }
            }
        }
        let mut codes = Codes(vec![0; (hashes.len() * BITS).div_ceil(8).max(8)]);
        for hash in hashes {
            for bit in codes.bits(hash) {
                if let Some(byte) = codes.0.get_mut((bit / 8) as usize) {
                    *byte |= 1 << (bit % 8);
                }
            }
        }
        codes
    }

    /// A filter that was kept.
    pub fn from_bytes(bytes: Vec<u8>) -> Codes {
        Codes(bytes)
    }

    /// Its bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Whether the code may occur; `false` is certain.
    pub fn may_have(&self, hash: u64) -> bool {
        self.bits(hash).into_iter().all(|bit| {
            self.0
                .get((bit / 8) as usize)
                .is_some_and(|byte| byte & (1 << (bit % 8)) != 0)
        })
    }

    fn bits(&self, hash: u64) -> Vec<u64> {
        let all = (self.0.len() as u64 * 8).max(1);
        let (first, step) = (hash & 0xffff_ffff, (hash >> 32) | 1);
        (0..u64::from(HASHES))
            .map(|round| first.wrapping_add(step.wrapping_mul(round)) % all)
            .collect()
    }
}

//! The columns of a file as a multiset: which exports are of one kind.
//!
//! Invariant: the fingerprint does not depend on the order of the columns, on case, on punctuation or on whether umlauts
//! and accents survived.

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization as _;

/// Fingerprint of the column names, whatever their order, in hex.
pub fn fingerprint(header: &[String]) -> String {
    // Two names that differ only in what does not count are two columns.
    let mut names: Vec<String> = header.iter().map(|name| skeleton(name)).collect();
    names.sort_unstable();
    let mut hasher = Sha256::new();
    for name in &names {
        hasher.update(name.as_bytes());
        hasher.update(b"\n");
    }
    hex::encode(hasher.finalize())
}

/// What of a name survives any transcoding: ASCII letters and digits in lower case and the letters of other scripts.
/// Letters with accents are left out wholly, because exports lose them (`Rüst.Zeit`, `Rst.Zeit`, `R?st.Zeit`).
pub fn skeleton(name: &str) -> String {
    name.nfkc()
        .filter(|c| c.is_ascii_alphanumeric() || (c.is_alphanumeric() && u32::from(*c) > 0x024f))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests;

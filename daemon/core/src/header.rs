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

/// Whether a name is like a pattern in which `*` stands for any text.
pub fn is_like(name: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.trim().strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests;

//! The families of a file, and what they answer.

use serde::{Deserialize, Serialize};

use super::by::{Dimensions, Family};

/// The number of the family of process values and failure modes, which is read beside whichever is chosen.
pub const OF_MEASURES: u16 = 0;

/// A family of a file, as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFamily {
    /// Its number within the file; [`OF_MEASURES`] is that of process values and failure modes.
    pub family_no: u16,
    /// By what it is kept.
    pub family: Family,
    /// How many cells it has.
    pub cells: u64,
}

/// The family that answers a need with the fewest cells, the first one where several do.
pub fn answering(kept: &[KeptFamily], need: Family) -> Option<&KeptFamily> {
    let sums = kept.iter().filter(|kept| kept.family_no != OF_MEASURES);
    sums.filter(|kept| kept.family.covers(need))
        .min_by_key(|kept| (kept.cells, kept.family_no))
}

/// What of a need that no family of a file answers can be asked: the largest parts of it that one answers, those by day
/// first. Units and currencies aren't told, they are in each.
pub fn alternatives(kept: impl IntoIterator<Item = Family>, need: Family) -> Vec<Family> {
    let mut parts: Vec<Family> = kept.into_iter().map(|family| family.and(need)).collect();
    parts.sort_unstable_by_key(|part| (!part.has_day, part.dimensions));
    parts.dedup();
    let all = parts.clone();
    parts.retain(|part| !all.iter().any(|other| other != part && other.covers(*part)));
    for part in &mut parts {
        part.dimensions = part.dimensions.without(Dimensions::UNITS);
    }
    parts
}

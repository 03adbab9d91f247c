//! What was taken from lists.

use super::{count, counted};
use crate::reference::ReferenceUse;

/// "standard unit cost of 720 rows from Product.csv (211 entries, lines 4, 7, 9 and others)".
pub fn use_of(used: &ReferenceUse) -> String {
    let lines: Vec<String> = used.lines.iter().map(|line| count(*line)).collect();
    let more = if used.entries > used.lines.len() as u64 {
        " and others"
    } else {
        ""
    };
    let word = if used.entries == 1 { "line" } else { "lines" };
    format!(
        "{} of {} from {} ({}, {word} {}{more})",
        used.variable.noun(),
        counted(used.rows, "row", "rows"),
        used.file,
        counted(used.entries, "entry", "entries"),
        lines.join(", ")
    )
}

/// All of it in a sentence; nothing where nothing was taken.
pub fn taken(uses: &[ReferenceUse]) -> Option<String> {
    let told: Vec<String> = uses.iter().map(use_of).collect();
    (!told.is_empty()).then(|| format!("Taken from other files: {}.", told.join("; ")))
}

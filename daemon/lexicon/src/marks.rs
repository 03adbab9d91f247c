//! What columns are called that say nothing about the event of a row.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::words::{Words, parse};

#[derive(Deserialize)]
struct Marks {
    mark: Vec<Words>,
}

static MARKS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let marks: Marks = parse("marks.toml", include_str!("../words/marks.toml"));
    marks.mark.iter().flat_map(Words::iter).map(str::to_owned).collect()
});

/// Whether a column of that name (without blanks, signs and case) numbers the rows or tells when the export was made.
pub fn is_mark(skeleton: &str) -> bool {
    MARKS.contains(skeleton)
}

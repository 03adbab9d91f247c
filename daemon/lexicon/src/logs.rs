//! What the columns of a log with a name and a value in each row are called.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::words::{Words, parse};

#[derive(Deserialize)]
struct Logs {
    name: Vec<Words>,
    value: Vec<Words>,
    quality: Vec<Words>,
}

/// Which part of a log a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogPart {
    /// What was measured.
    Name,
    /// What it was.
    Value,
    /// Whether that can be trusted.
    Quality,
}

static LOGS: LazyLock<Logs> = LazyLock::new(|| parse("logs.toml", include_str!("../words/logs.toml")));
static SETS: LazyLock<[(LogPart, HashSet<&'static str>); 3]> = LazyLock::new(|| {
    let of = |words: &'static [Words]| words.iter().flat_map(Words::iter).collect();
    [
        (LogPart::Name, of(&LOGS.name)),
        (LogPart::Value, of(&LOGS.value)),
        (LogPart::Quality, of(&LOGS.quality)),
    ]
});

/// Whether a column of that name (without blanks, signs and case) is called like that part of a log.
pub fn is_log_part(skeleton: &str, part: LogPart) -> bool {
    let mut sets = SETS.iter().filter(|(of, _)| *of == part);
    sets.any(|(_, names)| names.contains(skeleton))
}

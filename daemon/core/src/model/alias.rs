//! Aliases of machines and products, decided and suggested, and what deciding one changes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::SumView;
use crate::alias::AliasKind;

/// A name that goes by another one, or that looks as if it should.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AliasItem {
    /// What is named.
    pub kind: AliasKind,
    /// The name that files write.
    pub name: String,
    /// The name that it goes by, or would.
    pub canonical: String,
    /// Whether a person decided it; else it is suggested, and nothing follows from it.
    pub decided: bool,
    /// Who decided it, as the audit log names them.
    pub by: Option<String>,
    /// When.
    pub at: Option<DateTime<Utc>>,
    /// Rows that have the name and count; of suggestions alone.
    pub rows: Option<u64>,
}

/// What an alias that is added or taken away makes of rows and figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AliasEffect {
    /// What is named.
    pub kind: AliasKind,
    /// The name.
    pub name: String,
    /// The name that it goes by then, or went by before it was taken away.
    pub canonical: String,
    /// Whether it is taken away.
    pub removed: bool,
    /// Files with rows that go by another name then: they are compared anew, and analysed again.
    pub files: u64,
    /// Their rows that do.
    pub rows: u64,
    /// Names among these two that no row has.
    pub unknown: Vec<String>,
    /// Rows of the series of these files that count before.
    pub live_before: u64,
    /// Rows that count then.
    pub live_after: u64,
    /// How many machines or products the rows that count tell of before.
    pub members_before: u64,
    /// How many then.
    pub members_after: u64,
    /// What is told under each of the names before.
    pub before: Vec<AliasMember>,
    /// What is told under each then.
    pub after: Vec<AliasMember>,
    /// Stops of the two that overlap, where one machine can't have stood twice.
    pub overlap: Option<AliasOverlap>,
}

/// What the rows that count tell of one machine or product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AliasMember {
    /// Its canonical name.
    pub name: String,
    /// Rows that count.
    pub rows: u64,
    /// Their sums.
    pub sums: Vec<SumView>,
}

/// Stops of two machines at the same time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AliasOverlap {
    /// How many stops of the first overlap one of the second.
    pub stops: u64,
    /// The earliest of these.
    pub one: AliasStop,
    /// One of the second that it overlaps.
    pub other: AliasStop,
}

/// A stop with where it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AliasStop {
    /// The machine by its name before.
    pub machine: String,
    /// Begin.
    pub start: DateTime<Utc>,
    /// End.
    pub end: DateTime<Utc>,
    /// Name of the file.
    pub file: String,
    /// Line there.
    pub line: u64,
}

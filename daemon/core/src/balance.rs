//! The row balance: every physical line of a file has exactly one fate.

use serde::{Deserialize, Serialize};

/// Counts of physical lines (rows, in a workbook) by their fate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Balance {
    /// All physical lines, counted apart from the classification.
    pub physical: u64,
    /// Header lines (a two-line header counts two).
    pub header: u64,
    /// Lines before the header.
    pub preamble: u64,
    /// Rulers and repeated page headers.
    pub ruler: u64,
    /// Total, subtotal and footer lines, set aside and checked.
    pub total: u64,
    /// Lines with nothing in them.
    pub blank: u64,
    /// Rows taken in as records.
    pub taken: u64,
    /// Rows put aside with a reason.
    pub quarantined: u64,
    /// Rows that the mapping leaves out (`drop_where`, units below the header).
    #[serde(default)]
    pub dropped: u64,
    /// Rows already taken in from an earlier file.
    pub duplicate: u64,
    /// Further lines of a row whose quoted cell holds line breaks.
    pub continued: u64,
    /// Rows that lines became beyond one each (`unpivot`, `split_rows`); no line is among them.
    #[serde(default)]
    pub made: u64,
}

impl std::ops::AddAssign for Balance {
    fn add_assign(&mut self, other: Balance) {
        self.physical += other.physical;
        self.header += other.header;
        self.preamble += other.preamble;
        self.ruler += other.ruler;
        self.total += other.total;
        self.blank += other.blank;
        self.taken += other.taken;
        self.quarantined += other.quarantined;
        self.dropped += other.dropped;
        self.duplicate += other.duplicate;
        self.continued += other.continued;
        self.made += other.made;
    }
}

impl Balance {
    /// Rows that are taken in: lines, and what is made of them beyond one row each.
    pub fn rows(&self) -> u64 {
        self.taken + self.made
    }

    /// The sum of every fate.
    pub fn accounted(&self) -> u64 {
        self.header
            + self.preamble
            + self.ruler
            + self.total
            + self.blank
            + self.taken
            + self.quarantined
            + self.dropped
            + self.duplicate
            + self.continued
    }

    /// Whether each physical line has exactly one fate; a file whose balance does not close is not committed.
    pub fn closes(&self) -> bool {
        self.physical == self.accounted()
    }
}

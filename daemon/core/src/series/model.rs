//! What a series is made of, what was decided about it, and what follows for its rows.

use super::ask::Question;
use crate::word::words;

/// A row as its identity: hashes of typed values, made by the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RowIdent {
    /// Hash of all mapped values.
    pub mapped: u64,
    /// Hash of the cells that are not mapped and are no marks of the export (running number, print time).
    pub other: u64,
    /// Hash of what the row is about: its codes and times without measures, status and texts, or the key where one is
    /// set. 0 where there is none; such a row is never matched by it.
    pub subject: u64,
    /// The day of the row, in days since 1970-01-01.
    pub day: Option<i32>,
    /// How many rows before it the first one of its line stands that is about the same; 0 for that one. By a key they
    /// count together.
    pub back: u32,
}

impl RowIdent {
    /// Says of the rows of a version, each with its line, which stand in one line and are about the same.
    pub fn join(rows: &mut [RowIdent], lines: &[u64]) {
        let mut first = 0;
        for at in 1..rows.len().min(lines.len()) {
            if lines.get(at) != lines.get(first) {
                first = at;
                continue;
            }
            let (before, rest) = rows.split_at_mut(at);
            let Some(row) = rest.first_mut() else { return };
            let of_line = before.iter().enumerate().skip(first);
            let mut same = of_line.filter(|(_, other)| other.subject == row.subject && row.subject != 0);
            row.back = same
                .next()
                .map_or(0, |(head, _)| u32::try_from(at - head).unwrap_or_default());
        }
    }
}

/// The document that booked a row, and what it cancels: hashes of codes within the series; 0 stands for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowDocument {
    /// Its document with its item.
    pub item: u64,
    /// Its document alone.
    pub whole: u64,
    /// What it cancels, where that is an item of a document.
    pub cancels_item: u64,
    /// What it cancels, where that is a document.
    pub cancels_whole: u64,
    /// What it is about with its quantities, whatever their sign.
    pub amount: u64,
    /// Its quantities are below zero.
    pub negative: bool,
    /// It is marked as cancelled.
    pub cancelled: bool,
}

impl RowDocument {
    /// Whether it says which row it cancels.
    pub fn cancels(&self) -> bool {
        self.cancels_item != 0 || self.cancels_whole != 0
    }
}

/// Where and when bytes were seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// The place in the one order of the series, for example the time of the last change in nanoseconds.
    pub rank: i64,
    /// The path of the folder.
    pub folder: String,
    /// The site that the folder stands for.
    pub site: Option<String>,
    /// The name of the file.
    pub name: String,
}

/// Bytes that the series reads, with the rows that were read from them.
///
/// The same bytes in two scopes are two versions with the same `declared_hash`, so that both can count; the same bytes
/// seen again in one scope are one version with two sightings, or two versions, as the caller likes.
#[derive(Debug, Clone)]
pub struct Version<'a> {
    /// Names the version; no order is read from it.
    pub file_no: i64,
    /// Where and when it was seen; a version without a sighting takes no part.
    pub sightings: Vec<Sighting>,
    /// Its rows in the order of the file.
    pub rows: &'a [RowIdent],
    /// The documents of its rows; `None` where it has none.
    pub documents: Option<&'a [RowDocument]>,
    /// The `file_no` of a version of the same name whose bytes are a prefix of these, the longest one; a function of
    /// the set, so it is asked again when an older version comes late.
    pub extends: Option<i64>,
    /// Its last line had no line end.
    pub open_end: bool,
    /// A person took it back.
    pub withdrawn: bool,
    /// Its columns may describe things, and no two rows say different things of one.
    pub describes: bool,
    /// Hash of the bytes: equal bytes have equal hashes.
    pub declared_hash: [u8; 32],
}

/// What a person, or plantd earlier, decided about the series.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Decisions {
    /// How its versions stand to each other; `None` goes by the evidence of each pair.
    pub mode: Option<Mode>,
    /// The subject of a row is its key. Without a mode, the newest row of a key counts then.
    pub keyed: bool,
    /// Whether versions of different scopes tell of the same source; `None` takes them for different ones and asks
    /// where one holds all that the other does.
    pub same_source: Option<bool>,
    /// What versions of one name and the same days mean that have nothing in common: `Replace` or `Increment`.
    pub same_name: Option<Mode>,
    /// What versions of different names mean where the evidence leaves it open: `Repeat` or `Increment`.
    pub overlap: Option<Mode>,
    /// What rows of different names mean that differ about the same thing: `Repeat` or `Increment`; a correction is the
    /// mode `Keyed`.
    pub changed: Option<Mode>,
    /// Rows that may describe things are events.
    pub events: bool,
    /// Cells that are not mapped do not tell rows apart.
    pub ignore_unmapped: bool,
    /// What says which version is the newer one; `None` is the time, and asks where names contradict it.
    pub rank: Option<Basis>,
    /// Versions that a person called the newer ones among those of their rank; one named later is newer still.
    pub newer: Vec<i64>,
    /// Versions that may withdraw much.
    pub accepted: Vec<i64>,
    /// Versions that a person left out.
    pub left_out: Vec<i64>,
}

impl Decisions {
    /// The mode that was decided; a key alone says that the newest row of it counts.
    pub fn decided(&self) -> Option<Mode> {
        self.mode.or(self.keyed.then_some(Mode::Keyed))
    }

    /// Whether its rows say how things are, and tell of no events.
    pub fn is_list(&self) -> bool {
        self.decided() == Some(Mode::Reference)
    }

    /// The mode in effect: the one decided, or the one of which all evidence speaks.
    pub fn in_effect(&self, evidence: &[Seen]) -> Option<Mode> {
        self.decided().or(match evidence {
            [one] => Some(one.mode()),
            _ => None,
        })
    }
}

words! {
    /// How the versions of a series stand to each other.
    Mode, "a mode" {
        /// Each file is new rows; equal rows of two files are two events.
        Increment = "increment",
        /// Files overlap; of equal rows the largest number within one version counts.
        Repeat = "repeat",
        /// The name grows; what the former version held is not new.
        Append = "append",
        /// The newest version of a name stands for the days from its first to its last, or for the name.
        Replace = "replace",
        /// The newest version is the truth for the days strictly inside its period.
        Window = "window",
        /// The newest version is the truth.
        Snapshot = "snapshot",
        /// By key the newest row counts.
        Keyed = "keyed",
        /// Facts without an event time (routings, standard costs), by key.
        Reference = "reference",
    }
}

words! {
    /// What says which of two versions is the newer one.
    Basis, "a basis of rank" {
        /// When the file was changed last.
        Time = "time",
        /// The number or date in its name, among names that differ in nothing else; else the time.
        Name = "name",
    }
}

words! {
    /// Whether a row counts, or why it does not.
    Why, "a state of a row" {
        /// It counts.
        Counts = "counts",
        /// An equal row of another version counts, or this one's whole file is there twice.
        Repeated = "repeated",
        /// A newer row or version stands for it.
        Replaced = "replaced",
        /// Its version was taken back, or a newer one no longer holds it.
        Withdrawn = "withdrawn",
        /// It was cancelled, or it cancels another row.
        Reversed = "reversed",
        /// It was read while its line was still being written.
        OlderReading = "older_reading",
        /// Its version waits for an answer.
        Contested = "contested",
        /// It cancels a row that is in no version.
        OrphanReversal = "orphan_reversal",
    }
}

impl Why {
    /// The byte that stands for it in a block of rows.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The one of that byte.
    pub fn from_code(code: u8) -> Option<Why> {
        Why::ALL.get(usize::from(code)).copied()
    }
}

words! {
    /// What was seen between versions.
    Seen, "an evidence" {
        /// A version begins with the bytes of the former one of its name.
        Grown = "grown",
        /// Versions of one name tell of different days.
        Apart = "apart",
        /// A version of a name tells again of days of a former one.
        Renewed = "renewed",
        /// Files of different names hold the same rows.
        Overlapping = "overlapping",
    }
}

impl Seen {
    /// The mode that speaks of it.
    pub fn mode(self) -> Mode {
        match self {
            Seen::Grown => Mode::Append,
            Seen::Apart => Mode::Increment,
            Seen::Renewed => Mode::Replace,
            Seen::Overlapping => Mode::Repeat,
        }
    }
}

/// Which rows count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// For each version in the order given, for each row.
    pub why: Vec<Vec<Why>>,
    /// What is asked; one at a time, the first by rank.
    pub question: Option<Question>,
    /// For each version in the order given, what was seen of it beside earlier ones; nothing where a mode is decided.
    pub evidence: Vec<Vec<Seen>>,
    /// For each choice of the question, which rows would count after it; for each version, for each row.
    pub readings: Vec<Vec<Vec<Why>>>,
}

impl Resolution {
    /// What was seen between its versions.
    pub fn all_evidence(&self) -> Vec<Seen> {
        let all: std::collections::BTreeSet<Seen> = self.evidence.iter().flatten().copied().collect();
        all.into_iter().collect()
    }

    /// How many rows count.
    pub fn counting(&self) -> u64 {
        counting(&self.why)
    }
}

/// How many of these rows count.
pub(super) fn counting(why: &[Vec<Why>]) -> u64 {
    why.iter().flatten().filter(|why| **why == Why::Counts).count() as u64
}

//! Files: the item of a list, and everything known about one.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::QuestionView;
use crate::balance::Balance;
use crate::ids::{FileId, SeriesId};
use crate::measure::MeasureKind;
use crate::profile::Transform;
use crate::state::{FileState, Reason};
use crate::table::{Form, Problem};
use crate::variable::Variable;

/// One physical line of a file as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineView {
    /// The file.
    pub file_id: FileId,
    /// Its name, sanitised for display.
    pub name: String,
    /// The line (row, in a workbook), 1-based.
    pub line: u64,
    /// As decoded, without its end; not sanitised.
    pub text: String,
    /// Whether it is longer.
    pub is_cut: bool,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileItem {
    /// Id.
    pub file_id: FileId,
    /// Name, sanitised for display.
    pub name: String,
    /// Path of its folder.
    pub folder: String,
    /// SHA-256 in hex; empty until it was read.
    pub sha256: String,
    /// Size.
    pub bytes: u64,
    /// Where it stands.
    pub state: FileState,
    /// Why, where there is something to say.
    pub reason: Option<Reason>,
    /// Encoding as read.
    pub encoding: Option<String>,
    /// How it is written.
    pub dialect: Option<DialectView>,
    /// Profile applied.
    pub profile: Option<String>,
    /// Overall tier.
    pub tier: Option<u8>,
    /// Fate of its lines.
    pub balance: Option<Balance>,
    /// What its rows were to the database.
    pub records: Option<RecordCounts>,
    /// First local date of its rows.
    pub first_day: Option<NaiveDate>,
    /// Last local date of its rows.
    pub last_day: Option<NaiveDate>,
    /// When it was first seen.
    pub seen_at: DateTime<Utc>,
    /// When its rows were committed.
    pub committed_at: Option<DateTime<Utc>>,
    /// When it was analysed.
    pub analysed_at: Option<DateTime<Utc>>,
    /// Findings with money, and their low savings, if analysed.
    pub findings: u64,
}

impl FileItem {
    /// Whether nothing more happens to it by itself: its state is settled, or its analysis was given up with a reason.
    pub fn is_settled(&self) -> bool {
        self.state.is_settled() || (self.state == FileState::Committed && self.reason.is_some())
    }
}

/// How a file is written, for display.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DialectView {
    /// Its form.
    pub form: Form,
    /// Delimiter.
    pub delimiter: Option<String>,
    /// Quote character.
    pub quote: Option<String>,
    /// Decimal separator of its numbers.
    pub decimal: Option<String>,
    /// Header line.
    pub header_line: Option<u64>,
    /// Sheet.
    pub sheet: Option<String>,
}

/// What the rows of a file were to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RecordCounts {
    /// Not there before.
    pub new: u64,
    /// There with other values; the older version is kept and no longer counts.
    pub changed: u64,
    /// There already, the same.
    pub unchanged: u64,
}

/// One file with everything known about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileDetail {
    /// The item.
    #[serde(flatten)]
    pub item: FileItem,
    /// Its columns.
    pub columns: Vec<ColumnView>,
    /// Rows put aside and remarks (the first 500).
    pub problems: Vec<Problem>,
    /// How many problems there are in all.
    pub problem_count: u64,
    /// What happened when.
    pub timeline: Vec<TimelineEntry>,
    /// What to do next.
    pub next_step: String,
    /// What was decided about its layout, in sentences.
    pub notes: Vec<String>,
    /// The series that it is a version of.
    pub series_id: Option<SeriesId>,
    /// Its rows by whether they count (`counts`) or why they do not (`repeated`, `replaced` …).
    pub row_counts: BTreeMap<String, u64>,
    /// What is asked about its series.
    pub question: Option<QuestionView>,
}

/// A column of a file and what it feeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnView {
    /// Name as written.
    pub source: String,
    /// Variable it feeds.
    pub variable: Option<Variable>,
    /// What it measures where it feeds none.
    pub measure: Option<MeasureKind>,
    /// How.
    pub transform: Transform,
    /// 0 to 1.
    pub confidence: f64,
    /// Share of filled cells, 0 to 1.
    pub filled: f64,
    /// A few of its cells.
    pub samples: Vec<String>,
    /// Why it was matched so.
    pub why: String,
}

/// One entry of a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// The state it came to.
    pub state: FileState,
    /// What happened.
    pub note: String,
}

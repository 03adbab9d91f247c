//! A question about a series and its answers, as they are told.

use crate::word::words;

words! {
    /// What is asked.
    QuestionKind, "a question" {
        /// Two versions of one name and the same days have nothing in common.
        SameName = "same_name",
        /// Two files hold equal rows: the same events again, or new ones?
        RepeatedOrNew = "repeated_or_new",
        /// Two files give different figures for the same thing.
        ChangedRows = "changed_rows",
        /// The rows of two files differ only in cells that are not used.
        UnmappedDiffers = "unmapped_differs",
        /// A file of one line, machine or site holds all that the file of another one does.
        SameSource = "same_source",
        /// Two versions contradict each other and none is the newer one.
        SameRank = "same_rank",
        /// Two versions contradict each other, and of times and names each calls another one the newer.
        RankBasis = "rank_basis",
        /// A version no longer holds much of what it covers.
        WithdrawsMuch = "withdraws_much",
        /// The rows of a file may say how things are, or tell of events.
        ListOrEvents = "list_or_events",
    }
}

words! {
    /// What can be answered.
    Answer, "an answer" {
        /// The newer version stands for its days.
        Replace = "replace",
        /// Equal rows are the same events again.
        Repeat = "repeat",
        /// All rows are new.
        Increment = "increment",
        /// Of rows about the same thing the newest counts.
        Keyed = "keyed",
        /// One source.
        Same = "same",
        /// Different sources.
        Different = "different",
        /// The first of the two versions is the newer one.
        First = "first",
        /// The second of the two versions is the newer one.
        Second = "second",
        /// The newer one is what was changed last.
        ByTime = "by_time",
        /// The newer one is that of the higher number or later date in its name.
        ByName = "by_name",
        /// What it no longer holds no longer counts.
        Accept = "accept",
        /// The version takes no part.
        LeaveOut = "leave_out",
        /// Its rows say how things are.
        List = "list",
        /// Its rows are events.
        Events = "events",
    }
}

/// Which of several questions is asked first: one for whose answer a version waits, then that about the version of the
/// lowest rank. It is the same whichever other versions are looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Turn {
    /// No version waits for the answer.
    pub only_tells: bool,
    /// The rank of the newer version.
    pub rank: i64,
    /// Its name.
    pub name: String,
    /// Its folder.
    pub folder: String,
    /// What is asked.
    pub kind: QuestionKind,
}

/// A question about a series.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Question {
    /// What is asked.
    pub kind: QuestionKind,
    /// Its place among the questions of the series.
    pub turn: Turn,
    /// The `file_no` of the version of the lower rank.
    pub older: i64,
    /// The `file_no` of the version of the higher rank.
    pub newer: i64,
    /// How many rows it is about.
    pub rows: u64,
    /// What can be answered, the likeliest first; empty until it was reckoned over the whole series.
    pub choices: Vec<Choice>,
    /// The question as a sentence, without names of files.
    pub text: String,
}

/// An answer and what it would do.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Choice {
    /// The answer.
    pub answer: Answer,
    /// It in words.
    pub label: String,
    /// How many rows of the series would count.
    pub rows: u64,
}

//! The texts of a series for people.

use super::ask::{Answer, QuestionKind};
use super::model::{Basis, Seen, Why};
use crate::words::counted;

fn rows(number: u64) -> String {
    counted(number, "row", "rows")
}

/// What is asked, in words.
pub(super) fn question(kind: QuestionKind, number: u64) -> String {
    let rows = rows(number);
    match kind {
        QuestionKind::SameName => format!(
            "two versions of one file tell of the same days and have nothing in common ({rows}): does the newer one replace the older, or are its rows new?"
        ),
        QuestionKind::RepeatedOrNew => {
            format!("two files have {rows} in common: the same events again, or new ones?")
        }
        QuestionKind::ChangedRows => {
            format!("two files differ in {rows} about the same things: does the newer file correct the older one?")
        }
        QuestionKind::UnmappedDiffers => format!(
            "two files hold {rows} that differ only in columns that are not used: the same events again, or new ones?"
        ),
        QuestionKind::SameSource => {
            format!("files of two lines, machines or sites hold the same {rows}: one source, or two?")
        }
        QuestionKind::SameRank => {
            format!("two files of the same time contradict each other ({rows}): which one is the newer?")
        }
        QuestionKind::RankBasis => {
            format!(
                "two files contradict each other ({rows}); the one with the later name was changed before the other: what says which one is the newer?"
            )
        }
        QuestionKind::ListOrEvents => {
            format!("{rows} name things and say how they are: a list that other files take values from, or events?")
        }
        QuestionKind::WithdrawsMuch => {
            format!("the newer file no longer holds {rows} of the time that it covers: do they no longer count?")
        }
    }
}

impl Answer {
    /// The answer as a choice.
    pub fn label(self, kind: QuestionKind) -> String {
        let label = match (self, kind) {
            (Answer::Replace, _) => "the newer version replaces the older one",
            (Answer::Repeat, QuestionKind::ChangedRows) => "equal rows count once, rows that differ all count",
            (Answer::Repeat, QuestionKind::UnmappedDiffers) => "the same events again, whatever those columns say",
            (Answer::Repeat, _) => "the same events again: they count once",
            (Answer::Increment, QuestionKind::SameName) => "new rows: both versions count",
            (Answer::Increment, _) => "new events: all rows count",
            (Answer::Keyed, _) => "a correction: the newest row about each thing counts",
            (Answer::Same, _) => "one source: equal rows count once",
            (Answer::Different, _) => "two sources: all rows count",
            (Answer::First, _) => "the first file is the newer one",
            (Answer::Second, _) => "the second file is the newer one",
            (Answer::ByTime, _) => "when the file was changed last",
            (Answer::ByName, _) => "the number or date in its name",
            (Answer::Accept, _) => "they no longer count",
            (Answer::LeaveOut, _) => "the newer file is left out",
            (Answer::List, _) => "a list: it adds no rows to figures, and the newest row about each thing holds",
            (Answer::Events, _) => "events: all rows count in figures",
        };
        label.to_owned()
    }
}

impl Basis {
    /// What says which version is newer, in words.
    pub fn sentence(self) -> &'static str {
        match self {
            Basis::Time => "the time at which a file was last changed",
            Basis::Name => "the number or date in the name of a file, else the time at which it was last changed",
        }
    }
}

impl Why {
    /// The state of a row as a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Why::Counts => "counts",
            Why::Repeated => "does not count: an equal row of another file counts",
            Why::Replaced => "does not count: a newer file stands for it",
            Why::Withdrawn => "does not count: it was taken back",
            Why::Reversed => "does not count: it was cancelled, or it cancels another row",
            Why::OlderReading => "does not count: its line was still being written",
            Why::Contested => "does not count yet: its file waits for an answer",
            Why::OrphanReversal => "does not count: it cancels a row that is found in no file",
        }
    }
}

impl Seen {
    /// What was seen, as a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Seen::Grown => "a file had grown and began with what it held before",
            Seen::Apart => "a file came again with other days",
            Seen::Renewed => "a file came again with days that it had told of before",
            Seen::Overlapping => "files of different names held the same rows",
        }
    }
}

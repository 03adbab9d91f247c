//! Identities: one newtype per thing, so that a file id can't be given where an org id is asked for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map($name)
            }
        }
    )+};
}

id! {
    /// A tenant.
    OrgId,
    /// A watched export folder.
    FolderId,
    /// One content version of a file, or one sighting of it that ended otherwise (duplicate, unsupported …).
    FileId,
    /// A saved mapping of columns to variables (all its versions share the id).
    ProfileId,
    /// One run of the analyzers.
    AnalysisId,
    /// A loss with evidence.
    FindingId,
    /// A queued piece of work.
    JobId,
    /// The versions of one kind of record.
    SeriesId,
}

/// A row as it was taken in: its file's number in the org, its line, and which of the rows of that line it is, written
/// `<file number>:<line>`, or `<file number>:<line>.<row>` behind the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct RecordId {
    /// Number of the file in its org.
    pub file_no: i64,
    /// Line in the file.
    pub line: i64,
    /// Which of the rows that the line became, from 0.
    pub sub: i64,
}

/// What is no id of a row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not `<file number>:<line>` or `<file number>:<line>.<row>`")]
pub struct NoRecordId(pub String);

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.sub {
            0 => write!(f, "{}:{}", self.file_no, self.line),
            sub => write!(f, "{}:{}.{sub}", self.file_no, self.line),
        }
    }
}

impl FromStr for RecordId {
    type Err = NoRecordId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split_once(':')
            .and_then(|(file_no, line)| {
                let (line, sub) = line.split_once('.').unwrap_or((line, "0"));
                Some(RecordId {
                    file_no: file_no.parse().ok()?,
                    line: line.parse().ok()?,
                    sub: sub.parse().ok()?,
                })
            })
            .ok_or_else(|| NoRecordId(text.to_owned()))
    }
}

impl From<RecordId> for String {
    fn from(id: RecordId) -> String {
        id.to_string()
    }
}

impl TryFrom<String> for RecordId {
    type Error = NoRecordId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

//! What is asked of the daemon, where it is more than a name.

use chrono::{DateTime, Utc};
use plant_core::model::{Analyzer, FindingState, ProfileView};
use plant_core::profile::{Profile, Settings};
use plant_core::state::FileState;
use plant_core::variable::Variable;

use crate::convert::Cross as _;

/// Which page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// At most so many (500 at most); absent: 50.
    pub limit: Option<u32>,
    /// `next_page` of the page before.
    pub page: Option<String>,
}

/// Which files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileFilter {
    /// Only these; empty: all.
    pub states: Vec<FileState>,
    /// Id or path of a folder.
    pub folder: Option<String>,
    /// Part of the name, without regard to case.
    pub name: Option<String>,
    /// Seen at this time or later.
    pub since: Option<DateTime<Utc>>,
    /// At most so many (500 at most); absent: 50.
    pub limit: Option<u32>,
    /// `next_page` of the page before.
    pub page: Option<String>,
}

/// Files to be acted on: those named, or all that are in of a folder, since a time, of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WhichFiles {
    /// Ids, unique beginnings of them, or exact names.
    pub files: Vec<String>,
    /// Id or path of a folder.
    pub folder: Option<String>,
    /// First seen at this time or later.
    pub since: Option<DateTime<Utc>>,
    /// Read by this profile.
    pub profile: Option<String>,
}

impl WhichFiles {
    pub(crate) fn message(self) -> crate::wire::WhichFiles {
        crate::wire::WhichFiles {
            files: self.files,
            folder: self.folder,
            since: self.since.to_wire(),
            profile: self.profile,
        }
    }
}

/// Which records.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordFilter {
    /// File: id, unique beginning of it, or exact name.
    pub file: Option<String>,
    /// Only rows whose variable has this value.
    pub filters: Vec<(Variable, String)>,
    /// At most so many (500 at most); absent: 50.
    pub limit: Option<u32>,
    /// `next_page` of the page before.
    pub page: Option<String>,
}

/// Which entries of reference lists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntryFilter {
    /// The variable that they tell.
    pub kind: String,
    /// Only things with these codes.
    pub filters: Vec<(Variable, String)>,
    /// At most so many (500 at most); absent: 50.
    pub limit: Option<u32>,
    /// `next_page` of the page before.
    pub page: Option<String>,
}

/// Which findings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FindingFilter {
    /// Of this analyzer.
    pub analyzer: Option<Analyzer>,
    /// In this state.
    pub state: Option<FindingState>,
    /// Only those with a saving.
    pub with_saving: bool,
    /// Id of an analysis, or a unique beginning of it.
    pub analysis: Option<String>,
    /// At most so many (500 at most); absent: 50.
    pub limit: Option<u32>,
    /// `next_page` of the page before.
    pub page: Option<String>,
}

/// A mapping to be saved: from a file's suggestion with corrections, or whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SaveProfile {
    /// Its name; a name that is there already gets a new version.
    pub name: String,
    /// File whose columns and suggestion it is built from: id, unique beginning of it, or exact name.
    pub from: Option<String>,
    /// `SOURCE=VARIABLE[:transform]` each; `SOURCE=` keeps the column in `extra`.
    pub sets: Vec<String>,
    /// `VARIABLE=FORM:ARGUMENT` each: what is made of several columns or of none.
    pub outputs: Vec<String>,
    /// `STEP:ARGUMENT` each: line steps, in the place of those of the version before.
    pub steps: Vec<String>,
    /// `counter:VARIABLE[,RULE=VALUE]` or `intervals:state` each: what is derived of rows in their order.
    pub series_steps: Vec<String>,
    /// Source names of columns without which a file is held.
    pub required: Vec<String>,
    /// What the caller says about reading; what is absent (or empty, or false) is taken from the suggestion.
    pub settings: Option<Settings>,
    /// A whole profile instead (import, edit); its id and version are ignored.
    pub profile: Option<Profile>,
    /// Refuse when the newest version is another than this; 0: refuse when there is one.
    pub expected_version: Option<u32>,
}

/// A mapping as it was saved.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedProfile {
    /// The profile with its new version.
    pub profile: ProfileView,
    /// Ids of the held files that are queued now.
    pub queued_files: Vec<String>,
}

//! The states of a file that a user sees, and the reasons that lead to them.

use serde::{Deserialize, Serialize};

use crate::trouble::Passing;
use crate::word::words;

words! {
    /// Where a file stands.
    FileState, "a file state" {
        /// Found in the folder.
        Seen = "seen",
        /// Still growing, or its quiet time has not passed.
        Waiting = "waiting",
        /// Quiet long enough; queued.
        Stable = "stable",
        /// A worker reads it.
        Reading = "reading",
        /// Put aside whole until somebody decides (profile, ambiguous dates, quota …).
        Held = "held",
        /// Its rows are in; the analysis is not there yet.
        Committed = "committed",
        /// Its rows are in and analysed.
        Analysed = "analysed",
        /// The same bytes are in already.
        Duplicate = "duplicate",
        /// None of its rows count: newer versions took their place.
        Superseded = "superseded",
        /// A person took its rows out of count.
        Withdrawn = "withdrawn",
        /// A rule says not to read it (temporary name, marker …).
        Ignored = "ignored",
        /// A form that this version does not read.
        Unsupported = "unsupported",
        /// It could not be read; the reason says why.
        Failed = "failed",
    }
}

impl FileState {
    /// Whether `plant files wait` may stop waiting for it.
    pub fn is_settled(self) -> bool {
        !matches!(
            self,
            FileState::Seen | FileState::Waiting | FileState::Stable | FileState::Reading | FileState::Committed
        )
    }

    /// Whether its rows are in the database.
    pub fn has_rows(self) -> bool {
        matches!(
            self,
            FileState::Committed | FileState::Analysed | FileState::Superseded | FileState::Withdrawn
        )
    }
}

/// Why a file is held, failed, unsupported, ignored or a duplicate: a code and what a person reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The code, for scripts and for the next step.
    pub code: ReasonCode,
    /// The sentence for a person, naming the line and column where there is one.
    pub text: String,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $next:literal;)+) => {
        words! {
            /// The kinds of reason, each with its own next step.
            ReasonCode, "a reason known to this version" { $($(#[$doc])* $variant = $name,)+ }
        }

        impl ReasonCode {
            /// What a person does next; `{id}` stands for the file id and `{name}` for the file's name.
            pub fn next_step(self) -> &'static str { match self { $(ReasonCode::$variant => $next,)+ } }
        }
    };
}

impl ReasonCode {
    /// The code of a file that waits for trouble to pass.
    pub fn of(kind: Passing) -> ReasonCode {
        match kind {
            Passing::Permission => ReasonCode::PermissionDenied,
            Passing::Changed => ReasonCode::Changed,
            Passing::Contention
            | Passing::DatabaseBusy
            | Passing::DatabaseAway
            | Passing::DiskFull
            | Passing::Exhausted
            | Passing::Silent
            | Passing::Unreachable
            | Passing::PlaceChanged
            | Passing::Originals => ReasonCode::Delayed,
        }
    }
}

reasons! {
    /// No saved profile fits and the match is below the bar.
    ProfileNeeded = "profile_needed", "look at the suggestion with `plant profiles suggest {id}`, then save it with `plant profiles save NAME --from {id}`, naming what it lacks with --set SOURCE=VARIABLE";
    /// Too little of the mapping is certain.
    LowConfidence = "low_confidence", "check the suggested columns with `plant profiles suggest {id}`, then save them with `plant profiles save NAME --from {id}`, correcting with --set SOURCE=VARIABLE";
    /// The file has no header line: columns can only be named by a person.
    NoHeader = "no_header", "name the columns by position: `plant profiles save NAME --from {id} --set column_1=VARIABLE`, or say which line has their names with --header-line";
    /// Day and month can't be told apart.
    AmbiguousDate = "ambiguous_date", "say which comes first: `plant profiles save NAME --from {id} --date-order dmy` (or mdy)";
    /// Thousands and decimals can't be told apart.
    AmbiguousNumber = "ambiguous_number", "say which it is: `plant profiles save NAME --from {id} --decimal ,` (or .)";
    /// The text encoding is uncertain.
    AmbiguousEncoding = "ambiguous_encoding", "name the encoding: `plant profiles save NAME --from {id} --encoding windows-1252`";
    /// A column that the profile requires is missing.
    RequiredColumnMissing = "required_column_missing", "compare the columns with `plant files show {id}`; correct the export or save a new version of the profile";
    /// The file says itself that rows are missing.
    Truncated = "truncated", "export the file again; the footer or total does not agree with the rows";
    /// Its rows and those of an earlier file can be read in two ways.
    OpenQuestion = "open_question", "see both readings with `plant files show {id}` and decide with `plant files answer {id} CHOICE`";
    /// A person took its rows out of count.
    Withdrawn = "withdrawn", "let it count again with `plant files restore {id}`";
    /// Too many rows could not be used.
    TooManyBadRows = "too_many_bad_rows", "look at the problems with `plant files show {id}`; correct the mapping or the export";
    /// The quota of the org is used up.
    OverQuota = "over_quota", "the file is taken in when the quota resets, or ask for a larger one";
    /// Values point to another unit than before.
    UnitDrift = "unit_drift", "confirm the unit with `plant profiles save NAME --from {id}`";
    /// A form that is known and not read by this version.
    UnsupportedForm = "unsupported_form", "export it as CSV or XLSX";
    /// Not text and no known form.
    Binary = "binary", "export it as CSV or XLSX";
    /// Nothing in it.
    Empty = "empty", "check the job that wrote it";
    /// Encrypted or protected by a password.
    Encrypted = "encrypted", "export it without a password";
    /// A line or cell is over the limit.
    LineTooLong = "line_too_long", "export it again; a line is longer than this program reads";
    /// More columns than the limit.
    TooManyColumns = "too_many_columns", "export fewer columns";
    /// More rows or bytes than the limit.
    TooLarge = "too_large", "split the export";
    /// A quote that never closes.
    UnclosedQuote = "unclosed_quote", "correct the quote at the line named, or export again";
    /// The container is damaged (truncated archive, broken workbook).
    Damaged = "damaged", "export it again; the file is damaged";
    /// The file changed while it was read; it is tried again.
    Changed = "changed", "nothing to do: it is read again when it is quiet";
    /// It vanished before it could be read.
    Vanished = "vanished", "nothing to do, or drop it again";
    /// The system refuses to open it.
    PermissionDenied = "permission_denied", "give the daemon's account the right to read it; it is read by itself then";
    /// Something that passes stands in the way.
    Delayed = "delayed", "nothing to do for the file: it goes on by itself when the cause is gone";
    /// A second name of a file that belongs to somebody else.
    ForeignLink = "foreign_link", "put a copy of the file into the folder, not another name of somebody else's file";
    /// Its folder is watched no longer.
    FolderRemoved = "folder_removed", "watch its folder again with `plant folders add PATH`; what lies there is taken in then";
    /// Not a regular file (link, pipe, device, folder).
    NotRegular = "not_regular", "put the file itself into the folder, not a link";
    /// It was last changed before the time from which its folder is taken in.
    BeforeSince = "before_since", "nothing to do; to take it in, remove the folder and add it again with an earlier --since";
    /// The name says that it is temporary or a marker.
    IgnoredName = "ignored_name", "nothing to do; rename it if it is an export";
    /// The same bytes are in already.
    SameBytes = "same_bytes", "nothing to do: its rows are in already";
    /// The worker stopped or took too long.
    WorkerFailed = "worker_failed", "try again with `plant files retry {id}`; if it fails again, send the file's first lines to support";
    /// The row balance did not close.
    BalanceOpen = "balance_open", "this is a fault of the program; send the file's first lines to support";
    /// Something inside failed; the log has it under the incident id.
    Internal = "internal", "try again with `plant files retry {id}`; the log names the incident";
}

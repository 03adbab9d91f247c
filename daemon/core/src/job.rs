//! What passes between the daemon and a worker: the order that the worker gets, and the frames that it sends back.
//!
//! A frame is one tag byte, a length of four bytes in network order, and that many bytes. Every worker first sends
//! `Ready`, once the kernel confines it. An ingest worker then sends `Head`, then `Sheet` (with its `Block`) and
//! `Quarantine` in any order, then `End`; or `Head` alone when it decided not to take the file in. One that follows an
//! earlier version gets the lines of that behind its order, and may end with `Unfit` instead of `End`. One that is asked
//! for a line sends `Line`, one that is asked who an operator is `Operator`. Where the system fails to read the file, one that reads sends `Unread` instead of what was due,
//! and nothing after it. An analysis worker reads blocks of rows behind its order and sends one `Analysis`. One that is to
//! prove its confinement sends
//! `Tried` where the kernel let it live.

mod act;

use serde::{Deserialize, Serialize};

use crate::balance::Balance;
use crate::component::ComponentRow;
use crate::family::KeptFamily;
use crate::ids::{OrgId, ProfileId};
use crate::learned::Learned;
use crate::model::{AnalyzerView, ColumnView, FindingDraft, SuggestionView, TierView};
use crate::operator::OperatorKey;
use crate::plan::ReadingPlan;
use crate::profile::{Profile, SeriesSteps, Shape};
use crate::reference::{Entry, Known, Lookup, ReferenceUse, Subject};
use crate::state::{FileState, Reason};
use crate::step::{CarriedIn, Edge};
use crate::table::{Layout, Problem};
use crate::variable::Variable;
use crate::word::words;

pub use act::{Act, Stop, Tried};

/// Longest frame that is accepted.
pub const FRAME_MAX_BYTES: u32 = 16 * 1024 * 1024;

/// The tag of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum FrameTag {
    /// [`Confinement`] as JSON.
    Ready = b'R',
    /// [`IngestHead`] as JSON.
    Head = b'H',
    /// Lines, and which of them make the block that follows, where any do.
    Sheet = b'S',
    /// A block of rows.
    Block = b'B',
    /// A list of [`Problem`] as JSON.
    Quarantine = b'Q',
    /// [`IngestEnd`] as JSON.
    End = b'E',
    /// A list of [`ComponentRow`] as JSON: a piece of an analysis that follows.
    Components = b'K',
    /// A list of [`Entry`] as JSON: another piece of it.
    Entries = b'F',
    /// [`AnalysisOutput`] as JSON, without the components and entries that were sent before.
    Analysis = b'A',
    /// [`Tried`] as JSON.
    Tried = b'T',
    /// [`Unread`] as JSON.
    Unread = b'U',
    /// [`LineFound`] as JSON.
    Line = b'L',
    /// [`OperatorFound`] as JSON.
    Operator = b'O',
    /// Nothing: the file can't follow the version before it after all; nothing of it may be kept.
    Unfit = b'X',
}

impl FrameTag {
    /// The tag of that byte.
    pub fn from_byte(byte: u8) -> Option<FrameTag> {
        [
            FrameTag::Ready,
            FrameTag::Head,
            FrameTag::Sheet,
            FrameTag::Block,
            FrameTag::Quarantine,
            FrameTag::End,
            FrameTag::Components,
            FrameTag::Entries,
            FrameTag::Analysis,
            FrameTag::Tried,
            FrameTag::Unread,
            FrameTag::Line,
            FrameTag::Operator,
            FrameTag::Unfit,
        ]
        .into_iter()
        .find(|tag| *tag as u8 == byte)
    }
}

words! {
    /// What is to be done with a file.
    JobKind, "a kind of job" {
        /// Read it and take its rows in.
        Ingest = "ingest",
        /// Analyse its rows.
        Analyse = "analyse",
        /// Read it once more, from its original, in the place of the rows that are in.
        Reread = "reread",
    }

    /// Where a job stands.
    JobState, "a state of a job" {
        /// It waits for its turn.
        Queued = "queued",
        /// Somebody works on it.
        Running = "running",
        /// It is over.
        Done = "done",
        /// It was given up.
        Failed = "failed",
    }
}

/// What a worker is told to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkerOrder {
    /// Read the file whose descriptor came with the order.
    Ingest(Box<IngestOrder>),
    /// Read the file whose descriptor came with the order and say what its columns could be; take nothing in.
    Suggest(Box<IngestOrder>),
    /// Give one physical line of the file whose descriptor came with the order.
    Line(Box<LineOrder>),
    /// Say who an operator is by the file whose descriptor came with the order.
    Operator(Box<OperatorOrder>),
    /// Analyse the rows that follow the order.
    Analyse(Box<AnalysisOrder>),
    /// Try what a worker must not do, so that `plantd doctor` can say what the kernel made of it.
    Prove(Act),
}

/// How the kernel confines a worker that is about to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// Its user id.
    pub uid: u32,
    /// Its group id; it is in no other group.
    pub gid: u32,
    /// The version of landlock that is in force; 0 where the kernel has none and the system call filter stands alone.
    pub landlock: u8,
}

/// What an ingest worker needs to know.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IngestOrder {
    /// From it and the columns follows the id of a profile that is made by itself.
    pub org_id: OrgId,
    /// The file's name, for its ending and for patterns.
    pub name: String,
    /// Path of the folder that it was found in, for patterns; empty where it was handed over.
    #[serde(default)]
    pub folder: String,
    /// IANA zone of local times where neither the text nor the profile says so.
    pub zone: String,
    /// What the folder says of rows that don't say it themselves; its zone is that above.
    #[serde(default)]
    pub says: crate::says::FolderSays,
    /// Currency of the org, if it said so.
    pub currency: Option<String>,
    /// Saved profiles of the org, newest version of each, not archived.
    pub profiles: Vec<Profile>,
    /// Take in with this profile whatever the fingerprint says (`plant profiles save --from`).
    pub forced_profile: Option<Profile>,
    /// What a person said about the layout, beside what the profile says.
    #[serde(default)]
    pub hints: crate::table::LayoutHints,
    /// The line steps that a person tries; else those of the profile.
    #[serde(default)]
    pub shape: Option<Shape>,
    /// Today's date in the org's zone, for the check of future dates.
    pub today: chrono::NaiveDate,
    /// The key by which operators become codes; absent: the org keeps their names.
    pub operators: Option<OperatorKey>,
    /// What other files with its columns prove of how they are written.
    #[serde(default)]
    pub learned: Learned,
    /// An earlier version of it, whose lines are not typed again.
    #[serde(default)]
    pub base: Option<Box<Base>>,
}

/// An earlier version of a file. Behind the order come how many lines of it are remembered, in four bytes of network
/// order, and what is remembered of each; 0 where it can't be followed after all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Base {
    /// The profile by which it was read.
    pub profile: ProfileId,
    /// The version of that.
    pub version: u32,
    /// How it is laid out.
    pub layout: Layout,
    /// How its cells were read.
    pub plan: ReadingPlan,
    /// What its columns hold, as the worker that read it wrote it down.
    pub looked: Option<String>,
}

/// Which line of a file is wanted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LineOrder {
    /// The file's name, for messages.
    pub name: String,
    /// How the file was read, where it was.
    pub layout: Option<Layout>,
    /// The physical line (row, in a workbook), 1-based.
    pub line: u64,
}

/// Whose code is to be taken back to the name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OperatorOrder {
    /// How the file was read, with the key of the codes.
    pub order: IngestOrder,
    /// The code.
    pub operator: String,
}

/// What the worker found of an operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperatorFound {
    /// Where the file says the name first.
    Name {
        /// As the file writes it.
        name: String,
        /// The line.
        line: u64,
    },
    /// No row that is read by its profile names them.
    Nowhere,
    /// The file can't be read.
    Unreadable(Reason),
}

/// What the worker found of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineFound {
    /// Its text.
    Text {
        /// As decoded, without its end.
        text: String,
        /// Whether it is longer.
        is_cut: bool,
    },
    /// The file ends before.
    Beyond {
        /// How many lines it has.
        lines: u64,
    },
    /// The file can't be read that far.
    Unreadable(Reason),
}

/// That the system failed to read the file, which says nothing about what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// The number of the error, where the system gave one.
    pub errno: Option<i32>,
    /// What the system says.
    pub text: String,
}

/// What the worker found before any row is sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IngestHead {
    /// How the file is laid out; `None` where it could not be read at all.
    pub layout: Option<Layout>,
    /// What was decided.
    pub decision: Decision,
    /// Every column and what it feeds.
    pub columns: Vec<ColumnView>,
    /// What the columns could be, for a held file and for `plant profiles suggest`.
    pub suggestion: Option<SuggestionView>,
}

/// What happens to a file after its layout and columns are known.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Its rows follow, mapped by this profile (not saved yet where `is_new`).
    Take {
        /// The profile applied.
        profile: Box<Profile>,
        /// Made from a match above the bar rather than saved by a person.
        is_new: bool,
    },
    /// Its rows are not taken in.
    Refuse(Refusal),
}

/// How a file ends whose rows are not taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Put aside until somebody decides.
    Hold(Reason),
    /// A form that is not read.
    Unsupported(Reason),
    /// Could not be read.
    Fail(Reason),
}

impl Refusal {
    /// The state in which the file ends.
    pub fn state(&self) -> FileState {
        match self {
            Refusal::Hold(_) => FileState::Held,
            Refusal::Unsupported(_) => FileState::Unsupported,
            Refusal::Fail(_) => FileState::Failed,
        }
    }

    /// Why.
    pub fn reason(&self) -> &Reason {
        match self {
            Refusal::Hold(reason) | Refusal::Unsupported(reason) | Refusal::Fail(reason) => reason,
        }
    }
}

/// What the worker counted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IngestEnd {
    /// Fate of every line; `duplicate` is still 0, the store finds these.
    pub balance: Balance,
    /// Remarks on rows that were taken in, and on the file.
    pub warnings: Vec<Problem>,
    /// Which variables count as present (filled and parseable over the bar).
    pub tier: TierView,
    /// Set when the reading must not be committed after all (truncated, too many bad rows).
    pub refusal: Option<Refusal>,
    /// First and last local date of the rows.
    pub first_day: Option<chrono::NaiveDate>,
    /// See `first_day`.
    pub last_day: Option<chrono::NaiveDate>,
    /// How its cells were read.
    pub plan: Option<ReadingPlan>,
    /// What its columns hold, for whoever reads a later version; nothing where looking again is quick.
    pub looked: Option<String>,
}

/// What an analysis worker needs to know beside the rows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AnalysisOrder {
    /// IANA zone of the org.
    pub zone: String,
    /// Currency of the org, if it said so.
    pub currency: Option<String>,
    /// The file's name, for findings and summaries.
    pub file_name: String,
    /// Profile settings that the analyzers honour.
    pub settings: crate::profile::Settings,
    /// Fate of the lines, for the gates of savings.
    pub balance: Balance,
    /// By which names machines and products go.
    pub aliases: crate::alias::Aliases,
    /// When the sites are planned to work.
    pub calendars: crate::calendar::Calendars,
    /// What is derived of its rows in their order.
    pub steps: SeriesSteps,
    /// What the files before it left behind for it.
    pub carried: Vec<CarriedIn>,
    /// What lists say of things that its rows may name.
    pub references: Known,
    /// The values that its profile takes from lists.
    pub lookups: Vec<Lookup>,
    /// Where the file is a list itself: the variables that name what its rows tell of.
    pub list: Option<Vec<Variable>>,
}

/// What an analysis yields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnalysisOutput {
    /// Additive numbers per day and combination of dimensions, family by family.
    pub components: Vec<ComponentRow>,
    /// The families of these.
    pub families: Vec<KeptFamily>,
    /// Overall tier and the tier per analyzer.
    pub tier: TierView,
    /// The four analyzers.
    pub analyzers: Vec<AnalyzerView>,
    /// Losses with evidence.
    pub findings: Vec<FindingDraft>,
    /// A few sentences for people.
    pub summary: Vec<String>,
    /// Records seen.
    pub records: u64,
    /// What it leaves behind for the files after it.
    pub edges: Vec<Edge>,
    /// What its rows tell of things, for other files.
    pub entries: Vec<Entry>,
    /// What its rows would take from lists, whether a list has it or not: where one says otherwise, they are analysed again.
    pub wants: Vec<Subject>,
    /// What they took from lists.
    pub uses: Vec<ReferenceUse>,
}

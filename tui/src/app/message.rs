//! What comes into the state and what goes out of it.

use crossterm::event::KeyEvent;
use plant_core::model::{
    AnalysisView, AnswerView, EventView, FileDetail, FileItem, FindingView, MetricItem, Page, SavingsView, StatusView,
};

/// Number of a request; an answer names the request that it belongs to.
pub type RequestId = u64;

/// What can be asked of the daemon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// How it is.
    Status,
    /// A page of files, the newest first.
    Files { page: Option<String> },
    /// One file.
    File(String),
    /// Why a file stands where it stands.
    Explain(String),
    /// Read a file again.
    Retry(String),
    /// Something to be done that a person wrote or confirmed as a command.
    Act(Act),
    /// Analyses, the newest first.
    Analyses { page: Option<String> },
    /// One analysis.
    Analysis(String),
    /// Findings, of one analysis or all.
    Findings {
        analysis: Option<String>,
        page: Option<String>,
    },
    /// One finding.
    Finding(String),
    /// The savings ledger.
    Savings,
    /// The main figures of the org.
    Headline,
    /// An answer in words, streamed.
    Ask {
        question: String,
        about: Option<String>,
        earlier: Vec<String>,
    },
}

/// What a command asks for; each has the same line twin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Take what stands at a folder's path for the right folder.
    ConfirmFolder(String),
    /// Read every failed file again.
    RetryFailed,
}

impl Act {
    /// Every command with what it takes and what it does, for the help.
    pub const COMMANDS: &'static str = ":confirm FOLDER :retry failed";

    /// The act that a command means; `None` where it means none.
    pub fn of_command(word: &str, rest: &str) -> Option<Act> {
        match (word, rest.trim()) {
            ("confirm", folder) if !folder.is_empty() => Some(Act::ConfirmFolder(folder.to_owned())),
            ("retry", "failed") => Some(Act::RetryFailed),
            _ => None,
        }
    }

    /// The command that means it.
    pub fn command(&self) -> String {
        match self {
            Act::ConfirmFolder(folder) => format!("confirm {folder}"),
            Act::RetryFailed => "retry failed".to_owned(),
        }
    }
}

/// What the daemon answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// To [`Request::Status`].
    Status(Box<StatusView>),
    /// To [`Request::Files`].
    Files(Page<FileItem>),
    /// To [`Request::File`].
    File(Box<FileDetail>),
    /// To [`Request::Explain`].
    Explain(Vec<String>),
    /// To [`Request::Retry`].
    Retried(Box<FileItem>),
    /// To [`Request::Act`]: what was done, in words.
    Acted(String),
    /// To [`Request::Analyses`].
    Analyses(Page<AnalysisView>),
    /// To [`Request::Analysis`].
    Analysis(Box<AnalysisView>),
    /// To [`Request::Findings`].
    Findings(Page<FindingView>),
    /// To [`Request::Finding`].
    Finding(Box<FindingView>),
    /// To [`Request::Savings`].
    Savings(Box<SavingsView>),
    /// To [`Request::Headline`].
    Headline(Vec<MetricItem>),
    /// A piece of the answer to [`Request::Ask`]; more follows.
    Part(String),
    /// The end of the answer to [`Request::Ask`].
    Done(Box<AnswerView>),
}

/// How the link to the daemon is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// Not known yet.
    Connecting,
    /// It answers.
    Up,
    /// It does not; the next try is in so many seconds.
    Down { retry_in_s: u64, reason: String },
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// A key was pressed.
    Key(KeyEvent),
    /// Text was pasted.
    Paste(String),
    /// The terminal has this many columns and rows.
    Resize(u16, u16),
    /// An answer, or why there is none.
    Answer(RequestId, Result<Answer, String>),
    /// Something happened in the daemon.
    Event(EventView),
    /// The link changed.
    Link(Link),
    /// The short wait after an event is over.
    RefreshDue,
    /// The terminal is ours again after a stop.
    Resumed,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Send a request.
    Request(RequestId, Request),
    /// Stop waiting for an answer.
    Cancel(RequestId),
    /// Send [`Msg::RefreshDue`] in a moment; several wishes become one.
    RefreshLater,
    /// Draw, as what is shown may have changed.
    Draw,
    /// Give the terminal back and stop, as the shell's job control wants it.
    Suspend,
    /// End.
    Quit,
}

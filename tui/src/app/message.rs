//! What comes into the state and what goes out of it.

use crossterm::event::KeyEvent;
use plant_core::model::{AnswerView, EventView, StatusView};

use super::scroll::Drawn;
use crate::mapping::Change;
use crate::subject::alias::Decision;
use crate::subject::{Content, Screen};

/// Number of a request; an answer names the request that it belongs to.
pub type RequestId = u64;

/// What can be asked of the daemon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// How it is.
    Status,
    /// The savings ledger in a line.
    Savings,
    /// The main figures of the org.
    Headline,
    /// What a screen shows; of a list one page, the first where none is named.
    Content { screen: Screen, page: Option<String> },
    /// Why a file stands where it stands.
    Explain(String),
    /// Something to be done that a person wrote or confirmed as a command.
    Act(Act),
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
    /// Read one file again.
    Retry(String),
    /// Answer what is asked about a file.
    Answer {
        /// The file.
        file: String,
        /// The choice.
        choice: String,
    },
    /// Add an alias, or take one away.
    Alias(Decision),
    /// Save a change of a mapping.
    Save(Change),
}

impl Act {
    /// Every command with what it takes and what it does, for the help.
    pub const COMMANDS: &'static str = ":confirm FOLDER :retry failed :retry FILE :answer FILE CHOICE \
        :alias add machine NAME=CANONICAL :alias remove machine NAME :try PROFILE --from FILE --set COLUMN=VARIABLE \
        :save PROFILE --from FILE --set COLUMN=VARIABLE";

    /// The act that a command means; `None` where it means none.
    pub fn of_command(word: &str, rest: &str) -> Option<Act> {
        match (word, rest.trim()) {
            ("confirm", folder) if !folder.is_empty() => Some(Act::ConfirmFolder(folder.to_owned())),
            ("retry", "failed") => Some(Act::RetryFailed),
            ("answer", said) => {
                let (file, choice) = said.rsplit_once(' ')?;
                Some(Act::Answer {
                    file: file.trim().to_owned(),
                    choice: choice.to_owned(),
                })
            }
            ("alias", decision) => Decision::of(decision).map(Act::Alias),
            ("save", change) => Change::of(change).ok().map(Act::Save),
            ("retry", file) if !file.is_empty() => Some(Act::Retry(file.to_owned())),
            _ => None,
        }
    }

    /// What is missing in a command that names an act and means none; `None` where it names none.
    pub fn missing(word: &str, rest: &str) -> Option<String> {
        let said = match (word, rest.trim()) {
            ("answer", "") => Some("which file, and which answer? write :answer FILE CHOICE"),
            ("answer", _) => Some("one word is missing, the file or the answer: write :answer FILE CHOICE"),
            ("alias", _) => {
                Some("write :alias add machine NAME=CANONICAL, or :alias remove machine NAME; product likewise")
            }
            ("confirm", _) => Some("which folder? write :confirm FOLDER"),
            ("retry", _) => Some("which file? write :retry FILE or :retry failed"),
            ("save", change) => return Change::of(change).err(),
            _ => None,
        };
        said.map(str::to_owned)
    }

    /// The command that means it.
    pub fn command(&self) -> String {
        match self {
            Act::ConfirmFolder(folder) => format!("confirm {folder}"),
            Act::RetryFailed => "retry failed".to_owned(),
            Act::Retry(file) => format!("retry {file}"),
            Act::Alias(decision) => format!("alias {decision}"),
            Act::Save(change) => format!("save {change}"),
            Act::Answer { file, choice } => format!("answer {file} {choice}"),
        }
    }
}

/// What the daemon answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// To [`Request::Status`].
    Status(Box<StatusView>),
    /// To [`Request::Savings`].
    Savings(Vec<String>),
    /// To [`Request::Headline`]: names and values.
    Headline(Vec<(String, String)>),
    /// To [`Request::Content`].
    Content(Content),
    /// To [`Request::Explain`].
    Explain(Vec<String>),
    /// To [`Request::Act`]: what was done, in words.
    Acted(String),
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
    /// There is none; the next try is in so many seconds.
    Down {
        trouble: Trouble,
        retry_in_s: u64,
        reason: String,
    },
}

impl Link {
    /// Whether the daemon says that this account may not.
    pub fn is_barred(&self) -> bool {
        matches!(
            self,
            Link::Down {
                trouble: Trouble::Barred,
                ..
            }
        )
    }
}

/// What is wrong with the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Nobody answers.
    Lost,
    /// The daemon answers that it can't now.
    Unable,
    /// The daemon answers that this account may not, or not any longer.
    Barred,
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
    /// This was drawn.
    Drawn(Drawn),
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

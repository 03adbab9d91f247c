//! Everything that the screens know.

use plant_core::model::{AnalysisView, FileDetail, FileItem, FindingView, MetricItem, Page, SavingsView, StatusView};

use super::chat::Chat;
use super::input::Input;
use super::message::{Effect, Link, Request, RequestId};
use super::place::{Place, Stack, Tab};

/// What a request is for; a new one for the same subject replaces the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// See [`State::status`].
    Status,
    /// See [`State::savings`].
    Savings,
    /// See [`State::headline`].
    Headline,
    /// The first page of [`State::files`].
    Files,
    /// A further page of [`State::files`].
    MoreFiles,
    /// See [`State::file`].
    File,
    /// The explanation in the overlay.
    Explain,
    /// Reading a file again.
    Retry,
    /// A command that does something.
    Act,
    /// The first page of [`State::analyses`].
    Analyses,
    /// A further page of [`State::analyses`].
    MoreAnalyses,
    /// See [`State::analysis`].
    Analysis,
    /// The first page of [`State::findings`].
    Findings,
    /// A further page of [`State::findings`].
    MoreFindings,
    /// The first page of [`State::analysis_findings`].
    AnalysisFindings,
    /// A further page of [`State::analysis_findings`].
    MoreAnalysisFindings,
    /// See [`State::finding`].
    Finding,
    /// The running answer of the chat.
    Ask,
}

/// Something that comes from the daemon: not there yet, there, or refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot<T> {
    /// The newest that came.
    pub data: Option<T>,
    /// Why the newest try failed; older data stays beside it.
    pub error: Option<String>,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Slot {
            data: None,
            error: None,
        }
    }
}

impl<T> Slot<T> {
    /// Takes an answer in; data that is there stays when the answer is an error.
    pub fn fill(&mut self, answer: Result<T, String>) {
        match answer {
            Ok(data) => {
                self.data = Some(data);
                self.error = None;
            }
            Err(error) => self.error = Some(error),
        }
    }
}

/// What lies over the screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Overlay {
    /// Nothing.
    #[default]
    None,
    /// The keys, scrolled by so many lines.
    Help { top: usize },
    /// Why a file stands where it stands.
    Explain {
        lines: Option<Result<Vec<String>, String>>,
        top: usize,
    },
    /// A filter being typed; what it was before comes back on Esc.
    Filter { input: Input, before: String },
    /// A command being typed.
    Palette(Input),
}

/// Everything that the screens know.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Whether the terminal shows characters beyond ASCII.
    pub unicode: bool,
    /// How the link is.
    pub link: Link,
    /// The chosen tab.
    pub tab: Tab,
    /// The screens opened in each tab.
    pub tabs: [Stack; 5],
    /// What lies over the screen.
    pub overlay: Overlay,
    /// A remark above the footer, until the next key.
    pub notice: Option<String>,
    /// How the daemon is.
    pub status: Slot<StatusView>,
    /// The savings ledger.
    pub savings: Slot<SavingsView>,
    /// Main figures.
    pub headline: Slot<Vec<MetricItem>>,
    /// Files, the newest first.
    pub files: Slot<Page<FileItem>>,
    /// The file that was opened last.
    pub file: Slot<FileDetail>,
    /// Analyses, the newest first.
    pub analyses: Slot<Page<AnalysisView>>,
    /// The analysis that was opened last.
    pub analysis: Slot<AnalysisView>,
    /// Findings of all analyses.
    pub findings: Slot<Page<FindingView>>,
    /// Findings of the analysis that was opened last.
    pub analysis_findings: Slot<Page<FindingView>>,
    /// The finding that was opened last.
    pub finding: Slot<FindingView>,
    /// The conversation.
    pub chat: Chat,
    waiting: Vec<(RequestId, Subject)>,
    last_request: RequestId,
}

impl State {
    /// Before anything is known, in a terminal of this size.
    pub fn new(size: (u16, u16), unicode: bool) -> Self {
        State {
            size,
            unicode,
            link: Link::Connecting,
            tab: Tab::Overview,
            tabs: Tab::ALL.map(|tab| Stack::new(tab.root())),
            overlay: Overlay::None,
            notice: None,
            status: Slot::default(),
            savings: Slot::default(),
            headline: Slot::default(),
            files: Slot::default(),
            file: Slot::default(),
            analyses: Slot::default(),
            analysis: Slot::default(),
            findings: Slot::default(),
            analysis_findings: Slot::default(),
            finding: Slot::default(),
            chat: Chat::default(),
            waiting: Vec::new(),
            last_request: 0,
        }
    }

    /// The screens opened in the chosen tab.
    pub fn stack(&self) -> &Stack {
        let [overview, files, analyses, findings, chat] = &self.tabs;
        match self.tab {
            Tab::Overview => overview,
            Tab::Files => files,
            Tab::Analyses => analyses,
            Tab::Findings => findings,
            Tab::Chat => chat,
        }
    }

    /// The same, to change it.
    pub fn stack_mut(&mut self) -> &mut Stack {
        let [overview, files, analyses, findings, chat] = &mut self.tabs;
        match self.tab {
            Tab::Overview => overview,
            Tab::Files => files,
            Tab::Analyses => analyses,
            Tab::Findings => findings,
            Tab::Chat => chat,
        }
    }

    /// Where somebody is.
    pub fn place(&self) -> &Place {
        self.stack().top()
    }

    /// The same, to change it.
    pub fn place_mut(&mut self) -> &mut Place {
        self.stack_mut().top_mut()
    }

    /// Whether an answer for this subject is on its way.
    pub fn waits_for(&self, subject: Subject) -> bool {
        self.waiting.iter().any(|(_, waiting)| *waiting == subject)
    }

    /// Whether any answer but a chat's is on its way.
    pub fn waits(&self) -> bool {
        self.waiting.iter().any(|(_, subject)| *subject != Subject::Ask)
    }

    /// A request for a subject; an older one for it is forgotten.
    pub fn request(&mut self, subject: Subject, request: Request) -> Effect {
        self.last_request += 1;
        self.waiting.retain(|(_, waiting)| *waiting != subject);
        self.waiting.push((self.last_request, subject));
        Effect::Request(self.last_request, request)
    }

    /// The subject of an answer, or nothing when nobody waits for it any longer; `last` ends the waiting.
    pub fn answered(&mut self, id: RequestId, last: bool) -> Option<Subject> {
        let at = self.waiting.iter().position(|(waiting, _)| *waiting == id)?;
        let subject = self.waiting.get(at).map(|(_, subject)| *subject);
        if last {
            self.waiting.swap_remove(at);
        }
        subject
    }

    /// Stops waiting for a subject; gives the request's number.
    pub fn forget(&mut self, subject: Subject) -> Option<RequestId> {
        let at = self.waiting.iter().position(|(_, waiting)| *waiting == subject)?;
        Some(self.waiting.swap_remove(at).0)
    }

    /// The findings that a screen shows: of one analysis or all.
    pub fn findings_of(&self, analysis: Option<&str>) -> &Slot<Page<FindingView>> {
        if analysis.is_some() {
            &self.analysis_findings
        } else {
            &self.findings
        }
    }
}

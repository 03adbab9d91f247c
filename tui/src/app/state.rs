//! Everything that the screens know.

use plant_core::model::StatusView;

use super::chat::Chat;
use super::input::Input;
use super::message::{Effect, Link, Request, RequestId};
use super::place::{Place, Stack, Tab};
use super::resource::Resource;
use super::scroll::Scroll;

/// What lies over the screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Overlay {
    /// Nothing.
    #[default]
    None,
    /// The keys.
    Help(Scroll),
    /// Why a file stands where it stands.
    Explain(Resource<Vec<String>>, Scroll),
    /// A filter being typed; what it was before comes back on Esc.
    Filter { input: Input, before: String },
    /// A command being typed.
    Palette(Input),
}

impl Overlay {
    /// How far its text is scrolled.
    pub fn scroll_mut(&mut self) -> Option<&mut Scroll> {
        match self {
            Overlay::Help(scroll) | Overlay::Explain(_, scroll) => Some(scroll),
            Overlay::None | Overlay::Filter { .. } | Overlay::Palette(_) => None,
        }
    }
}

/// Everything that the screens know.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
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
    pub status: Resource<StatusView>,
    /// The savings ledger in a line.
    pub savings: Resource<Vec<String>>,
    /// Main figures: names and values.
    pub headline: Resource<Vec<(String, String)>>,
    /// The conversation.
    pub chat: Chat,
    /// A command that could not be meant, to be written anew.
    pub unmeant: Option<String>,
    /// What is being done.
    pub acting: Option<RequestId>,
    last_request: RequestId,
}

impl State {
    /// Before anything is known; `unicode`: the terminal shows characters beyond ASCII.
    pub fn new(unicode: bool) -> Self {
        State {
            unicode,
            link: Link::Connecting,
            tab: Tab::Overview,
            tabs: Tab::ALL.map(|tab| Stack::new(tab.root())),
            overlay: Overlay::None,
            notice: None,
            status: Resource::default(),
            savings: Resource::default(),
            headline: Resource::default(),
            chat: Chat::default(),
            unmeant: None,
            acting: None,
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

    /// Whether anything that is seen is being fetched.
    pub fn waits(&self) -> bool {
        let place = self.place();
        let ids = [
            place.content.id,
            place.more,
            self.status.id,
            self.savings.id,
            self.headline.id,
        ];
        ids.iter().any(Option::is_some)
    }

    /// Forgets everything that came from the daemon; where somebody is and the question being typed stay.
    pub fn forget(&mut self) -> Vec<Effect> {
        self.overlay = Overlay::None;
        self.notice = None;
        self.status = Resource::default();
        self.savings = Resource::default();
        self.headline = Resource::default();
        self.acting = None;
        for place in self.tabs.iter_mut().flat_map(Stack::places_mut) {
            place.content = Resource::default();
            place.more = None;
        }
        let chat = std::mem::take(&mut self.chat);
        self.chat.draft = chat.draft;
        chat.running.map(Effect::Cancel).into_iter().collect()
    }

    /// A request with a number of its own; whoever waits for its answer keeps the number.
    pub fn request(&mut self, request: Request) -> (RequestId, Effect) {
        self.last_request += 1;
        (self.last_request, Effect::Request(self.last_request, request))
    }
}

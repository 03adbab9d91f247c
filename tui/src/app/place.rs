//! Where somebody is: the tab, the screens opened one from another, and how each is scrolled.

/// The five tabs, in the order of their keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// How everything is.
    #[default]
    Overview,
    /// Export files.
    Files,
    /// Runs of the analyzers.
    Analyses,
    /// Losses with evidence.
    Findings,
    /// Questions and answers.
    Chat,
}

impl Tab {
    /// Every tab.
    pub const ALL: [Tab; 5] = [Tab::Overview, Tab::Files, Tab::Analyses, Tab::Findings, Tab::Chat];

    /// The name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Tab::Overview => "Overview",
            Tab::Files => "Files",
            Tab::Analyses => "Analyses",
            Tab::Findings => "Findings",
            Tab::Chat => "Chat",
        }
    }

    /// Its place among the tabs.
    pub fn index(self) -> usize {
        self as usize
    }

    /// The tab so many to the right, round the end.
    pub fn step(self, by: usize) -> Tab {
        let at = (self.index() + by) % Self::ALL.len();
        Self::ALL.get(at).copied().unwrap_or_default()
    }

    /// The screen that it begins with.
    pub fn root(self) -> Screen {
        match self {
            Tab::Overview => Screen::Overview,
            Tab::Files => Screen::Files,
            Tab::Analyses => Screen::Analyses,
            Tab::Findings => Screen::Findings(None),
            Tab::Chat => Screen::Chat,
        }
    }
}

/// A screen and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Screen {
    /// How everything is.
    Overview,
    /// All files.
    Files,
    /// One file.
    File(String),
    /// All analyses.
    Analyses,
    /// One analysis.
    Analysis(String),
    /// Findings: all, or those of one analysis.
    Findings(Option<String>),
    /// One finding.
    Finding(String),
    /// Questions and answers.
    Chat,
}

/// A screen with its own scroll, filter and order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The screen.
    pub screen: Screen,
    /// The selected row of a list.
    pub cursor: usize,
    /// The first row or line that is shown.
    pub top: usize,
    /// Which part of the screen is chosen (the analyzer, in an analysis).
    pub pane: usize,
    /// What rows must contain; `!` before it turns it round.
    pub filter: String,
    /// The column that a list is ordered by; `None` keeps the daemon's order.
    pub sort: Option<usize>,
    /// Whether the order is turned round.
    pub reversed: bool,
}

impl Place {
    /// At the top of a screen.
    pub fn new(screen: Screen) -> Self {
        Place {
            screen,
            cursor: 0,
            top: 0,
            pane: 0,
            filter: String::new(),
            sort: None,
            reversed: false,
        }
    }

    /// Whether a row with these texts passes the filter.
    pub fn passes<'a>(&self, texts: impl IntoIterator<Item = &'a str>) -> bool {
        let (wanted, inverse) = match self.filter.strip_prefix('!') {
            Some(rest) => (rest, true),
            None => (self.filter.as_str(), false),
        };
        let wanted = wanted.trim().to_lowercase();
        wanted.is_empty() || texts.into_iter().any(|text| text.to_lowercase().contains(&wanted)) != inverse
    }
}

/// The screens of a tab: its first one, and those opened from it one after another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack {
    root: Place,
    opened: Vec<Place>,
}

impl Stack {
    /// A tab with nothing opened.
    pub fn new(root: Screen) -> Self {
        Stack {
            root: Place::new(root),
            opened: Vec::new(),
        }
    }

    /// The place that is seen.
    pub fn top(&self) -> &Place {
        self.opened.last().unwrap_or(&self.root)
    }

    /// The same, to change it.
    pub fn top_mut(&mut self) -> &mut Place {
        self.opened.last_mut().unwrap_or(&mut self.root)
    }

    /// Opens a screen on top.
    pub fn open(&mut self, screen: Screen) {
        self.opened.push(Place::new(screen));
    }

    /// Goes back one; says whether there was anywhere to go.
    pub fn back(&mut self) -> bool {
        self.opened.pop().is_some()
    }

    /// Every place, the first screen first.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        std::iter::once(&self.root).chain(&self.opened)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_without_regard_to_case_and_an_exclamation_mark_turns_it_round() {
        let mut place = Place::new(Screen::Files);
        for (filter, expected) in [
            ("", true),
            ("held", true),
            ("HELD", true),
            ("!held", false),
            ("failed", false),
            ("!failed", true),
            ("!", true),
            (" orders ", true),
        ] {
            place.filter = filter.to_owned();
            assert_eq!(place.passes(["Orders.csv", "held"]), expected, "{filter:?}");
        }
    }

    #[test]
    fn tabs_go_round() {
        assert_eq!(Tab::Chat.step(1), Tab::Overview);
        assert_eq!(Tab::Overview.step(4), Tab::Chat);
        for (at, tab) in Tab::ALL.into_iter().enumerate() {
            assert_eq!(tab.index(), at);
        }
    }
}

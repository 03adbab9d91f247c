//! Where somebody is: the tab, the screens opened one from another, and how each is scrolled.

use plant_core::model::Page;

use super::message::RequestId;
use super::resource::Resource;
use super::scroll::Scroll;
use crate::subject::analysis::ANALYSES;
use crate::subject::file::FILES;
use crate::subject::finding::FINDINGS;
use crate::subject::status::OVERVIEW;
use crate::subject::{CHAT, Content, Form, Screen};
use crate::widget::table::Row;

/// How many of the latest rows the overview lists.
const LATEST: usize = 50;

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
            Tab::Overview => OVERVIEW.all(),
            Tab::Files => FILES.all(),
            Tab::Analyses => ANALYSES.all(),
            Tab::Findings => FINDINGS.all(),
            Tab::Chat => CHAT.all(),
        }
    }
}

/// A screen with what it shows, its own scroll, filter and order.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The screen.
    pub screen: Screen,
    /// What it shows.
    pub content: Resource<Content>,
    /// The request for the next page of a list.
    pub more: Option<RequestId>,
    /// How far it is scrolled.
    pub scroll: Scroll,
    /// Which pane of a text is chosen.
    pub pane: usize,
    /// What rows must contain; `!` before it turns it round.
    pub filter: String,
    /// The column that a list is ordered by; `None` keeps the daemon's order.
    pub sort: Option<usize>,
    /// Whether the order is turned round.
    pub reversed: bool,
}

impl Place {
    /// At the top of a screen of which nothing is known yet.
    pub fn new(screen: Screen) -> Self {
        Place {
            screen,
            content: Resource::default(),
            more: None,
            scroll: Scroll::default(),
            pane: 0,
            filter: String::new(),
            sort: None,
            reversed: false,
        }
    }

    /// Whether it shows a list, also while nothing of it is known.
    pub fn is_list(&self) -> bool {
        matches!(self.screen.spec.form, Form::List { .. } | Form::Overview(_))
    }

    /// The page of its list.
    pub fn page(&self) -> Option<&Page<Row>> {
        match self.content.data.as_ref()? {
            Content::Rows(page) => Some(page),
            Content::Text(_) => None,
        }
    }

    /// The rows that are shown: those that pass the filter, in order.
    pub fn rows(&self) -> Vec<&Row> {
        let Some(page) = self.page() else {
            return Vec::new();
        };
        if matches!(self.screen.spec.form, Form::Overview(_)) {
            return page.items.iter().take(LATEST).collect();
        }
        let columns = self.screen.spec.columns();
        let shown = |row: &&Row| {
            let seen = row
                .cells
                .iter()
                .zip(columns)
                .filter(|(_, column)| !column.title.is_empty());
            self.filter.is_empty() || self.passes(seen.map(|(cell, _)| cell.text.as_str()))
        };
        let mut rows: Vec<&Row> = page.items.iter().filter(shown).collect();
        if let Some(at) = self.sort {
            rows.sort_by_cached_key(|row| row.cells.get(at).map(crate::widget::table::Cell::order));
        }
        if self.reversed {
            rows.reverse();
        }
        rows
    }

    /// Id and name of what a key here is about: the selected row, or the thing that the screen is about.
    pub fn subject(&self) -> Option<(String, String)> {
        if self.is_list() {
            let rows = self.rows();
            return rows
                .get(self.scroll.cursor)
                .map(|row| (row.id.clone(), row.label.clone()));
        }
        let about = &self.screen.about;
        let label = match &self.content.data {
            Some(Content::Text(document)) => &document.title,
            _ => about,
        };
        (!about.is_empty()).then(|| (about.clone(), label.clone()))
    }

    /// The next column to order by after this one; none after the last.
    pub fn next_sort(&self) -> Option<usize> {
        let from = self.sort.map_or(0, |at| at + 1);
        let mut columns = self.screen.spec.columns().iter().enumerate().skip(from);
        columns.find(|(_, column)| !column.title.is_empty()).map(|(at, _)| at)
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
#[derive(Debug, Clone, PartialEq)]
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

    /// Goes back to the first screen.
    pub fn home(&mut self) {
        self.opened.clear();
    }

    /// Every place, the first screen first.
    pub fn places(&self) -> impl Iterator<Item = &Place> {
        std::iter::once(&self.root).chain(&self.opened)
    }

    /// The same, to change them.
    pub fn places_mut(&mut self) -> impl Iterator<Item = &mut Place> {
        std::iter::once(&mut self.root).chain(&mut self.opened)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_without_regard_to_case_and_an_exclamation_mark_turns_it_round() {
        let mut place = Place::new(FILES.all());
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

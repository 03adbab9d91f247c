//! The keys: one table that the code, the footer and the help are made from.
//!
//! Invariants: on no screen do two bindings share a key; a screen on which text is typed binds no plain character.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::subject::{Form, Scope, Spec};

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    Tab(usize),
    NextTab,
    PreviousTab,
    Open,
    Back,
    Quit,
    Interrupt,
    Suspend,
    Palette,
    Help,
    Refresh,
    Down,
    Up,
    Left,
    Right,
    PageDown,
    PageUp,
    HalfDown,
    HalfUp,
    First,
    Last,
    Filter,
    Sort,
    Reverse,
    Explain,
    Retry,
    Confirm,
    RetryAll,
    Decide,
    Mapping,
    Try,
    Save,
    AskAbout,
    Send,
    ClearAbout,
}

/// A key as the terminal reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    control: bool,
}

const fn char(c: char) -> Key {
    Key {
        code: KeyCode::Char(c),
        control: false,
    }
}

const fn control(c: char) -> Key {
    Key {
        code: KeyCode::Char(c),
        control: true,
    }
}

const fn code(code: KeyCode) -> Key {
    Key { code, control: false }
}

impl Key {
    /// The key of an event. Shift is part of a character already and says nothing more.
    pub fn of(event: KeyEvent) -> Key {
        Key {
            code: event.code,
            control: event.modifiers.contains(KeyModifiers::CONTROL),
        }
    }

    /// Whether it types a character.
    fn is_text(self) -> bool {
        !self.control && matches!(self.code, KeyCode::Char(_))
    }

    /// The name in the help.
    pub fn name(self) -> String {
        let name = match self.code {
            KeyCode::Char(' ') => "Space".to_owned(),
            KeyCode::Char(c) => c.to_string(),
            KeyCode::F(number) => format!("F{number}"),
            KeyCode::BackTab => "Shift-Tab".to_owned(),
            KeyCode::PageUp => "PgUp".to_owned(),
            KeyCode::PageDown => "PgDn".to_owned(),
            KeyCode::Up => "Up".to_owned(),
            KeyCode::Down => "Down".to_owned(),
            KeyCode::Left => "Left".to_owned(),
            KeyCode::Right => "Right".to_owned(),
            other => format!("{other:?}"),
        };
        if self.control { format!("Ctrl-{name}") } else { name }
    }
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// Any of these keys.
    pub keys: &'static [Key],
    /// What they do.
    pub action: Action,
    /// Where.
    pub scope: Scope,
    /// One or two words for the footer; empty keeps it out of there.
    pub short: &'static str,
    /// A sentence for the help.
    pub help: &'static str,
}

const fn bind(keys: &'static [Key], action: Action, scope: Scope, short: &'static str, help: &'static str) -> Binding {
    Binding {
        keys,
        action,
        scope,
        short,
        help,
    }
}

/// Every binding; the footer keeps this order.
pub const BINDINGS: &[Binding] = &[
    bind(
        &[code(KeyCode::Enter)],
        Action::Send,
        Scope::Chat,
        "ask",
        "Send the question",
    ),
    bind(
        &[control('x')],
        Action::ClearAbout,
        Scope::Chat,
        "all data",
        "Ask about all data again, not about one thing",
    ),
    bind(
        &[code(KeyCode::Enter)],
        Action::Open,
        Scope::Open,
        "open",
        "Open the selected row",
    ),
    bind(
        &[char('/')],
        Action::Filter,
        Scope::List,
        "filter",
        "Show only rows that contain a text; ! before it: those that don't",
    ),
    bind(
        &[char('s')],
        Action::Sort,
        Scope::List,
        "sort",
        "Order by the next column, after the last by arrival",
    ),
    bind(&[char('S')], Action::Reverse, Scope::List, "", "Turn the order round"),
    bind(
        &[char('x')],
        Action::Explain,
        Scope::File,
        "explain",
        "Say why the file was read, held, ignored or called a duplicate",
    ),
    bind(&[char('r')], Action::Retry, Scope::File, "retry", "Read the file again"),
    bind(
        &[char('r')],
        Action::RetryAll,
        Scope::Overview,
        "",
        "Read every failed file again (asks first)",
    ),
    bind(
        &[char('c')],
        Action::Confirm,
        Scope::Overview,
        "",
        "Say that a folder that changed is the right one (asks first)",
    ),
    bind(
        &[char('y')],
        Action::Decide,
        Scope::Alias,
        "decide",
        "Add an alias that is suggested, or take away one that was decided (asks first)",
    ),
    bind(
        &[char('m')],
        Action::Mapping,
        Scope::File,
        "mapping",
        "Show what each column could be, and try a change",
    ),
    bind(
        &[char('y')],
        Action::Save,
        Scope::Trial,
        "save",
        "Save the change that is shown (asks first)",
    ),
    bind(
        &[char('m')],
        Action::Try,
        Scope::Mapping,
        "change",
        "Write a change of the mapping; Enter shows what it would make and saves nothing",
    ),
    bind(
        &[code(KeyCode::Left), char('h')],
        Action::Left,
        Scope::Analysis,
        "",
        "The analyzer to the left",
    ),
    bind(
        &[code(KeyCode::Right), char('l')],
        Action::Right,
        Scope::Analysis,
        "analyzer",
        "The analyzer to the right",
    ),
    bind(
        &[char('f'), code(KeyCode::Enter)],
        Action::Open,
        Scope::Analysis,
        "findings",
        "The findings of this analysis",
    ),
    bind(
        &[char('a')],
        Action::AskAbout,
        Scope::About,
        "ask",
        "Ask a question about this",
    ),
    bind(
        &[code(KeyCode::Down), char('j')],
        Action::Down,
        Scope::Scroll,
        "",
        "One row down",
    ),
    bind(
        &[code(KeyCode::Up), char('k')],
        Action::Up,
        Scope::Scroll,
        "",
        "One row up",
    ),
    bind(
        &[code(KeyCode::PageDown)],
        Action::PageDown,
        Scope::Scroll,
        "",
        "One page down",
    ),
    bind(
        &[code(KeyCode::PageUp)],
        Action::PageUp,
        Scope::Scroll,
        "",
        "One page up",
    ),
    bind(&[control('d')], Action::HalfDown, Scope::Scroll, "", "Half a page down"),
    bind(&[control('u')], Action::HalfUp, Scope::Scroll, "", "Half a page up"),
    bind(
        &[code(KeyCode::Home), char('g')],
        Action::First,
        Scope::Scroll,
        "",
        "The first row",
    ),
    bind(
        &[code(KeyCode::End), char('G')],
        Action::Last,
        Scope::Scroll,
        "",
        "The last row",
    ),
    bind(&[char('1')], Action::Tab(0), Scope::Anywhere, "", "Overview"),
    bind(&[char('2')], Action::Tab(1), Scope::Anywhere, "", "Files"),
    bind(&[char('3')], Action::Tab(2), Scope::Anywhere, "", "Analyses"),
    bind(&[char('4')], Action::Tab(3), Scope::Anywhere, "", "Findings"),
    bind(&[char('5')], Action::Tab(4), Scope::Anywhere, "", "Chat"),
    bind(
        &[code(KeyCode::Tab)],
        Action::NextTab,
        Scope::Anywhere,
        "",
        "The next tab",
    ),
    bind(
        &[code(KeyCode::BackTab)],
        Action::PreviousTab,
        Scope::Anywhere,
        "",
        "The tab before",
    ),
    bind(
        &[code(KeyCode::Esc)],
        Action::Back,
        Scope::Anywhere,
        "back",
        "Close, cancel, or go back one; at last to the overview",
    ),
    bind(
        &[char(':')],
        Action::Palette,
        Scope::Anywhere,
        "",
        "Type a command (below)",
    ),
    bind(
        &[char('R')],
        Action::Refresh,
        Scope::Anywhere,
        "",
        "Fetch what is on the screen again",
    ),
    bind(
        &[char('?'), code(KeyCode::F(1))],
        Action::Help,
        Scope::Anywhere,
        "help",
        "These keys",
    ),
    bind(&[char('q')], Action::Quit, Scope::Anywhere, "quit", "Leave"),
    bind(
        &[control('c')],
        Action::Interrupt,
        Scope::Anywhere,
        "",
        "Cancel a running answer; else leave",
    ),
    bind(
        &[control('z')],
        Action::Suspend,
        Scope::Anywhere,
        "",
        "Back to the shell; `fg` returns",
    ),
];

/// Whether plain characters are typed on this screen.
pub fn takes_text(screen: &Spec) -> bool {
    matches!(screen.form, Form::Chat)
}

/// The bindings of a screen, each with the keys that hold there.
pub fn of_screen(screen: &Spec) -> Vec<(&'static Binding, Vec<Key>)> {
    let typed = takes_text(screen);
    // Where text is typed these keys edit the line.
    let edits = |key: &Key| {
        typed && (key.is_text() || *key == control('u') || matches!(key.code, KeyCode::Home | KeyCode::End))
    };
    BINDINGS
        .iter()
        .filter(|binding| screen.scopes.contains(&binding.scope))
        .map(|binding| {
            (
                binding,
                binding
                    .keys
                    .iter()
                    .copied()
                    .filter(|key| !edits(key))
                    .collect::<Vec<_>>(),
            )
        })
        .filter(|(_, keys)| !keys.is_empty())
        .collect()
}

/// What a key does on a screen.
pub fn find(screen: &Spec, event: KeyEvent) -> Option<Action> {
    let key = Key::of(event);
    of_screen(screen)
        .into_iter()
        .find(|(_, keys)| keys.contains(&key))
        .map(|(binding, _)| binding.action)
}

#[cfg(test)]
mod tests;

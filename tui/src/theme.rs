//! The few styles that there are: the sixteen colours of the terminal's own theme, and never a meaning by colour alone.
//!
//! Black, white and yellow are never used for text, as no one knows the background. `NO_COLOR` is obeyed by crossterm.

use plant_core::state::FileState;
use ratatui::style::{Color, Modifier, Style};

/// Ordinary text.
pub const PLAIN: Style = Style::new();
/// Text of less weight.
pub const DIM: Style = Style::new().add_modifier(Modifier::DIM);
/// Headings and main figures.
pub const STRONG: Style = Style::new().add_modifier(Modifier::BOLD);
/// Names of things that can be gone to, and keys.
pub const ACCENT: Style = Style::new().fg(Color::Cyan);
/// What is well.
pub const GOOD: Style = Style::new().fg(Color::Green);
/// What needs a look.
pub const CARE: Style = Style::new().fg(Color::Magenta);
/// What is wrong.
pub const BAD: Style = Style::new().fg(Color::Red).add_modifier(Modifier::BOLD);
/// The selected row.
pub const SELECTED: Style = Style::new().add_modifier(Modifier::REVERSED);

/// The style of a file's state, whose name always stands beside it.
pub fn state(state: FileState) -> Style {
    match state {
        FileState::Analysed | FileState::Committed => GOOD,
        FileState::Held => CARE,
        FileState::Failed | FileState::Unsupported => BAD,
        FileState::Duplicate | FileState::Superseded | FileState::Withdrawn | FileState::Ignored => DIM,
        FileState::Seen | FileState::Waiting | FileState::Stable | FileState::Reading => PLAIN,
    }
}

/// The style of a word that says how something is.
pub fn word(word: &str) -> Style {
    match word {
        "ok" | "completed" | "verified" => GOOD,
        "degraded" | "pending" | "running" | "no_data" | "stale" => CARE,
        "failed" => BAD,
        _ => PLAIN,
    }
}

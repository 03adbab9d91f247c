//! The screens: each turns the state into a frame and changes nothing.
//!
//! Invariants: a view never changes the state; it draws into any area, however small, without failing; below
//! [`LEAST_WIDTH`] x [`LEAST_HEIGHT`] it says so in one line.

pub mod analyses;
pub mod analysis;
pub mod chat;
pub mod file;
pub mod files;
pub mod finding;
pub mod findings;
mod frame;
mod help;
pub mod overview;

#[cfg(test)]
pub use tests::fixture;
#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use ratatui::widgets::Widget;

use crate::app::{Link, Overlay, Screen, State};
use crate::theme;
use crate::widget::document::Document;

/// The narrowest terminal that is drawn in.
pub const LEAST_WIDTH: u16 = 60;

/// The lowest terminal that is drawn in.
pub const LEAST_HEIGHT: u16 = 15;

/// How far a screen can be scrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Extent {
    /// Rows or lines in all.
    pub rows: usize,
    /// Rows or lines that are seen at once.
    pub page: usize,
    /// Whether one of them is selected.
    pub selects: bool,
}

/// Draws the state and says where the terminal's cursor stands.
pub fn view(state: &State, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    if area.width < LEAST_WIDTH || area.height < LEAST_HEIGHT {
        let text = format!("terminal too small (need {LEAST_WIDTH}x{LEAST_HEIGHT})");
        let line = Line::raw(crate::widget::text::cut(&text, usize::from(area.width)));
        line.render(area.intersection(buffer.area), buffer);
        return None;
    }
    let parts = frame::parts(state, area);
    frame::draw(state, &parts, buffer);
    let mut cursor = body(state, parts.body, buffer);
    match &state.overlay {
        Overlay::None => {}
        Overlay::Help { top } => {
            help::document(state, usize::from(parts.body.width)).draw(*top, None, wipe(parts.body, buffer), buffer);
            cursor = None;
        }
        Overlay::Explain { lines, top } => {
            let document = help::explanation(lines.as_ref(), usize::from(parts.body.width));
            document.draw(*top, None, wipe(parts.body, buffer), buffer);
            cursor = None;
        }
        Overlay::Filter { input, .. } | Overlay::Palette(input) => {
            cursor = Some(frame::prompt_cursor(input, parts.footer));
        }
    }
    if !state.unicode {
        to_ascii(area, buffer);
    }
    cursor
}

fn body(state: &State, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let place = state.place();
    match &place.screen {
        Screen::Overview => overview::view(state, area, buffer),
        Screen::Files => files::view(state, area, buffer),
        Screen::Analyses => analyses::view(state, area, buffer),
        Screen::Findings(analysis) => findings::view(state, analysis.as_deref(), area, buffer),
        Screen::File(_) | Screen::Analysis(_) => {
            document(state, usize::from(area.width)).draw(place.top, None, area, buffer);
        }
        Screen::Finding(_) => {
            document(state, usize::from(area.width)).draw(place.top, Some(place.cursor), area, buffer);
        }
        Screen::Chat => return chat::view(state, area, buffer),
    }
    None
}

/// The text of a screen that is a text.
pub fn document(state: &State, width: usize) -> Document {
    match &state.place().screen {
        Screen::File(_) => file::document(state, width),
        Screen::Analysis(_) => analysis::document(state, width),
        Screen::Finding(_) => finding::document(state, width),
        _ => Document::new(width),
    }
}

/// The line on which the last question of the conversation stands.
pub fn last_question(state: &State) -> usize {
    let (width, height) = state.size;
    let body = frame::parts(state, Rect::new(0, 0, width, height)).body;
    chat::start_of_last(state, usize::from(body.width))
}

/// How far what is on top can be scrolled.
pub fn extent(state: &State) -> Extent {
    let (width, height) = state.size;
    if width < LEAST_WIDTH || height < LEAST_HEIGHT {
        return Extent::default();
    }
    let body = frame::parts(state, Rect::new(0, 0, width, height)).body;
    let (width, page) = (usize::from(body.width), usize::from(body.height));
    let scrolls = |document: Document| Extent {
        rows: document.height(),
        page,
        selects: false,
    };
    let selects = |rows: usize| Extent {
        rows,
        // The heading of the list takes one row.
        page: page.saturating_sub(1),
        selects: true,
    };
    match (&state.overlay, &state.place().screen) {
        (Overlay::Help { .. }, _) => scrolls(help::document(state, width)),
        (Overlay::Explain { lines, .. }, _) => scrolls(help::explanation(lines.as_ref(), width)),
        (_, Screen::Overview) => Extent {
            rows: overview::latest(state).len(),
            page: overview::latest_page(state, body),
            selects: true,
        },
        (_, Screen::Files) => selects(files::rows(state).len()),
        (_, Screen::Analyses) => selects(analyses::rows(state).len()),
        (_, Screen::Findings(analysis)) => selects(findings::rows(state, analysis.as_deref()).len()),
        (_, Screen::File(_) | Screen::Analysis(_)) => scrolls(document(state, width)),
        (_, Screen::Finding(_)) => Extent {
            selects: true,
            ..scrolls(document(state, width))
        },
        (_, Screen::Chat) => Extent {
            rows: chat::lines(state, width).len(),
            page: page.saturating_sub(usize::from(chat::INPUT_HEIGHT)),
            selects: false,
        },
    }
}

fn wipe(area: Rect, buffer: &mut Buffer) -> Rect {
    ratatui::widgets::Clear.render(area, buffer);
    area
}

/// Puts a sign of ASCII in the place of each sign that this program draws beyond it; others become `?`, as the
/// terminal can't show them.
fn to_ascii(area: Rect, buffer: &mut Buffer) {
    for position in area.positions() {
        let Some(cell) = buffer.cell_mut(position) else {
            continue;
        };
        if cell.symbol().is_ascii() {
            continue;
        }
        let sign = match cell.symbol() {
            "…" => "~",
            "·" | "•" => "-",
            "█" | "▌" => "#",
            "─" => "-",
            "│" => "|",
            "€" => "E",
            _ => "?",
        };
        cell.set_symbol(sign);
    }
}

/// What stands in the place of data that is not there: a fault, a lost link, or that it is being fetched.
fn absent<T>(state: &State, slot: &crate::app::Slot<T>, what: &str) -> Document {
    let mut document = Document::new(usize::from(state.size.0));
    match (&slot.error, &state.link) {
        (_, Link::Down { reason, .. }) => {
            document.styled(&format!("can't show {what} without the daemon"), theme::BAD);
            document.text(reason);
        }
        (Some(error), _) => {
            document.styled(&format!("can't show {what}"), theme::BAD);
            document.text(error);
            document.blank();
            document.text("R tries again; Esc goes back");
        }
        (None, _) => document.styled(&format!("fetching {what} …"), theme::DIM),
    }
    document
}

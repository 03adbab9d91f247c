//! The screens: each turns the state into a frame and changes nothing; what drawing finds out comes back.
//!
//! Invariants: a view never changes the state; it draws into any area, however small, without failing; below
//! [`LEAST_WIDTH`] x [`LEAST_HEIGHT`] it says what to do.

mod chat;
mod frame;
mod generic;
mod help;
mod overview;

#[cfg(test)]
pub use tests::fixture;
#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use ratatui::widgets::Widget;

use self::generic::{absent, list, read, text};
use crate::app::{Drawn, Overlay, State};
use crate::subject::{Content, Form};
use crate::widget::table::row;
use crate::widget::text::wrap;

/// The narrowest terminal that is drawn in.
pub const LEAST_WIDTH: u16 = 30;

/// The lowest terminal that is drawn in.
pub const LEAST_HEIGHT: u16 = 10;

/// Draws the state; says where the terminal's cursor stands and what drawing found out about what is on top.
pub fn view(state: &State, area: Rect, buffer: &mut Buffer) -> (Option<Position>, Drawn) {
    if area.width < LEAST_WIDTH || area.height < LEAST_HEIGHT {
        let text = format!(
            "terminal too small: make it {LEAST_WIDTH}x{LEAST_HEIGHT}, or use line commands such as `plant status`"
        );
        for (down, line) in wrap(&text, usize::from(area.width)).into_iter().enumerate() {
            Line::raw(line).render(row(area, down).intersection(buffer.area), buffer);
        }
        return (None, Drawn::default());
    }
    let parts = frame::parts(state, area);
    let (mut cursor, mut drawn) = body(state, parts.body, buffer);
    let text = match &state.overlay {
        Overlay::Help(scroll) => Some((help::document(state.place().screen.spec), scroll)),
        Overlay::Explain(sentences, scroll) => Some((help::explanation(sentences), scroll)),
        Overlay::None => None,
        Overlay::Filter { input, .. } | Overlay::Palette(input) => {
            cursor = Some(frame::prompt_cursor(input, parts.footer));
            None
        }
    };
    if let Some((document, scroll)) = text {
        ratatui::widgets::Clear.render(parts.body, buffer);
        drawn = read(&document, 0, scroll, state.unicode, parts.body, buffer);
        cursor = None;
    }
    frame::draw(state, &parts, &drawn, buffer);
    if !state.unicode {
        to_ascii(area, buffer);
    }
    (cursor, drawn)
}

fn body(state: &State, area: Rect, buffer: &mut Buffer) -> (Option<Position>, Drawn) {
    let place = state.place();
    match (place.screen.spec.form, &place.content.data) {
        (Form::Chat, _) => chat::view(state, area, buffer),
        (Form::Overview(_), _) => (None, overview::view(state, area, buffer)),
        (form, None) => {
            let absent = absent(state, &place.content);
            let drawn = read(&absent, 0, &place.scroll, true, area, buffer);
            // What stands in the place of a list has no rows.
            let drawn = if matches!(form, Form::Text) {
                drawn
            } else {
                Drawn::default()
            };
            (None, drawn)
        }
        (Form::List { empty, .. }, _) => (None, list(place, empty, area, buffer)),
        (Form::Text, Some(Content::Text(document))) => (None, text(state, document, area, buffer)),
        (Form::Text, Some(Content::Rows(_))) => (None, Drawn::default()),
    }
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

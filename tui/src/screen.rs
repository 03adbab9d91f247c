//! The screens: each turns the state into a frame and changes nothing; what drawing finds out comes back.
//!
//! Invariants: a view never changes the state; it draws into any area, however small, without failing; below
//! [`LEAST_WIDTH`] x [`LEAST_HEIGHT`] it says what to do.

mod chat;
mod frame;
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

use crate::app::{Drawn, Extent, Link, Overlay, Place, Resource, Scroll, State, Trouble};
use crate::subject::{Content, Form};
use crate::theme;
use crate::widget::document::Document;
use crate::widget::table::{Grid, Row, row};
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

/// Draws the one text about a thing, below it a remark while it is not up to date.
fn text(state: &State, document: &Document, area: Rect, buffer: &mut Buffer) -> Drawn {
    let place = state.place();
    let below = match &place.content.error {
        None => area,
        Some(error) => {
            let mut remark = Document::default();
            remark.styled(&format!("not up to date: {error}"), theme::BAD);
            let laid = remark.lay(0, usize::from(area.width), true);
            laid.draw(0, None, area, buffer);
            lower(area, laid.lines.len())
        }
    };
    read(document, place.pane, &place.scroll, state.unicode, below, buffer)
}

/// Draws a text as it is scrolled.
fn read(document: &Document, pane: usize, scroll: &Scroll, unicode: bool, area: Rect, buffer: &mut Buffer) -> Drawn {
    let laid = document.lay(pane, usize::from(area.width), unicode);
    let selects = !laid.links.is_empty();
    let extent = Extent {
        rows: laid.lines.len(),
        page: usize::from(area.height),
        links: laid.links.clone(),
    };
    let drawn = scroll.settled(extent, selects);
    laid.draw(drawn.top, selects.then_some(drawn.cursor), area, buffer);
    drawn
}

/// Draws the one list: a heading, and the rows that fit, the selected one marked by a sign and by reversed colours.
fn list(place: &Place, empty: &[&str], area: Rect, buffer: &mut Buffer) -> Drawn {
    /// Width of the mark of the selected row.
    const MARGIN: usize = 2;

    let rows: Vec<&Row> = place.rows();
    if rows.is_empty() {
        let mut document = Document::default();
        if place.page().is_some_and(|page| page.items.is_empty()) {
            empty.iter().for_each(|sentence| document.text(sentence));
        } else {
            let name = place.screen.spec.name;
            document.text(&format!("Nothing in the {name} matches the filter. Esc takes it away."));
        }
        document
            .lay(0, usize::from(area.width), true)
            .draw(0, None, area, buffer);
        return Drawn::default();
    }
    let columns = place.screen.spec.columns();
    let grid = Grid::within(columns, usize::from(area.width), MARGIN);
    let sign = if place.reversed { "^" } else { "v" };
    let heading = grid.heading(place.sort.map(|at| (at, sign)));
    let headed = usize::from(heading.is_some());
    if let Some(mut line) = heading {
        line.spans.insert(0, "  ".into());
        line.render(row(area, 0), buffer);
    }
    let height = grid.height();
    let extent = Extent {
        rows: rows.len(),
        page: usize::from(area.height)
            .saturating_sub(headed)
            .div_euclid(height)
            .max(1),
        ..Extent::default()
    };
    let drawn = place.scroll.settled(extent, true);
    for (at, item) in rows.iter().enumerate().skip(drawn.top).take(drawn.extent.page) {
        let above = headed + (at - drawn.top) * height;
        for (down, mut line) in grid.lines(&item.cells).into_iter().enumerate() {
            let target = row(area, above + down);
            let selected = at == drawn.cursor && down == 0;
            line.spans.insert(0, if selected { "> " } else { "  " }.into());
            if selected {
                line = line.patch_style(theme::SELECTED);
                buffer.set_style(target, theme::SELECTED);
            }
            line.render(target, buffer);
        }
    }
    drawn
}

/// What is left of an area below so many rows.
fn lower(area: Rect, rows: usize) -> Rect {
    let rows = u16::try_from(rows).unwrap_or(u16::MAX).min(area.height);
    Rect {
        y: area.y.saturating_add(rows),
        height: area.height.saturating_sub(rows),
        ..area
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

/// What stands in the place of data that is not there: a fault, a lost link, or that it is being fetched.
fn absent<T>(state: &State, resource: &Resource<T>) -> Document {
    missing(state, resource, state.place().screen.spec.name)
}

/// The same, for data that is called so.
fn missing<T>(state: &State, resource: &Resource<T>, what: &str) -> Document {
    let mut document = Document::default();
    match (&resource.error, &state.link) {
        (_, Link::Down { trouble, reason, .. }) => {
            let why = match trouble {
                Trouble::Lost => "without the daemon",
                Trouble::Unable => "now",
                Trouble::Barred => "without access",
            };
            document.styled(&format!("can't show the {what} {why}"), theme::BAD);
            document.text(reason);
        }
        (Some(error), _) => {
            document.styled(&format!("can't show the {what}"), theme::BAD);
            document.text(error);
            document.blank();
            document.text("R tries again; Esc goes back");
        }
        (None, _) => document.styled(&format!("fetching the {what} …"), theme::DIM),
    }
    document
}

//! What screens are made of: the one list, the one text, and what stands in the place of what is not there.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use crate::app::{Drawn, Extent, Link, Place, Resource, Scroll, State, Trouble};
use crate::theme;
use crate::widget::document::Document;
use crate::widget::table::{Grid, Row, row};

/// Draws the one text about a thing, below it a remark while it is not up to date.
pub fn text(state: &State, document: &Document, area: Rect, buffer: &mut Buffer) -> Drawn {
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
pub fn read(
    document: &Document,
    pane: usize,
    scroll: &Scroll,
    unicode: bool,
    area: Rect,
    buffer: &mut Buffer,
) -> Drawn {
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
pub fn list(place: &Place, empty: &[&str], area: Rect, buffer: &mut Buffer) -> Drawn {
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
pub fn lower(area: Rect, rows: usize) -> Rect {
    let rows = u16::try_from(rows).unwrap_or(u16::MAX).min(area.height);
    Rect {
        y: area.y.saturating_add(rows),
        height: area.height.saturating_sub(rows),
        ..area
    }
}

/// What stands in the place of data that is not there: a fault, a lost link, or that it is being fetched.
pub fn absent<T>(state: &State, resource: &Resource<T>) -> Document {
    missing(state, resource, state.place().screen.spec.name)
}

/// The same, for data that is called so.
pub fn missing<T>(state: &State, resource: &Resource<T>, what: &str) -> Document {
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

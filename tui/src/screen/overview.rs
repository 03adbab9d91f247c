//! How everything is: health, the way of the files, the savings, the main figures, the first steps, the latest files.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::generic::{list, lower, missing};
use crate::app::{Drawn, State};
use crate::subject::status;
use crate::theme;
use crate::widget::document::Document;
use crate::widget::table::row;
use crate::widget::text::{cut, pad};

/// Rows that the latest files keep, however much stands above them.
const LEAST_FILES: u16 = 4;

/// Draws the screen; what is scrolled are the latest files.
pub fn view(state: &State, area: Rect, buffer: &mut Buffer) -> Drawn {
    let width = usize::from(area.width);
    let laid = document(state, width).lay(0, width, state.unicode);
    let wanted = u16::try_from(laid.lines.len() + 1).unwrap_or(u16::MAX);
    let height = wanted.min(area.height.saturating_sub(LEAST_FILES));
    let above = Rect { height, ..area };
    let below = lower(area, usize::from(height));
    laid.draw(0, None, above, buffer);
    if height < wanted.saturating_sub(1) {
        // Something above was cut off; its last row says so.
        let last = row(above, usize::from(height.saturating_sub(1)));
        Line::styled(pad("… more in `plant status`", width), theme::DIM).render(last, buffer);
    }
    let place = state.place();
    if place.content.data.is_none() {
        let absent = missing(state, &place.content, "latest files");
        absent.lay(0, width, true).draw(0, None, below, buffer);
        return Drawn::default();
    }
    list(
        place,
        &["No files yet: drop an export into a watched folder."],
        below,
        buffer,
    )
}

fn document(state: &State, width: usize) -> Document {
    let mut document = match &state.status.data {
        None => missing(state, &state.status, "status"),
        Some(status) => {
            let mut document = Document::default();
            if let Some(error) = &state.status.error {
                let error = cut(error, width.saturating_sub(16));
                document.styled(&format!("not up to date: {error}"), theme::BAD);
            }
            status::standing(status, status::FOLDERS, ":series", &mut document);
            document
        }
    };
    match (&state.savings.data, &state.savings.error) {
        (Some(ledger), _) => {
            for (at, line) in ledger.iter().enumerate() {
                let (name, style) = if at == 0 {
                    ("savings", theme::STRONG)
                } else {
                    ("", theme::PLAIN)
                };
                document.styled_field(name, line, style);
            }
        }
        (None, Some(error)) => document.styled_field("savings", error, theme::BAD),
        (None, None) => document.styled_field("savings", "…", theme::DIM),
    }
    if let Some(figures) = &state.headline.data {
        document.pairs("figures", figures.clone());
    }
    if let Some(status) = &state.status.data {
        status::steps(status, &mut document);
    }
    document
}

//! How everything is: health, the way of the files, the savings, the main figures, the first steps, the latest files.

use plant_core::view::{FileItem, StatusView};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::files::COLUMNS;
use crate::app::State;
use crate::figure;
use crate::theme;
use crate::widget::document::Document;
use crate::widget::list::{self, row};
use crate::widget::text::{cut, pad};

/// How many of the latest files are listed.
const LATEST: usize = 50;

/// Rows that the latest files keep, however much stands above them.
const LEAST_FILES: u16 = 4;

/// The latest files.
pub fn latest(state: &State) -> Vec<&FileItem> {
    state
        .files
        .data
        .iter()
        .flat_map(|page| page.items.iter().take(LATEST))
        .collect()
}

/// How many of them are seen at once in this body.
pub fn latest_page(state: &State, body: Rect) -> usize {
    usize::from(split(state, body).1.height.saturating_sub(1))
}

/// The part above and the part of the latest files.
fn split(state: &State, area: Rect) -> (Rect, Rect) {
    let wanted = u16::try_from(document(state, usize::from(area.width)).height() + 1).unwrap_or(u16::MAX);
    let height = wanted.min(area.height.saturating_sub(LEAST_FILES));
    let above = Rect { height, ..area };
    let below = Rect {
        y: area.y.saturating_add(height),
        height: area.height.saturating_sub(height),
        ..area
    };
    (above, below)
}

/// Draws the screen.
pub fn view(state: &State, area: Rect, buffer: &mut Buffer) {
    let (above, below) = split(state, area);
    document(state, usize::from(area.width)).draw(0, None, above, buffer);
    match &state.files.data {
        None => super::absent(state, &state.files, "the latest files").draw(0, None, below, buffer),
        Some(page) if page.items.is_empty() => {
            let mut document = Document::new(usize::from(area.width));
            document.styled("No files yet: drop an export into a watched folder.", theme::DIM);
            document.draw(0, None, below, buffer);
        }
        Some(_) => list::draw(&latest(state), state.place(), COLUMNS, below, buffer),
    }
    if above.height < area.height && document(state, usize::from(area.width)).height() >= usize::from(above.height) {
        // Something above was cut off; its last row says so.
        let last = row(above, usize::from(above.height.saturating_sub(1)));
        let text = pad("… more in `plant status`", usize::from(area.width));
        ratatui::widgets::Widget::render(Line::styled(text, theme::DIM), last, buffer);
    }
}

fn document(state: &State, width: usize) -> Document {
    let mut document = Document::new(width);
    match &state.status.data {
        None => document = super::absent(state, &state.status, "the status"),
        Some(status) => {
            if let Some(error) = &state.status.error {
                document.styled(
                    &format!("not up to date: {}", cut(error, width.saturating_sub(16))),
                    theme::BAD,
                );
            }
            health(status, &mut document);
        }
    }
    savings(state, &mut document);
    figures(state, &mut document);
    if let Some(status) = &state.status.data {
        steps(status, &mut document);
    }
    document
}

fn health(status: &StatusView, document: &mut Document) {
    document.line(Line::from(vec![
        Span::styled(pad("health", 11), theme::DIM),
        Span::styled(status.health.clone(), theme::word(&status.health)),
        Span::raw(format!(
            "  plantd {}, database {} {}, you are {}",
            status.version, status.database.kind, status.database.version, status.role
        )),
    ]));
    for problem in &status.problems {
        document.styled_field("problem", problem, theme::BAD);
    }
    let queue = &status.queue;
    let number = |number: u64, word: &str, style| {
        let style = if number > 0 { style } else { theme::DIM };
        [
            Span::styled(figure::count(number), style),
            Span::styled(format!(" {word}  "), theme::DIM),
        ]
    };
    let numbers = [
        number(queue.waiting, "waiting", theme::STRONG),
        number(queue.running, "running", theme::STRONG),
        number(queue.held, "held", theme::CARE),
        number(queue.failed, "failed", theme::BAD),
        number(queue.analysed, "analysed", theme::GOOD),
        number(queue.total, "in all", theme::STRONG),
    ];
    let label = Span::styled(pad("files", 11), theme::DIM);
    document.line(Line::from_iter(
        std::iter::once(label).chain(numbers.into_iter().flatten()),
    ));
    for folder in status.folders.iter().take(3) {
        let text = format!("{} ({} {})", folder.path, folder.kind, folder.mode);
        match &folder.fault {
            Some(fault) => document.styled_field("folder", &format!("{text}: {fault}"), theme::BAD),
            None => document.field("folder", &text),
        }
    }
    let more = status.folders.len().saturating_sub(3);
    if more > 0 {
        document.field("", &format!("and {more} more folders"));
    }
}

fn savings(state: &State, document: &mut Document) {
    match (&state.savings.data, &state.savings.error) {
        (Some(ledger), _) => {
            document.styled_field("savings", &figure::ledger(ledger), theme::STRONG);
            if let Some(left_out) = figure::not_counted(ledger) {
                document.field("", &left_out);
            }
        }
        (None, Some(error)) => document.styled_field("savings", error, theme::BAD),
        (None, None) => document.styled_field("savings", "…", theme::DIM),
    }
}

/// The main figures, as many beside each other as fit.
fn figures(state: &State, document: &mut Document) {
    const CELL: usize = 32;
    let Some(items) = state.headline.data.as_ref().filter(|items| !items.is_empty()) else {
        return;
    };
    let beside = (document.width().saturating_sub(11) / CELL).max(1);
    for (at, chunk) in items.chunks(beside).enumerate() {
        let label = Span::styled(pad(if at == 0 { "figures" } else { "" }, 11), theme::DIM);
        let cells = chunk.iter().flat_map(|item| {
            let value = figure::metric(item);
            let name = figure::name(&item.metric);
            let room = CELL.saturating_sub(name.len() + 2);
            [
                Span::styled(format!("{name} "), theme::DIM),
                Span::styled(pad(&value, room), theme::STRONG),
                Span::raw(" "),
            ]
        });
        document.line(Line::from_iter(std::iter::once(label).chain(cells)));
    }
}

/// The first steps of a new plant, until all of them are done.
fn steps(status: &StatusView, document: &mut Document) {
    if status.onboarding.iter().all(|step| step.done) {
        return;
    }
    let mut next_said = false;
    for (at, step) in status.onboarding.iter().enumerate() {
        let name = if at == 0 { "steps" } else { "" };
        let text = match (step.done, next_said) {
            (true, _) => format!("[x] {}", step.label),
            (false, true) => format!("[ ] {}", step.label),
            (false, false) if step.next.is_empty() => format!("[ ] {}", step.label),
            (false, false) => {
                next_said = true;
                format!("[ ] {}: {}", step.label, step.next)
            }
        };
        document.styled_field(name, &text, if step.done { theme::DIM } else { theme::PLAIN });
    }
}

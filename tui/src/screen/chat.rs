//! Questions and answers: each with how it was read and where its figures come from, and the next question below.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use crate::app::chat::{Chat, Turn};
use crate::app::{Drawn, Extent, State};
use crate::figure;
use crate::theme;
use crate::widget::document::Document;
use crate::widget::table::row;
use crate::widget::text::cut;

/// Rows of the next question and the line above it.
const INPUT_HEIGHT: u16 = 2;

/// Draws the conversation and the question being typed, and says where the cursor stands.
pub fn view(state: &State, area: Rect, buffer: &mut Buffer) -> (Option<Position>, Drawn) {
    let width = usize::from(area.width);
    let above = Rect {
        height: area.height.saturating_sub(INPUT_HEIGHT),
        ..area
    };
    let laid = document(&state.chat).lay(0, width, state.unicode);
    let mut scroll = state.place().scroll.clone();
    if !state.chat.scrolled {
        // A long answer is read from its beginning: the question stays at the top of the screen.
        scroll.top = laid.links.last_key_value().map_or(0, |(line, _)| *line);
    }
    let extent = Extent {
        rows: laid.lines.len(),
        page: usize::from(above.height),
        ..Extent::default()
    };
    let drawn = scroll.settled(extent, false);
    laid.draw(drawn.top, None, above, buffer);
    let about = state.chat.about.as_ref();
    let about = about.map_or("all data", |about| about.label.as_str());
    let rule = cut(&format!("-- about {about} "), width);
    let rule = format!("{rule}{}", "-".repeat(width.saturating_sub(rule.width())));
    let page = usize::from(above.height);
    Line::styled(rule, theme::DIM).render(row(area, page), buffer);
    let input = row(area, page + 1);
    let draft = &state.chat.draft;
    // The part round the cursor is seen when the question is longer than the line.
    let room = width.saturating_sub(3);
    let hidden = draft.before().width().saturating_sub(room);
    let shown: String = skip_width(draft.text(), hidden);
    let line = Line::from(vec![Span::styled("> ", theme::ACCENT), Span::raw(shown)]);
    line.render(input, buffer);
    let column = 2 + draft.before().width().saturating_sub(hidden);
    let x = input.x.saturating_add(u16::try_from(column).unwrap_or(u16::MAX));
    let cursor = Position::new(x.min(input.right().saturating_sub(1)), input.y);
    (Some(cursor), drawn)
}

/// The text without its first `width` columns.
fn skip_width(text: &str, width: usize) -> String {
    use unicode_segmentation::UnicodeSegmentation;
    let mut skipped = 0;
    let rest = text.graphemes(true).skip_while(|grapheme| {
        let skip = skipped < width;
        skipped += grapheme.width();
        skip
    });
    rest.collect()
}

/// The conversation; each question is marked by a link.
fn document(chat: &Chat) -> Document {
    let mut document = Document::default();
    if chat.turns.is_empty() {
        for text in [
            "Ask about the data in words. Every figure of an answer comes from the rows of a file.",
            "",
            "  scrap ratio by machine last month",
            "  oee trend by week",
            "  which files are held",
            "  how is availability computed",
        ] {
            document.styled(text, theme::DIM);
        }
    }
    let last = chat.turns.len().saturating_sub(1);
    for (at, turn) in chat.turns.iter().enumerate() {
        if at > 0 {
            document.blank();
        }
        self::turn(turn, at == last && chat.running.is_some(), &mut document);
    }
    document
}

fn turn(turn: &Turn, running: bool, document: &mut Document) {
    let about = turn
        .about
        .as_ref()
        .map(|label| format!(" (about {label})"))
        .unwrap_or_default();
    document.link(&format!("you: {}{about}", turn.question), theme::STRONG, "");
    let text = turn
        .answer
        .as_ref()
        .map_or(turn.text.as_str(), |answer| answer.answer.as_str());
    if !text.is_empty() {
        document.styled(text.trim_end(), theme::PLAIN);
    }
    if running {
        document.styled("… Esc cancels", theme::DIM);
    }
    if let Some(error) = &turn.error {
        document.styled(error, theme::BAD);
    }
    if let Some(answer) = &turn.answer {
        if answer.refused {
            let reason = answer
                .reason
                .as_deref()
                .unwrap_or("the data does not hold what was asked for");
            if !answer.answer.contains(reason) {
                document.styled(&format!("refused: {reason}"), theme::CARE);
            }
        } else if !answer.grounded {
            document.styled("not grounded: not every figure comes from the data", theme::CARE);
        }
        if !answer.reading.is_empty() && !answer.answer.contains(&answer.reading) {
            document.styled(&format!("How I read this: {}", answer.reading), theme::DIM);
        }
        // The text of an answer names its sources itself; what it leaves out stands below.
        let told = |citation: &&plant_core::model::Citation| {
            !answer
                .answer
                .contains(&format!("[{}] {}", citation.number, citation.file))
        };
        for citation in answer.citations.iter().filter(told) {
            let text = format!(
                "[{}] {} {} lines {}",
                citation.number,
                citation.file,
                figure::prefix(&citation.sha256),
                citation.lines
            );
            document.styled(&text, theme::DIM);
        }
        for question in &answer.next_questions {
            document.styled(&format!("next: {question}"), theme::ACCENT);
        }
    }
}

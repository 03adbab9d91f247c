//! Questions and answers: each with how it was read and where its figures come from, and the next question below.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use crate::app::State;
use crate::app::chat::Turn;
use crate::figure;
use crate::theme;
use crate::widget::list::row;
use crate::widget::text::{cut, wrap};

/// Rows of the next question and the line above it.
pub const INPUT_HEIGHT: u16 = 2;

/// Draws the conversation, the newest part at the bottom, and says where the cursor stands.
pub fn view(state: &State, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let width = usize::from(area.width);
    let page = usize::from(area.height.saturating_sub(INPUT_HEIGHT));
    // `top` is where the first visible line stands; it follows the end unless somebody scrolled up.
    for (down, line) in lines(state, width)
        .into_iter()
        .skip(state.place().top)
        .take(page)
        .enumerate()
    {
        line.render(row(area, down), buffer);
    }
    let about = state
        .chat
        .about
        .as_ref()
        .map_or("all data", |about| about.label.as_str());
    let rule = cut(&format!("-- about {about} "), width);
    let rule = format!("{rule}{}", "-".repeat(width.saturating_sub(rule.width())));
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
    Some(Position::new(x.min(input.right().saturating_sub(1)), input.y))
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

/// Every line of the conversation.
pub fn lines(state: &State, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    if state.chat.turns.is_empty() {
        let help = [
            "Ask about the data in words. Every figure of an answer comes from the rows of a file.",
            "",
            "  scrap ratio by machine last month",
            "  oee trend by week",
            "  which files are held",
            "  how is availability computed",
        ];
        for text in help {
            lines.extend(wrap(text, width).into_iter().map(|line| Line::styled(line, theme::DIM)));
        }
    }
    let last = state.chat.turns.len().saturating_sub(1);
    for (at, turn) in state.chat.turns.iter().enumerate() {
        if at > 0 {
            lines.push(Line::default());
        }
        lines.extend(self::turn(turn, at == last && state.chat.running.is_some(), width));
    }
    lines
}

/// How many lines come before the last question.
pub fn start_of_last(state: &State, width: usize) -> usize {
    let Some((last, before)) = state.chat.turns.split_last() else {
        return 0;
    };
    let running = state.chat.running.is_some();
    lines(state, width)
        .len()
        .saturating_sub(turn(last, running, width).len())
        .max(usize::from(!before.is_empty()))
}

fn turn(turn: &Turn, running: bool, width: usize) -> Vec<Line<'static>> {
    let mut lines: Vec<Line<'static>> = Vec::new();
    let about = turn
        .about
        .as_ref()
        .map(|label| format!(" (about {label})"))
        .unwrap_or_default();
    for line in wrap(&format!("you: {}{about}", turn.question), width) {
        lines.push(Line::styled(line, theme::STRONG));
    }
    let mut say = |text: &str, style| {
        lines.extend(wrap(text, width).into_iter().map(|line| Line::styled(line, style)));
    };
    let text = turn
        .answer
        .as_ref()
        .map_or(turn.text.as_str(), |answer| answer.answer.as_str());
    if !text.is_empty() {
        say(text.trim_end(), theme::PLAIN);
    }
    if running {
        say("… Esc cancels", theme::DIM);
    }
    if let Some(error) = &turn.error {
        say(error, theme::BAD);
    }
    if let Some(answer) = &turn.answer {
        if answer.refused {
            let reason = answer
                .reason
                .as_deref()
                .unwrap_or("the data does not hold what was asked for");
            if !answer.answer.contains(reason) {
                say(&format!("refused: {reason}"), theme::CARE);
            }
        } else if !answer.grounded {
            say("not grounded: not every figure comes from the data", theme::CARE);
        }
        if !answer.reading.is_empty() && !answer.answer.contains(&answer.reading) {
            say(&format!("How I read this: {}", answer.reading), theme::DIM);
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
            say(&text, theme::DIM);
        }
        for question in &answer.next_questions {
            say(&format!("next: {question}"), theme::ACCENT);
        }
    }
    lines
}

//! A text that is scrolled: headings, fields, tables and charts, wrapped to the width of its area.

use std::collections::BTreeMap;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::list::{Cell, row};
use super::text::{pad, pad_left, wrap};
use crate::theme;

/// Width of the names before fields.
const LABEL: usize = 11;

/// A text of lines, some of which lead to another screen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Document {
    width: usize,
    lines: Vec<Line<'static>>,
    links: BTreeMap<usize, String>,
}

/// A column of a table inside a document.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its heading.
    pub title: &'static str,
    /// So many characters; 0 takes what is left.
    pub width: usize,
    /// Whether it is set flush right.
    pub right: bool,
}

/// A column of text.
pub const fn left(title: &'static str, width: usize) -> Column {
    Column {
        title,
        width,
        right: false,
    }
}

/// A column of numbers.
pub const fn right(title: &'static str, width: usize) -> Column {
    Column {
        title,
        width,
        right: true,
    }
}

impl Document {
    /// An empty text for an area of this width.
    pub fn new(width: usize) -> Self {
        Document {
            width,
            ..Document::default()
        }
    }

    /// How wide it may be.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many lines there are.
    pub fn height(&self) -> usize {
        self.lines.len()
    }

    /// A heading, with an empty line before it unless it is the first.
    pub fn heading(&mut self, text: &str) {
        if !self.lines.is_empty() {
            self.blank();
        }
        self.styled(text, theme::STRONG);
    }

    /// An empty line.
    pub fn blank(&mut self) {
        self.lines.push(Line::default());
    }

    /// A line as it is.
    pub fn line(&mut self, line: Line<'static>) {
        self.lines.push(line);
    }

    /// Text, wrapped.
    pub fn text(&mut self, text: &str) {
        self.styled(text, theme::PLAIN);
    }

    /// Text in a style, wrapped.
    pub fn styled(&mut self, text: &str, style: Style) {
        for line in wrap(text, self.width) {
            self.lines.push(Line::styled(line, style));
        }
    }

    /// A name and its value, wrapped beside it.
    pub fn field(&mut self, name: &str, value: &str) {
        self.styled_field(name, value, theme::PLAIN);
    }

    /// The same with the value in a style.
    pub fn styled_field(&mut self, name: &str, value: &str, style: Style) {
        let room = self.width.saturating_sub(LABEL).max(1);
        for (at, part) in wrap(value, room).into_iter().enumerate() {
            let label = if at == 0 { name } else { "" };
            self.lines.push(Line::from(vec![
                Span::styled(pad(label, LABEL), theme::DIM),
                Span::styled(part, style),
            ]));
        }
    }

    /// A table: its heading and one line per row.
    pub fn table(&mut self, columns: &[Column], rows: impl IntoIterator<Item = Vec<Cell>>) {
        let fixed: usize = columns.iter().map(|column| column.width + 1).sum();
        let rest = self.width.saturating_sub(fixed);
        let fit = |text: &str, column: &Column| {
            let width = if column.width == 0 { rest } else { column.width };
            let fitted = if column.right {
                pad_left(text, width)
            } else {
                pad(text, width)
            };
            format!("{fitted} ")
        };
        let heading = columns
            .iter()
            .map(|column| Span::styled(fit(column.title, column), theme::DIM));
        self.lines.push(Line::from_iter(heading));
        for cells in rows {
            let spans = cells
                .into_iter()
                .zip(columns)
                .map(|(cell, column)| Span::styled(fit(&cell.text, column), cell.style));
            self.lines.push(Line::from_iter(spans));
        }
    }

    /// Makes the last line lead to a file.
    pub fn link(&mut self, id: &str) {
        if let Some(at) = self.lines.len().checked_sub(1) {
            self.links.insert(at, id.to_owned());
        }
    }

    /// Where a line leads.
    pub fn linked(&self, line: usize) -> Option<&str> {
        self.links.get(&line).map(String::as_str)
    }

    /// Draws the lines from `top` on; `cursor` marks one of them.
    pub fn draw(&self, top: usize, cursor: Option<usize>, area: Rect, buffer: &mut Buffer) {
        for (down, (at, line)) in self
            .lines
            .iter()
            .enumerate()
            .skip(top)
            .take(usize::from(area.height))
            .enumerate()
        {
            let target = row(area, down);
            line.render(target, buffer);
            if cursor == Some(at) && line.width() > 0 {
                buffer.set_style(target, theme::SELECTED);
            }
        }
    }
}

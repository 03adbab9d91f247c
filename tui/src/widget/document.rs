//! A text for people: headings, fields, pairs, tables and charts, in one pane or several. A screen lays it out in its
//! area; a line command prints it as lines of text.

use std::collections::BTreeMap;

use plant_core::model::ChartView;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use super::chart;
use super::table::{self, Cell, Column, Grid, row};
use super::text::{pad, wrap};
use crate::theme;

/// Width of the names before fields.
const LABEL: usize = 11;

/// Width of a pair beside others.
const PAIR: usize = 32;

/// Width of a chart in lines of text.
const CHART: usize = 80;

/// Pieces of text, each in its style.
pub type Spans = Vec<(String, Style)>;

/// A part of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// An empty line.
    Blank,
    /// Text that leads to something when it has a link.
    Text {
        text: String,
        style: Style,
        link: Option<String>,
    },
    /// A name and its value.
    Field { name: String, value: Spans },
    /// Names and values, as many beside each other as fit.
    Pairs { name: String, pairs: Vec<(String, String)> },
    /// A table.
    Table { columns: Vec<Column>, rows: Vec<Vec<Cell>> },
    /// A chart.
    Chart(ChartView),
}

/// One of several texts about the same thing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pane {
    /// Its name; empty where there is only one.
    pub name: String,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

/// A text for people.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// What a person calls the thing that it is about.
    pub title: String,
    /// At least one.
    pub panes: Vec<Pane>,
}

/// A document as it fits an area.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Laid {
    /// Its lines.
    pub lines: Vec<Line<'static>>,
    /// Which line leads where.
    pub links: BTreeMap<usize, String>,
}

impl Default for Document {
    fn default() -> Self {
        Document::new("")
    }
}

/// Sentences, one below the other.
impl From<Vec<String>> for Document {
    fn from(sentences: Vec<String>) -> Self {
        let mut document = Document::default();
        sentences.iter().for_each(|sentence| document.text(sentence));
        document
    }
}

impl Document {
    /// An empty text about something.
    pub fn new(title: &str) -> Self {
        Document {
            title: title.to_owned(),
            panes: vec![Pane::default()],
        }
    }

    fn push(&mut self, block: Block) {
        if let Some(pane) = self.panes.last_mut() {
            pane.blocks.push(block);
        }
    }

    /// What follows stands in a pane of its own; the first call names the one that there is.
    pub fn pane(&mut self, name: &str) {
        let name = name.to_owned();
        match self.panes.as_mut_slice() {
            [only] if only.name.is_empty() => only.name = name,
            _ => self.panes.push(Pane {
                name,
                blocks: Vec::new(),
            }),
        }
    }

    /// A heading, with an empty line before it unless it is the first of its pane.
    pub fn heading(&mut self, text: &str) {
        if self.panes.last().is_some_and(|pane| !pane.blocks.is_empty()) {
            self.blank();
        }
        self.styled(text, theme::STRONG);
    }

    /// An empty line.
    pub fn blank(&mut self) {
        self.push(Block::Blank);
    }

    /// Text.
    pub fn text(&mut self, text: &str) {
        self.styled(text, theme::PLAIN);
    }

    /// Text in a style.
    pub fn styled(&mut self, text: &str, style: Style) {
        self.push(Block::Text {
            text: text.to_owned(),
            style,
            link: None,
        });
    }

    /// Text that leads to the thing with this id.
    pub fn link(&mut self, text: &str, style: Style, id: &str) {
        self.push(Block::Text {
            text: text.to_owned(),
            style,
            link: Some(id.to_owned()),
        });
    }

    /// A name and its value.
    pub fn field(&mut self, name: &str, value: &str) {
        self.styled_field(name, value, theme::PLAIN);
    }

    /// The same with the value in a style.
    pub fn styled_field(&mut self, name: &str, value: &str, style: Style) {
        self.spans(name, vec![(value.to_owned(), style)]);
    }

    /// The same with a value of several pieces.
    pub fn spans(&mut self, name: &str, value: Spans) {
        let name = name.to_owned();
        self.push(Block::Field { name, value });
    }

    /// Names and values beside each other.
    pub fn pairs(&mut self, name: &str, pairs: Vec<(String, String)>) {
        let name = name.to_owned();
        self.push(Block::Pairs { name, pairs });
    }

    /// A table.
    pub fn table(&mut self, columns: &[Column], rows: impl IntoIterator<Item = Vec<Cell>>) {
        self.push(Block::Table {
            columns: columns.to_vec(),
            rows: rows.into_iter().collect(),
        });
    }

    /// A chart.
    pub fn chart(&mut self, chart: &ChartView) {
        self.push(Block::Chart(chart.clone()));
    }

    /// The lines of a pane (the last one, where there are fewer) in an area of this width.
    pub fn lay(&self, pane: usize, width: usize, unicode: bool) -> Laid {
        let mut laid = Laid::default();
        let chosen = pane.min(self.panes.len().saturating_sub(1));
        if self.panes.iter().any(|pane| !pane.name.is_empty()) {
            laid.lines.push(self.names(chosen, width));
            laid.lines.push(Line::default());
        }
        for block in self.panes.get(chosen).iter().flat_map(|pane| &pane.blocks) {
            if let Block::Text { link: Some(id), .. } = block {
                laid.links.insert(laid.lines.len(), id.clone());
            }
            laid.lines.extend(block.lines(width, unicode));
        }
        laid
    }

    /// The panes beside each other, the chosen one in brackets; only that one where not all fit.
    fn names(&self, chosen: usize, width: usize) -> Line<'static> {
        let names = self.panes.iter().enumerate().map(|(at, pane)| {
            if at == chosen {
                Span::styled(format!("[{}] ", pane.name), theme::STRONG)
            } else {
                Span::styled(format!(" {}  ", pane.name), theme::PLAIN)
            }
        });
        let line = Line::from_iter(names);
        match line.spans.get(chosen) {
            Some(name) if line.width() > width + 1 => {
                let place = Span::raw(format!("{} of {}", chosen + 1, self.panes.len()));
                Line::from(vec![name.clone(), place])
            }
            _ => line,
        }
    }

    /// The whole text for a line command: nothing is wrapped, each pane follows the one before.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (at, pane) in self.panes.iter().enumerate() {
            if at > 0 {
                lines.extend([String::new(), pane.name.clone()]);
            }
            for block in &pane.blocks {
                lines.extend(match block {
                    Block::Table { columns, rows } => table::lines(columns, rows.iter().map(Vec::as_slice), true),
                    Block::Chart(_) => plain(block.lines(CHART, true)),
                    _ => plain(block.lines(usize::MAX, true)),
                });
            }
        }
        lines
    }
}

fn plain(lines: Vec<Line<'static>>) -> Vec<String> {
    lines
        .iter()
        .map(|line| line.to_string().trim_end().to_owned())
        .collect()
}

impl Block {
    fn lines(&self, width: usize, unicode: bool) -> Vec<Line<'static>> {
        let label = |at: usize, name: &str| Span::styled(pad(if at == 0 { name } else { "" }, LABEL), theme::DIM);
        match self {
            Block::Blank => vec![Line::default()],
            Block::Text { text, style, .. } => {
                let lines = wrap(text, width).into_iter();
                lines.map(|line| Line::styled(line, *style)).collect()
            }
            Block::Field { name, value } => match value.as_slice() {
                [(text, style)] => {
                    let parts = wrap(text, width.saturating_sub(LABEL)).into_iter().enumerate();
                    parts
                        .map(|(at, part)| Line::from(vec![label(at, name), Span::styled(part, *style)]))
                        .collect()
                }
                pieces => wrapped(pieces, width.saturating_sub(LABEL))
                    .into_iter()
                    .enumerate()
                    .map(|(at, line)| Line::from_iter(std::iter::once(label(at, name)).chain(line)))
                    .collect(),
            },
            Block::Pairs { name, pairs } => {
                let beside = (width.saturating_sub(LABEL) / PAIR).clamp(1, pairs.len().max(1));
                let line = |(at, chunk): (usize, &[(String, String)])| {
                    let cells = chunk.iter().flat_map(|(name, value)| {
                        let room = PAIR.saturating_sub(name.len() + 2);
                        [
                            Span::styled(format!("{name} "), theme::DIM),
                            Span::styled(pad(value, room), theme::STRONG),
                            Span::raw(" "),
                        ]
                    });
                    Line::from_iter(std::iter::once(label(at, name)).chain(cells))
                };
                pairs.chunks(beside).enumerate().map(line).collect()
            }
            Block::Table { columns, rows } => {
                let grid = Grid::within(columns, width, 0);
                let rows = rows.iter().flat_map(|cells| grid.lines(cells));
                grid.heading(None).into_iter().chain(rows).collect()
            }
            Block::Chart(view) => chart::lines(view, width, unicode),
        }
    }
}

/// Pieces in their styles, a new line where the next one no longer fits whole; one that fits no line breaks at blanks.
fn wrapped(pieces: &[(String, Style)], width: usize) -> Vec<Vec<Span<'static>>> {
    let mut lines = vec![Vec::new()];
    let mut used = 0;
    let words = pieces.iter().flat_map(|(text, style)| {
        let whole = text.trim_end().width() <= width;
        let parts: Vec<&str> = if whole {
            vec![text]
        } else {
            text.split_inclusive(' ').collect()
        };
        parts.into_iter().map(|part| Span::styled(part.to_owned(), *style))
    });
    for span in words {
        if used > 0 && used + span.content.trim_end().width() > width {
            lines.push(Vec::new());
            used = 0;
        }
        used += span.width();
        if let Some(line) = lines.last_mut() {
            line.push(span);
        }
    }
    lines
}

impl Laid {
    /// Draws the lines from `top` on; `cursor` marks one of them.
    pub fn draw(&self, top: usize, cursor: Option<usize>, area: Rect, buffer: &mut Buffer) {
        let lines = self.lines.iter().enumerate().skip(top).take(usize::from(area.height));
        for (down, (at, line)) in lines.enumerate() {
            let target = row(area, down);
            line.render(target, buffer);
            if cursor == Some(at) && line.width() > 0 {
                buffer.set_style(target, theme::SELECTED);
            }
        }
    }
}

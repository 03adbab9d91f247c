//! The one table: a list on a screen, a part of a document, lines of text, CSV. Where it is too narrow for columns, each
//! row becomes a record: its first cell, and below it the names and values of the others.

use std::borrow::Cow;
use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use rust_decimal::Decimal;
use unicode_width::UnicodeWidthStr;

use super::text::{cut, pad, pad_left};
use crate::figure;
use crate::theme;

/// Below this width (in characters) rows become records.
pub const NARROW: usize = 60;

/// The widest a cell of lines of text gets before it is cut.
const CELL_WIDTH: usize = 60;

/// What a cell orders its row by: by the text, and where that is the same the largest number first.
pub type Key = (String, Reverse<Option<Decimal>>);

/// What a cell shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Its text on a screen.
    pub text: String,
    /// Its style there.
    pub style: Style,
    /// The bare value for programs, where it differs from the text.
    pub bare: Option<String>,
    /// What it orders its row by, where that is not its text.
    pub key: Option<Key>,
}

impl Cell {
    /// Text in a style.
    pub fn styled(text: impl Into<String>, style: Style) -> Self {
        Cell {
            text: text.into(),
            style,
            bare: None,
            key: None,
        }
    }

    /// A count, empty where there is none.
    pub fn count(number: Option<u64>) -> Self {
        let cell = Cell::from(number.map(figure::count).unwrap_or_default());
        cell.bare(number.map(|number| number.to_string()).unwrap_or_default())
            .largest(number.map(Decimal::from))
    }

    /// A time to the minute; to the second for programs.
    pub fn time(at: DateTime<Utc>) -> Self {
        Cell::from(figure::short_time(at))
            .bare(figure::time(at))
            .largest(Some(Decimal::from(at.timestamp_micros())))
    }

    /// The same with a bare value for programs.
    pub fn bare(mut self, value: impl Into<String>) -> Self {
        self.bare = Some(value.into());
        self
    }

    /// The same, ordering its row by a number, the largest first.
    pub fn largest(self, number: Option<Decimal>) -> Self {
        self.keyed("", number)
    }

    /// The same, ordering its row by a text and then by a number, the largest first.
    pub fn keyed(mut self, text: &str, number: Option<Decimal>) -> Self {
        self.key = Some((text.to_owned(), Reverse(number)));
        self
    }

    /// What it orders its row by.
    pub fn order(&self) -> Key {
        self.key.clone().unwrap_or_else(|| (self.text.clone(), Reverse(None)))
    }

    /// The value for programs.
    pub fn value(&self) -> &str {
        self.bare.as_deref().unwrap_or(&self.text)
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Cell::styled(text, theme::PLAIN)
    }
}

/// How wide a column is, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// So many.
    Fixed(usize),
    /// A share of what the others leave.
    Rest(usize),
    /// A quarter of the table, within these bounds.
    Quarter(usize, usize),
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The field in CSV and in lines of text; empty keeps it out of them.
    pub name: Cow<'static, str>,
    /// The heading on a screen; empty keeps it off.
    pub title: Cow<'static, str>,
    /// How wide it is on a screen.
    pub width: Width,
    /// Whether it is set flush right.
    pub right: bool,
    /// It is left out on a screen where the list is narrower than this.
    pub from: usize,
    /// What stands in lines of text.
    pub lines: Lines,
}

/// What of a cell stands in lines of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// What a screen shows.
    Text,
    /// The bare value.
    Value,
    /// Nothing: another column says it already.
    Nothing,
}

impl Column {
    /// A column of text, so wide on a screen.
    pub const fn text(name: &'static str, title: &'static str, width: usize) -> Self {
        Column {
            name: Cow::Borrowed(name),
            title: Cow::Borrowed(title),
            width: Width::Fixed(width),
            right: false,
            from: 0,
            lines: Lines::Text,
        }
    }

    /// A column of numbers, set flush right.
    pub const fn number(name: &'static str, title: &'static str, width: usize) -> Self {
        let mut column = Column::text(name, title, width);
        column.right = true;
        column
    }

    /// The same with another width.
    pub const fn width(mut self, width: Width) -> Self {
        self.width = width;
        self
    }

    /// The same, left out of lists that are narrower than this.
    pub const fn from(mut self, least: usize) -> Self {
        self.from = least;
        self
    }

    /// The same, with the bare value in lines of text too, which have more room than a screen.
    pub const fn bare(mut self) -> Self {
        self.lines = Lines::Value;
        self
    }

    /// The same, left out of lines of text: the text of another column says it.
    pub const fn only_csv(mut self) -> Self {
        self.lines = Lines::Nothing;
        self
    }
}

/// A column of text that only stands in CSV and in lines of text.
pub const fn field(name: &'static str) -> Column {
    Column::text(name, "", 0)
}

/// The same for numbers.
pub const fn number_field(name: &'static str) -> Column {
    Column::number(name, "", 0)
}

/// A column of text inside a document; width 0 takes what is left.
pub const fn left(title: &'static str, width: usize) -> Column {
    let column = Column::text(title, title, width);
    match width {
        0 => column.width(Width::Rest(1)),
        _ => column,
    }
}

/// A column of numbers inside a document.
pub const fn right(title: &'static str, width: usize) -> Column {
    Column::number(title, title, width)
}

/// A row of a list: one thing that can be opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Id of the thing.
    pub id: String,
    /// What a person calls it.
    pub label: String,
    /// One cell per column of the list.
    pub cells: Vec<Cell>,
}

/// The columns that fit a width, each with its place and its own width.
pub struct Grid<'a> {
    columns: Vec<(usize, &'a Column, usize)>,
    width: usize,
    narrow: bool,
}

impl<'a> Grid<'a> {
    /// For an area of this width; each row begins with a mark of `margin` characters.
    pub fn within(columns: &'a [Column], width: usize, margin: usize) -> Self {
        let narrow = width < NARROW;
        let shown = columns
            .iter()
            .enumerate()
            .filter(|(_, column)| !column.title.is_empty() && column.from <= width.max(NARROW));
        let shown: Vec<(usize, &Column)> = shown.collect();
        let room = width.saturating_sub(margin);
        let (mut fixed, mut shares) = (shown.len(), 0);
        let of = |column: &Column| match column.width {
            Width::Fixed(width) => width,
            Width::Quarter(least, most) => (room / 4).clamp(least, most),
            Width::Rest(_) => 0,
        };
        for (_, column) in &shown {
            fixed += of(column);
            if let Width::Rest(share) = column.width {
                shares += share;
            }
        }
        let rest = room.saturating_sub(fixed);
        let sized = shown.into_iter().map(|(at, column)| match column.width {
            Width::Rest(share) => (at, column, rest * share / shares.max(1)),
            _ => (at, column, of(column)),
        });
        Grid {
            columns: sized.collect(),
            width: room,
            narrow,
        }
    }

    /// Lines that each row takes.
    pub fn height(&self) -> usize {
        if self.narrow { self.columns.len().max(1) } else { 1 }
    }

    /// The headings, where there are columns; `mark` is put behind the heading of one of them.
    pub fn heading(&self, mark: Option<(usize, &str)>) -> Option<Line<'static>> {
        let heading = self.columns.iter().map(|(at, column, width)| {
            let title = match mark {
                Some((sorted, sign)) if sorted == *at => format!("{}{sign}", column.title),
                _ => column.title.to_string(),
            };
            Span::styled(fit(&title, *width, column.right), theme::DIM)
        });
        (!self.narrow).then(|| Line::from_iter(heading))
    }

    /// A row, in as many lines as [`Grid::height`] says.
    pub fn lines(&self, cells: &[Cell]) -> Vec<Line<'static>> {
        let shown = self
            .columns
            .iter()
            .filter_map(|(at, column, width)| Some((cells.get(*at)?, *column, *width)));
        if !self.narrow {
            let spans =
                shown.map(|(cell, column, width)| Span::styled(fit(&cell.text, width, column.right), cell.style));
            return vec![Line::from_iter(spans)];
        }
        let labels = self.columns.iter().skip(1).map(|(_, column, _)| column.title.width());
        let label = labels.max().unwrap_or(0).min(self.width / 2);
        let record = shown.enumerate().map(|(at, (cell, column, _))| {
            let value = |room: usize| Span::styled(cut(&cell.text, room), cell.style);
            if at == 0 {
                return Line::from(value(self.width));
            }
            let name = format!("  {}  ", pad(&column.title.to_lowercase(), label));
            let room = self.width.saturating_sub(name.width());
            Line::from(vec![Span::styled(name, theme::DIM), value(room)])
        });
        record.collect()
    }
}

fn fit(text: &str, width: usize, right: bool) -> String {
    let fitted = if right { pad_left(text, width) } else { pad(text, width) };
    format!("{fitted} ")
}

/// Lines of text, as wide as the cells need, two blanks between columns.
pub fn lines<'a>(columns: &[Column], rows: impl Iterator<Item = &'a [Cell]>, header: bool) -> Vec<String> {
    let named = || {
        let all = columns.iter().enumerate();
        all.filter(|(_, column)| !column.name.is_empty() && column.lines != Lines::Nothing)
    };
    let last = named().next_back().map(|(at, _)| at);
    // Nothing stands behind the last cell of a row, so all of it is shown: reasons and remarks are sentences.
    let clean = |at: usize, text: &str| match plant_core::sanitize::display(text) {
        shown if Some(at) == last => shown.into_owned(),
        shown => cut(&shown, CELL_WIDTH),
    };
    let mut table: Vec<Vec<String>> = Vec::new();
    if header {
        table.push(
            named()
                .map(|(at, column)| clean(at, &column.name.to_uppercase()))
                .collect(),
        );
    }
    table.extend(rows.map(|cells| {
        let shown = |(at, column): (usize, &Column)| {
            let cell = cells.get(at).map(|cell| match column.lines {
                Lines::Value => cell.value(),
                Lines::Text | Lines::Nothing => &cell.text,
            });
            clean(at, cell.unwrap_or_default())
        };
        named().map(shown).collect()
    }));
    let mut widths = vec![0; named().count()];
    for row in &table {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.width().max(*width);
        }
    }
    let line = |row: &Vec<String>| {
        let cells = row
            .iter()
            .zip(&widths)
            .zip(named())
            .map(|((cell, width), (_, column))| {
                if column.right {
                    pad_left(cell, *width)
                } else {
                    pad(cell, *width)
                }
            });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    table.iter().map(line).collect()
}

/// The row so many below the top of an area; empty where it would lie outside.
pub fn row(area: Rect, down: usize) -> Rect {
    let down = u16::try_from(down).unwrap_or(u16::MAX);
    Rect::new(area.x, area.y.saturating_add(down), area.width, 1).intersection(area)
}

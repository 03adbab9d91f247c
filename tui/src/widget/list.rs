//! A list of things in columns: filtered, ordered, with one row selected.
//!
//! Invariant: the selected row is marked by a sign and by reversed colours, so it is seen without colour as well.

use std::cmp::Ordering;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::text::{pad, pad_left};
use crate::app::Place;
use crate::theme;

/// What a cell shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Its text.
    pub text: String,
    /// Its style.
    pub style: Style,
}

impl Cell {
    /// Text in a style.
    pub fn styled(text: impl Into<String>, style: Style) -> Self {
        Cell {
            text: text.into(),
            style,
        }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Cell::styled(text, theme::PLAIN)
    }
}

/// How wide a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// So many characters.
    Fixed(usize),
    /// A share of what the others leave.
    Rest(usize),
}

/// A column of a list of `T`.
pub struct Column<T> {
    /// Its heading.
    pub title: &'static str,
    /// How wide it is.
    pub width: Width,
    /// Whether it is set flush right.
    pub right: bool,
    /// It is left out where the list is narrower than this.
    pub from: usize,
    /// What it shows.
    pub cell: fn(&T) -> Cell,
    /// How it orders rows.
    pub order: fn(&T, &T) -> Ordering,
}

/// Columns that stand left of the first one: the mark of the selected row.
const MARGIN: usize = 2;

/// The items that pass the filter of a place, in its order.
pub fn rows<'a, T>(items: &'a [T], place: &Place, columns: &[Column<T>]) -> Vec<&'a T> {
    let shown = |item: &&T| {
        if place.filter.is_empty() {
            return true;
        }
        let texts: Vec<String> = columns.iter().map(|column| (column.cell)(item).text).collect();
        place.passes(texts.iter().map(String::as_str))
    };
    let mut rows: Vec<&T> = items.iter().filter(shown).collect();
    if let Some(column) = place.sort.and_then(|at| columns.get(at)) {
        rows.sort_by(|a, b| (column.order)(a, b));
    }
    if place.reversed {
        rows.reverse();
    }
    rows
}

/// Draws the heading and the rows of a place that fit.
pub fn draw<T>(rows: &[&T], place: &Place, columns: &[Column<T>], area: Rect, buffer: &mut Buffer) {
    let shown = layout(columns, usize::from(area.width).saturating_sub(MARGIN));
    let heading = shown.iter().map(|(at, column, width)| {
        let sorted = place.sort == Some(*at);
        let title = if sorted {
            format!("{}{}", column.title, if place.reversed { "^" } else { "v" })
        } else {
            column.title.to_owned()
        };
        Span::styled(fit(&title, *width, column.right), theme::DIM)
    });
    Line::from_iter(margin("  ").chain(heading)).render(row(area, 0), buffer);
    let visible = usize::from(area.height.saturating_sub(1));
    for (at, item) in rows.iter().enumerate().skip(place.top).take(visible) {
        let selected = at == place.cursor;
        let cells = shown.iter().map(|(_, column, width)| {
            let cell = (column.cell)(item);
            Span::styled(fit(&cell.text, *width, column.right), cell.style)
        });
        let mut line = Line::from_iter(margin(if selected { "> " } else { "  " }).chain(cells));
        let target = row(area, 1 + at.saturating_sub(place.top));
        if selected {
            line = line.patch_style(theme::SELECTED);
            buffer.set_style(target, theme::SELECTED);
        }
        line.render(target, buffer);
    }
}

fn margin(mark: &'static str) -> std::iter::Once<Span<'static>> {
    std::iter::once(Span::raw(mark))
}

fn fit(text: &str, width: usize, right: bool) -> String {
    let fitted = if right { pad_left(text, width) } else { pad(text, width) };
    format!("{fitted} ")
}

/// The row so many below the top of an area; empty where it would lie outside.
pub fn row(area: Rect, down: usize) -> Rect {
    let down = u16::try_from(down).unwrap_or(u16::MAX);
    Rect::new(area.x, area.y.saturating_add(down), area.width, 1).intersection(area)
}

/// The columns that fit, each with its place and width.
fn layout<T>(columns: &[Column<T>], width: usize) -> Vec<(usize, &Column<T>, usize)> {
    let shown: Vec<(usize, &Column<T>)> = columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.from <= width + MARGIN)
        .collect();
    let (mut fixed, mut shares) = (shown.len(), 0);
    for (_, column) in &shown {
        match column.width {
            Width::Fixed(width) => fixed += width,
            Width::Rest(share) => shares += share,
        }
    }
    let rest = width.saturating_sub(fixed);
    let of = |column: &Column<T>| match column.width {
        Width::Fixed(width) => width,
        Width::Rest(share) => rest * share / shares.max(1),
    };
    shown.into_iter().map(|(at, column)| (at, column, of(column))).collect()
}

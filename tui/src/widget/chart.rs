//! Charts as lines of text: bars for causes and losses, dots for trends and control charts.
//!
//! Invariants: each chart says its figures in words as well; zero and missing differ (a missing point is a gap); a
//! small part stays visible; where braille can't be shown, signs of ASCII take its place.

use plant_core::unit::Unit;
use plant_core::view::{ChartPoint, ChartView};
use ratatui::text::{Line, Span};
use rust_decimal::Decimal;

use super::text::{cut, pad, pad_left};
use crate::figure;
use crate::theme;

/// Rows of a plot.
const HEIGHT: usize = 10;

/// The most bars that are shown.
const BARS: usize = 12;

/// Width of the figures left of a plot.
const AXIS: usize = 10;

/// The lines of a chart.
pub fn lines(chart: &ChartView, width: usize, unicode: bool) -> Vec<Line<'static>> {
    let mut lines = vec![Line::styled(cut(&chart.title, width), theme::STRONG)];
    let empty = chart.points.iter().all(|point| finite(point).is_none());
    if empty {
        lines.push(Line::styled("no points to show", theme::DIM));
    } else if matches!(chart.kind.as_str(), "trend" | "control") {
        lines.extend(plot(chart, width, unicode));
    } else {
        lines.extend(bars(chart, width, unicode));
    }
    lines
}

fn finite(point: &ChartPoint) -> Option<f64> {
    point.value.filter(|value| value.is_finite())
}

/// One bar per point, the value beside it, and the cumulative share where there is one.
fn bars(chart: &ChartView, width: usize, unicode: bool) -> Vec<Line<'static>> {
    let largest = chart
        .points
        .iter()
        .filter_map(finite)
        .fold(0.0, |most: f64, value| most.max(value.abs()));
    let shares = chart.points.iter().any(|point| point.cumulative.is_some());
    let name_width = (width / 3).clamp(8, 28);
    let share_width = if shares { 8 } else { 0 };
    let room = width.saturating_sub(name_width + 12 + share_width + 2).max(1);
    let sign = if unicode { "█" } else { "#" };
    let mut passed_80 = false;
    let mut lines: Vec<Line<'static>> = Vec::new();
    for point in chart.points.iter().take(BARS) {
        let value = finite(point);
        let length = value.map_or(0, |value| bar_length(value.abs(), largest, room));
        let mut text = vec![
            Span::raw(pad(&point.label, name_width)),
            Span::raw(" "),
            Span::styled(pad(&sign.repeat(length), room), theme::ACCENT),
            Span::raw(pad_left(
                &value.map_or(figure::NONE.to_owned(), |value| written(chart, value)),
                12,
            )),
        ];
        if let Some(share) = point.cumulative {
            // The few causes that make four fifths of the loss end here.
            let mark = if share >= 0.8 && !passed_80 { "<80" } else { "" };
            passed_80 |= share >= 0.8;
            text.push(Span::styled(
                format!("{}{mark}", pad_left(&figure::estimate(share), 6)),
                theme::DIM,
            ));
        }
        lines.push(Line::from(text));
    }
    let more = chart.points.len().saturating_sub(BARS);
    if more > 0 {
        lines.push(Line::styled(format!("and {more} more"), theme::DIM));
    }
    if let Some(unit) = unit(chart) {
        lines.push(Line::styled(format!("in {unit}"), theme::DIM));
    }
    lines
}

/// A value of the chart, whose unit stands below it. Measured values keep the digits by which their limits differ.
fn written(chart: &ChartView, value: f64) -> String {
    match (Decimal::try_from(value), &chart.unit) {
        (Ok(share), Unit::Ratio) => figure::figure(share, &Unit::Ratio),
        (_, Unit::Unnamed) if chart.kind == "control" => figure::measured(value),
        _ => figure::float(value),
    }
}

/// The unit of the values, where the values don't say it themselves.
fn unit(chart: &ChartView) -> Option<String> {
    figure::unit(&chart.unit).filter(|_| chart.unit != Unit::Ratio)
}

/// A value above zero gets at least one sign.
fn bar_length(value: f64, largest: f64, room: usize) -> usize {
    if value <= 0.0 || largest <= 0.0 {
        return 0;
    }
    let scaled = scale(value / largest, room);
    scaled.clamp(1, room)
}

/// A share (0-1) of a length.
fn scale(share: f64, length: usize) -> usize {
    let exact = share.clamp(0.0, 1.0) * f64::from(u32::try_from(length).unwrap_or(u32::MAX));
    // The share was clamped, so the figure lies between 0 and the length.
    exact.round() as usize
}

/// Points over time with the levels across; marks stand above their points and are named below.
fn plot(chart: &ChartView, width: usize, unicode: bool) -> Vec<Line<'static>> {
    let columns = width.saturating_sub(AXIS + 1).max(2);
    let levels: Vec<&(String, f64)> = chart.levels.iter().filter(|(_, level)| level.is_finite()).collect();
    let values = || {
        chart
            .points
            .iter()
            .filter_map(finite)
            .chain(levels.iter().map(|(_, level)| *level))
    };
    let (low, high) = values().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    let mut canvas = Canvas::new(columns, HEIGHT, unicode);
    let (wide, tall) = canvas.dots();
    let last = chart.points.len().saturating_sub(1);
    let x = |at: usize| scale(if last == 0 { 0.5 } else { at as f64 / last as f64 }, wide - 1);
    let y = |value: f64| {
        let share = if high > low { (value - low) / (high - low) } else { 0.5 };
        tall - 1 - scale(share, tall - 1)
    };
    for (_, level) in &levels {
        canvas.level(y(*level));
    }
    let mut before = None;
    for (at, point) in chart.points.iter().enumerate() {
        let here = finite(point).map(|value| (x(at), y(value)));
        match (before, here) {
            (Some(from), Some(to)) => canvas.segment(from, to),
            (None, Some(to)) => canvas.dot(to),
            _ => {}
        }
        before = here;
    }
    let marked = chart.points.iter().enumerate().filter_map(|(at, point)| {
        let mark = point.mark.as_ref().filter(|mark| !mark.is_empty())?;
        Some((at, point, mark, finite(point)?))
    });
    let marked: Vec<_> = marked.collect();
    for (at, _, mark, value) in &marked {
        canvas.mark((x(*at), y(*value)), mark);
    }
    let mut lines = framed(&canvas, &written(chart, low), &written(chart, high));
    lines.push(dates(chart, columns));
    let named = levels
        .iter()
        .map(|(name, level)| format!("{name} {}", written(chart, *level)));
    let named: Vec<String> = named.collect();
    if !named.is_empty() {
        lines.push(Line::styled(cut(&named.join("  "), width), theme::DIM));
    }
    if let Some((point, value)) = chart
        .points
        .iter()
        .rev()
        .find_map(|point| Some((point, finite(point)?)))
    {
        let missing = chart.points.iter().filter(|point| finite(point).is_none()).count();
        let gaps = if missing > 0 {
            format!("; {missing} without a value")
        } else {
            String::new()
        };
        let text = format!(
            "last {} on {}, {}{gaps}{}",
            written(chart, value),
            point.label,
            figure::counted(chart.points.len() as u64, "point", "points"),
            unit(chart).map(|unit| format!(", in {unit}")).unwrap_or_default()
        );
        lines.push(Line::styled(cut(&text, width), theme::DIM));
    }
    for (_, point, mark, value) in marked.iter().take(BARS) {
        let text = format!("rule {mark} at {}: {}", point.label, written(chart, *value));
        lines.push(Line::styled(cut(&text, width), theme::CARE));
    }
    if marked.len() > BARS {
        lines.push(Line::styled(
            format!("and {} more marks", marked.len() - BARS),
            theme::DIM,
        ));
    }
    lines
}

/// The rows of a plot with the highest and lowest figure left of them.
fn framed(canvas: &Canvas, low: &str, high: &str) -> Vec<Line<'static>> {
    let rows = canvas.rows();
    let bottom = rows.len().saturating_sub(1);
    let framed = rows.into_iter().enumerate().map(|(at, row)| {
        let figure = match at {
            0 => high.to_owned(),
            at if at == bottom => low.to_owned(),
            _ => String::new(),
        };
        Line::from(vec![
            Span::styled(format!("{}|", pad_left(&figure, AXIS)), theme::DIM),
            Span::styled(row, theme::ACCENT),
        ])
    });
    framed.collect()
}

/// The first and last label under a plot; both whole, or only the last, or none.
fn dates(chart: &ChartView, columns: usize) -> Line<'static> {
    let label = |point: Option<&ChartPoint>| point.map(|point| point.label.clone()).unwrap_or_default();
    let (first, last) = (label(chart.points.first()), label(chart.points.last()));
    let room = columns.saturating_sub(last.len());
    let text = if first.len() < room {
        format!("{}{last}", pad(&first, room))
    } else if last.len() <= columns {
        pad_left(&last, columns)
    } else {
        String::new()
    };
    Line::styled(format!("{} {text}", " ".repeat(AXIS)), theme::DIM)
}

/// A field of dots: two by four in a braille sign, or one in a sign of ASCII.
struct Canvas {
    columns: usize,
    rows: usize,
    unicode: bool,
    /// The braille bits of each sign, row by row.
    bits: Vec<u8>,
    levels: Vec<bool>,
    marks: Vec<(usize, char)>,
}

impl Canvas {
    fn new(columns: usize, rows: usize, unicode: bool) -> Self {
        Canvas {
            columns,
            rows,
            unicode,
            bits: vec![0; columns * rows],
            levels: vec![false; rows],
            marks: Vec::new(),
        }
    }

    /// Dots across and down.
    fn dots(&self) -> (usize, usize) {
        if self.unicode {
            (self.columns * 2, self.rows * 4)
        } else {
            (self.columns, self.rows)
        }
    }

    /// The row and column of the sign that holds a dot.
    fn sign(&self, (x, y): (usize, usize)) -> (usize, usize) {
        if self.unicode { (y / 4, x / 2) } else { (y, x) }
    }

    fn dot(&mut self, (x, y): (usize, usize)) {
        // The bits of a braille sign run down its left side, then its right, the lowest row last.
        const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
        let (row, column) = self.sign((x, y));
        let bit = BITS.get(y % 4).and_then(|pair| pair.get(x % 2)).copied().unwrap_or(1);
        if column < self.columns
            && let Some(bits) = self.bits.get_mut(row * self.columns + column)
        {
            *bits |= bit;
        }
    }

    /// A straight line of dots between two points, both included.
    fn segment(&mut self, from: (usize, usize), to: (usize, usize)) {
        let steps = from.0.abs_diff(to.0).max(from.1.abs_diff(to.1)).max(1);
        let along = |a: usize, b: usize, step: usize| {
            let way = a.abs_diff(b) * step / steps;
            if b >= a { a + way } else { a - way }
        };
        for step in 0..=steps {
            self.dot((along(from.0, to.0, step), along(from.1, to.1, step)));
        }
    }

    /// A level across the whole field.
    fn level(&mut self, y: usize) {
        let (row, _) = self.sign((0, y));
        if let Some(level) = self.levels.get_mut(row) {
            *level = true;
        }
    }

    /// The first sign of a mark in the place of its point.
    fn mark(&mut self, dot: (usize, usize), mark: &str) {
        let (row, column) = self.sign(dot);
        if let Some(sign) = mark.chars().next() {
            self.marks
                .push((row * self.columns + column.min(self.columns.saturating_sub(1)), sign));
        }
    }

    fn rows(&self) -> Vec<String> {
        let row = |row: usize| {
            let level = self.levels.get(row).copied().unwrap_or(false);
            let sign = |column: usize| {
                let at = row * self.columns + column;
                if let Some((_, mark)) = self.marks.iter().find(|(place, _)| *place == at) {
                    return *mark;
                }
                match (self.bits.get(at).copied().unwrap_or(0), self.unicode) {
                    (0, _) if level => '-',
                    (0, _) => ' ',
                    (bits, true) => char::from_u32(0x2800 + u32::from(bits)).unwrap_or('*'),
                    (_, false) => '*',
                }
            };
            (0..self.columns).map(sign).collect()
        };
        (0..self.rows).map(row).collect()
    }
}

#[cfg(test)]
mod tests;

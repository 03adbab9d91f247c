//! Charts as lines of text: bars for causes and losses, dots for trends and control charts.
//!
//! Invariants: each chart says its figures in words as well; zero and missing differ (a missing point is a gap); a
//! small part stays visible; where braille can't be shown, signs of ASCII take its place.

use plant_core::model::{ChartKind, ChartPoint, ChartView};
use plant_core::unit::Unit;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::Color;
use ratatui::symbols::Marker;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use ratatui::widgets::canvas::{Canvas, Line as CanvasLine};
use rust_decimal::Decimal;

use super::text::{cut, pad, pad_left};
use crate::figure;
use crate::theme;

/// Rows of a plot.
const HEIGHT: u16 = 10;

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
    } else {
        match chart.kind {
            ChartKind::Trend | ChartKind::Control => lines.extend(plot(chart, width, unicode)),
            ChartKind::Pareto | ChartKind::Losses => lines.extend(bars(chart, width, unicode)),
        }
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
    // A blank, `48.52 %` and the mark.
    let share_width = if shares { 12 } else { 0 };
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
                format!("{}{mark}", pad_left(&shown_share(share), 9)),
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

/// A share as a finding says it.
fn shown_share(share: f64) -> String {
    Decimal::try_from(share).map_or_else(|_| figure::NONE.to_owned(), |share| figure::figure(share, &Unit::Ratio))
}

/// A value of the chart, whose unit stands below it. Measured values keep the digits by which their limits differ.
fn written(chart: &ChartView, value: f64) -> String {
    match chart.unit {
        Unit::Ratio => shown_share(value),
        Unit::Unnamed if chart.kind == ChartKind::Control => figure::measured(value),
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
    // The share lies between 0 and 1, and so the figure between 0 and the room.
    let exact = (value / largest).clamp(0.0, 1.0) * f64::from(u32::try_from(room).unwrap_or(u32::MAX));
    (exact.round() as usize).clamp(1, room)
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
    let last = chart.points.len().saturating_sub(1);
    let at = |at: usize| u32::try_from(at).map_or(0.0, f64::from);
    let marked = chart.points.iter().enumerate().filter_map(|(at, point)| {
        let mark = point.mark.as_ref().filter(|mark| !mark.is_empty())?;
        Some((at, point, mark, finite(point)?))
    });
    let marked: Vec<_> = marked.collect();
    let canvas = Canvas::default()
        .marker(if unicode { Marker::Braille } else { Marker::Custom('*') })
        .x_bounds(spread(0.0, at(last)))
        .y_bounds(spread(low, high))
        .paint(|field| {
            let line = |from: (f64, f64), to: (f64, f64)| CanvasLine::new(from.0, from.1, to.0, to.1, Color::Reset);
            field.marker(Marker::Custom('-'));
            for (_, level) in &levels {
                field.draw(&line((0.0, *level), (at(last), *level)));
            }
            field.layer();
            field.marker(if unicode { Marker::Braille } else { Marker::Custom('*') });
            let mut before = None;
            for (number, point) in chart.points.iter().enumerate() {
                let here = finite(point).map(|value| (at(number), value));
                if let Some(to) = here {
                    field.draw(&line(before.unwrap_or(to), to));
                }
                before = here;
            }
            for (number, _, mark, value) in &marked {
                field.print(at(*number), *value, mark.chars().take(1).collect::<String>());
            }
        });
    let mut lines = framed(canvas, columns, &written(chart, low), &written(chart, high));
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

/// The bounds of an axis; of a single value it stands in the middle.
fn spread(low: f64, high: f64) -> [f64; 2] {
    if high > low {
        [low, high]
    } else {
        [low - 1.0, low + 1.0]
    }
}

/// The rows of a plot with the highest and lowest figure left of them.
fn framed(canvas: impl Widget, columns: usize, low: &str, high: &str) -> Vec<Line<'static>> {
    let area = Rect::new(0, 0, u16::try_from(columns).unwrap_or(u16::MAX), HEIGHT);
    let mut buffer = Buffer::empty(area);
    canvas.render(area, &mut buffer);
    let framed = area.rows().map(|row| {
        let figure = match row.y {
            0 => high.to_owned(),
            y if y + 1 == HEIGHT => low.to_owned(),
            _ => String::new(),
        };
        let signs = row.positions().filter_map(|position| buffer.cell(position));
        Line::from(vec![
            Span::styled(format!("{}|", pad_left(&figure, AXIS)), theme::DIM),
            Span::styled(signs.map(Cell::symbol).collect::<String>(), theme::ACCENT),
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

#[cfg(test)]
mod tests;

//! Charts as data, made from the sums.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use plant_core::component::{Component, Dimension, Made};
use plant_core::metric::stats::{self, ATTRIBUTE_RULES, nelson};
use plant_core::model::{ChartKind, ChartPoint, ChartView};
use plant_core::unit::Unit;
use plant_core::words;
use rust_decimal::Decimal;

use crate::exact::to_f64;
use crate::scope::Scope;
use crate::spc::{Control, Series};

/// Bars of a Pareto beside the one for the rest.
const BARS: usize = 20;
/// Days from which a trend is told by month.
const DAILY_UNTIL: usize = 400;
/// Days from which shares are charted as a p chart.
pub(crate) const P_CHART_FROM: usize = 20;

/// A title with the unit of its figures.
fn titled(title: &str, unit: &Unit) -> String {
    match words::unit(unit) {
        Some(unit) => format!("{title} [{unit}]"),
        None => title.to_owned(),
    }
}

/// A Pareto of a component over a dimension; `None` where there is nothing to sort.
pub(crate) fn pareto(
    scope: &Scope,
    dimension: Dimension,
    component: Component,
    title: &str,
    unit: &str,
) -> Option<ChartView> {
    let title = format!("{title} by {}", words::plain(dimension.name()));
    pareto_of(&scope.by(dimension, component), &title, unit)
}

/// A Pareto of sums by label; `None` where there is nothing to sort.
pub(crate) fn pareto_of(sums: &BTreeMap<Option<&str>, Decimal>, title: &str, unit: &str) -> Option<ChartView> {
    let unit = Unit::from(unit);
    let pareto = stats::pareto(sums.iter().map(|(label, value)| (*label, to_f64(*value))));
    if pareto.items.is_empty() {
        return None;
    }
    let mut points: Vec<ChartPoint> = pareto
        .items
        .iter()
        .take(BARS)
        .map(|bar| ChartPoint {
            label: bar.label.clone(),
            value: Some(bar.value),
            cumulative: Some(bar.cumulative),
            mark: None,
        })
        .collect();
    let rest = pareto.items.get(BARS..).unwrap_or_default();
    if !rest.is_empty() {
        points.push(ChartPoint {
            label: format!("{} others", rest.len()),
            value: Some(rest.iter().map(|bar| bar.value).sum()),
            cumulative: Some(1.0),
            mark: None,
        });
    }
    Some(ChartView {
        kind: ChartKind::Pareto,
        title: titled(title, &unit),
        unit,
        points,
        levels: Vec::new(),
    })
}

/// A component per day, or per month over long periods; a day without it is a gap.
pub(crate) fn trend(scope: &Scope, component: Component, title: &str, unit: &str) -> Option<ChartView> {
    let unit = Unit::from(unit);
    let days = scope.by_day();
    if days.values().filter(|sums| sums.get(component).is_some()).count() < 2 {
        return None;
    }
    let by_month = days.len() > DAILY_UNTIL;
    let mut points: Vec<(String, Option<Decimal>)> = Vec::new();
    let mut next: Option<NaiveDate> = None;
    for (day, sums) in &days {
        let label = if by_month {
            format!("{:04}-{:02}", day.year(), day.month())
        } else {
            day.to_string()
        };
        if !by_month {
            // Days without any row are gaps of their own.
            while let Some(gap) = next.filter(|gap| gap < day && points.len() < DAILY_UNTIL) {
                points.push((gap.to_string(), None));
                next = gap.succ_opt();
            }
            next = day.succ_opt();
        }
        let value = sums.get(component);
        match points.last_mut() {
            Some((last, sum)) if *last == label => {
                *sum = match (*sum, value) {
                    (Some(sum), Some(value)) => Some(sum.saturating_add(value)),
                    (sum, value) => sum.or(value),
                };
            }
            _ => points.push((label, value)),
        }
    }
    Some(ChartView {
        kind: ChartKind::Trend,
        title: titled(
            &format!("{title} per {}", if by_month { "month" } else { "day" }),
            &unit,
        ),
        unit,
        points: points
            .into_iter()
            .map(|(label, value)| ChartPoint {
                label,
                value: value.map(to_f64),
                cumulative: None,
                mark: None,
            })
            .collect(),
        levels: Vec::new(),
    })
}

/// The planned busy time split into good time and the three losses, in minutes; they add up to it.
pub(crate) fn losses(scope: &Scope) -> Option<ChartView> {
    let parts = ["good_time", "availability_loss", "effectiveness_loss", "quality_loss"];
    let points: Vec<ChartPoint> = parts
        .into_iter()
        .filter_map(|id| {
            let figure = scope.figure_of(id)?;
            Some(ChartPoint {
                label: words::name(id),
                value: Some(to_f64(figure.value?)),
                cumulative: None,
                mark: None,
            })
        })
        .collect();
    // Availability loss alone is told by the stops already.
    (points.len() == parts.len()).then(|| ChartView {
        kind: ChartKind::Losses,
        title: "Planned busy time: good time and losses [min]".to_owned(),
        unit: Unit::Other("min".to_owned()),
        levels: scope
            .made(Made::PbtS)
            .map(|busy| ("planned busy time".to_owned(), to_f64(busy) / 60.0))
            .into_iter()
            .collect(),
        points,
    })
}

/// The share of scrap per day with its limits, from [`P_CHART_FROM`] days on.
pub(crate) fn scrap_share(scope: &Scope) -> Option<ChartView> {
    if scope.totals.uoms.len() > 1 {
        return None;
    }
    let days: Vec<(NaiveDate, f64, f64)> = scope
        .by_day()
        .iter()
        .filter_map(|(day, sums)| {
            let scrap = to_f64(sums.get(Component::Made(Made::SqChecked))?);
            let made = to_f64(sums.get(Component::Made(Made::PqChecked))?);
            (made > 0.0 && scrap >= 0.0).then_some((*day, scrap, made))
        })
        .collect();
    if days.len() < P_CHART_FROM {
        return None;
    }
    let samples: Vec<(f64, f64)> = days.iter().map(|(_, scrap, made)| (*scrap, *made)).collect();
    let chart = stats::p_chart(&samples).ok()?;
    let scores: Vec<f64> = chart
        .points
        .iter()
        .map(|point| {
            let sigma = (point.limits.upper - point.limits.center) / 3.0;
            if sigma > 0.0 {
                (point.value - point.limits.center) / sigma
            } else {
                0.0
            }
        })
        .collect();
    let signals = nelson(&scores, ATTRIBUTE_RULES);
    let mark = |place: usize| {
        if chart.out.contains(&place) {
            return Some("1".to_owned());
        }
        let fired = signals
            .iter()
            .find(|signal| signal.rule != 1 && (signal.end..=signal.last).contains(&place));
        fired.map(|signal| signal.rule.to_string())
    };
    let mut levels = vec![("center".to_owned(), chart.center)];
    let limits = chart.points.iter().map(|point| point.limits);
    if let Some(first) = chart.points.first().map(|point| point.limits) {
        if limits.clone().all(|limit| limit == first) {
            levels.push(("upper limit".to_owned(), first.upper));
            levels.push(("lower limit".to_owned(), first.lower));
        } else {
            let mean = |of: fn(stats::Limits) -> f64| limits.clone().map(of).sum::<f64>() / days.len() as f64;
            levels.push(("upper limit (mean of the days)".to_owned(), mean(|limit| limit.upper)));
            levels.push(("lower limit (mean of the days)".to_owned(), mean(|limit| limit.lower)));
        }
    }
    Some(ChartView {
        kind: ChartKind::Control,
        title: "Share of scrap per day, p chart [%]".to_owned(),
        unit: Unit::Ratio,
        points: days
            .iter()
            .zip(&chart.points)
            .enumerate()
            .map(|(place, ((day, _, _), point))| ChartPoint {
                label: day.to_string(),
                value: Some(point.value),
                cumulative: None,
                mark: mark(place),
            })
            .collect(),
        levels,
    })
}

/// The control chart of measured values, where they are in time order and vary.
pub(crate) fn measured(series: &Series) -> Option<ChartView> {
    let control = series.control().ok().filter(|_| series.ordered)?;
    let (limits, ranges) = (control.limits(), control.range_limits());
    let signals = control.signals();
    let points = control
        .points()
        .iter()
        .enumerate()
        .map(|(place, value)| ChartPoint {
            label: series.label(place),
            value: Some(*value),
            cumulative: None,
            mark: signals
                .iter()
                .find(|signal| (signal.end..=signal.last).contains(&place))
                .map(|signal| signal.rule.to_string()),
        })
        .collect();
    let name = series
        .scope
        .get("characteristic")
        .map_or("measured value", String::as_str);
    let ranges_name = match control {
        Control::Subgroups(_) => "mean range",
        Control::Individuals(_) => "mean moving range",
    };
    let mut levels = vec![
        ("center".to_owned(), limits.center),
        ("upper limit".to_owned(), limits.upper),
        ("lower limit".to_owned(), limits.lower),
        (ranges_name.to_owned(), ranges.center),
        ("upper limit of the range".to_owned(), ranges.upper),
    ];
    levels.extend(series.spec.lower.map(|limit| ("lower specification".to_owned(), limit)));
    levels.extend(series.spec.upper.map(|limit| ("upper specification".to_owned(), limit)));
    let provisional = if control.provisional() {
        ", provisional: fewer than 20 points"
    } else {
        ""
    };
    Some(ChartView {
        kind: ChartKind::Control,
        title: format!("{name}, {}{provisional}", control.name()),
        unit: Unit::Unnamed,
        points,
        levels,
    })
}

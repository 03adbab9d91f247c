//! Measured values: signals of the control chart, and sensors that do not move.

use plant_core::model::{Analyzer, FindingDraft, FindingKind};
use plant_core::words::{self, counted, measured};
use rust_decimal::Decimal;

use super::draft::{Draft, OF_A_KIND};
use crate::scope::Scope;
use crate::spc::Series;

/// Points out of control, by characteristic.
pub(crate) fn control(scope: &Scope, series: &[Series]) -> Vec<FindingDraft> {
    series
        .iter()
        .filter(|series| series.ordered)
        .filter_map(|series| signals(scope, series))
        .take(OF_A_KIND)
        .collect()
}

fn signals(scope: &Scope, series: &Series) -> Option<FindingDraft> {
    let control = series.control().ok()?;
    let signals = control.signals();
    let first = signals.first()?;
    let limits = control.limits();
    let mut points: Vec<usize> = signals.iter().flat_map(|signal| signal.end..=signal.last).collect();
    points.sort_unstable();
    points.dedup();
    let rules: Vec<String> = signals
        .iter()
        .map(|signal| format!("rule {} at {}", signal.rule, series.label(signal.end)))
        .collect();
    let name = name(series);
    let outside = control.out().len();
    let title = if outside > 0 {
        let of = format!("{} of {}", outside, control.points().len());
        format!("{name}: {of} points outside the control limits ({})", control.name())
    } else {
        format!(
            "{name}: run rule {} fired at {} ({})",
            first.rule,
            series.label(first.end),
            control.name()
        )
    };
    let mut working = format!(
        "center {}, limits {} to {}, mean range {}; {}",
        measured(limits.center),
        measured(limits.lower),
        measured(limits.upper),
        measured(control.range_limits().center),
        rules.join(", "),
    );
    if let Some(Ok(capability)) = series.capability() {
        let index = |value: Result<f64, _>| value.map_or_else(|_| "none".to_owned(), measured);
        working.push_str(&format!(
            "; Cpk {}, Ppk {}",
            index(capability.cpk),
            index(capability.ppk)
        ));
        for warning in capability.warnings {
            working.push_str(&format!(" ({})", words::warning(warning)));
        }
    }
    if control.provisional() {
        working.push_str("; provisional: fewer than 20 points");
    }
    let rows: Vec<(usize, Decimal)> = points
        .iter()
        .flat_map(|point| {
            let value = control.points().get(*point).copied().unwrap_or(limits.center);
            let weight = Decimal::try_from((value - limits.center).abs()).unwrap_or_default();
            series.rows_of(*point).iter().map(move |row| (*row, weight))
        })
        .collect();
    let draft = Draft {
        analyzer: Analyzer::Quality,
        kind: FindingKind::ControlSignal,
        title,
        about: series.scope.clone(),
        loss: Some(Decimal::from(points.len())),
        unit: "points",
        method: "Q-09 v1 (Nelson 1, 2, 3, 5, 6)",
        working,
    };
    Some(draft.shown_by(scope, rows))
}

/// Characteristics whose values never differ.
pub(crate) fn stuck(scope: &Scope, series: &[Series]) -> Vec<FindingDraft> {
    series
        .iter()
        .filter(|series| series.is_stuck())
        .take(OF_A_KIND)
        .map(|series| {
            let n = series.values.len();
            let value = series.values.first().copied().unwrap_or_default();
            let draft = Draft {
                analyzer: Analyzer::Quality,
                kind: FindingKind::StuckSensor,
                title: format!(
                    "{}: all {n} values are {}: sensor stuck or resolution too coarse",
                    name(series),
                    measured(value)
                ),
                about: series.scope.clone(),
                loss: None,
                unit: "",
                method: "Q-10 v1",
                working: format!(
                    "{} without any variance: no limits and no capability can be computed",
                    counted(n as u64, "value", "values")
                ),
            };
            draft.shown_by(scope, series.rows.iter().map(|row| (*row, Decimal::ZERO)).collect())
        })
        .collect()
}

fn name(series: &Series) -> String {
    let parts: Vec<&str> = series.scope.values().map(String::as_str).collect();
    if parts.is_empty() {
        "Measured values".to_owned()
    } else {
        parts.join(", ")
    }
}

//! Energy: the base load that runs without pieces, and where the energy goes.

use chrono::NaiveDate;
use plant_core::component::{Component, Dimension, Made};
use plant_core::metric::stats::{self, BLANK};
use plant_core::model::{Analyzer, FindingDraft, FindingKind};
use plant_core::variable::Variable;
use plant_core::words::{figure, measured, money, number, part};
use rust_decimal::Decimal;

use super::draft::{Draft, about};
use crate::exact::to_f64;
use crate::scope::Scope;

/// Energy per day against pieces per day: kWh = a + b x pieces, used only where it holds (n ≥ 10, R² ≥ 0.75,
/// CV(RMSE) ≤ 20 %).
pub(crate) fn base_load(scope: &Scope) -> Option<FindingDraft> {
    let days: Vec<(NaiveDate, f64, f64)> = scope
        .by_day()
        .iter()
        .filter_map(|(day, sums)| {
            let pieces = sums.get(Component::Made(Made::EnergyPq))?;
            let energy = sums.get(Component::Made(Made::EnergyWithPq))?;
            Some((*day, to_f64(pieces), to_f64(energy)))
        })
        .collect();
    let points: Vec<(f64, f64)> = days.iter().map(|(_, pieces, energy)| (*pieces, *energy)).collect();
    let line = stats::fit_line(&points)
        .ok()
        .filter(|line| line.is_usable() && line.intercept > 0.0)?;
    let all: f64 = points.iter().map(|(_, energy)| energy).sum();
    let base = Decimal::try_from(line.intercept * days.len() as f64).ok()?.round_dp(3);
    let all = Decimal::try_from(all).ok()?.round_dp(3);
    let price = scope
        .made(Made::EnergyValue)
        .zip(scope.total(Component::Sum(Variable::EnergyUsed)))
        .and_then(|(value, used)| value.checked_div(used));
    let worth = match (price, scope.currency()) {
        (Some(price), Some(currency)) => format!(
            "; at {} it costs {}",
            figure(price, &format!("{currency}/kWh").as_str().into()),
            money(base.saturating_mul(price), currency)
        ),
        _ => String::new(),
    };
    let draft = Draft {
        analyzer: Analyzer::Efficiency,
        kind: FindingKind::EnergyBaseLoad,
        title: format!(
            "Base load of {} kWh a day: {} of the energy runs without pieces",
            measured(line.intercept),
            part(base, all)
        ),
        about: about([]),
        loss: Some(base),
        unit: "kWh",
        method: "F-10 v1 (OLS; after ISO 50006)",
        working: format!(
            "kWh per day = {} + {} x pieces over {} days; R² {}; CV(RMSE) {}; base load {} x {} days = {} of {} kWh{worth}; no \
             amount: the model shows how large the base load is, not how much of it can go",
            measured(line.intercept),
            measured(line.slope),
            line.n,
            measured(line.r_squared),
            line.cv_rmse.map_or_else(|| "unknown".to_owned(), measured),
            measured(line.intercept),
            days.len(),
            number(base),
            number(all),
        ),
    };
    let rows = rows_with_energy(scope, |_| true);
    Some(draft.shown_by(scope, rows))
}

/// The tariff, machine or line that uses the most.
pub(crate) fn largest(scope: &Scope) -> Option<FindingDraft> {
    let component = Component::Sum(Variable::EnergyUsed);
    let dimensions = [
        Dimension::EnergyTariff,
        Dimension::Machine,
        Dimension::Line,
        Dimension::CostCenter,
    ];
    let dimension = scope.telling(&dimensions, component)?;
    let sums = scope.by(dimension, component);
    let total: Decimal = sums.values().sum();
    let pareto = stats::pareto(sums.iter().map(|(label, value)| (*label, to_f64(*value))));
    let bar = pareto.items.first()?;
    let label = (bar.label != BLANK).then_some(bar.label.as_str());
    let value = sums.get(&label).copied()?;
    let draft = Draft {
        analyzer: Analyzer::Cost,
        kind: FindingKind::EnergyPareto,
        title: format!(
            "{}: {} of {} kWh ({})",
            bar.label,
            number(value),
            number(total),
            part(value, total)
        ),
        about: about([(dimension.name(), Some(bar.label.as_str()))]),
        loss: Some(value),
        unit: "kWh",
        method: "C-11 v1",
        working: format!(
            "{} / {} = {}; {}a share has no benchmark, so no amount is claimed",
            number(value),
            number(total),
            part(value, total),
            if scope.made(Made::EnergyValue).is_none() {
                "no column says what a kWh costs; "
            } else {
                ""
            },
        ),
    };
    let rows = rows_with_energy(scope, |row| scope.table.dimension(dimension, row) == label);
    Some(draft.shown_by(scope, rows))
}

fn rows_with_energy(scope: &Scope, wanted: impl Fn(usize) -> bool) -> Vec<(usize, Decimal)> {
    (0..scope.table.rows())
        .filter(|row| wanted(*row))
        .filter_map(|row| Some((row, scope.table.number(Variable::EnergyUsed, row)?)))
        .collect()
}

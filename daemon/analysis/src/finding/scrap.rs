//! Scrap: who contributes most, and what lies above the plant's own usual level.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use plant_core::component::{Component, Dimension, Made};
use plant_core::metric::stats::{self, BLANK};
use plant_core::model::{Analyzer, FindingDraft, FindingKind};
use plant_core::savings::{Loss, LossKind, SavingInput, UnitValue};
use plant_core::unit::Unit;
use plant_core::variable::Variable;
use plant_core::words::{self, figure, number, part};
use rust_decimal::Decimal;

use super::draft::{Draft, OF_A_KIND, about, valued};
use crate::exact::to_f64;
use crate::scope::Scope;

/// Contributors of a Pareto that become findings.
const CONTRIBUTORS: usize = 3;
/// Fewest runs for a level of one's own.
const RUNS: usize = 8;
/// Days over which a baseline holds.
const BASELINE_DAYS: u32 = 84;
/// How sure it must be that the rate was falling already.
const FALLING_CONFIDENCE: f64 = 0.9;

/// The largest contributors to scrap, in money where all of it is valued, else in pieces.
pub(crate) fn pareto(scope: &Scope) -> Vec<FindingDraft> {
    let valued =
        scope.made(Made::ScrapValue).is_some_and(|value| value > Decimal::ZERO) && scope.totals.currencies.len() < 2;
    let component = if valued {
        Component::Made(Made::ScrapValue)
    } else {
        Component::Sum(Variable::QuantityScrap)
    };
    if !valued && scope.totals.uoms.len() > 1 {
        return Vec::new();
    }
    let unit = if valued {
        Unit::currency(scope.currency())
    } else {
        Unit::Other(scope.uom().unwrap_or("pieces").to_owned())
    };
    let loss_unit = unit.to_string();
    let dimensions = [
        Dimension::DefectCode,
        Dimension::Reason,
        Dimension::ProductName,
        Dimension::ProductCode,
        Dimension::CostCenter,
        Dimension::Machine,
        Dimension::Line,
        Dimension::Operation,
    ];
    let Some(dimension) = scope.telling(&dimensions, component) else {
        return Vec::new();
    };
    let sums = scope.by(dimension, component);
    let pareto = stats::pareto(sums.iter().map(|(label, value)| (*label, to_f64(*value))));
    let total: Decimal = sums.values().filter(|value| **value > Decimal::ZERO).sum();
    let name = dimension.name();
    pareto
        .vital()
        .iter()
        .take(CONTRIBUTORS)
        .enumerate()
        .filter_map(|(place, bar)| {
            let label = (bar.label != BLANK).then_some(bar.label.as_str());
            let value = sums.get(&label).copied()?;
            let rows = (0..scope.table.rows())
                .filter(|row| scope.table.dimension(dimension, *row) == label)
                .filter_map(|row| {
                    let weight = if valued {
                        scope.table.made(Made::ScrapValue, row)
                    } else {
                        scope.table.number(Variable::QuantityScrap, row)
                    };
                    weight.filter(|weight| *weight > Decimal::ZERO).map(|weight| (row, weight))
                })
                .collect();
            let draft = Draft {
                analyzer: Analyzer::Quality,
                kind: FindingKind::ScrapPareto,
                title: format!(
                    "{}: {} of {} of scrap ({})",
                    bar.label,
                    match unit {
                        // An amount of money says its currency wherever it stands; pieces say their unit once.
                        Unit::Money { .. } => figure(value, &unit),
                        _ => number(value),
                    },
                    figure(total, &unit),
                    part(value, total)
                ),
                about: about([(name, Some(bar.label.as_str()))]),
                loss: Some(value),
                unit: &loss_unit,
                method: "C-11 v1",
                working: format!(
                    "place {} of {} by {}: {} / {} = {}; cumulative {}; a share has no benchmark, so no amount is claimed",
                    place + 1,
                    pareto.items.len(),
                    words::plain(name),
                    number(value),
                    number(total),
                    part(value, total),
                    part(Decimal::try_from(bar.cumulative).unwrap_or_default(), Decimal::ONE),
                ),
            };
            Some(draft.shown_by(scope, rows))
        })
        .collect()
}

/// A run: rows that are compared as one.
#[derive(Debug, Clone, Default)]
struct Run {
    scrap: Decimal,
    made: Decimal,
    rows: Vec<usize>,
}

impl Run {
    fn rate(&self) -> Option<Decimal> {
        self.scrap.checked_div(self.made).map(|rate| rate.round_dp(12))
    }
}

/// Scrap above the median rate of the plant's own runs of the same product on the same machine, in one unit.
pub(crate) fn excess(scope: &Scope) -> Vec<FindingDraft> {
    let table = scope.table;
    let mut families: BTreeMap<[Option<&str>; 3], Vec<usize>> = BTreeMap::new();
    for row in 0..table.rows() {
        let known = table
            .made(Made::PqChecked, row)
            .is_some_and(|made| made > Decimal::ZERO)
            && table
                .made(Made::SqChecked, row)
                .is_some_and(|scrap| scrap >= Decimal::ZERO);
        if known {
            let family = [
                table
                    .dimension(Dimension::ProductCode, row)
                    .or_else(|| table.dimension(Dimension::ProductName, row)),
                table.dimension(Dimension::Machine, row),
                table.dimension(Dimension::Uom, row),
            ];
            families.entry(family).or_default().push(row);
        }
    }
    let mut found: Vec<(Decimal, FindingDraft)> = families
        .into_iter()
        .filter_map(|(family, rows)| one(scope, family, rows))
        .collect();
    found.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.title.cmp(&other.1.title)));
    found.into_iter().take(OF_A_KIND).map(|(_, finding)| finding).collect()
}

fn one(scope: &Scope, family: [Option<&str>; 3], rows: Vec<usize>) -> Option<(Decimal, FindingDraft)> {
    let by_row: Vec<Run> = rows
        .iter()
        .filter_map(|row| run(scope, std::slice::from_ref(row)))
        .collect();
    let mut runs = by_row;
    let mut run_name = "rows";
    // Small lots often have no scrap by chance: a level of nothing has to be shown over whole weeks.
    if median(&runs)?.is_zero() {
        runs = weeks(scope, &rows);
        run_name = "weeks";
    }
    if runs.len() < RUNS {
        return None;
    }
    let benchmark = median(&runs)?;
    let (scrap, made) = totals(&runs);
    let over: Vec<(usize, Decimal)> = runs
        .iter()
        .filter_map(|run| {
            let over = run.scrap.checked_sub(benchmark.checked_mul(run.made)?)?;
            Some((run, over)).filter(|(_, over)| *over > Decimal::ZERO)
        })
        .flat_map(|(run, over)| run.rows.iter().map(move |row| (*row, over)))
        .collect();
    let excess: Decimal = runs
        .iter()
        .filter_map(|run| run.scrap.checked_sub(benchmark.checked_mul(run.made)?))
        .filter(|over| *over > Decimal::ZERO)
        .sum();
    if excess <= Decimal::ZERO {
        return None;
    }
    let [product, machine, uom] = family;
    let name = match (product, machine) {
        (Some(product), Some(machine)) => format!("{product} on {machine}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "all runs".to_owned(),
    };
    let unit = uom.unwrap_or("pieces");
    let input = SavingInput {
        kind: LossKind::Scrap,
        losses: runs
            .iter()
            .map(|run| Loss {
                quantity: run.scrap,
                base: run.made,
            })
            .collect(),
        loss_unit: unit.to_owned(),
        benchmark: runs.iter().filter_map(Run::rate).collect(),
        period_days: span(scope, &rows),
        occurrences: rows
            .iter()
            .filter(|row| {
                scope
                    .table
                    .made(Made::SqChecked, **row)
                    .is_some_and(|scrap| scrap > Decimal::ZERO)
            })
            .count()
            .try_into()
            .unwrap_or(u32::MAX),
        coverage: scope.day_coverage(),
        quarantined_share: scope.quarantined_share(),
        identity_ok: identity_ok(scope),
        falling_already: falling(scope, &rows),
        baseline_holds: span(scope, &rows) >= BASELINE_DAYS,
        unit_value: unit_value(scope, &rows),
        currency: currency(scope, &rows),
    };
    let draft = Draft {
        analyzer: Analyzer::Quality,
        kind: FindingKind::ScrapExcess,
        title: format!(
            "{name}: {} {unit} more scrap than at its own usual rate of {}",
            number(excess),
            figure(benchmark, &Unit::Ratio)
        ),
        about: about([("product_code", product), ("machine", machine)]),
        loss: Some(excess.round_dp(6).normalize()),
        unit,
        method: "Q-03 excess over own median v1",
        working: format!(
            "rate {} / {} = {}; median rate of {} {run_name} {}; sum of what lies above it {} {unit}",
            number(scrap),
            number(made),
            part(scrap, made),
            runs.len(),
            figure(benchmark, &Unit::Ratio),
            number(excess),
        ),
    };
    Some((excess, valued(draft.shown_by(scope, over), &input)))
}

fn run(scope: &Scope, rows: &[usize]) -> Option<Run> {
    let mut run = Run {
        rows: rows.to_vec(),
        ..Run::default()
    };
    for row in rows {
        run.scrap = run.scrap.checked_add(scope.table.made(Made::SqChecked, *row)?)?;
        run.made = run.made.checked_add(scope.table.made(Made::PqChecked, *row)?)?;
    }
    Some(run)
}

fn weeks(scope: &Scope, rows: &[usize]) -> Vec<Run> {
    let mut weeks: BTreeMap<(i32, u32), Vec<usize>> = BTreeMap::new();
    for row in rows {
        if let Some(day) = day(scope, *row) {
            let week = day.iso_week();
            weeks.entry((week.year(), week.week())).or_default().push(*row);
        }
    }
    weeks.values().filter_map(|rows| run(scope, rows)).collect()
}

fn totals(runs: &[Run]) -> (Decimal, Decimal) {
    runs.iter().fold((Decimal::ZERO, Decimal::ZERO), |(scrap, made), run| {
        (scrap.saturating_add(run.scrap), made.saturating_add(run.made))
    })
}

fn median(runs: &[Run]) -> Option<Decimal> {
    let mut rates: Vec<Decimal> = runs.iter().filter_map(Run::rate).collect();
    rates.sort_unstable();
    let upper = rates.get(rates.len() / 2)?;
    let lower = rates.get(rates.len().checked_sub(1)? / 2)?;
    lower.checked_add(*upper)?.checked_div(Decimal::TWO)
}

fn day(scope: &Scope, row: usize) -> Option<NaiveDate> {
    scope.table.key(row)?.day
}

fn span(scope: &Scope, rows: &[usize]) -> u32 {
    let days = || rows.iter().filter_map(|row| day(scope, *row));
    match (days().min(), days().max()) {
        (Some(first), Some(last)) => u32::try_from((last - first).num_days()).unwrap_or(0).saturating_add(1),
        _ => 0,
    }
}

/// Rows whose quantities contradict each other, as a share that a saving does not bear.
fn identity_ok(scope: &Scope) -> bool {
    let odd = scope
        .table
        .remarks
        .get("quantities_disagree")
        .map_or(0, |remark| remark.count);
    odd.saturating_mul(20) < scope.table.rows() as u64
}

/// Whether the rate of the later half is surely below that of the earlier half.
fn falling(scope: &Scope, rows: &[usize]) -> bool {
    let mut dated: Vec<(NaiveDate, usize)> = rows.iter().filter_map(|row| Some((day(scope, *row)?, *row))).collect();
    dated.sort_unstable();
    let rates: Vec<f64> = dated
        .iter()
        .filter_map(|(_, row)| run(scope, &[*row])?.rate())
        .map(to_f64)
        .collect();
    let (before, after) = rates.split_at(rates.len() / 2);
    stats::welch(before, after, FALLING_CONFIDENCE).is_ok_and(|fall| fall > 0.0)
}

/// What a scrapped piece of these rows is worth on average, and where that comes from.
fn unit_value(scope: &Scope, rows: &[usize]) -> Option<UnitValue> {
    let table = scope.table;
    let sum = |made| -> Decimal {
        rows.iter()
            .filter_map(|row| table.made(made, *row))
            .fold(Decimal::ZERO, Decimal::saturating_add)
    };
    let value = sum(Made::ScrapValue)
        .checked_div(sum(Made::ScrapValued))?
        .round_dp(6)
        .normalize();
    let any = |variable: Variable| rows.iter().any(|row| table.number(variable, *row).is_some());
    let (source, is_fallback) = if any(Variable::ScrapCost) {
        ("booked scrap cost / scrapped quantity", false)
    } else if any(Variable::MaterialUnitCost) {
        ("column of the material unit cost", false)
    } else if any(Variable::StandardUnitCost) {
        ("column of the standard unit cost", true)
    } else {
        ("unit cost of the product from another file", true)
    };
    Some(UnitValue {
        value,
        source: source.to_owned(),
        is_fallback,
    })
}

/// The currency of these rows; none where they name several.
fn currency(scope: &Scope, rows: &[usize]) -> Option<String> {
    let mut named = rows
        .iter()
        .filter_map(|row| scope.table.dimension(Dimension::Currency, *row));
    match named.next() {
        Some(first) => named.all(|other| other == first).then(|| first.to_owned()),
        None => scope.currency().map(str::to_owned),
    }
}

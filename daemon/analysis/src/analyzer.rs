//! The four analyzers: figures, one chart and findings each.
//!
//! Each runs on its own: one that fails says so in its view and the others go on.

use std::panic::{AssertUnwindSafe, catch_unwind};

use plant_core::component::{Component, Dimension, Made};
use plant_core::metric::stats::Null;
use plant_core::metric::{self, NullReason, catalogue};
use plant_core::model::{Analyzer, AnalyzerStatus, AnalyzerView, ChartView, FindingDraft, MetricItem};
use plant_core::unit::Unit;
use plant_core::variable::Variable;
use plant_core::words;
use rust_decimal::Decimal;

use crate::chart;
use crate::finding;
use crate::scope::Scope;
use crate::spc::{self, Series};

/// What one analyzer found.
#[derive(Debug, Default)]
struct Part {
    metrics: Vec<MetricItem>,
    chart: Option<ChartView>,
    findings: Vec<FindingDraft>,
}

/// Figures that are shown even without a value, and those that are shown only with one.
struct Figures {
    main: &'static [&'static str],
    more: &'static [&'static str],
}

const COST: Figures = Figures {
    main: &["scrap_value", "cost_per_good_unit", "energy_cost"],
    more: &[
        "rework_value",
        "copq",
        "overhead_spending",
        "total_cost",
        "planned_cost",
        "labor_hours",
        "overtime_hours",
        "energy_used",
    ],
};
const EQUIPMENT: Figures = Figures {
    main: &["availability", "mtbf", "mttr"],
    more: &[
        "inherent_availability",
        "mtbf_lower_bound",
        "failures",
        "stops",
        "stop_time",
        "breakdown_time",
        "waiting_time",
        "setup_time",
        "minor_stop_time",
        "unknown_stop_time",
        "planned_down_time",
    ],
};
const QUALITY: Figures = Figures {
    main: &["quality_ratio", "first_pass_yield", "scrap_ratio"],
    more: &[
        "final_yield",
        "rework_ratio",
        "defects_per_unit",
        "quantity_scrap",
        "quantity_rework",
        "defect_count",
        "measured_mean",
        "measured_deviation",
    ],
};
const EFFICIENCY: Figures = Figures {
    main: &["oee", "effectiveness", "throughput_rate"],
    more: &[
        "nee",
        "allocation",
        "utilisation",
        "setup_ratio",
        "availability_loss",
        "effectiveness_loss",
        "quality_loss",
        "good_time",
        "planned_busy_time",
        "production_time",
        "attainment",
        "labor_productivity",
        "energy_per_unit",
        "energy_used",
        "emissions",
        "quantity_planned",
        "quantity_produced",
        "quantity_good",
    ],
};

/// Runs the four analyzers; the findings come back in their order.
pub(crate) fn run(scope: &Scope) -> (Vec<AnalyzerView>, Vec<FindingDraft>) {
    let parts = Analyzer::ALL.map(|analyzer| {
        let (level, figures, make): (u8, &Figures, fn(&Scope) -> Part) = match analyzer {
            Analyzer::Cost => (scope.tier.cost, &COST, cost),
            Analyzer::Equipment => (scope.tier.equipment, &EQUIPMENT, equipment),
            Analyzer::Quality => (scope.tier.quality, &QUALITY, quality),
            Analyzer::Efficiency => (scope.tier.efficiency, &EFFICIENCY, efficiency),
        };
        (analyzer, level, figures, guarded(|| make(scope)))
    });
    let mut findings: Vec<FindingDraft> = parts
        .iter()
        .flat_map(|(_, _, _, part)| part.iter().flat_map(|part| part.findings.clone()))
        .collect();
    finding::sort(&mut findings);
    let views = parts
        .into_iter()
        .map(|(name, level, figures, part)| {
            let (status, error, part) = match part {
                Err(error) => (AnalyzerStatus::Failed, Some(error), Part::default()),
                Ok(part) if part.metrics.iter().any(|item| item.value.is_some()) => {
                    (AnalyzerStatus::Completed, None, part)
                }
                Ok(part) => (AnalyzerStatus::NoData, Some(missing(scope, figures)), part),
            };
            AnalyzerView {
                name,
                status,
                level,
                metrics: part.metrics,
                findings: findings
                    .iter()
                    .filter(|finding| finding.analyzer == name)
                    .map(|finding| finding.title.clone())
                    .collect(),
                chart: part.chart,
                error,
            }
        })
        .collect();
    (views, findings)
}

/// Runs one analyzer; a fault in it stays with it.
fn guarded(analyzer: impl FnOnce() -> Part) -> Result<Part, String> {
    catch_unwind(AssertUnwindSafe(analyzer)).map_err(|fault| {
        let text = fault
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| fault.downcast_ref::<&str>().copied())
            .unwrap_or("no text");
        format!("this is a fault of the program ({text}); the other analyzers are not affected")
    })
}

fn figures(scope: &Scope, figures: &Figures) -> Vec<MetricItem> {
    let main = figures.main.iter().filter_map(|id| scope.figure_of(id));
    let more = figures
        .more
        .iter()
        .filter_map(|id| scope.figure_of(id).filter(|item| item.value.is_some()));
    main.chain(more).collect()
}

/// What the figures lack, in the words of the columns.
fn missing(scope: &Scope, figures: &Figures) -> String {
    let lacks: Vec<String> = figures
        .main
        .iter()
        .filter_map(|id| catalogue::find(id))
        .map(|metric| {
            let missing = metric::missing(metric, &scope.tier.present);
            let why = if missing.is_empty() {
                scope
                    .figure(metric)
                    .null_reason
                    .map_or_else(String::new, words::explain)
            } else {
                format!(
                    "no {} in the data",
                    missing
                        .iter()
                        .map(|any| words::either(any))
                        .collect::<Vec<_>>()
                        .join(", no ")
                )
            };
            format!("{}: {why}", metric.label)
        })
        .collect();
    lacks.join("; ")
}

fn cost(scope: &Scope) -> Part {
    let currency = &Unit::currency(scope.currency()).to_string();
    let money = scope.totals.currencies.len() < 2;
    let places = [
        Dimension::ProductName,
        Dimension::ProductCode,
        Dimension::CostCenter,
        Dimension::DefectCode,
        Dimension::Reason,
        Dimension::OrderType,
        Dimension::Machine,
        Dimension::Line,
    ];
    let pareto = |component: Component, title: &str, unit: &str| {
        let dimension = scope.telling(&places, component)?;
        chart::pareto(scope, dimension, component, title, unit)
    };
    let tariff = |component: Component, title: &str, unit: &str| {
        let dimension = scope.telling(
            &[Dimension::EnergyTariff, Dimension::Machine, Dimension::Line],
            component,
        )?;
        chart::pareto(scope, dimension, component, title, unit)
    };
    let scrap = Component::Made(Made::ScrapValue);
    let total = Component::Sum(Variable::TotalCost);
    let energy = Component::Sum(Variable::EnergyUsed);
    let in_money = || {
        pareto(scrap, "Scrap cost", currency)
            .or_else(|| pareto(total, "Cost", currency))
            .or_else(|| tariff(Component::Made(Made::EnergyValue), "Energy cost", currency))
            .or_else(|| chart::trend(scope, total, "Cost", currency))
    };
    let chart = money
        .then(in_money)
        .flatten()
        .or_else(|| tariff(energy, "Energy", "kWh"));
    let mut findings = finding::digits(scope);
    findings.extend(finding::energy_pareto(scope));
    Part {
        metrics: figures(scope, &COST),
        chart: chart.or_else(|| chart::trend(scope, energy, "Energy", "kWh")),
        findings,
    }
}

fn equipment(scope: &Scope) -> Part {
    let failures = Component::Made(Made::Failures);
    let chart = finding::stop_chart(scope)
        .or_else(|| {
            let dimension = scope.telling(&[Dimension::Machine, Dimension::Line, Dimension::ProductCode], failures)?;
            chart::pareto(scope, dimension, failures, "Failures", "failures")
        })
        .or_else(|| chart::trend(scope, failures, "Failures", "failures"));
    let mut findings = finding::stop_pareto(scope);
    findings.extend(finding::repeats(scope));
    findings.extend(finding::failures(scope));
    findings.extend(finding::equipment_data(scope));
    findings.extend(finding::states(scope));
    findings.extend(finding::coarse(scope));
    Part {
        metrics: figures(scope, &EQUIPMENT),
        chart,
        findings,
    }
}

fn quality(scope: &Scope) -> Part {
    let series = spc::series(scope.table);
    let scrap = Component::Sum(Variable::QuantityScrap);
    let defects = Component::Sum(Variable::DefectCount);
    let causes = [
        Dimension::DefectCode,
        Dimension::Reason,
        Dimension::ProductName,
        Dimension::ProductCode,
        Dimension::Machine,
        Dimension::Line,
        Dimension::Operation,
    ];
    let pareto = |component: Component, title: &str, unit: &str| {
        let dimension = scope.telling(&causes, component)?;
        chart::pareto(scope, dimension, component, title, unit)
    };
    let unmixed = scope.totals.uoms.len() < 2;
    let currency = scope.currency().filter(|_| scope.totals.currencies.len() < 2);
    let chart = series
        .iter()
        .find_map(chart::measured)
        .or_else(|| chart::scrap_share(scope))
        .or_else(|| {
            unmixed
                .then(|| pareto(scrap, "Scrap", scope.uom().unwrap_or("pieces")))
                .flatten()
        })
        .or_else(|| pareto(defects, "Defects", "defects"))
        .or_else(|| pareto(Component::Made(Made::ScrapValue), "Scrap cost", currency?));
    let mut metrics = figures(scope, &QUALITY);
    metrics.extend(series.iter().find_map(capability).unwrap_or_default());
    let mut findings = finding::scrap_pareto(scope);
    findings.extend(finding::excess(scope));
    findings.extend(finding::control(scope, &series));
    findings.extend(finding::stuck(scope, &series));
    findings.extend(finding::quality_data(scope));
    Part {
        metrics,
        chart,
        findings,
    }
}

/// Cp, Cpk, Pp and Ppk of a characteristic with limits; each has a value or a reason.
fn capability(series: &Series) -> Option<Vec<MetricItem>> {
    let capability = series.capability()?.ok()?;
    let indices = [
        ("cp", capability.cp, "(USL - LSL) / 6 sigma within"),
        ("cpk", capability.cpk, "min(USL - mean, mean - LSL) / 3 sigma within"),
        ("pp", capability.pp, "(USL - LSL) / 6 s overall"),
        ("ppk", capability.ppk, "min(USL - mean, mean - LSL) / 3 s overall"),
    ];
    let items = indices.into_iter().map(|(id, index, formula)| MetricItem {
        metric: id.to_owned(),
        value: index.ok().and_then(|index| Decimal::try_from(index).ok()),
        unit: Unit::One,
        null_reason: index
            .and_then(|index| Decimal::try_from(index).map_err(|_| Null::NotFinite))
            .err()
            .map(NullReason::Statistic),
        n: series.values.len() as u64,
        coverage: None,
        group: series
            .scope
            .iter()
            .map(|(name, value)| (name.clone(), Some(value.clone())))
            .collect(),
        components: Default::default(),
        warnings: capability.warnings.clone(),
        method: format!("{formula} (Q-10; NIST handbook 6.1.6)"),
        version: 1,
    });
    Some(items.collect())
}

fn efficiency(scope: &Scope) -> Part {
    let trend = |variable, title: &str, unit: &str| chart::trend(scope, Component::Sum(variable), title, unit);
    let unmixed = scope.totals.uoms.len() < 2;
    let unit = scope.uom().unwrap_or("pieces");
    let pieces = || {
        trend(Variable::QuantityProduced, "Pieces made", unit)
            .or_else(|| trend(Variable::QuantityGood, "Good pieces", unit))
    };
    let chart = chart::losses(scope)
        .or_else(|| unmixed.then(pieces).flatten())
        .or_else(|| trend(Variable::EnergyUsed, "Energy", "kWh"));
    let mut findings = finding::setup(scope);
    findings.extend(finding::base_load(scope));
    findings.extend(finding::general_data(scope));
    findings.extend(finding::counters(scope));
    findings.extend(finding::lost(scope));
    Part {
        metrics: figures(scope, &EFFICIENCY),
        chart,
        findings,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_stays_with_its_analyzer() {
        let fault = guarded(|| panic!("division by zero in a test"));
        assert!(fault.unwrap_err().contains("division by zero in a test"));
        assert!(guarded(Part::default).is_ok());
    }
}

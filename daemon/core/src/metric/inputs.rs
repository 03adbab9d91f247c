//! What a metric needs, in components for the database and in variables for people.

use super::Metric;
use crate::component::{Component, Dimension, Made};
use crate::model::MetricInfo;
use crate::variable::Variable;

/// Every component that these metrics read, once each, in the order of [`Component::all`], with the row count.
pub fn needed<'a>(metrics: impl IntoIterator<Item = &'a Metric>) -> Vec<Component> {
    let mut all: Vec<Component> = metrics
        .into_iter()
        .flat_map(|metric| metric.needs.iter().copied())
        .collect();
    all.push(Component::Rows);
    all.sort_unstable();
    all.dedup();
    all
}

/// A metric as it is listed.
pub fn info(metric: &Metric) -> MetricInfo {
    MetricInfo {
        metric: metric.id.to_owned(),
        code: metric.code.to_owned(),
        label: metric.label.clone(),
        unit: metric.unit.to_owned(),
        kind: metric.kind,
        formula: metric.formula.clone(),
        source: metric.source.to_owned(),
        needs: requirements(metric).into_iter().map(either).collect(),
        dimensions: dimensions(metric).collect(),
    }
}

/// What a plant would have to export in addition for this metric: empty where `present` is enough.
///
/// Each entry names one variable, or several of which any one is enough (`ideal_cycle_time or ideal_rate`).
pub fn missing(metric: &Metric, present: &[Variable]) -> Vec<String> {
    requirements(metric)
        .into_iter()
        .filter(|any| !any.iter().any(|variable| present.contains(variable)))
        .map(either)
        .collect()
}

/// A null reason in plain words: what is missing or zero, and what would help.
pub fn explain(reason: &str) -> String {
    if let Some(name) = reason.strip_prefix("missing_") {
        return match component(name) {
            Some(Component::Made(made)) => match inputs(made).iter().map(|any| either(any)).collect::<Vec<_>>() {
                wanted if wanted.is_empty() => format!("no data for: {}", lower(made.meaning())),
                wanted => format!("no {} (it needs {})", lower(made.meaning()), wanted.join(", ")),
            },
            _ => format!("no column `{name}`, or no value in it"),
        };
    }
    if let Some(name) = reason.strip_prefix("zero_") {
        return match component(name) {
            Some(Component::Made(made)) => format!("zero: {}", lower(made.meaning())),
            _ => format!("`{name}` adds up to zero"),
        };
    }
    match reason {
        "mixed_currency" => "the rows stand in several currencies: group by currency".to_owned(),
        "mixed_uom" => "the quantities stand in several units: group by uom".to_owned(),
        "incomplete_ideal_cycle_time" => {
            "fewer than 80 % of the pieces carry an ideal cycle time or an ideal rate".to_owned()
        }
        "incomplete_quality" => "fewer than 80 % of the pieces say whether they were good".to_owned(),
        "oee_disagrees" => "availability x effectiveness x quality and the quotient of sums disagree".to_owned(),
        "too_few_measure_n" => "fewer than two measured values".to_owned(),
        "overflow" => "the sums are too large to be true: check the column that feeds them".to_owned(),
        other => other.replace('_', " "),
    }
}

/// Variables that a metric needs: of each entry any one.
fn requirements(metric: &Metric) -> Vec<&'static [Variable]> {
    let mut all: Vec<&'static [Variable]> = Vec::new();
    let mut add = |any: &'static [Variable]| {
        if !all.contains(&any) {
            all.push(any);
        }
    };
    for component in metric.recipe.required() {
        match component {
            Component::Rows => {}
            Component::Sum(variable) | Component::Count(variable) => {
                if let Some(one) = Variable::ALL.get(variable.index()..=variable.index()) {
                    add(one);
                }
            }
            Component::Made(made) => inputs(made).iter().copied().for_each(&mut add),
        }
    }
    all
}

/// Variables from which an analyzer makes a component: of each entry any one.
fn inputs(made: Made) -> &'static [&'static [Variable]] {
    use Variable::*;
    match made {
        Made::PbtS => &[&[PlannedTime, StopCategory]],
        Made::AptS | Made::OperatingS => &[&[PlannedTime, StopCategory], &[Duration, EventEnd, PlannedDowntime]],
        Made::AustS
        | Made::AdetS
        | Made::BreakdownS
        | Made::WaitingS
        | Made::MinorStopS
        | Made::UnknownStopS
        | Made::PlannedDownS => &[&[StopCategory], &[Duration, EventEnd]],
        Made::StopS => &[&[StopCategory, ReasonCode, ReasonText], &[Duration, EventEnd]],
        Made::Stops => &[&[StopCategory, ReasonCode, ReasonText]],
        Made::Failures => &[&[IsFailure, StopCategory]],
        Made::ClosedFailures | Made::RepairS => &[&[IsFailure, StopCategory], &[Duration, EventEnd, RepairEnd]],
        Made::IdealS | Made::PqTimed => &[&[QuantityProduced], &[IdealCycleTime, IdealRate]],
        Made::IdealGoodS => &[&[QuantityGood, QuantityScrap], &[IdealCycleTime, IdealRate]],
        Made::PqChecked | Made::GqChecked => &[&[QuantityProduced, QuantityGood], &[QuantityGood, QuantityScrap]],
        Made::SqChecked => &[&[QuantityProduced, QuantityGood], &[QuantityScrap]],
        Made::RqChecked => &[&[QuantityProduced, QuantityGood], &[QuantityRework]],
        Made::GqCosted | Made::CostOfGood => &[&[TotalCost], &[QuantityGood, QuantityProduced]],
        Made::ScrapValue => &[
            &[QuantityScrap, ScrapCost],
            &[ScrapCost, MaterialUnitCost, StandardUnitCost],
        ],
        Made::ScrapValued => &[&[QuantityScrap]],
        Made::ReworkValue => &[&[ReworkHours], &[LaborRate, LaborRateStandard]],
        Made::EnergyValue => &[&[EnergyUsed], &[EnergyPrice]],
        Made::EnergyPq | Made::EnergyWithPq => &[&[EnergyUsed], &[QuantityProduced]],
        Made::PlannedQtyMet => &[&[QuantityPlanned], &[QuantityGood]],
        Made::MeasureN | Made::MeasureSum | Made::MeasureSumSq => &[&[MeasuredValue]],
    }
}

/// Dimensions that a metric can be grouped by: planned time isn't split over reasons, so neither is what rests on it.
fn dimensions(metric: &Metric) -> impl Iterator<Item = Dimension> + '_ {
    let rests_on_time = metric
        .recipe
        .required()
        .into_iter()
        .any(|component| matches!(component, Component::Made(Made::PbtS | Made::AptS | Made::OperatingS)));
    Dimension::ALL.into_iter().filter(move |dimension| {
        !(rests_on_time
            && matches!(
                dimension,
                Dimension::Reason | Dimension::StopCategory | Dimension::DefectCode
            ))
    })
}

fn component(name: &str) -> Option<Component> {
    Component::from_name(name)
}

fn either(any: &'static [Variable]) -> String {
    any.iter()
        .map(|variable| variable.name())
        .collect::<Vec<_>>()
        .join(" or ")
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_lowercase().chain(letters).collect())
        .unwrap_or_default()
}

//! What a metric needs, in components for the database and in variables for people.

use super::{Metric, caveats};
use crate::component::{Component, Dimension, Made, OF_MEASURES};
use crate::model::{MetricComponent, MetricDetail, MetricInfo};
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
        unit: metric.unit.into(),
        kind: metric.kind,
        formula: metric.formula.clone(),
        source: metric.source.to_owned(),
        needs: requirements(metric).into_iter().map(either).collect(),
        dimensions: dimensions(metric).collect(),
    }
}

/// A metric as it is shown on its own.
pub fn detail(metric: &Metric) -> MetricDetail {
    let required = metric.recipe.required();
    let component = |component: Component| MetricComponent {
        component: component.name(),
        unit: component.unit().into(),
        meaning: component.meaning(),
        required: required.contains(&component),
    };
    let others = metric.needs.iter().filter(|component| !required.contains(component));
    MetricDetail {
        info: info(metric),
        version: metric.version,
        higher_is_better: metric.higher_is_better,
        components: required.iter().chain(others).copied().map(component).collect(),
        null_reasons: caveats::null_reasons(metric),
        warnings: caveats::warnings(metric),
    }
}

/// What a plant would have to export in addition for this metric: empty where `present` is enough.
///
/// Each entry is one variable, or several of which any one is enough.
pub fn missing(metric: &Metric, present: &[Variable]) -> Vec<&'static [Variable]> {
    requirements(metric)
        .into_iter()
        .filter(|any| !any.iter().any(|variable| present.contains(variable)))
        .collect()
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
            Component::Made(made) => made.needs().iter().copied().for_each(&mut add),
        }
    }
    all
}

/// Dimensions that a metric can be grouped by: planned time isn't split over reasons, so neither is what rests on it.
fn dimensions(metric: &Metric) -> impl Iterator<Item = Dimension> + '_ {
    let rests_on_time = metric
        .recipe
        .required()
        .into_iter()
        .any(|component| matches!(component, Component::Made(Made::PbtS | Made::AptS | Made::OperatingS)));
    let required = metric.recipe.required();
    let reads = |wanted: &[Made]| wanted.iter().any(|made| required.contains(&Component::Made(*made)));
    let of_values = reads(&[Made::ProcessN, Made::ProcessSum, Made::ProcessLeast, Made::ProcessMost]);
    let of_modes = reads(&[Made::ModeFailures]);
    Dimension::ALL.into_iter().filter(move |dimension| {
        match dimension {
            Dimension::ProcessValue | Dimension::ProcessUnit => return of_values,
            Dimension::FailureMode => return of_modes,
            other if of_values || of_modes => return OF_MEASURES.contains(other),
            _ => {}
        }
        !(rests_on_time
            && matches!(
                dimension,
                Dimension::Reason | Dimension::StopCategory | Dimension::DefectCode
            ))
    })
}

fn either(any: &'static [Variable]) -> String {
    any.iter()
        .map(|variable| variable.name())
        .collect::<Vec<_>>()
        .join(" or ")
}

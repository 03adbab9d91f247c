//! The sum of every additive variable, under the variable's own name.

use super::entry::needs;
use crate::component::Component;
use crate::fold::capital;
use crate::metric::recipe::Recipe;
use crate::metric::{Metric, MetricKind};
use crate::variable::Variable;

/// One metric for each additive variable, in the order of the variables.
pub(super) fn metrics() -> Vec<Metric> {
    Variable::ALL
        .iter()
        .copied()
        .filter(|variable| variable.is_additive())
        .map(|variable| {
            let recipe = Recipe::Plain(Component::Sum(variable));
            let counted_by = vec![Component::Count(variable)];
            Metric {
                id: variable.name(),
                code: "",
                label: capital(&variable.noun()),
                unit: unit(variable),
                kind: MetricKind::Sum,
                formula: format!("sum of the {}", variable.noun()),
                source: "sum of the column",
                higher_is_better: higher_is_better(variable),
                needs: needs(recipe, &counted_by),
                version: 1,
                recipe,
                counted_by,
            }
        })
        .collect()
}

/// Counts are pure numbers; other units are the variable's own.
fn unit(variable: Variable) -> &'static str {
    match variable {
        Variable::DefectCount | Variable::WorkerCount => "1",
        other => other.unit(),
    }
}

fn higher_is_better(variable: Variable) -> Option<bool> {
    use Variable::*;
    match variable {
        QuantityGood | QuantityProduced => Some(true),
        QuantityScrap | QuantityRework | DefectCount | ScrapCost | TotalCost | OverheadActual | OvertimeHours
        | EnergyUsed | ReworkHours | Emissions => Some(false),
        _ => None,
    }
}

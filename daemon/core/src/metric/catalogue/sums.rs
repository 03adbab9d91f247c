//! The sum of every additive variable, under the variable's own name.

use super::entry::needs;
use crate::component::Component;
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
                label: variable.meaning().to_owned(),
                unit: unit(variable),
                kind: MetricKind::Sum,
                formula: format!("sum of {}", variable.name()),
                source: "sum of the column",
                higher_is_better: higher_is_better(variable),
                needs: needs(recipe, &counted_by),
                synonyms: synonyms(variable),
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

/// Words by which people ask for the sum.
fn synonyms(variable: Variable) -> &'static [&'static str] {
    use Variable::*;
    match variable {
        Duration => &[
            "duration",
            "total duration",
            "hours",
            "total time",
            "time spent",
            "dauer",
            "duración",
            "durée",
        ],
        QuantityPlanned => &[
            "planned quantity",
            "pieces planned",
            "ordered quantity",
            "order quantity",
            "quantity ordered",
            "plan",
            "planmenge",
        ],
        QuantityProduced => &[
            "production",
            "output",
            "volume",
            "produced",
            "pieces made",
            "pieces produced",
            "parts made",
            "parts produced",
            "units made",
            "units produced",
            "quantity produced",
            "produced quantity",
            "total production",
            "made",
            "produktion",
            "producción",
            "menge",
        ],
        QuantityGood => &[
            "good pieces",
            "good parts",
            "good units",
            "good quantity",
            "good output",
            "good production",
            "gutmenge",
            "gutteile",
            "piezas buenas",
            "pièces bonnes",
        ],
        QuantityScrap => &[
            "scrap",
            "scrapped",
            "scrapped pieces",
            "scrap pieces",
            "scrap quantity",
            "scrap parts",
            "scrapped parts",
            "rejects",
            "rejected pieces",
            "rejected parts",
            "bad pieces",
            "bad parts",
            "ausschuss",
            "chatarra",
            "rechazos",
            "malas",
            "rebut",
            "rebuts",
        ],
        QuantityRework => &[
            "rework",
            "reworked",
            "reworked pieces",
            "rework quantity",
            "reworked parts",
            "nacharbeit",
            "retrabajo",
        ],
        QuantityInspected => &[
            "inspected",
            "pieces inspected",
            "inspected quantity",
            "inspections",
            "geprüft",
        ],
        DefectCount => &[
            "defects",
            "defect",
            "defects found",
            "number of defects",
            "defect count",
            "fehler",
            "defectos",
            "défauts",
        ],
        PlannedTime => &["planned time", "planned minutes", "shift time", "planzeit"],
        PlannedDowntime => &["planned downtime"],
        MeasuredValue => &["measured values", "sum of measurements"],
        PurchaseQty => &["quantity bought", "purchased quantity", "bought quantity", "purchases"],
        QuantityUsed => &[
            "material used",
            "material consumption",
            "material usage",
            "consumption of material",
        ],
        LaborHours => &[
            "labour hours",
            "labor",
            "labour",
            "man hours",
            "hours worked",
            "worked hours",
            "arbeitsstunden",
        ],
        OvertimeHours => &["overtime", "overtime hours", "paid overtime", "überstunden"],
        OverheadActual => &["overhead", "overhead cost", "overhead booked", "gemeinkosten"],
        OverheadBudget => &["overhead budget", "budgeted overhead"],
        BudgetHours => &["budget hours", "budgeted hours"],
        ScrapCost => &["booked scrap cost", "scrap booked", "scrap amount", "scrap postings"],
        PlannedCost => &[
            "planned cost",
            "planned costs",
            "plan cost",
            "budgeted cost",
            "plankosten",
        ],
        TotalCost => &[
            "cost",
            "costs",
            "total costs",
            "actual cost",
            "actual costs",
            "spend",
            "spending",
            "kosten",
            "coste",
            "coût",
        ],
        EnergyUsed => &[
            "energy",
            "energy consumption",
            "energy use",
            "energy usage",
            "electricity",
            "electricity consumption",
            "power consumption",
            "kwh",
            "consumption of energy",
            "energieverbrauch",
            "stromverbrauch",
            "energie",
            "energía",
            "énergie",
        ],
        ReworkHours => &["rework hours", "hours of rework", "rework time"],
        WorkerCount => &[
            "workers",
            "people",
            "headcount",
            "number of workers",
            "operators count",
            "mitarbeiter",
        ],
        Emissions => &[
            "co2",
            "co2 emissions",
            "carbon",
            "carbon dioxide",
            "carbon emissions",
            "emissionen",
            "emisiones",
        ],
        _ => &[],
    }
}

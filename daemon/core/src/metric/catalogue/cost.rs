//! Metrics of cost.

use super::entry::{COSTING, DOWN, Entry, minus, plus, ratio};
use crate::component::{Component, Made};
use crate::metric::recipe::Recipe;
use crate::variable::Variable;

pub(super) const COST: &[Entry] = &[
    Entry {
        id: "overhead_spending",
        code: "C-05",
        label: "Overhead spending variance",
        unit: "currency",
        recipe: Recipe::Sum {
            of: &[plus(Made::OverheadBooked), minus(Made::OverheadAllowed)],
            per: 1,
        },
        formula: "overhead booked - overhead budgeted, over the rows that carry both; above 0 more was spent than budgeted",
        source: COSTING,
        better: DOWN,
        counted_by: &[Component::Made(Made::OverheadRows)],
    },
    Entry {
        id: "cost_per_good_unit",
        code: "C-06",
        label: "Cost per good unit",
        unit: "currency/unit",
        recipe: ratio!([plus(Made::CostOfGood)], [plus(Made::GqCosted)]),
        formula: "total cost / good pieces, over the rows that carry both",
        source: COSTING,
        better: DOWN,
        counted_by: &[Component::Count(Variable::TotalCost)],
    },
    Entry {
        id: "scrap_value",
        code: "C-07",
        label: "Scrap cost",
        unit: "currency",
        recipe: Recipe::Plain(Component::Made(Made::ScrapValue)),
        formula: "sum of the money booked as scrap, else scrapped pieces x (unit cost - recovery)",
        source: COSTING,
        better: DOWN,
        counted_by: &[
            Component::Count(Variable::ScrapCost),
            Component::Count(Variable::QuantityScrap),
        ],
    },
    Entry {
        id: "rework_value",
        code: "C-08",
        label: "Rework cost",
        unit: "currency",
        recipe: Recipe::Plain(Component::Made(Made::ReworkValue)),
        formula: "sum of rework hours x labour rate, where both are given",
        source: COSTING,
        better: DOWN,
        counted_by: &[Component::Count(Variable::ReworkHours)],
    },
    Entry {
        id: "copq",
        code: "Q-11",
        label: "Cost of poor quality (internal failure)",
        unit: "currency",
        recipe: Recipe::InternalFailureCost,
        formula: "scrap cost + rework cost; external failure, appraisal and prevention are not in it",
        source: COSTING,
        better: DOWN,
        counted_by: &[
            Component::Count(Variable::ScrapCost),
            Component::Count(Variable::QuantityScrap),
        ],
    },
    Entry {
        id: "energy_cost",
        code: "C-10",
        label: "Energy cost",
        unit: "currency",
        recipe: Recipe::Plain(Component::Made(Made::EnergyValue)),
        formula: "sum of energy x price, where both are given",
        source: COSTING,
        better: DOWN,
        counted_by: &[Component::Count(Variable::EnergyUsed)],
    },
];

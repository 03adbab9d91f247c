//! Measured values in time order, and their control charts and capability.
//!
//! Invariants: values without an order of time get no chart; censored values (below a limit of detection, beyond a
//! range) are left out and counted; each characteristic of each product stands alone.

use std::collections::BTreeMap;

use plant_core::component::{Dimension, Made};
use plant_core::metric::stats::{
    Capability, DEFAULT_RULES, IndividualsChart, Limits, Null, Signal, Spec, SubgroupChart, capability, i_mr, nelson,
    xbar_r,
};
use plant_core::variable::Variable;

use crate::exact::to_f64;
use crate::table::Table;

/// Fewest values that are looked at.
const FEWEST: usize = 5;
/// Fewest equal values that speak of a stuck sensor.
const STUCK_FROM: usize = 10;

/// One characteristic with its values in order.
#[derive(Debug)]
pub(crate) struct Series {
    /// What is measured, and of which product and on which machine where there are several.
    pub(crate) scope: BTreeMap<String, String>,
    /// Values in order.
    pub(crate) values: Vec<f64>,
    /// Row of each value.
    pub(crate) rows: Vec<usize>,
    /// Subgroups of one size from 2 to 10, in order, as ranges over `values`; empty where there are none.
    subgroups: Vec<(String, std::ops::Range<usize>)>,
    /// Whether the order is known.
    pub(crate) ordered: bool,
    /// Specification, where all rows give the same.
    pub(crate) spec: Spec,
}

/// A control chart of either kind.
#[derive(Debug)]
pub(crate) enum Control {
    /// X̄-R.
    Subgroups(SubgroupChart),
    /// Individuals and moving range.
    Individuals(IndividualsChart),
}

impl Control {
    /// Center and limits of the plotted points.
    pub(crate) fn limits(&self) -> Limits {
        match self {
            Control::Subgroups(chart) => chart.mean_limits,
            Control::Individuals(chart) => chart.limits,
        }
    }

    /// Center and limits of the ranges.
    pub(crate) fn range_limits(&self) -> Limits {
        match self {
            Control::Subgroups(chart) => chart.range_limits,
            Control::Individuals(chart) => chart.range_limits,
        }
    }

    /// The plotted points.
    pub(crate) fn points(&self) -> &[f64] {
        match self {
            Control::Subgroups(chart) => &chart.means,
            Control::Individuals(chart) => &chart.values,
        }
    }

    /// Rules that fired, by rule and place.
    pub(crate) fn signals(&self) -> Vec<Signal> {
        let scores = match self {
            Control::Subgroups(chart) => chart.scores(),
            Control::Individuals(chart) => chart.scores(),
        };
        nelson(&scores, DEFAULT_RULES)
    }

    /// Points outside the limits.
    pub(crate) fn out(&self) -> &[usize] {
        match self {
            Control::Subgroups(chart) => &chart.out,
            Control::Individuals(chart) => &chart.out,
        }
    }

    /// Whether there are too few points to settle the limits.
    pub(crate) fn provisional(&self) -> bool {
        match self {
            Control::Subgroups(chart) => chart.provisional,
            Control::Individuals(chart) => chart.provisional,
        }
    }

    fn sigma_within(&self) -> f64 {
        match self {
            Control::Subgroups(chart) => chart.sigma_within,
            Control::Individuals(chart) => chart.sigma_within,
        }
    }

    /// The name of the chart.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Control::Subgroups(_) => "X̄-R chart",
            Control::Individuals(_) => "I-MR chart",
        }
    }
}

impl Series {
    /// The chart, or why there is none.
    pub(crate) fn control(&self) -> Result<Control, Null> {
        if self.subgroups.is_empty() {
            return i_mr(&self.values).map(Control::Individuals);
        }
        let groups: Vec<Vec<f64>> = self
            .subgroups
            .iter()
            .map(|(_, range)| self.values.get(range.clone()).unwrap_or_default().to_vec())
            .collect();
        xbar_r(&groups).map(Control::Subgroups)
    }

    /// Capability against the specification, where there is one.
    pub(crate) fn capability(&self) -> Option<Result<Capability, Null>> {
        if self.spec.lower.is_none() && self.spec.upper.is_none() {
            return None;
        }
        let control = self.control();
        let (sigma, stable) = match &control {
            Ok(control) => (Ok(control.sigma_within()), control.out().is_empty()),
            Err(null) => (Err(*null), true),
        };
        Some(capability(&self.values, sigma, stable, self.spec))
    }

    /// The label of a plotted point.
    pub(crate) fn label(&self, point: usize) -> String {
        match self.subgroups.get(point) {
            Some((name, _)) => name.clone(),
            None => (point + 1).to_string(),
        }
    }

    /// The rows of a plotted point.
    pub(crate) fn rows_of(&self, point: usize) -> &[usize] {
        match self.subgroups.get(point) {
            Some((_, range)) => self.rows.get(range.clone()).unwrap_or_default(),
            None => self.rows.get(point..=point).unwrap_or_default(),
        }
    }

    /// Whether enough values are there and none differs.
    pub(crate) fn is_stuck(&self) -> bool {
        let first = self.values.first();
        self.values.len() >= STUCK_FROM && self.values.iter().all(|value| Some(value) == first)
    }
}

/// Every characteristic with enough values, the one with the most values first.
pub(crate) fn series(table: &Table) -> Vec<Series> {
    let Some(exact) = table.made.get(&Made::MeasureN) else {
        return Vec::new();
    };
    let dimensions = [Dimension::ProductCode, Dimension::Machine];
    let mut by_scope: BTreeMap<Vec<Option<&str>>, Vec<usize>> = BTreeMap::new();
    for row in (0..table.rows()).filter(|row| exact.has(*row)) {
        let mut scope = vec![table.text(Variable::Characteristic, row)];
        scope.extend(dimensions.iter().map(|dimension| table.dimension(*dimension, row)));
        by_scope.entry(scope).or_default().push(row);
    }
    let mut all: Vec<Series> = by_scope
        .into_iter()
        .filter(|(_, rows)| rows.len() >= FEWEST)
        .map(|(scope, rows)| {
            let names = ["characteristic", "product_code", "machine"];
            let scope = names
                .into_iter()
                .zip(scope)
                .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
                .collect();
            one(table, scope, rows)
        })
        .collect();
    all.sort_by(|one, other| {
        other
            .values
            .len()
            .cmp(&one.values.len())
            .then_with(|| one.scope.cmp(&other.scope))
    });
    all
}

fn one(table: &Table, scope: BTreeMap<String, String>, mut rows: Vec<usize>) -> Series {
    let subgroup = |row: usize| {
        table
            .text(Variable::SubgroupId, row)
            .filter(|text| !text.trim().is_empty())
    };
    let number = |row: usize| subgroup(row).and_then(|text| text.trim().parse::<u64>().ok());
    let timed = rows.iter().all(|row| table.sampled_at(*row).is_some());
    let numbered = rows.iter().all(|row| number(*row).is_some());
    if timed {
        rows.sort_by_key(|row| (table.sampled_at(*row), *row));
    } else if numbered {
        rows.sort_by_key(|row| (number(*row), *row));
    }
    let mut subgroups: Vec<(String, std::ops::Range<usize>)> = Vec::new();
    if rows.iter().all(|row| subgroup(*row).is_some()) {
        // Rows of one subgroup stand together; subgroups follow each other by their first sample.
        let mut first_seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (place, row) in rows.iter().enumerate() {
            first_seen.entry(subgroup(*row).unwrap_or_default()).or_insert(place);
        }
        rows.sort_by_key(|row| first_seen.get(subgroup(*row).unwrap_or_default()).copied());
        for (place, row) in rows.iter().enumerate() {
            let name = subgroup(*row).unwrap_or_default();
            match subgroups.last_mut() {
                Some((last, range)) if last == name => range.end = place + 1,
                _ => subgroups.push((name.to_owned(), place..place + 1)),
            }
        }
        let size = subgroups.first().map_or(0, |(_, range)| range.len());
        let equal = (2..=10).contains(&size) && subgroups.iter().all(|(_, range)| range.len() == size);
        if !equal || subgroups.len() < 2 {
            subgroups.clear();
        }
    }
    let same = |variable: Variable| {
        let mut limits = rows.iter().map(|row| table.number(variable, *row));
        let first = limits.next().flatten()?;
        limits.all(|limit| limit == Some(first)).then(|| to_f64(first))
    };
    Series {
        values: rows
            .iter()
            .filter_map(|row| table.number(Variable::MeasuredValue, *row).map(to_f64))
            .collect(),
        ordered: timed || numbered,
        spec: Spec {
            lower: same(Variable::Lsl),
            upper: same(Variable::Usl),
        },
        scope,
        rows,
        subgroups,
    }
}

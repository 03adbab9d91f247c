//! Everything that the analyzers look at: the rows, their sums, and ways to roll the sums up.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use plant_core::component::{Component, ComponentRow, Components, Dimension, Made};
use plant_core::family::{Family, KeptFamily, Lost, OF_MEASURES};
use plant_core::job::AnalysisOrder;
use plant_core::metric::{ComponentGroup, Metric, catalogue, item};
use plant_core::model::{MetricItem, TierView};
use plant_core::tier::TierInput;
use plant_core::variable::Variable;
use rust_decimal::Decimal;

use crate::presence;
use crate::stops::{Calendar, TimeSums};
use crate::table::Table;

/// Share of filled rows from which a variable counts as present.
const PRESENT_FROM: f64 = 0.8;

/// The sums of the rows by one family.
#[derive(Debug)]
pub(crate) struct FamilyRows {
    /// By what.
    pub(crate) family: Family,
    /// The cells, in order.
    pub(crate) rows: Vec<ComponentRow>,
}

/// The families as they are kept, numbered from 1 on, and the cells of all of them; those of process values last.
pub(crate) fn told(families: Vec<FamilyRows>, measured: FamilyRows) -> (Vec<KeptFamily>, Vec<ComponentRow>) {
    let numbered = (1..).zip(families);
    let all = numbered
        .chain([(OF_MEASURES, measured)])
        .filter(|(_, of)| !of.rows.is_empty());
    let (mut kept, mut components) = (Vec::new(), Vec::new());
    for (family_no, FamilyRows { family, rows }) in all {
        kept.push(KeptFamily {
            family_no,
            family,
            cells: rows.len() as u64,
        });
        components.extend(rows);
    }
    (kept, components)
}

/// The rows of an analysis and their sums.
pub(crate) struct Scope<'a> {
    /// What was ordered.
    pub(crate) order: &'a AnalysisOrder,
    /// The rows.
    pub(crate) table: &'a Table,
    /// Where the time went.
    pub(crate) time: &'a TimeSums,
    /// Their sums by each family, the finest first.
    families: &'a [FamilyRows],
    /// What they are not kept by.
    pub(crate) lost: &'a Lost,
    /// The sums of everything.
    pub(crate) totals: ComponentGroup,
    /// What the columns allow.
    pub(crate) tier: TierView,
}

impl<'a> Scope<'a> {
    /// A scope over these rows; the tier is set by the caller.
    pub(crate) fn new(
        order: &'a AnalysisOrder,
        table: &'a Table,
        time: &'a TimeSums,
        families: &'a [FamilyRows],
        lost: &'a Lost,
    ) -> Scope<'a> {
        let mut totals = ComponentGroup::default();
        for row in families.first().into_iter().flat_map(|of| &of.rows) {
            totals.components.merge(&row.values);
        }
        totals.currencies = sorted(table.groups.values(Dimension::Currency));
        totals.uoms = sorted(table.groups.values(Dimension::Uom));
        Scope {
            order,
            table,
            time,
            families,
            lost,
            totals,
            tier: TierView::default(),
        }
    }

    /// A sum over everything.
    pub(crate) fn total(&self, component: Component) -> Option<Decimal> {
        self.totals.components.get(component)
    }

    /// A made component over everything.
    pub(crate) fn made(&self, made: Made) -> Option<Decimal> {
        self.total(Component::Made(made))
    }

    /// The currency of the money: that of the rows if there is one only, else the one that the profile or org says.
    pub(crate) fn currency(&self) -> Option<&str> {
        match self.totals.currencies.as_slice() {
            [] => self
                .order
                .settings
                .currency
                .as_deref()
                .or(self.order.currency.as_deref()),
            [one] => Some(one),
            _ => None,
        }
    }

    /// The unit of quantities, where there is one only.
    pub(crate) fn uom(&self) -> Option<&str> {
        match self.totals.uoms.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// The figure of a metric over everything.
    pub(crate) fn figure(&self, metric: &Metric) -> MetricItem {
        item(metric, &self.totals, self.currency())
    }

    /// The figure of a metric by its name, where the catalogue has it.
    pub(crate) fn figure_of(&self, id: &str) -> Option<MetricItem> {
        catalogue::find(id).map(|metric| self.figure(metric))
    }

    /// The cells of the finest family that has this; none where none has.
    fn cells(&self, need: Family) -> &'a [ComponentRow] {
        let found = self.families.iter().find(|of| of.family.covers(need));
        found.map_or(&[], |of| of.rows.as_slice())
    }

    /// A component by the values of a dimension; `None` collects the rows without one. Nothing where the dimension has too
    /// many values to be kept.
    pub(crate) fn by(&self, dimension: Dimension, component: Component) -> BTreeMap<Option<&str>, Decimal> {
        let mut sums = BTreeMap::new();
        for row in self.cells(Family::whole([dimension])) {
            if let Some(value) = row.values.get(component) {
                let label = row.dimensions.get(dimension as usize).and_then(Option::as_deref);
                let sum: &mut Decimal = sums.entry(label).or_default();
                *sum = sum.saturating_add(value);
            }
        }
        sums
    }

    /// All components by day; rows without a date are left out.
    pub(crate) fn by_day(&self) -> BTreeMap<NaiveDate, Components> {
        let mut days: BTreeMap<NaiveDate, Components> = BTreeMap::new();
        for row in self.cells(Family::daily([])) {
            if let Some(day) = row.day {
                days.entry(day).or_default().merge(&row.values);
            }
        }
        days
    }

    /// The first of these dimensions by which the component has at least two named values.
    pub(crate) fn telling(&self, dimensions: &[Dimension], component: Component) -> Option<Dimension> {
        dimensions.iter().copied().find(|dimension| {
            let named = self.by(*dimension, component);
            named
                .iter()
                .filter(|(label, value)| label.is_some() && **value > Decimal::ZERO)
                .count()
                >= 2
        })
    }

    /// First and last day of the rows.
    pub(crate) fn days(&self) -> Option<(NaiveDate, NaiveDate)> {
        self.table.days
    }

    /// Days from the first to the last, both counted.
    pub(crate) fn span_days(&self) -> u32 {
        self.days().map_or(0, |(first, last)| {
            u32::try_from((last - first).num_days()).unwrap_or(0).saturating_add(1)
        })
    }

    /// Share of the scheduled days that have rows: weekdays, where nothing else is known; never above 1.
    pub(crate) fn day_coverage(&self) -> f64 {
        let Some((first, last)) = self.days() else { return 0.0 };
        let days: BTreeSet<NaiveDate> = self.cells(Family::daily([])).iter().filter_map(|row| row.day).collect();
        let weekdays = first
            .iter_days()
            .take_while(|day| *day <= last)
            .filter(|day| chrono::Datelike::weekday(day).num_days_from_monday() < 5)
            .count();
        (days.len() as f64 / weekdays.max(1) as f64).min(1.0)
    }

    /// Share of rows that were put aside instead of taken in.
    pub(crate) fn quarantined_share(&self) -> f64 {
        let balance = &self.order.balance;
        let rows = balance
            .taken
            .saturating_add(balance.quarantined)
            .saturating_add(balance.duplicate);
        if rows == 0 {
            0.0
        } else {
            balance.quarantined as f64 / rows as f64
        }
    }

    /// Share of the rows that an analyzer's variable is filled on.
    pub(crate) fn filled(&self, variable: Variable) -> f64 {
        presence::share(self.table, variable)
    }

    /// What the tier is decided from.
    pub(crate) fn tier_input(&self) -> TierInput {
        let filled: Vec<(Variable, f64)> = Variable::ALL
            .iter()
            .filter(|variable| self.table.has(**variable))
            .map(|variable| (*variable, self.filled(*variable)))
            .collect();
        TierInput {
            present: filled
                .iter()
                .filter(|(_, share)| *share >= PRESENT_FROM)
                .map(|(variable, _)| *variable)
                .collect(),
            has_calendar: self.time.calendar == Calendar::Planned,
            is_state_log: self.time.calendar == Calendar::StateLog,
            span_days: self.span_days(),
            day_coverage: self.day_coverage(),
            failures: u32::try_from(self.time.failures.len()).unwrap_or(u32::MAX),
            baseline_frozen: false,
            filled,
        }
    }
}

fn sorted(values: &[String]) -> Vec<String> {
    let mut values = values.to_vec();
    values.sort_unstable();
    values
}

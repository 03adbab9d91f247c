//! What a metric is, what is asked of it, and what it answers.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::recipe::Recipe;
use super::{Coverage, NullReason, Warning};
use crate::component::{Component, Components, Dimension};
use crate::unit::Unit;
use crate::variable::Variable;
use crate::word::words;

words! {
    /// How a metric is made from components.
    MetricKind, "a kind of metric" {
        /// Sum of one component.
        Sum = "sum",
        /// Ratio of sums.
        Ratio = "ratio",
        /// The least or the greatest of the values.
        Extreme = "extreme",
        /// Computed from several components.
        Derived = "derived",
    }
}

/// One metric of the catalogue.
#[derive(Debug, Clone)]
pub struct Metric {
    /// Name on the command line (`oee`, `quantity_good` …).
    pub id: &'static str,
    /// Number in the specification (`F-02`), empty for plain sums.
    pub code: &'static str,
    /// Name on screen.
    pub label: String,
    /// Unit; `currency` is replaced by the currency of the rows; `1` is a pure number; `ratio` is 0-1.
    pub unit: &'static str,
    /// How it is made.
    pub kind: MetricKind,
    /// The formula in words.
    pub formula: String,
    /// Where the formula comes from.
    pub source: &'static str,
    /// Whether more is better (`Some(true)`), worse (`Some(false)`) or neither.
    pub higher_is_better: Option<bool>,
    /// Components that it reads.
    pub needs: Vec<Component>,
    /// Version of the method, raised when a figure would change.
    pub version: u32,
    /// How it is computed.
    pub(crate) recipe: Recipe,
    /// Components that say how many rows contributed; the first that is there counts.
    pub(crate) counted_by: Vec<Component>,
}

impl Metric {
    /// Whether it can read any of these variables.
    pub fn reads(&self, variables: &BTreeSet<Variable>) -> bool {
        self.needs.iter().any(|component| match component {
            Component::Rows => true,
            Component::Sum(variable) | Component::Count(variable) => variables.contains(variable),
            Component::Made(made) => made
                .needs()
                .iter()
                .flat_map(|one| one.iter())
                .any(|one| variables.contains(one)),
        })
    }

    /// Whether its unit is one of money.
    pub fn is_money(&self) -> bool {
        self.unit.contains("currency")
    }
}

/// The value of a metric, or the reason why there is none.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct MetricValue {
    /// Absent where the inputs don't allow one.
    pub value: Option<Decimal>,
    /// Unit of the value.
    pub unit: Unit,
    /// Why there is no value.
    pub null_reason: Option<NullReason>,
    /// Rows that contributed.
    pub n: u64,
    /// How much of what was asked it rests on, where that can be said.
    pub coverage: Option<Coverage>,
    /// The sums that it was computed from.
    pub components: Components,
    /// Remarks.
    pub warnings: Vec<Warning>,
}

words! {
    /// Grain of time.
    Grain, "a grain of time" {
        /// Local day.
        Day = "day",
        /// Shift of a day.
        Shift = "shift",
        /// ISO week, named by its Monday.
        Week = "week",
        /// Calendar month.
        Month = "month",
    }
}

/// A typed query: the only way to a figure, for the command line, the screens and the answers alike.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MetricQuery {
    /// Metric names.
    pub metrics: Vec<String>,
    /// Dimensions to group by.
    pub by: Vec<Dimension>,
    /// Whether to group by file as well.
    pub by_file: bool,
    /// Only this file.
    pub file: Option<crate::ids::FileId>,
    /// First local date, inclusive.
    pub from: Option<chrono::NaiveDate>,
    /// Last local date, exclusive.
    pub to: Option<chrono::NaiveDate>,
    /// Only rows whose dimension has this value (compared without regard to case).
    #[serde(rename = "where")]
    pub filters: Vec<(Dimension, String)>,
    /// Group by time.
    pub grain: Option<Grain>,
    /// Largest first (`true`) or smallest first; absent: by group.
    pub descending: Option<bool>,
    /// At most so many groups.
    pub limit: Option<u32>,
}

/// The sums of one group, as the store returns them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ComponentGroup {
    /// Values of the grouping: dimension names, `file`, `day`/`week`/`month`.
    pub group: BTreeMap<String, Option<String>>,
    /// Sums.
    pub components: Components,
    /// Distinct currencies among the rows.
    pub currencies: Vec<String>,
    /// Distinct units of quantity among the rows.
    pub uoms: Vec<String>,
    /// Distinct names of process values among them, in lower case.
    pub process_values: Vec<String>,
    /// Distinct units of these; empty for those without.
    pub process_units: Vec<String>,
    /// Where only what belongs together was added up: how much of what was asked that is.
    pub coverage: Option<Coverage>,
    /// Whether production time was left over from the plan of one file and the stops of another.
    pub is_left: bool,
    /// Whether planned time of it is that of a calendar, because no file tells it.
    pub is_of_calendar: bool,
    /// Whether nothing of it counts, and the calendar plans no shift when there was work.
    pub is_outside_plan: bool,
}

impl ComponentGroup {
    /// Adds another group, whose sums are of the same kind; the name of this one stays.
    pub fn take(&mut self, other: ComponentGroup) {
        self.components.merge(&other.components);
        let lists = [
            (&mut self.currencies, other.currencies),
            (&mut self.uoms, other.uoms),
            (&mut self.process_values, other.process_values),
            (&mut self.process_units, other.process_units),
        ];
        for (all, more) in lists {
            for one in more {
                if let Err(place) = all.binary_search(&one) {
                    all.insert(place, one);
                }
            }
        }
    }
}

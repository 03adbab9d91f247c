//! Why a metric has no value: one closed list, each reason with the input that it is about.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::stats;
use crate::component::{Component, Made};
use crate::variable::Variable;
use crate::word::{UnknownWord, words};

/// What a metric reads, as a reason names it: the sum and the count of a column are both the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Input {
    /// The rows themselves.
    Rows,
    /// A column.
    Variable(Variable),
    /// What an analyzer makes of columns.
    Made(Made),
}

impl From<Component> for Input {
    fn from(component: Component) -> Self {
        match component {
            Component::Rows => Input::Rows,
            Component::Sum(variable) | Component::Count(variable) => Input::Variable(variable),
            Component::Made(made) => Input::Made(made),
        }
    }
}

impl Input {
    /// The name in JSON: `rows`, the variable's or the component's.
    pub fn name(self) -> &'static str {
        match self {
            Input::Rows => "rows",
            Input::Variable(variable) => variable.name(),
            Input::Made(made) => made.name(),
        }
    }

    fn from_name(name: &str) -> Option<Input> {
        if name == "rows" {
            return Some(Input::Rows);
        }
        let made = || Made::ALL.iter().copied().find(|made| made.name() == name);
        Variable::from_name(name)
            .map(Input::Variable)
            .or_else(|| made().map(Input::Made))
    }

    /// Every input that a metric may read.
    pub fn all() -> impl Iterator<Item = Input> {
        std::iter::once(Input::Rows)
            .chain(Variable::ALL.iter().copied().map(Input::Variable))
            .chain(Made::ALL.iter().copied().map(Input::Made))
    }
}

words! {
    /// Why sums that are there give no figure.
    Unsound, "a reason of sums" {
        /// Money of several currencies is never added up.
        MixedCurrency = "mixed_currency",
        /// Nor are quantities in several units.
        MixedUom = "mixed_uom",
        /// Too few of the pieces carry an ideal cycle time.
        IncompleteIdealCycleTime = "incomplete_ideal_cycle_time",
        /// Too few of the pieces say whether they were good.
        IncompleteQuality = "incomplete_quality",
        /// The two ways to OEE give different figures.
        OeeDisagrees = "oee_disagrees",
        /// The figure would lie outside of what is possible: the files or columns behind it contradict each other.
        SourcesDisagree = "sources_disagree",
        /// No place and day has all inputs: the files that have them are of other machines or periods.
        NotTogether = "not_together",
        /// There was work, and the calendar plans no shift then.
        NotPlanned = "not_planned",
        /// Fewer than two measured values.
        TooFewMeasured = "too_few_measure_n",
        /// Process values of several names are never put together.
        MixedProcessValue = "mixed_process_value",
        /// Nor are those of one name in several units.
        MixedProcessUnit = "mixed_process_unit",
        /// The sums are beyond what a decimal holds.
        Overflow = "overflow",
    }
}

/// Why there is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NullReason {
    /// No row carries the input.
    Missing(Input),
    /// The input that is divided by adds up to zero.
    Zero(Input),
    /// The sums are there and give no figure.
    Unsound(Unsound),
    /// A statistic has none.
    Statistic(stats::Null),
}

impl NullReason {
    /// Every reason with everything that it may be about.
    pub fn all() -> impl Iterator<Item = NullReason> {
        Input::all()
            .flat_map(|input| [NullReason::Missing(input), NullReason::Zero(input)])
            .chain(Unsound::ALL.into_iter().map(NullReason::Unsound))
            .chain(stats::Null::ALL.into_iter().map(NullReason::Statistic))
    }

    /// Whether the data lacks what the metric needs, so that asking by group would not help either.
    pub fn is_missing(self) -> bool {
        matches!(self, NullReason::Missing(_))
    }
}

impl From<Unsound> for NullReason {
    fn from(reason: Unsound) -> Self {
        NullReason::Unsound(reason)
    }
}

/// The name in JSON: `missing_<input>`, `zero_<input>`, `mixed_currency` …
impl fmt::Display for NullReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NullReason::Missing(input) => write!(f, "missing_{}", input.name()),
            NullReason::Zero(input) => write!(f, "zero_{}", input.name()),
            NullReason::Unsound(reason) => reason.fmt(f),
            NullReason::Statistic(null) => null.fmt(f),
        }
    }
}

impl FromStr for NullReason {
    type Err = UnknownWord;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let about = |prefix: &str| name.strip_prefix(prefix).and_then(Input::from_name);
        // The closed lists first: `zero_variance` and `missing_spec` are about no input.
        stats::Null::from_name(name)
            .map(NullReason::Statistic)
            .or_else(|| Unsound::from_name(name).map(NullReason::Unsound))
            .or_else(|| about("missing_").map(NullReason::Missing))
            .or_else(|| about("zero_").map(NullReason::Zero))
            .ok_or_else(|| UnknownWord {
                word: name.to_owned(),
                expected: "a reason why there is no value",
            })
    }
}

impl Serialize for NullReason {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for NullReason {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        name.parse().map_err(serde::de::Error::custom)
    }
}

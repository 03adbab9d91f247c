//! Components: what an analysis stores per day and dimension so that every ratio is computed from sums.
//!
//! A component is a number that may be put together over rows, days, machines and files: added up, or the least or the
//! greatest of them ([`Fold`]). Each is a column of the `components` table.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::variable::Variable;
use crate::word::words;

words! {
    /// What rows can be grouped by.
    ///
    /// Each is a column of the `components` table; the variable names `reason_text` and `reason_code` mean
    /// `reason`. Their order is that of the bits of [`crate::family::Dimensions`]: a new one stands last.
    Dimension, "a dimension" {
        /// Machine.
        Machine = "machine",
        /// Line, department or section.
        Line = "line",
        /// Plant.
        Site = "site",
        /// Product number.
        ProductCode = "product_code",
        /// Product name.
        ProductName = "product_name",
        /// Step of the routing.
        Operation = "operation",
        /// Operator (pseudonym).
        Operator = "operator",
        /// Shift.
        Shift = "shift",
        /// Reason of a stop: the words, or the code where there are none.
        Reason = "reason" | "reason_text" | "reason_code",
        /// State of the machine.
        StopCategory = "stop_category",
        /// Kind of defect.
        DefectCode = "defect_code",
        /// Cost centre.
        CostCenter = "cost_center",
        /// Type of order or movement.
        OrderType = "order_type",
        /// Load band or tariff.
        EnergyTariff = "energy_tariff",
        /// State of the order.
        Status = "status",
        /// Unit of the quantities.
        Uom = "uom",
        /// Currency of the money.
        Currency = "currency",
        /// Name of a process value.
        ProcessValue = "process_value",
        /// Its unit; empty where its column says none.
        ProcessUnit = "process_unit",
        /// Name of a failure mode.
        FailureMode = "failure_mode",
    }
}

/// The dimensions by which process values and failure modes are kept beside their names, those first that go last where
/// there would be too many groups.
pub const OF_MEASURES: [Dimension; 8] = [
    Dimension::Machine,
    Dimension::Line,
    Dimension::Site,
    Dimension::Shift,
    Dimension::ProductCode,
    Dimension::ProductName,
    Dimension::Operation,
    Dimension::Operator,
];

/// One additive number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Component {
    /// Records counted.
    Rows,
    /// The sum of an additive variable over its counted rows.
    Sum(Variable),
    /// How many rows had that additive variable filled.
    Count(Variable),
    /// A component made by an analyzer.
    Made(Made),
}

/// How several values of one component become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    /// They are added up.
    Sum,
    /// The least counts.
    Least,
    /// The greatest counts.
    Greatest,
}

macro_rules! made {
    ($($variant:ident = $name:literal, $unit:literal, $noun:literal, $doc:literal;)+) => {
        /// Components that are not the plain sum of a column.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Made { $(#[doc = $doc] $variant,)+ }

        impl Made {
            /// Every made component.
            pub const ALL: &'static [Made] = &[$(Made::$variant,)+];
            /// Its name.
            pub fn name(self) -> &'static str { match self { $(Made::$variant => $name,)+ } }
            /// Its unit.
            pub fn unit(self) -> &'static str { match self { $(Made::$variant => $unit,)+ } }
            /// What people call it, as it stands in a sentence: "no repair time in the data".
            pub fn noun(self) -> &'static str { match self { $(Made::$variant => $noun,)+ } }
            /// One sentence of meaning.
            pub fn meaning(self) -> &'static str { match self { $(Made::$variant => $doc,)+ } }
        }
    };
}

made! {
    PbtS = "pbt_s", "s", "planned busy time", "Planned busy time: planned operation less planned down time";
    AptS = "apt_s", "s", "production time", "Actual production time";
    AustS = "aust_s", "s", "set-up time", "Actual unit set-up time";
    AdetS = "adet_s", "s", "delay time", "Actual unit delay time";
    BreakdownS = "breakdown_s", "s", "breakdown time", "Time lost by failures (union of the intervals)";
    WaitingS = "waiting_s", "s", "waiting time", "Time lost waiting";
    MinorStopS = "minor_stop_s", "s", "time of short stops", "Time lost by short stops";
    UnknownStopS = "unknown_stop_s", "s", "stop time without a known category", "Time lost without a known category";
    PlannedDownS = "planned_down_s", "s", "planned down time", "Planned down time";
    StopS = "stop_s", "s", "stop time", "All stop time inside the planned busy time";
    Stops = "stops", "1", "stops", "Stops counted";
    Failures = "failures", "1", "failures", "Failures counted (closed and open)";
    ClosedFailures = "closed_failures", "1", "failures with a known end", "Failures with a known end";
    RepairS = "repair_s", "s", "repair time", "Repair time of the closed failures";
    OperatingS = "operating_s", "s", "operating time", "Operating time over which failures were counted";
    IdealS = "ideal_s", "s", "ideal run time", "Ideal run time of all pieces made (PRI x PQ)";
    IdealGoodS = "ideal_good_s", "s", "ideal run time of the good pieces", "Ideal run time of the good pieces (PRI x GQ)";
    PqTimed = "pq_timed", "", "pieces with an ideal cycle time", "Pieces made on rows that have an ideal cycle time";
    PqChecked = "pq_checked", "", "pieces of known quality", "Pieces made on rows whose quality is known";
    GqChecked = "gq_checked", "", "good pieces on rows of known quality", "Good pieces on rows whose quality is known";
    SqChecked = "sq_checked", "", "scrapped pieces on rows of known quality", "Scrapped pieces on rows whose quality is known";
    RqChecked = "rq_checked", "", "reworked pieces on rows of known quality", "Reworked pieces on rows whose quality is known";
    GqRecovered = "gq_recovered", "", "pieces recovered by rework", "Good pieces out of operations that work on pieces once more";
    SqRework = "sq_rework", "", "pieces scrapped in rework", "Pieces scrapped by operations that work on pieces once more, within those of known quality";
    GqCosted = "gq_costed", "", "good pieces on rows with a cost", "Good pieces on rows that carry a cost";
    CostOfGood = "cost_of_good", "currency", "cost on rows with good pieces", "Cost booked on rows that carry good pieces";
    OverheadBooked = "overhead_booked", "currency", "overhead on rows with a budget", "Overhead booked on rows that carry a budget for it";
    OverheadAllowed = "overhead_allowed", "currency", "overhead budget on rows with overhead", "Overhead budgeted on rows that carry what was booked";
    OverheadRows = "overhead_rows", "1", "rows with overhead and its budget", "Rows that carry overhead booked and overhead budgeted";
    ScrapValue = "scrap_value", "currency", "value of the scrap", "Scrapped pieces x unit cost, or the money booked as scrap";
    ScrapValued = "scrap_valued", "", "scrapped pieces with a value", "Scrapped pieces that have a value";
    ReworkValue = "rework_value", "currency", "value of the rework", "Rework hours x labour rate, where both are given";
    EnergyValue = "energy_value", "currency", "cost of the energy", "Energy x price, where both are given";
    EnergyPq = "energy_pq", "", "pieces on rows with energy", "Pieces made on rows or days that carry energy";
    EnergyWithPq = "energy_with_pq", "kWh", "energy on rows with pieces", "Energy on rows or days that carry pieces";
    PlannedQtyMet = "planned_qty_met", "", "good pieces on rows with a plan", "Good pieces on rows that carry a plan";
    MeasureN = "measure_n", "1", "measured values", "Measured values counted";
    MeasureSum = "measure_sum", "", "sum of the measured values", "Sum of the measured values";
    MeasureSumSq = "measure_sum_sq", "", "sum of the squares of the measured values", "Sum of the squares of the measured values";
    ProcessN = "process_n", "1", "process values", "Process values counted";
    ProcessSum = "process_sum", "", "sum of the process values", "Sum of the process values of one name";
    ProcessLeast = "process_least", "", "least process value", "Least process value of one name";
    ProcessMost = "process_most", "", "greatest process value", "Greatest process value of one name";
    ModeFailures = "mode_failures", "1", "failures by mode", "Rows flagged with a failure mode, once for each mode";
}

impl Made {
    /// Variables from which an analyzer makes it: of each entry any one.
    pub fn needs(self) -> &'static [&'static [Variable]] {
        use Variable::*;
        match self {
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
            Made::GqRecovered => &[&[OrderType, Operation], &[QuantityGood, QuantityProduced]],
            Made::SqRework => &[&[OrderType, Operation], &[QuantityScrap]],
            Made::GqCosted | Made::CostOfGood => &[&[TotalCost], &[QuantityGood, QuantityProduced]],
            Made::OverheadBooked | Made::OverheadAllowed | Made::OverheadRows => {
                &[&[OverheadActual], &[OverheadBudget]]
            }
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
            // Of columns that no variable takes.
            Made::ProcessN | Made::ProcessSum | Made::ProcessLeast | Made::ProcessMost | Made::ModeFailures => &[],
        }
    }
}

impl Component {
    /// Every component, in a stable order.
    pub fn all() -> Vec<Component> {
        let additive = || Variable::ALL.iter().copied().filter(|variable| variable.is_additive());
        std::iter::once(Component::Rows)
            .chain(additive().map(Component::Sum))
            .chain(additive().map(Component::Count))
            .chain(Made::ALL.iter().copied().map(Component::Made))
            .collect()
    }

    /// The name of its database column: `rows`, `sum_<variable>`, `n_<variable>` or the made component's name.
    pub fn name(self) -> String {
        match self {
            Component::Rows => "rows".to_owned(),
            Component::Sum(variable) => format!("sum_{}", variable.name()),
            Component::Count(variable) => format!("n_{}", variable.name()),
            Component::Made(made) => made.name().to_owned(),
        }
    }

    /// The component of that name.
    pub fn from_name(name: &str) -> Option<Component> {
        if name == "rows" {
            return Some(Component::Rows);
        }
        if let Some(made) = Made::ALL.iter().copied().find(|made| made.name() == name) {
            return Some(Component::Made(made));
        }
        let variable = |prefix: &str| {
            name.strip_prefix(prefix)
                .and_then(Variable::from_name)
                .filter(|variable| variable.is_additive())
        };
        variable("sum_")
            .map(Component::Sum)
            .or_else(|| variable("n_").map(Component::Count))
    }

    /// How its values over several groups become one.
    pub fn fold(self) -> Fold {
        match self {
            Component::Made(Made::ProcessLeast) => Fold::Least,
            Component::Made(Made::ProcessMost) => Fold::Greatest,
            Component::Rows | Component::Sum(_) | Component::Count(_) | Component::Made(_) => Fold::Sum,
        }
    }

    /// Whether it stands beside the sums of rows, by the names of process values and failure modes.
    pub fn is_of_measures(self) -> bool {
        use Made::*;
        matches!(
            self,
            Component::Made(ProcessN | ProcessSum | ProcessLeast | ProcessMost | ModeFailures)
        )
    }

    /// One sentence of meaning.
    pub fn meaning(self) -> String {
        match self {
            Component::Rows => "Rows that count".to_owned(),
            Component::Sum(variable) => format!("Sum of the {}", variable.noun()),
            Component::Count(variable) => format!("Rows that carry {}", variable.noun()),
            Component::Made(made) => made.meaning().to_owned(),
        }
    }

    /// Its unit, empty where another column names it.
    pub fn unit(self) -> &'static str {
        match self {
            Component::Rows | Component::Count(_) => "1",
            Component::Sum(variable) => variable.unit(),
            Component::Made(made) => made.unit(),
        }
    }
}

/// Components by name: absent means that no row contributed, which is not zero.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Components(std::collections::BTreeMap<Component, Decimal>);

impl Components {
    /// The value, or `None` when no row contributed.
    pub fn get(&self, component: Component) -> Option<Decimal> {
        self.0.get(&component).copied()
    }

    /// Puts a value to a component, as its [`Fold`] says.
    pub fn add(&mut self, component: Component, value: Decimal) {
        let slot = self.0.entry(component);
        slot.and_modify(|known| {
            *known = match component.fold() {
                Fold::Sum => known.checked_add(value).unwrap_or(Decimal::MAX),
                Fold::Least => (*known).min(value),
                Fold::Greatest => (*known).max(value),
            };
        })
        .or_insert(value);
    }

    /// Adds all of another set.
    pub fn merge(&mut self, other: &Components) {
        for (component, value) in &other.0 {
            self.add(*component, *value);
        }
    }

    /// Every component that is there, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Component, Decimal)> + '_ {
        self.0.iter().map(|(component, value)| (*component, *value))
    }

    /// Whether nothing contributed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Component, Decimal)> for Components {
    fn from_iter<T: IntoIterator<Item = (Component, Decimal)>>(iter: T) -> Self {
        let mut components = Components::default();
        for (component, value) in iter {
            components.add(component, value);
        }
        components
    }
}

impl Serialize for Components {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(component, value)| (component.name(), value)))
    }
}

impl<'de> Deserialize<'de> for Components {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let map = std::collections::BTreeMap::<String, Decimal>::deserialize(deserializer)?;
        map.into_iter()
            .map(|(name, value)| {
                Component::from_name(&name)
                    .map(|component| (component, value))
                    .ok_or_else(|| serde::de::Error::custom(format!("unknown component `{name}`")))
            })
            .collect()
    }
}

/// The components of one day and one combination of dimensions of one file: a cell of one of its families.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentRow {
    /// Which family it is of ([`crate::family::KeptFamily`]).
    pub family_no: u16,
    /// Local date; `None` where the rows carry no date or the family is of the whole period.
    pub day: Option<chrono::NaiveDate>,
    /// Values of the dimensions, in the order of [`Dimension::ALL`]; `None` where the column is absent or empty
    /// or the family has it not.
    pub dimensions: Vec<Option<String>>,
    /// The additive numbers.
    pub values: Components,
}

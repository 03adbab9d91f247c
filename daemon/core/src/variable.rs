//! The canonical data model: every variable that a column of an export can be mapped to.
//!
//! Each is a column of the `records` table, which a migration adds with it. The order of [`Variable::ALL`] is that of
//! the binary rows that carry them.

use serde::{Deserialize, Serialize};

use crate::word::UnknownWord;

/// What kind of value a variable holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Text; never turned into a number, so that leading zeros stay.
    Text,
    /// An exact decimal.
    Number,
    /// A point in time (UTC inside, with the source's local text kept beside it).
    Time,
    /// A local calendar date.
    Date,
    /// Yes or no.
    Flag,
}

macro_rules! variables {
    ($($variant:ident = $name:literal, $kind:ident, $unit:literal, $doc:literal;)+) => {
        /// A name of the canonical data model.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Variable { $(#[doc = $doc] $variant,)+ }

        impl Variable {
            /// Every variable, in the order of the binary rows.
            pub const ALL: &'static [Variable] = &[$(Variable::$variant,)+];
            /// How many there are.
            pub const COUNT: usize = Self::ALL.len();
            /// The name on the command line, in JSON and of the database column.
            pub fn name(self) -> &'static str { match self { $(Variable::$variant => $name,)+ } }
            /// The kind of its values.
            pub fn kind(self) -> Kind { match self { $(Variable::$variant => Kind::$kind,)+ } }
            /// The unit of its values; empty where there is none or where another column names it.
            pub fn unit(self) -> &'static str { match self { $(Variable::$variant => $unit,)+ } }
            /// One sentence of meaning.
            pub fn meaning(self) -> &'static str { match self { $(Variable::$variant => $doc,)+ } }
            /// The variable of that name.
            pub fn from_name(name: &str) -> Option<Variable> {
                match name { $($name => Some(Variable::$variant),)+ _ => None }
            }
        }
    };
}

variables! {
    // keys and dimensions: text
    WorkOrder = "work_order", Text, "", "Number of the production or maintenance order";
    Operation = "operation", Text, "", "Step of the routing";
    ProductCode = "product_code", Text, "", "Number of the product or material";
    ProductName = "product_name", Text, "", "Name of the product or material";
    Machine = "machine", Text, "", "Machine, resource or work centre";
    Line = "line", Text, "", "Production line, department or section";
    Site = "site", Text, "", "Plant";
    Lot = "lot", Text, "", "Lot, batch or serial number";
    Operator = "operator", Text, "", "Person, kept as a pseudonym";
    Shift = "shift", Text, "", "Shift or crew";
    Status = "status", Text, "", "State of the order: planned, released, running, completed, closed, cancelled";
    ReasonCode = "reason_code", Text, "", "Code of the reason of a stop";
    ReasonText = "reason_text", Text, "", "Words of the reason of a stop";
    StopCategory = "stop_category", Text, "", "State of the machine: running, slow, minor_stop, setup, breakdown, waiting, planned_maintenance, break, engineering, unknown";
    DefectCode = "defect_code", Text, "", "Kind of defect or reason of scrap";
    Disposition = "disposition", Text, "", "What was done with the defect: scrap, rework, use_as_is, return, hold";
    Characteristic = "characteristic", Text, "", "What was measured";
    ValueQualifier = "value_qualifier", Text, "", "How the measured value is meant: =, <, >, ND";
    SubgroupId = "subgroup_id", Text, "", "Sample or subgroup that a measurement belongs to";
    Uom = "uom", Text, "", "Unit of the quantities";
    Currency = "currency", Text, "", "ISO 4217 currency of the money";
    CostCenter = "cost_center", Text, "", "Cost centre";
    OrderType = "order_type", Text, "", "Type of order or movement";
    EnergyTariff = "energy_tariff", Text, "", "Load band or tariff of the energy";
    Confirmation = "confirmation", Text, "", "Number of the confirmation or document that booked the row";
    ConfirmationItem = "confirmation_item", Text, "", "Counter or item of the row in its confirmation or document";
    Reverses = "reverses", Text, "", "Document, or item of its own document, that the row cancels";
    ReversesItem = "reverses_item", Text, "", "Counter or item that the row cancels: of the document that it cancels, else of its own";
    // time
    EventStart = "event_start", Time, "", "Start of the run, stop or interval";
    EventEnd = "event_end", Time, "", "End of the run, stop or interval";
    SampleTime = "sample_time", Time, "", "When the sample was taken";
    RepairStart = "repair_start", Time, "", "When the repair began";
    RepairEnd = "repair_end", Time, "", "When the repair ended";
    // dates
    PostingDate = "posting_date", Date, "", "Date of the posting";
    ShiftDate = "shift_date", Date, "", "Local date on which the shift starts";
    DueDate = "due_date", Date, "", "Date by which the order is due";
    ValidFrom = "valid_from", Date, "", "First day on which what a list says holds";
    ValidTo = "valid_to", Date, "", "Last day on which what a list says holds";
    // flags
    IsFailure = "is_failure", Flag, "", "Whether the row is a failure of the machine";
    IsConstraint = "is_constraint", Flag, "", "Whether the machine is the bottleneck";
    IsCancelled = "is_cancelled", Flag, "", "Whether the row was cancelled";
    // numbers
    Duration = "duration", Number, "s", "Length of the run or stop";
    QuantityPlanned = "quantity_planned", Number, "", "Pieces ordered or planned";
    QuantityProduced = "quantity_produced", Number, "", "All pieces made, good and bad";
    QuantityGood = "quantity_good", Number, "", "Good pieces";
    QuantityScrap = "quantity_scrap", Number, "", "Scrapped pieces";
    QuantityRework = "quantity_rework", Number, "", "Pieces sent to rework";
    QuantityInspected = "quantity_inspected", Number, "", "Pieces inspected";
    DefectCount = "defect_count", Number, "", "Defects found";
    Opportunities = "opportunities", Number, "", "Ways in which one unit can be defective";
    CounterReading = "counter_reading", Number, "", "Reading of a cumulative counter";
    IdealCycleTime = "ideal_cycle_time", Number, "s", "Shortest possible time for one unit";
    IdealRate = "ideal_rate", Number, "1/h", "Highest possible rate";
    PlannedTime = "planned_time", Number, "min", "Planned time of the shift or order";
    PlannedDowntime = "planned_downtime", Number, "min", "Planned stops inside the planned time";
    SetupStandard = "setup_standard", Number, "min", "Standard set-up time";
    StandardLaborHours = "standard_labor_hours", Number, "h", "Standard labour hours for one unit";
    MeasuredValue = "measured_value", Number, "", "Result of a measurement";
    Lsl = "lsl", Number, "", "Lower specification limit";
    Usl = "usl", Number, "", "Upper specification limit";
    Target = "target", Number, "", "Target value";
    StandardUnitCost = "standard_unit_cost", Number, "currency", "Standard cost of one unit";
    MaterialUnitCost = "material_unit_cost", Number, "currency", "Material cost of one unit";
    ContributionMargin = "contribution_margin", Number, "currency", "Contribution margin of one unit";
    PurchaseQty = "purchase_qty", Number, "", "Quantity bought";
    PurchasePrice = "purchase_price", Number, "currency", "Price paid for one unit";
    StandardPrice = "standard_price", Number, "currency", "Standard price of one unit";
    QuantityUsed = "quantity_used", Number, "", "Material used";
    StandardQuantity = "standard_quantity", Number, "", "Material allowed for one unit";
    LaborHours = "labor_hours", Number, "h", "Labour hours worked";
    OvertimeHours = "overtime_hours", Number, "h", "Paid overtime hours";
    LaborRate = "labor_rate", Number, "currency", "Labour cost of one hour";
    LaborRateStandard = "labor_rate_standard", Number, "currency", "Standard labour cost of one hour";
    MachineRate = "machine_rate", Number, "currency", "Machine cost of one hour";
    OverheadActual = "overhead_actual", Number, "currency", "Overhead booked";
    OverheadBudget = "overhead_budget", Number, "currency", "Overhead budgeted";
    BudgetHours = "budget_hours", Number, "h", "Hours that the overhead budget rests on";
    ScrapRecovery = "scrap_recovery", Number, "currency", "Money recovered for one scrapped unit";
    ScrapCost = "scrap_cost", Number, "currency", "Money booked as scrap on the row";
    PlannedCost = "planned_cost", Number, "currency", "Planned cost of the order";
    TotalCost = "total_cost", Number, "currency", "Cost booked on the row";
    EnergyUsed = "energy_used", Number, "kWh", "Energy used in the interval";
    MeterReading = "meter_reading", Number, "kWh", "Reading of a cumulative energy meter";
    EnergyPrice = "energy_price", Number, "currency", "Price of one kWh";
    ReworkHours = "rework_hours", Number, "h", "Hours of rework on the row";
    WorkerCount = "worker_count", Number, "", "People on the job";
    Emissions = "emissions", Number, "t", "Carbon dioxide of the interval";
}

impl Variable {
    /// What people call it, as it stands in a sentence: "no ideal cycle time in the data".
    pub fn noun(self) -> String {
        match self {
            Variable::IsFailure => "mark of failures".to_owned(),
            Variable::IsConstraint => "mark of the bottleneck".to_owned(),
            Variable::IsCancelled => "mark of what was cancelled".to_owned(),
            Variable::ConfirmationItem => "item of the confirmation".to_owned(),
            Variable::Reverses => "number of what the row cancels".to_owned(),
            Variable::ReversesItem => "item of what the row cancels".to_owned(),
            Variable::Uom => "unit of the quantities".to_owned(),
            Variable::Lsl => "lower limit".to_owned(),
            Variable::Usl => "upper limit".to_owned(),
            Variable::PurchaseQty => "quantity bought".to_owned(),
            Variable::QuantityPlanned => "planned quantity".to_owned(),
            Variable::QuantityProduced => "quantity made".to_owned(),
            Variable::QuantityGood => "good quantity".to_owned(),
            Variable::QuantityScrap => "scrapped quantity".to_owned(),
            Variable::QuantityRework => "reworked quantity".to_owned(),
            Variable::QuantityInspected => "inspected quantity".to_owned(),
            Variable::QuantityUsed => "quantity used".to_owned(),
            Variable::ScrapCost => "booked scrap cost".to_owned(),
            Variable::TotalCost => "booked cost".to_owned(),
            other => other.name().replace('_', " "),
        }
    }

    /// Its place in [`Variable::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// Whether its values are codes: short names by which a plant counts and looks up, and not sentences.
    pub fn is_code(self) -> bool {
        self.kind() == Kind::Text && !matches!(self, Variable::ProductName | Variable::ReasonText)
    }

    /// The longest text that it holds, in characters; `None` where its values are no text. What is longer is no code, and
    /// beyond some length no name or reason either: figures are grouped by them, and indexes and answers hold them.
    pub fn longest(self) -> Option<usize> {
        match self.kind() {
            Kind::Text if self.is_code() => Some(200),
            Kind::Text => Some(2_000),
            Kind::Number | Kind::Time | Kind::Date | Kind::Flag => None,
        }
    }

    /// Whether its values are money.
    pub fn is_money(self) -> bool {
        self.unit() == "currency"
    }

    /// Whether it is a quantity, money or energy that can be added up over rows.
    pub fn is_additive(self) -> bool {
        use Variable::*;
        self.kind() == Kind::Number
            && !matches!(
                self,
                Opportunities
                    | CounterReading
                    | IdealCycleTime
                    | IdealRate
                    | SetupStandard
                    | StandardLaborHours
                    | Lsl
                    | Usl
                    | Target
                    | StandardUnitCost
                    | MaterialUnitCost
                    | ContributionMargin
                    | PurchasePrice
                    | StandardPrice
                    | StandardQuantity
                    | LaborRate
                    | LaborRateStandard
                    | MachineRate
                    | ScrapRecovery
                    | MeterReading
                    | EnergyPrice
            )
    }
}

impl std::fmt::Display for Variable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

impl std::str::FromStr for Variable {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Variable, UnknownWord> {
        Variable::from_name(word).ok_or_else(|| UnknownWord {
            word: word.to_owned(),
            expected: "a variable",
        })
    }
}

impl Serialize for Variable {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Variable {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        name.parse().map_err(serde::de::Error::custom)
    }
}

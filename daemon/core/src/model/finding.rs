//! Findings: a loss with its evidence, and the ledger of those with a saving.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Analyzer, SavingView};
use crate::ids::{AnalysisId, FileId, FindingId};
use crate::record::RowAt;
use crate::unit::Unit;
use crate::word::words;

/// Where a figure comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// File name.
    pub file: String,
    /// File id.
    pub file_id: FileId,
    /// SHA-256 in hex.
    pub sha256: String,
    /// Line in the file.
    pub line: u64,
    /// Which of the rows that a mapping makes of that line it is, from 0.
    pub sub: u32,
    /// The values used.
    pub values: BTreeMap<String, String>,
}

impl Evidence {
    /// Which row of the file it is.
    pub fn at(&self) -> RowAt {
        RowAt {
            line: self.line,
            sub: self.sub,
        }
    }
}

/// A finding as the analyzer makes it, before it has an id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingDraft {
    /// Analyzer that made it.
    pub analyzer: Analyzer,
    /// Kind.
    pub kind: FindingKind,
    /// One line.
    pub title: String,
    /// What it is about (dimension → value).
    pub scope: BTreeMap<String, String>,
    /// First local date.
    pub from: Option<NaiveDate>,
    /// Last local date.
    pub to: Option<NaiveDate>,
    /// How much was lost.
    #[serde(with = "crate::number::option")]
    pub loss_quantity: Option<Decimal>,
    /// Unit of the loss.
    pub loss_unit: String,
    /// The saving, only where the rules allow one.
    pub saving: Option<SavingView>,
    /// Method and version.
    pub method: String,
    /// The formula with the numbers put in.
    pub working: String,
    /// Rows of the file that show it, the weightiest first (at most 20).
    pub evidence_rows: Vec<RowAt>,
    /// How many rows there are behind it.
    pub evidence_count: u64,
}

/// How much was lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LossView {
    /// Quantity.
    #[serde(with = "crate::number::option")]
    pub quantity: Option<Decimal>,
    /// Unit.
    pub unit: Unit,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingView {
    /// Id.
    pub finding_id: FindingId,
    /// Analysis it came from.
    pub analysis_id: AnalysisId,
    /// Analyzer.
    pub analyzer: Analyzer,
    /// Kind.
    pub kind: FindingKind,
    /// One line.
    pub title: String,
    /// What it is about.
    pub scope: BTreeMap<String, String>,
    /// First and last local date.
    pub period: PeriodView,
    /// How much was lost.
    pub loss: LossView,
    /// The saving, if the rules allow one.
    pub saving: Option<SavingView>,
    /// Method and version.
    pub method: String,
    /// The formula with the numbers put in.
    pub working: String,
    /// Rows that show it.
    pub evidence: Vec<Evidence>,
    /// How many rows there are behind it.
    pub evidence_count: u64,
    /// How far it is on the way to money.
    pub state: FindingState,
}

/// A period of local dates, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PeriodView {
    /// First.
    pub from: Option<NaiveDate>,
    /// Last.
    pub to: Option<NaiveDate>,
}

/// The savings ledger.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SavingsView {
    /// What the pilot promises.
    #[serde(with = "crate::number")]
    pub goal: Decimal,
    /// Currency of the figures; absent where the org has none.
    pub currency: Option<String>,
    /// Sum of the verified low bounds.
    #[serde(with = "crate::number")]
    pub verified_low: Decimal,
    /// Sum of the identified low bounds, never added to the verified.
    #[serde(with = "crate::number")]
    pub identified_low: Decimal,
    /// What is listed and not in these sums.
    pub not_counted: Vec<NotCounted>,
    /// The findings with a saving.
    pub items: Vec<FindingView>,
}

/// Findings with a saving that the sums of the ledger leave out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotCounted {
    /// Why.
    pub why: NotCountedWhy,
    /// How many they are.
    pub findings: u64,
    /// Sum of their low bounds.
    #[serde(with = "crate::number")]
    pub low: Decimal,
    /// Currency of the sum.
    pub currency: String,
}

words! {
    /// Why an amount is not in the sums of the ledger.
    NotCountedWhy, "a reason why an amount is not counted" {
        /// It is of grade D: it rests on a default.
        DefaultValue = "default_value",
        /// It stands in another currency than the ledger.
        OtherCurrency = "other_currency",
    }
}

words! {
    /// What a finding is about.
    FindingKind, "a kind of finding" {
        /// More stop time than planned time.
        StopsExceedPlan = "stops_exceed_plan",
        /// Stops outside the planned time.
        StopOutsidePlan = "stop_outside_plan",
        /// Stops without an end.
        OpenStop = "open_stop",
        /// States that had not ended.
        OpenState = "open_state",
        /// States that began in other files.
        CarriedState = "carried_state",
        /// First readings of counters.
        CounterFirst = "counter_first",
        /// Counters that went over their end.
        CounterRollover = "counter_rollover",
        /// Counters that began anew.
        CounterReset = "counter_reset",
        /// Readings of 0 that are none.
        CounterGlitch = "counter_glitch",
        /// Readings of 0 of which nothing is known yet.
        CounterZero = "counter_zero",
        /// Counters that fell a little.
        CounterBack = "counter_back",
        /// Steps of counters that are too large.
        CounterTooFar = "counter_too_far",
        /// Readings below 0.
        CounterNegative = "counter_negative",
        /// Readings of a counter that share a moment.
        CounterSameMoment = "counter_same_moment",
        /// Readings without a time.
        CounterUndated = "counter_undated",
        /// Rows of a time that other files tell of.
        ToldByOtherFiles = "told_by_other_files",
        /// Stops that stand there twice.
        DuplicateStop = "duplicate_stop",
        /// Rows without a usable date.
        MissingDates = "missing_dates",
        /// Planned time that several rows repeat.
        PlannedTimeRepeated = "planned_time_repeated",
        /// Quantities that contradict each other.
        QuantitiesDisagree = "quantities_disagree",
        /// Measured values given as a bound only.
        CensoredValues = "censored_values",
        /// What a profile takes from lists and no list names.
        Unlisted = "unlisted",
        /// An ideal cycle time that is too slow.
        IdealCycleTooSlow = "ideal_cycle_too_slow",
        /// Time without any signal of the machine.
        NoSignalGap = "no_signal_gap",
        /// Sums that lost digits.
        DigitsLimited = "digits_limited",
        /// Process values that are kept by fewer dimensions because there are too many groups.
        ProcessValuesCoarse = "process_values_coarse",
        /// Sums that are kept by fewer dimensions because there are too many groups.
        SumsCoarse = "sums_coarse",
        /// Stop time without a known category.
        UnknownStops = "unknown_stops",
        /// Stop time with neither reason nor category.
        BlankReasons = "blank_reasons",
        /// A process out of control.
        ControlSignal = "control_signal",
        /// Measured values that never differ.
        StuckSensor = "stuck_sensor",
        /// Energy used without output.
        EnergyBaseLoad = "energy_base_load",
        /// Who uses the most energy.
        EnergyPareto = "energy_pareto",
        /// Who contributes most to scrap.
        ScrapPareto = "scrap_pareto",
        /// Scrap above the plant's own usual level.
        ScrapExcess = "scrap_excess",
        /// What takes the most stop time.
        StopPareto = "stop_pareto",
        /// A failure that comes again and again.
        BadActor = "bad_actor",
        /// Who fails the most.
        FailurePareto = "failure_pareto",
        /// Set-ups above their own median.
        SetupExcess = "setup_excess",
    }

    /// How far a finding is on the way to money.
    FindingState, "a state of a finding" {
        /// No amount is claimed.
        Signal = "signal",
        /// An amount is claimed.
        Identified = "identified",
        /// Somebody takes it on; its baseline is frozen.
        Accepted = "accepted",
        /// Something was changed.
        Implemented = "implemented",
        /// The saving was measured.
        Verified = "verified",
        /// Somebody says that there is nothing to save.
        Rejected = "rejected",
    }
}

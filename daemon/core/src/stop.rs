//! The states of a machine and what each counts as, after ISO 22400-2 and SEMI E10 (one enumeration mapped to both).

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::component::Made;
use crate::record::{Record, Value};
use crate::variable::Variable;
use crate::word::words;

words! {
    /// A state of a machine; the order is the priority by which an overlap is owned, the strongest first.
    StopCategory, "a stop category" {
        /// Break, meeting, no order: outside the planned busy time.
        Break = "break" | "meeting" | "no_order",
        /// Planned maintenance: outside the planned busy time.
        PlannedMaintenance = "planned_maintenance",
        /// Engineering or trial: outside the planned busy time.
        Engineering = "engineering" | "trial",
        /// Breakdown, a failure.
        Breakdown = "breakdown",
        /// Set-up or adjustment.
        Setup = "setup",
        /// No material, no operator, blocked.
        Waiting = "waiting",
        /// Short stop, inside the production time.
        MinorStop = "minor_stop",
        /// A stop whose category is not known.
        Unknown = "unknown",
        /// Running below rate, inside the production time.
        Slow = "slow",
        /// Running.
        Running = "running" | "startup_reject",
    }
}

impl StopCategory {
    /// The words on screen.
    pub fn label(self) -> &'static str {
        match self {
            StopCategory::Break => "break",
            StopCategory::PlannedMaintenance => "planned maintenance",
            StopCategory::Engineering => "engineering",
            StopCategory::Breakdown => "breakdown",
            StopCategory::Setup => "set-up",
            StopCategory::Waiting => "waiting",
            StopCategory::MinorStop => "minor stop",
            StopCategory::Unknown => "unknown",
            StopCategory::Slow => "slow",
            StopCategory::Running => "running",
        }
    }

    /// The words for stops of the category that give no reason, in a file where others do.
    pub fn label_without_reason(self) -> &'static str {
        match self {
            StopCategory::Break => "break without a reason",
            StopCategory::PlannedMaintenance => "planned maintenance without a reason",
            StopCategory::Engineering => "engineering without a reason",
            StopCategory::Breakdown => "breakdown without a reason",
            StopCategory::Setup => "set-up without a reason",
            StopCategory::Waiting => "waiting without a reason",
            StopCategory::MinorStop => "minor stop without a reason",
            StopCategory::Unknown => "unknown without a reason",
            StopCategory::Slow => "slow without a reason",
            StopCategory::Running => "running without a reason",
        }
    }

    /// Rank by which an overlap is owned, the strongest first.
    pub fn rank(self) -> u8 {
        self as u8
    }

    /// Whether the machine is meant to make pieces in it.
    pub fn runs(self) -> bool {
        matches!(self, StopCategory::Running | StopCategory::Slow)
    }

    /// Whether its time lies outside the planned busy time.
    pub fn outside_plan(self) -> bool {
        matches!(
            self,
            StopCategory::Break | StopCategory::PlannedMaintenance | StopCategory::Engineering
        )
    }

    /// Whether its time is taken from the production time.
    pub fn takes_production_time(self) -> bool {
        matches!(
            self,
            StopCategory::Breakdown | StopCategory::Setup | StopCategory::Waiting | StopCategory::Unknown
        )
    }

    /// The components that its time is added to; the planned busy and production time come from the calendar.
    pub fn components(self) -> &'static [Made] {
        match self {
            StopCategory::Break | StopCategory::PlannedMaintenance | StopCategory::Engineering => &[Made::PlannedDownS],
            StopCategory::Breakdown => &[Made::BreakdownS, Made::AdetS, Made::StopS],
            StopCategory::Setup => &[Made::AustS, Made::StopS],
            StopCategory::Waiting => &[Made::WaitingS, Made::AdetS, Made::StopS],
            StopCategory::MinorStop => &[Made::MinorStopS, Made::StopS],
            StopCategory::Unknown => &[Made::UnknownStopS, Made::AdetS, Made::StopS],
            StopCategory::Slow | StopCategory::Running => &[],
        }
    }
}

/// Whether a row is there for a stop: by its category or, without one, by a reason where it makes no pieces and tells how
/// long it was.
pub fn tells_a_stop(category: Option<StopCategory>, has_reason: bool, makes_pieces: bool, has_length: bool) -> bool {
    match category {
        Some(category) => !category.runs(),
        None => has_reason && !makes_pieces && has_length,
    }
}

/// Begin and end, in microseconds since 1970, of the stop that a row tells; `None` where it tells none, or not both.
pub fn stop_time(record: &Record) -> Option<(i64, i64)> {
    const US_PER_S: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);
    let time = |variable| match record.get(variable) {
        Some(Value::Time(time)) => Some(time.timestamp_micros()),
        _ => None,
    };
    let filled = |variable| record.text(variable).map(str::trim).filter(|text| !text.is_empty());
    let category = filled(Variable::StopCategory).and_then(StopCategory::from_name);
    let has_reason = filled(Variable::ReasonText).or(filled(Variable::ReasonCode)).is_some();
    let makes_pieces = record.produced().is_some_and(|pieces| pieces > Decimal::ZERO);
    let (start, end) = (time(Variable::EventStart), time(Variable::EventEnd));
    let length = record
        .number(Variable::Duration)
        .filter(|length| *length >= Decimal::ZERO);
    if !tells_a_stop(category, has_reason, makes_pieces, end.is_some() || length.is_some()) {
        return None;
    }
    let start = start?;
    let behind = || start.checked_add(length?.checked_mul(US_PER_S)?.to_i64()?);
    let end = end.or_else(behind)?;
    (end >= start).then_some((start, end))
}

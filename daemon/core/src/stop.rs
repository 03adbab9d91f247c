//! The states of a machine and what each counts as, after ISO 22400-2 and SEMI E10 (one enumeration mapped to both).

use crate::component::Made;
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

//! The states of a machine and what each counts as, after ISO 22400-2 and SEMI E10 (one enumeration mapped to both).

use plant_core::component::Made;
use plant_core::profile::Settings;

/// A state of a machine; the order is the priority by which an overlap is owned, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Category {
    /// Break, meeting, no order: outside the planned busy time.
    Break,
    /// Planned maintenance: outside the planned busy time.
    PlannedMaintenance,
    /// Engineering or trial: outside the planned busy time.
    Engineering,
    /// Breakdown, a failure.
    Breakdown,
    /// Set-up or adjustment.
    Setup,
    /// No material, no operator, blocked.
    Waiting,
    /// Short stop, inside the production time.
    MinorStop,
    /// A stop whose category is not known.
    Unknown,
    /// Running below rate, inside the production time.
    Slow,
    /// Running.
    Running,
}

impl Category {
    /// The category that a text means; the settings of the profile translate the words of the plant.
    pub(crate) fn read(text: &str, settings: &Settings) -> Category {
        let lower = text.trim().to_lowercase();
        Category::from_name(&lower)
            .or_else(|| {
                let meant = settings
                    .categories
                    .iter()
                    .find(|(word, _)| word.trim().to_lowercase() == lower)
                    .map(|(_, category)| category.as_str())?;
                Category::from_name(meant)
            })
            .unwrap_or(Category::Unknown)
    }

    fn from_name(name: &str) -> Option<Category> {
        Some(match name {
            "running" | "startup_reject" => Category::Running,
            "slow" => Category::Slow,
            "minor_stop" => Category::MinorStop,
            "setup" => Category::Setup,
            "breakdown" => Category::Breakdown,
            "waiting" => Category::Waiting,
            "planned_maintenance" => Category::PlannedMaintenance,
            "break" | "meeting" | "no_order" => Category::Break,
            "engineering" | "trial" => Category::Engineering,
            "unknown" => Category::Unknown,
            _ => return None,
        })
    }

    /// The words on screen.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Category::Break => "break",
            Category::PlannedMaintenance => "planned maintenance",
            Category::Engineering => "engineering",
            Category::Breakdown => "breakdown",
            Category::Setup => "set-up",
            Category::Waiting => "waiting",
            Category::MinorStop => "minor stop",
            Category::Unknown => "unknown",
            Category::Slow => "slow",
            Category::Running => "running",
        }
    }

    /// The words for stops of the category that give no reason, in a file where others do.
    pub(crate) fn label_without_reason(self) -> &'static str {
        match self {
            Category::Break => "break without a reason",
            Category::PlannedMaintenance => "planned maintenance without a reason",
            Category::Engineering => "engineering without a reason",
            Category::Breakdown => "breakdown without a reason",
            Category::Setup => "set-up without a reason",
            Category::Waiting => "waiting without a reason",
            Category::MinorStop => "minor stop without a reason",
            Category::Unknown => "unknown without a reason",
            Category::Slow => "slow without a reason",
            Category::Running => "running without a reason",
        }
    }

    /// Rank by which an overlap is owned, the strongest first.
    pub(crate) fn rank(self) -> u8 {
        self as u8
    }

    /// Whether the machine is meant to make pieces in it.
    pub(crate) fn runs(self) -> bool {
        matches!(self, Category::Running | Category::Slow)
    }

    /// Whether its time lies outside the planned busy time.
    pub(crate) fn outside_plan(self) -> bool {
        matches!(
            self,
            Category::Break | Category::PlannedMaintenance | Category::Engineering
        )
    }

    /// Whether its time is taken from the production time.
    pub(crate) fn takes_production_time(self) -> bool {
        matches!(
            self,
            Category::Breakdown | Category::Setup | Category::Waiting | Category::Unknown
        )
    }

    /// The components that its time is added to; the planned busy and production time come from the calendar.
    pub(crate) fn components(self) -> &'static [Made] {
        match self {
            Category::Break | Category::PlannedMaintenance | Category::Engineering => &[Made::PlannedDownS],
            Category::Breakdown => &[Made::BreakdownS, Made::AdetS, Made::StopS],
            Category::Setup => &[Made::AustS, Made::StopS],
            Category::Waiting => &[Made::WaitingS, Made::AdetS, Made::StopS],
            Category::MinorStop => &[Made::MinorStopS, Made::StopS],
            Category::Unknown => &[Made::UnknownStopS, Made::AdetS, Made::StopS],
            Category::Slow | Category::Running => &[],
        }
    }
}

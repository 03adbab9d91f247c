//! What rows measure beside the data model: process values (a name, a unit, a number) and flags of failure modes.

use serde::{Deserialize, Serialize};

use crate::word::words;

words! {
    /// Where the cells of a column are kept that no variable takes.
    Home, "a place for a column without a variable" {
        /// As numbers that can be averaged.
        ProcessValue = "process_value",
        /// As flags that are counted by mode.
        FailureMode = "failure_mode",
        /// As text, which no figure reads.
        Extra = "extra",
    }

    /// What a measure is.
    MeasureKind, "a kind of measure" {
        /// A number that a machine or process shows: torque, temperature.
        ProcessValue = "process_value",
        /// Whether the row is a failure of this mode: 1 or 0.
        FailureMode = "failure_mode",
    }
}

impl MeasureKind {
    /// The home that a column of it has.
    pub fn home(self) -> Home {
        match self {
            MeasureKind::ProcessValue => Home::ProcessValue,
            MeasureKind::FailureMode => Home::FailureMode,
        }
    }

    /// What people call it.
    pub fn noun(self) -> &'static str {
        match self {
            MeasureKind::ProcessValue => "process value",
            MeasureKind::FailureMode => "failure mode",
        }
    }
}

/// Measures of one file, at most: what further columns hold stays text.
pub const MEASURES_MOST: usize = 64;
/// Longest name in characters.
pub const NAME_MOST: usize = 200;
/// Longest unit in characters.
pub const UNIT_MOST: usize = 40;

/// What a column measures.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Measure {
    /// What it is.
    pub kind: MeasureKind,
    /// Name as the column writes it, without the unit.
    pub name: String,
    /// Unit as the column writes it; empty where it says none.
    pub unit: String,
}

impl Measure {
    /// Whether it can be one: a name, none of both too long or with control characters.
    pub fn is_sound(&self) -> bool {
        let fits = |text: &str, most: usize| text.chars().count() <= most && !text.chars().any(char::is_control);
        !self.name.trim().is_empty() && fits(&self.name, NAME_MOST) && fits(&self.unit, UNIT_MOST)
    }

    /// Name and unit: `Torque [Nm]`.
    pub fn label(&self) -> String {
        label(&self.name, &self.unit)
    }
}

/// Name and unit as they are shown together.
pub fn label(name: &str, unit: &str) -> String {
    match unit.is_empty() {
        true => name.to_owned(),
        false => format!("{name} [{unit}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measure_has_a_name_that_can_be_shown() {
        let measure = |name: &str, unit: &str| Measure {
            kind: MeasureKind::ProcessValue,
            name: name.to_owned(),
            unit: unit.to_owned(),
        };
        assert!(measure("Torque", "Nm").is_sound());
        assert_eq!(measure("Torque", "Nm").label(), "Torque [Nm]");
        assert_eq!(measure("Torque", "").label(), "Torque");
        assert!(!measure(" ", "Nm").is_sound());
        assert!(!measure("a\u{1f}b", "Nm").is_sound());
        assert!(!measure(&"x".repeat(NAME_MOST + 1), "").is_sound());
    }
}

//! What a profile says of rows that mean something only in their order: readings of counters, changes of a state.

use std::fmt;

use rust_decimal::Decimal;
use serde::de::{Error, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize};

use crate::variable::Variable;
use crate::word::words;

/// What is derived of the rows that count, in the order of time, over the files of a series.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SeriesSteps {
    /// Variables whose cells are readings of a cumulative counter: what counts is by how much it went on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub counter: Vec<Counter>,
    /// What the rows say of intervals; absent: each row says itself how long it lasted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intervals: Option<Intervals>,
}

/// What says a state.
pub const STATES: [Variable; 4] = [
    Variable::StopCategory,
    Variable::ReasonCode,
    Variable::ReasonText,
    Variable::IsFailure,
];

impl SeriesSteps {
    /// Whether rows mean what they say, each by itself.
    pub fn is_none(&self) -> bool {
        *self == SeriesSteps::default()
    }

    /// Whether the cells of a variable are readings of a counter.
    pub fn counts(&self, variable: Variable) -> bool {
        self.counter.iter().any(|counter| counter.variable == variable)
    }

    /// Whether they read the cells of a variable: those of a counter, or what says a state.
    pub fn reads(&self, variable: Variable) -> bool {
        self.counts(variable) || (self.intervals.is_some() && STATES.contains(&variable))
    }

    /// Whether a quantity that follows from others on the same row would follow from readings.
    pub fn counts_pieces(&self) -> bool {
        use Variable::{QuantityGood, QuantityProduced, QuantityRework, QuantityScrap};
        [QuantityProduced, QuantityGood, QuantityScrap, QuantityRework]
            .into_iter()
            .any(|variable| self.counts(variable))
    }
}

words! {
    /// What rows say of intervals.
    Intervals, "a kind of intervals" {
        /// The state since its time: it lasts until the next row of the machine, in whichever file that is.
        State = "state",
    }

    /// What a reading of exactly 0 behind a larger one means.
    Zero, "a meaning of a reading of 0" {
        /// The counter did not answer, where it goes on afterwards from where it was.
        Glitch = "glitch",
        /// The counter began anew.
        Reset = "reset",
    }
}

/// A variable whose cells are readings of a cumulative counter. In TOML and JSON its name, or a table with its rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counter {
    /// The variable.
    pub variable: Variable,
    /// The value that it never shows: at it the counter begins at 0 again; in the unit of the variable.
    #[serde(with = "crate::number::option", skip_serializing_if = "Option::is_none")]
    pub rollover: Option<Decimal>,
    /// What it goes on by from one reading to the next at most; what is more is not counted.
    #[serde(with = "crate::number::option", skip_serializing_if = "Option::is_none")]
    pub max_step: Option<Decimal>,
    /// What a reading of 0 means.
    #[serde(skip_serializing_if = "is_usual")]
    pub zero: Zero,
}

fn is_usual(zero: &Zero) -> bool {
    *zero == Zero::Glitch
}

impl Counter {
    /// A counter of that variable without rules of its own.
    pub fn of(variable: Variable) -> Counter {
        Counter {
            variable,
            rollover: None,
            max_step: None,
            zero: Zero::Glitch,
        }
    }

    /// The variable that its steps are values of: its own, or what a reading stands for. `None` where nothing can be added
    /// up: a price, a limit.
    pub fn adds_to(&self) -> Option<Variable> {
        match self.variable {
            Variable::CounterReading => Some(Variable::QuantityProduced),
            Variable::MeterReading => Some(Variable::EnergyUsed),
            variable => variable.is_additive().then_some(variable),
        }
    }
}

/// As it is written on the command line, behind `counter:`.
impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.variable.name())?;
        if let Some(rollover) = self.rollover {
            write!(f, ",rollover={rollover}")?;
        }
        if let Some(step) = self.max_step {
            write!(f, ",max_step={step}")?;
        }
        match self.zero {
            Zero::Glitch => Ok(()),
            Zero::Reset => write!(f, ",zero={}", self.zero),
        }
    }
}

/// The table of a counter.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    variable: Variable,
    #[serde(default, with = "crate::number::option")]
    rollover: Option<Decimal>,
    #[serde(default, with = "crate::number::option")]
    max_step: Option<Decimal>,
    #[serde(default = "usual")]
    zero: Zero,
}

fn usual() -> Zero {
    Zero::Glitch
}

impl<'de> Deserialize<'de> for Counter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Counter, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Counter;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a variable, or a table with `variable`")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Counter, E> {
                name.parse().map(Counter::of).map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Counter, A::Error> {
                let Table {
                    variable,
                    rollover,
                    max_step,
                    zero,
                } = Table::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Counter {
                    variable,
                    rollover,
                    max_step,
                    zero,
                })
            }
        }
        deserializer.deserialize_any(Either)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<SeriesSteps, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_counter_is_its_name_or_a_table_and_survives() {
        let short = read(r#"{"counter":["quantity_produced"],"intervals":"state"}"#).unwrap();
        assert_eq!(short.counter, [Counter::of(Variable::QuantityProduced)]);
        assert_eq!(short.intervals, Some(Intervals::State));
        let text = r#"{"counter":[{"variable":"energy_used","rollover":1000000,"max_step":12.5,"zero":"reset"}]}"#;
        let long = read(text).unwrap();
        assert_eq!(serde_json::to_string(&long).unwrap(), text);
        assert_eq!(
            long.counter[0].to_string(),
            "energy_used,rollover=1000000,max_step=12.5,zero=reset"
        );
        assert!(read("{}").unwrap().is_none() && !long.is_none());
    }

    #[test]
    fn what_can_not_be_meant_is_refused() {
        for (text, rule) in [
            (r#"{"counter":["colour"]}"#, "colour"),
            (r#"{"counter":[{"variable":"energy_used","roll_over":1}]}"#, "roll_over"),
            (r#"{"counter":[{"rollover":1}]}"#, "variable"),
            (r#"{"counter":[7]}"#, "the name of a variable"),
            (r#"{"counters":[]}"#, "counters"),
            (r#"{"intervals":"events"}"#, "events"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(rule), "{text}: {error}");
        }
    }

    #[test]
    fn a_reading_stands_for_what_it_counts() {
        let adds = |variable| Counter::of(variable).adds_to();
        assert_eq!(adds(Variable::CounterReading), Some(Variable::QuantityProduced));
        assert_eq!(adds(Variable::MeterReading), Some(Variable::EnergyUsed));
        assert_eq!(adds(Variable::QuantityScrap), Some(Variable::QuantityScrap));
        assert_eq!(adds(Variable::Machine), None);
        assert_eq!(adds(Variable::EnergyPrice), None);
    }
}

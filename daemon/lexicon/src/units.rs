//! Units as plants write them: each once, with what it measures and how large it is.

use std::collections::HashMap;
use std::sync::LazyLock;

use plant_core::fold::fold;
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::words::parse;

/// What a unit measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// In seconds.
    Time,
    /// In kilowatt hours.
    Energy,
    /// In kilowatts.
    Power,
    /// In pieces.
    Count,
    /// In kilograms, of CO2 too.
    Mass,
    /// In metres.
    Length,
    /// In litres.
    Volume,
    /// Pieces or events per hour.
    Rate,
    /// Money of one currency.
    Money,
    /// Anything else that a machine measures: known as a unit, never converted.
    Other,
}

/// A unit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// What it measures.
    pub quantity: Quantity,
    /// How many of the quantity's own unit it is.
    #[serde(default = "one")]
    pub factor: Decimal,
    /// As names of columns and cells write it, in lower case.
    #[serde(default)]
    words: Vec<String>,
    /// As only names of columns write it.
    #[serde(default)]
    header: Vec<String>,
    /// As only cells write it, behind a number and a blank.
    #[serde(default)]
    cell: Vec<String>,
    /// Which of these may stand at a digit without a blank: no code ends like that.
    #[serde(default)]
    close: Vec<String>,
    /// Words of it inside a duration (`9 heures 45 min`), folded, beside `words` and `cell`.
    #[serde(default)]
    spoken: Vec<String>,
}

fn one() -> Decimal {
    Decimal::ONE
}

impl Unit {
    /// The factor that brings a figure in this unit into another of the same quantity; `None` where they measure
    /// different things or the factor has no end (seconds to hours).
    pub fn to(&self, other: &Unit) -> Option<Decimal> {
        let factor = self.factor.checked_div(other.factor)?;
        let same = self.quantity == other.quantity && self.quantity != Quantity::Other;
        (same && factor.checked_mul(other.factor)? == self.factor).then(|| factor.normalize())
    }
}

#[derive(Deserialize)]
struct Units {
    unit: Vec<Unit>,
}

type Lookup = HashMap<&'static str, &'static Unit>;

static UNITS: LazyLock<Units> = LazyLock::new(|| parse("units.toml", include_str!("../words/units.toml")));
static HEADER: LazyLock<Lookup> = LazyLock::new(|| lookup(|unit| unit.words.iter().chain(&unit.header)));
static CELL: LazyLock<Lookup> = LazyLock::new(|| lookup(|unit| unit.words.iter().chain(&unit.cell)));
static CLOSE: LazyLock<Lookup> = LazyLock::new(|| lookup(|unit| unit.close.iter().chain(&[])));
static SPOKEN: LazyLock<Lookup> = LazyLock::new(|| {
    let mut spoken = lookup(|unit| unit.words.iter().chain(&unit.cell));
    spoken.retain(|_, unit| unit.quantity == Quantity::Time);
    spoken.extend(lookup(|unit| unit.spoken.iter().chain(&[])));
    spoken
});

fn lookup<I: Iterator<Item = &'static String>>(words: impl Fn(&'static Unit) -> I) -> Lookup {
    UNITS
        .unit
        .iter()
        .flat_map(|unit| words(unit).map(move |word| (word.as_str(), unit)))
        .collect()
}

/// The unit that stands in the name of a column, whatever its case.
pub fn header(word: &str) -> Option<&'static Unit> {
    HEADER.get(word.to_lowercase().as_str()).copied()
}

/// The unit that stands behind a number and a blank.
pub fn cell(word: &str) -> Option<&'static Unit> {
    CELL.get(word.to_lowercase().as_str()).copied()
}

/// The unit that stands at the digits of a number.
pub fn close(word: &str) -> Option<&'static Unit> {
    CLOSE.get(word.to_lowercase().as_str()).copied()
}

/// The unit of time that a word of a duration names.
pub fn time(word: &str) -> Option<&'static Unit> {
    SPOKEN.get(fold(word).trim_matches('.')).copied()
}

#[cfg(test)]
mod tests;

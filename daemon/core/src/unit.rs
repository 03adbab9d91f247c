//! The unit of a figure.

use std::fmt;

use iso_currency::Currency;
use serde::{Deserialize, Serialize};

/// What a figure is measured in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Unit {
    /// A quantity in the unit of its rows, which no column names.
    #[default]
    Unnamed,
    /// A pure number: failures, rows.
    One,
    /// A share of 1, shown in percent.
    Ratio,
    /// Money, or money for one of something (`per`: `unit`, `h`).
    Money {
        /// Which money.
        money: Money,
        /// For one of what; absent: an amount.
        per: Option<String>,
    },
    /// Any other, by its sign: `kWh`, `min`, `pcs`, `1/h`.
    Other(String),
}

/// Which money an amount stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Money {
    /// A currency of ISO 4217.
    Of(Currency),
    /// That of the rows, whichever it is: the unit of a metric before any row is known.
    OfTheRows,
    /// Neither the rows nor the org say which.
    NotSet,
    /// The rows are in several.
    Several,
}

impl Money {
    fn named(name: &str) -> Option<Money> {
        match name {
            "currency" => Some(Money::OfTheRows),
            "currency?" => Some(Money::NotSet),
            "mixed" => Some(Money::Several),
            code => Currency::from_code(code).map(Money::Of),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Money::Of(currency) => currency.code(),
            Money::OfTheRows => "currency",
            Money::NotSet => "currency?",
            Money::Several => "mixed",
        }
    }
}

impl Unit {
    /// Money as an amount in a currency; no currency is [`Money::NotSet`].
    pub fn currency(code: Option<&str>) -> Unit {
        match code.filter(|code| !code.is_empty()) {
            None => Unit::Money {
                money: Money::NotSet,
                per: None,
            },
            Some(code) => code.into(),
        }
    }
}

impl From<&str> for Unit {
    fn from(name: &str) -> Self {
        let (head, per) = match name.split_once('/') {
            Some((head, per)) => (head, Some(per.to_owned())),
            None => (name, None),
        };
        match (name, Money::named(head)) {
            ("", _) => Unit::Unnamed,
            ("1", _) => Unit::One,
            ("ratio", _) => Unit::Ratio,
            (_, Some(money)) => Unit::Money { money, per },
            _ => Unit::Other(name.to_owned()),
        }
    }
}

/// The name in JSON: empty, `1`, `ratio`, `USD`, `currency?/h`, `kWh` …
impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unit::Unnamed => Ok(()),
            Unit::One => f.write_str("1"),
            Unit::Ratio => f.write_str("ratio"),
            Unit::Money { money, per: None } => f.write_str(money.name()),
            Unit::Money { money, per: Some(per) } => write!(f, "{}/{per}", money.name()),
            Unit::Other(name) => f.write_str(name),
        }
    }
}

impl Serialize for Unit {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Unit {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(std::borrow::Cow::<'de, str>::deserialize(deserializer)?.as_ref().into())
    }
}

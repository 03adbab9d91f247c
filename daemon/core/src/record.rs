//! One typed row of an export.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::measure::Measure;
use crate::variable::Variable;

/// Name in `extra` of the list of variables that were computed rather than read.
pub const DERIVED: &str = "_derived";

/// A typed value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// An exact decimal.
    Number(Decimal),
    /// A point in time.
    Time(DateTime<Utc>),
    /// A local date.
    Date(NaiveDate),
    /// Yes or no.
    Flag(bool),
}

/// Which row of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RowAt {
    /// Physical line (row, in a workbook) where it begins.
    pub line: u64,
    /// Which of the rows that a mapping makes of that line it is, from 0.
    pub sub: u32,
}

impl fmt::Display for RowAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.sub {
            0 => write!(f, "{}", self.line),
            sub => write!(f, "{}.{sub}", self.line),
        }
    }
}

/// One typed row.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Physical line (row, in a workbook) where it begins.
    pub line: u64,
    /// Which of the rows that a mapping makes of that line it is, from 0; kept rows know it.
    pub sub: u32,
    /// Hash of the unmapped cells that may tell one event from another; see the mapping of rows.
    pub other: u64,
    /// Local date that it belongs to.
    pub day: Option<NaiveDate>,
    /// Its main point in time.
    pub ts: Option<DateTime<Utc>>,
    /// Values in the order of [`Variable::ALL`].
    pub values: Vec<Option<Value>>,
    /// Numbers and flags that no variable takes and that are worth a figure.
    pub measures: Vec<(Arc<Measure>, Decimal)>,
    /// Columns without a variable, and the source text of times, by source name.
    pub extra: Vec<(String, String)>,
}

impl Record {
    /// A row with nothing in it.
    pub fn empty(line: u64) -> Record {
        Record {
            line,
            sub: 0,
            other: 0,
            day: None,
            ts: None,
            values: vec![None; Variable::COUNT],
            measures: Vec::new(),
            extra: Vec::new(),
        }
    }

    /// Which row of its file it is.
    pub fn at(&self) -> RowAt {
        RowAt {
            line: self.line,
            sub: self.sub,
        }
    }

    /// Says that the value of a variable was computed.
    pub fn mark_derived(&mut self, variable: Variable) {
        if self.is_derived(variable) {
            return;
        }
        match self.extra.iter_mut().find(|(name, _)| name == DERIVED) {
            Some((_, names)) => {
                names.push(',');
                names.push_str(variable.name());
            }
            None => self.extra.push((DERIVED.to_owned(), variable.name().to_owned())),
        }
    }

    /// Whether the value of a variable was computed, or is what a person says of the folder, rather than read.
    pub fn is_derived(&self, variable: Variable) -> bool {
        let list = self.extra.iter().find(|(name, _)| name == DERIVED);
        list.is_some_and(|(_, names)| names.split(',').any(|name| name == variable.name()))
    }

    /// The value of a variable.
    pub fn get(&self, variable: Variable) -> Option<&Value> {
        self.values.get(variable.index()).and_then(Option::as_ref)
    }

    /// Sets the value of a variable.
    pub fn set(&mut self, variable: Variable, value: Value) {
        if let Some(slot) = self.values.get_mut(variable.index()) {
            *slot = Some(value);
        }
    }

    /// Takes the value of a variable away.
    pub fn unset(&mut self, variable: Variable) {
        if let Some(slot) = self.values.get_mut(variable.index()) {
            *slot = None;
        }
    }

    /// The number of a variable.
    pub fn number(&self, variable: Variable) -> Option<Decimal> {
        match self.get(variable) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// The text of a variable.
    pub fn text(&self, variable: Variable) -> Option<&str> {
        match self.get(variable) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Pieces made: as given, else good + scrap + rework where good and scrap are there.
    pub fn produced(&self) -> Option<Decimal> {
        self.number(Variable::QuantityProduced).or_else(|| {
            let good = self.number(Variable::QuantityGood)?;
            let scrap = self.number(Variable::QuantityScrap)?;
            let rework = self.number(Variable::QuantityRework).unwrap_or_default();
            good.checked_add(scrap)?.checked_add(rework)
        })
    }
}

/// The quantity that follows from the others of a row, where one of them is missing: all pieces from good, scrapped and
/// reworked ones, or good ones from all less those.
///
/// A line may have become several rows: those `counted` were told by a row before, and what this row scraps beyond it is
/// more made, or less of what was good.
pub fn derived_quantity(record: &Record, counted: &[Variable]) -> Option<(Variable, Decimal)> {
    use Variable::{QuantityGood, QuantityProduced, QuantityRework, QuantityScrap};
    let is_counted = |variable: Variable| counted.contains(&variable);
    let known = |variable| (record.number(variable)).or_else(|| is_counted(variable).then_some(Decimal::ZERO));
    let rework = record.number(QuantityRework).unwrap_or_default();
    let scrap = record.number(QuantityScrap)?;
    let (variable, value) = match (known(QuantityProduced), known(QuantityGood)) {
        (None, Some(good)) => (QuantityProduced, good.checked_add(scrap)?.checked_add(rework)?),
        (Some(produced), None) => {
            let good = produced.checked_sub(scrap)?.checked_sub(rework)?;
            let may_be = |good: &Decimal| is_counted(QuantityProduced) || *good >= Decimal::ZERO;
            (QuantityGood, Some(good).filter(may_be)?)
        }
        _ => return None,
    };
    Some((variable, value.normalize()))
}

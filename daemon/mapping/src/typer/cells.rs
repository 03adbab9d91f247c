//! One column of a profile over one header: how its cells become values.
//!
//! Invariants: a plan is made once per file; reading a cell depends on nothing but the cell, the plan and the date of the
//! row.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use plant_core::measure::{Measure, MeasureKind};
use plant_core::operator::OperatorKey;
use plant_core::plan::ColumnPlan;
use plant_core::profile::{DateOrder, Output, Profile, Source, Transform};
use plant_core::record::Value;
use plant_core::table::Problem;
use plant_core::time;
use plant_core::variable::{Kind, Variable};
use plant_lexicon::stops::failure_label;
use plant_lexicon::units::{self, Quantity};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::date::{self, DateCell};
use crate::duration::{self, Unit};
use crate::measure;
use crate::number::{self, NumberError};
use crate::output::Input;
use crate::suggest::neighbours::is_count;

/// Most characters of a cell that a problem quotes.
const QUOTED: usize = 200;

/// Which unit behind a number is that of its column.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Own {
    /// Any: the column says its unit by its name, or another one says it.
    Any,
    /// That of pieces.
    Pieces,
    /// That of this money; any where it is not known.
    Money(Option<String>),
}

impl Own {
    fn of(profile: &Profile, variable: Option<Variable>, named: bool, currency: Option<&str>) -> Own {
        let says_currency = || profile.feeds(Variable::Currency);
        match variable {
            Some(variable) if is_count(variable) && !named => Own::Pieces,
            Some(variable) if variable.is_money() && !says_currency() => Own::Money(currency.map(str::to_owned)),
            _ => Own::Any,
        }
    }

    /// Whether a number with that unit behind or before it stands for something else than the others.
    fn is_foreign(&self, unit: &str) -> bool {
        match self {
            Own::Any | Own::Money(None) => false,
            Own::Pieces => units::cell(unit).is_some_and(|unit| unit.quantity != Quantity::Count),
            Own::Money(Some(own)) => !number::is_same_currency(own, unit),
        }
    }
}

/// What a column becomes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum PlanKind {
    /// Text as it stands.
    Text,
    /// A number with an operation on it.
    Number(Transform),
    /// A duration in seconds.
    Duration(Unit),
    /// A date or time.
    Moment,
    /// A time of day on the row's date.
    TimeOfDay,
    /// A number since 1970, so many of it a second.
    Epoch(i64),
    /// Yes where the cell equals this; the usual words where it is absent.
    Flag(Option<String>),
    /// The same value in every row.
    Constant(Option<Value>),
}

/// How the cells of a column are read.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) source: String,
    /// Where its text comes from.
    pub(super) input: Input,
    pub(super) variable: Option<Variable>,
    pub(super) required: bool,
    /// Whether its times go forward with the lines.
    pub(super) increasing: bool,
    /// The length of the regular intervals whose ends its times are.
    pub(super) interval: Option<TimeDelta>,
    /// What it measures, where it feeds no variable.
    pub(super) measure: Option<Arc<Measure>>,
    /// Makes codes of the operators that its cells name.
    operators: Option<OperatorKey>,
    kind: PlanKind,
    own: Own,
    decimal: char,
    order: DateOrder,
}

/// A cell that was read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Value(Value),
    /// It stands for "none" (1899-12-30, 9999-12-31).
    Nothing,
    /// A date or time as a local clock shows it.
    Local {
        local: NaiveDateTime,
        timed: bool,
        /// Whether it is a time of day set on the row's date.
        rolls: bool,
    },
    /// A point in time with its own offset.
    Instant(DateTime<Utc>),
    Bad {
        code: &'static str,
        what: &'static str,
    },
    /// A number of something else than its column's: kilograms among pieces, dollars among euros.
    Foreign,
    /// A text with more characters than its variable holds.
    Long {
        most: usize,
    },
}

impl Plan {
    /// Of a column whose name says its unit or does not, and the currency of money that names none.
    pub(super) fn new(
        profile: &Profile,
        source: &str,
        index: usize,
        how: ColumnPlan,
        named: bool,
        currency: Option<&str>,
        operators: Option<&OperatorKey>,
    ) -> Plan {
        let column = profile.column(source);
        let variable = column.and_then(|column| column.variable);
        let transform = column.map(|column| column.transform.clone()).unwrap_or_default();
        Plan {
            source: source.to_owned(),
            input: Input::Cell(index),
            variable,
            required: column.is_some_and(|column| column.required),
            increasing: how.increasing,
            interval: how.interval_s.and_then(TimeDelta::try_seconds),
            measure: how.measure.map(|kind| measure::shared(source, kind)),
            operators: operators.filter(|_| how.names_operators).cloned(),
            kind: variable.map_or(PlanKind::Text, |variable| kind(variable, transform, how.decimal)),
            own: Own::of(profile, variable, named, currency),
            decimal: how.decimal,
            order: how.order,
        }
    }

    /// Of an output, whose text comes from there.
    pub(super) fn made(
        profile: &Profile,
        output: &Output,
        input: Input,
        currency: Option<&str>,
        operators: Option<&OperatorKey>,
    ) -> Plan {
        let settings = &profile.settings;
        let (decimal, order) = match &input {
            // A person writes a constant as TOML does, and what is joined or added up is written so.
            _ if matches!(output.source, Source::Constant(_)) => ('.', DateOrder::Ymd),
            Input::DateTime { .. } | Input::Sum(_) => ('.', DateOrder::Ymd),
            // Lengths of time stand as they are written.
            Input::FirstOf { columns, variable } => match columns.first() {
                Some((_, sign, _)) if *variable == Variable::Duration => (*sign, DateOrder::Ymd),
                _ => ('.', DateOrder::Ymd),
            },
            Input::Fixed { order, .. } => (settings.decimal.unwrap_or('.'), *order),
            Input::Cell(_) | Input::Map { .. } => (
                settings.decimal.unwrap_or('.'),
                settings.date_order.unwrap_or(DateOrder::Ymd),
            ),
        };
        let own = Own::of(profile, Some(output.variable), false, currency);
        let operators = operators.filter(|_| output.variable == Variable::Operator).cloned();
        Plan {
            operators,
            ..Plan::reading(output, input, own, decimal, order)
        }
    }

    /// Of an output that says this text in each row of every file.
    pub(super) fn constant(output: &Output, text: &str) -> Plan {
        let order = DateOrder::Ymd;
        let input = Input::Fixed {
            text: text.to_owned(),
            order,
        };
        Plan::reading(output, input, Own::Any, '.', order)
    }

    fn reading(output: &Output, input: Input, own: Own, decimal: char, order: DateOrder) -> Plan {
        Plan {
            source: output.source.label(),
            input,
            variable: Some(output.variable),
            required: output.required,
            increasing: false,
            interval: None,
            measure: None,
            operators: None,
            kind: kind(output.variable, output.transform.clone(), decimal),
            own,
            decimal,
            order,
        }
    }

    /// Whether it feeds a date, which times of day need.
    pub(super) fn is_date(&self) -> bool {
        self.variable.is_some_and(|variable| variable.kind() == Kind::Date)
    }

    /// Whether it has a value whatever the cell says.
    pub(super) fn always(&self) -> bool {
        matches!(self.kind, PlanKind::Constant(_))
    }

    /// A missing cell: nothing, or the end of the row where the column is required.
    pub(super) fn missing(&self, line: u64) -> Result<(), Problem> {
        if !self.required {
            return Ok(());
        }
        Err(Problem {
            quarantined: true,
            ..self.problem(line, "missing_value", "is empty, but the profile requires it", "")
        })
    }

    pub(super) fn problem(&self, line: u64, code: &str, what: &str, raw: &str) -> Problem {
        Problem {
            line,
            column: Some(self.source.clone()),
            code: code.to_owned(),
            text: format!("line {line}: `{}` {what}", self.source),
            value: (!raw.is_empty()).then(|| self.shown(raw.trim()).chars().take(QUOTED).collect()),
            quarantined: false,
        }
    }

    /// A cell as it may be kept beside the values: of operators their codes.
    pub(super) fn shown<'c>(&self, raw: &'c str) -> Cow<'c, str> {
        match &self.operators {
            Some(key) if !raw.trim().is_empty() => Cow::Owned(key.code(raw)),
            _ => Cow::Borrowed(raw),
        }
    }

    /// The operator of a row whose code is this one.
    pub(super) fn named(&self, code: &str, cells: &[&str]) -> Option<String> {
        let key = self.operators.as_ref()?;
        let text = match &self.kind {
            PlanKind::Constant(Some(Value::Text(text))) => Cow::Borrowed(text.as_str()),
            _ => self.input.text(cells).ok()?,
        };
        (key.code(&text) == code).then(|| text.trim().to_owned())
    }

    /// What a cell of a column measures that holds something; `None` where it is no such number or flag.
    pub(super) fn measured(&self, kind: MeasureKind, text: &str) -> Option<Decimal> {
        match kind {
            MeasureKind::FailureMode => match flag(text, None) {
                Cell::Value(Value::Flag(yes)) => Some(if yes { Decimal::ONE } else { Decimal::ZERO }),
                _ => None,
            },
            MeasureKind::ProcessValue => {
                let number = number::parse(text, self.decimal).ok()?;
                let own = self.measure.as_ref().map_or("", |measure| measure.unit.as_str());
                let fits = match number.percent {
                    true => own == "%",
                    false => number.unit.is_empty() || number.unit.eq_ignore_ascii_case(own),
                };
                fits.then(|| number.value.normalize())
            }
        }
    }

    /// Reads a trimmed cell that holds something.
    pub(super) fn read(&self, text: &str, row_date: Option<&Value>) -> Cell {
        match &self.kind {
            PlanKind::Text => self.text(text),
            PlanKind::Constant(Some(Value::Text(text))) => self.text(text),
            PlanKind::Constant(value) => value.clone().map_or(Cell::Nothing, Cell::Value),
            PlanKind::Number(transform) => self.number(text, transform),
            PlanKind::Duration(unit) => match duration::parse(text, *unit, self.decimal) {
                Some(seconds) => Cell::Value(Value::Number(seconds)),
                None => Cell::Bad {
                    code: "bad_duration",
                    what: "is not a duration that can be read in one way",
                },
            },
            PlanKind::Flag(yes) => flag(text, yes.as_deref()),
            PlanKind::Epoch(per_second) => epoch(text, *per_second),
            PlanKind::TimeOfDay => self.time_of_day(text, row_date),
            PlanKind::Moment => self.moment(text),
        }
    }

    fn text(&self, text: &str) -> Cell {
        match self.variable.and_then(Variable::longest) {
            // So few bytes can't be more characters.
            Some(most) if text.len() > most && text.chars().count() > most => Cell::Long { most },
            _ => Cell::Value(Value::Text(self.shown(text).into_owned())),
        }
    }

    fn number(&self, text: &str, transform: &Transform) -> Cell {
        let bad = |what| Cell::Bad {
            code: "bad_number",
            what,
        };
        let number = match number::parse(text, self.decimal) {
            Ok(number) => number,
            Err(NumberError::NotANumber) => return bad("is not a number"),
            Err(NumberError::Separators) => return bad("is not written like the other numbers of its column"),
            Err(NumberError::TooLarge) => return bad("is too large to be kept exactly"),
        };
        if !number.unit.is_empty() && self.own.is_foreign(number.unit) {
            return Cell::Foreign;
        }
        let value = match transform {
            Transform::Scale(factor) => number.value.checked_mul(*factor),
            Transform::Negate => Some(-number.value),
            Transform::Absolute => Some(number.value.abs()),
            Transform::Percent => number.value.checked_div(Decimal::ONE_HUNDRED),
            // kW held for so many seconds: divided last, so that quarter hours stay exact.
            Transform::PowerFor(seconds) => number
                .value
                .checked_mul(Decimal::from(*seconds))
                .and_then(|value| value.checked_div(Decimal::from(3600))),
            _ => Some(number.value),
        };
        match value {
            Some(value) => Cell::Value(Value::Number(value.normalize())),
            None => bad("is too large to be kept exactly"),
        }
    }

    fn moment(&self, text: &str) -> Cell {
        let Some(cell) = date::read(text) else {
            return self.serial(text);
        };
        if let DateCell::Clock(_) | DateCell::Broken = cell {
            return Cell::Bad {
                code: "bad_date",
                what: "has no date",
            };
        }
        let Some(moment) = cell.moment(self.order) else {
            let elsewhere = [DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd];
            let what = match elsewhere.into_iter().any(|order| cell.moment(order).is_some()) {
                true => "is no date in the order of the other dates of its column",
                false => "is a date that does not exist",
            };
            return Cell::Bad { code: "bad_date", what };
        };
        match moment.utc() {
            Some(utc) => Cell::Instant(utc),
            None => plausible(moment.local, moment.timed),
        }
    }

    /// The day number of a spreadsheet, where a column of dates came as numbers.
    fn serial(&self, text: &str) -> Cell {
        let serial = number::parse(text, self.decimal)
            .ok()
            .filter(|number| number.unit.is_empty() && !number.percent && number.value >= Decimal::from(20_000))
            .and_then(|number| number.value.to_f64())
            .and_then(|serial| time::excel_serial(serial, false));
        match serial {
            Some(local) => plausible(local, local.time() != chrono::NaiveTime::MIN),
            None => Cell::Bad {
                code: "bad_date",
                what: "is not a date",
            },
        }
    }

    fn time_of_day(&self, text: &str, row_date: Option<&Value>) -> Cell {
        let clock = match date::read(text) {
            Some(DateCell::Clock(clock)) => clock,
            // A whole time stamp in such a column needs no other date.
            Some(DateCell::Day(_) | DateCell::Pair { .. }) => return self.moment(text),
            _ => {
                return Cell::Bad {
                    code: "bad_time",
                    what: "is not a time of day",
                };
            }
        };
        let Some(Value::Date(day)) = row_date else {
            return Cell::Bad {
                code: "no_date",
                what: "is a time of day, and the row has no date for it",
            };
        };
        let day = if clock.end_of_day {
            day.succ_opt().unwrap_or(*day)
        } else {
            *day
        };
        Cell::Local {
            local: day.and_time(clock.time),
            timed: true,
            rolls: !clock.end_of_day,
        }
    }
}

/// What a variable with a transform becomes.
fn kind(variable: Variable, transform: Transform, decimal: char) -> PlanKind {
    if let Transform::Constant(text) = &transform {
        return PlanKind::Constant(constant(variable, text, decimal));
    }
    match variable.kind() {
        Kind::Text => PlanKind::Text,
        Kind::Flag => PlanKind::Flag(match transform {
            Transform::FlagEquals(text) => Some(text),
            _ => None,
        }),
        Kind::Date | Kind::Time => match transform {
            Transform::EpochMillis => PlanKind::Epoch(1000),
            Transform::EpochSeconds => PlanKind::Epoch(1),
            Transform::TimeOfDay => PlanKind::TimeOfDay,
            _ => PlanKind::Moment,
        },
        Kind::Number => match (variable, transform) {
            (Variable::Duration, Transform::Hours) => PlanKind::Duration(Unit::Hours),
            (Variable::Duration, Transform::Minutes) => PlanKind::Duration(Unit::Minutes),
            (Variable::Duration, Transform::Milliseconds) => PlanKind::Duration(Unit::Milliseconds),
            (Variable::Duration, Transform::None) => PlanKind::Duration(Unit::Seconds),
            (_, transform) => PlanKind::Number(transform),
        },
    }
}

fn constant(variable: Variable, text: &str, decimal: char) -> Option<Value> {
    match variable.kind() {
        Kind::Text => Some(Value::Text(text.to_owned())),
        Kind::Number => number::parse(text, decimal)
            .or_else(|_| number::parse(text, '.'))
            .ok()
            .map(|n| Value::Number(n.value)),
        Kind::Flag => match flag(text, None) {
            Cell::Value(value) => Some(value),
            _ => None,
        },
        Kind::Date => date::read(text)?
            .moment(DateOrder::Ymd)
            .map(|moment| Value::Date(moment.local.date())),
        Kind::Time => date::read(text)?.moment(DateOrder::Ymd)?.utc().map(Value::Time),
    }
}

fn flag(text: &str, yes: Option<&str>) -> Cell {
    if let Some(yes) = yes {
        return Cell::Value(Value::Flag(text == yes.trim() || same_number(text, yes)));
    }
    let word = text.to_lowercase();
    if [
        "1", "y", "yes", "true", "t", "j", "ja", "si", "sí", "oui", "x", "sim", "是", "wahr", "vrai", "1.0",
    ]
    .contains(&word.as_str())
        || failure_label(text) == Some(true)
    {
        return Cell::Value(Value::Flag(true));
    }
    if [
        "0", "n", "no", "false", "f", "nein", "non", "não", "nao", "否", "falsch", "faux", "0.0",
    ]
    .contains(&word.as_str())
        || failure_label(text) == Some(false)
    {
        return Cell::Value(Value::Flag(false));
    }
    Cell::Bad {
        code: "bad_flag",
        what: "is neither yes nor no",
    }
}

/// `1.0` is the `1` that a spreadsheet or a data frame rewrote.
fn same_number(a: &str, b: &str) -> bool {
    matches!((number::parse(a, '.'), number::parse(b, '.')), (Ok(a), Ok(b)) if a == b)
}

fn epoch(text: &str, per_second: i64) -> Cell {
    let found = number::parse(text, '.')
        .ok()
        .filter(|number| number.value.fract().is_zero())
        .and_then(|number| number.value.to_i64())
        .and_then(|value| match per_second {
            1000 => DateTime::from_timestamp_millis(value),
            _ => DateTime::from_timestamp(value, 0),
        });
    match found {
        Some(utc) if utc.timestamp() == 0 => Cell::Nothing,
        Some(utc) if utc.timestamp() > 0 => Cell::Instant(utc),
        _ => Cell::Bad {
            code: "bad_date",
            what: "is not a time since 1970",
        },
    }
}

/// A local time, unless it stands for none or lies before any export.
fn plausible(local: NaiveDateTime, timed: bool) -> Cell {
    if time::is_sentinel(local) {
        return Cell::Nothing;
    }
    let first = NaiveDate::from_ymd_opt(1970, 1, 2).unwrap_or_default();
    if local.date() < first {
        return Cell::Bad {
            code: "implausible_date",
            what: "is a date before 1970, as a spreadsheet makes it of a bare number",
        };
    }
    Cell::Local {
        local,
        timed,
        rolls: false,
    }
}

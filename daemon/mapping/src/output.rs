//! Outputs of a profile over one file: where the text of each comes from.
//!
//! Invariants: what a file lacks for an output is said and never made up; a pattern takes time linear in the name; a sum
//! of cells is exact and misses no cell that can't be read.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, NaiveTime};
use plant_core::fold::fold;
use plant_core::header::skeleton;
use plant_core::job::IngestOrder;
use plant_core::plan::ColumnPlan;
use plant_core::profile::{DateOrder, Output, Settings, Source};
use plant_core::table::Layout;
use plant_core::variable::{Kind, Variable};
use regex::{Regex, RegexBuilder};
use rust_decimal::Decimal;

use crate::date::{self, DateCell};
use crate::facts::{Blank, Column, ColumnFacts, blank};
use crate::number;

/// Longest pattern, in characters.
const PATTERN_MAX: usize = 500;
/// Most bytes that a compiled pattern may take.
const PATTERN_BYTES: usize = 1 << 20;

/// Where the text of a plan comes from in one file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Input {
    /// A cell as it stands.
    Cell(usize),
    /// The day of one cell and the time of another.
    DateTime {
        date: usize,
        order: DateOrder,
        time: usize,
        /// Whether its digits end with minutes (`600`), not with seconds (`60000`).
        to_minutes: bool,
    },
    /// The sum of cells, each with its decimal sign.
    Sum(Vec<(usize, char)>),
    /// The first filled cell, each column with its decimal sign and its order of day and month.
    FirstOf {
        columns: Vec<(usize, char, DateOrder)>,
        variable: Variable,
    },
    /// What a cell means.
    Map {
        column: usize,
        values: BTreeMap<String, String>,
    },
    /// The same for each row.
    Fixed { text: String, order: DateOrder },
}

/// Cells that give no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unusable {
    pub(crate) code: &'static str,
    pub(crate) what: &'static str,
    pub(crate) raw: String,
}

/// Why an output makes nothing of a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutputError {
    /// A column is not there.
    #[error("{variable} needs the column `{column}`, which the file does not have")]
    Column {
        /// Variable.
        variable: String,
        /// Column.
        column: String,
    },
    /// A pattern that is none.
    #[error("the pattern `{pattern}` of {variable} can't be used: {detail}")]
    Pattern {
        /// Variable.
        variable: String,
        /// Pattern.
        pattern: String,
        /// What is wrong with it.
        detail: String,
    },
    /// The file says nothing there.
    #[error("{variable} is taken from {place} by `{wanted}`, and `{text}` has no such part")]
    NotFound {
        /// Variable.
        variable: String,
        /// Where it was looked for.
        place: &'static str,
        /// Pattern or label.
        wanted: String,
        /// What was searched.
        text: String,
    },
    /// A date that can be read in two ways.
    #[error(
        "{variable} is `{text}`, and whether the day or the month comes first is not told; say it with --date-order"
    )]
    Ambiguous {
        /// Variable.
        variable: String,
        /// What was found.
        text: String,
    },
    /// What was found is no value of the variable.
    #[error("{variable} can't be `{text}`")]
    Unreadable {
        /// Variable.
        variable: String,
        /// What was found.
        text: String,
    },
}

/// A pattern as it is used.
///
/// # Errors
/// [`OutputError::Pattern`].
pub(crate) fn pattern(variable: &str, text: &str) -> Result<Regex, OutputError> {
    let fault = |detail: String| OutputError::Pattern {
        variable: variable.to_owned(),
        pattern: text.chars().take(80).collect(),
        detail,
    };
    if text.chars().count() > PATTERN_MAX {
        return Err(fault(format!("it is longer than {PATTERN_MAX} characters")));
    }
    RegexBuilder::new(text)
        .size_limit(PATTERN_BYTES)
        .dfa_size_limit(PATTERN_BYTES)
        .build()
        .map_err(|error| {
            let text = error.to_string();
            fault(
                text.lines()
                    .last()
                    .unwrap_or_default()
                    .trim_start_matches("error: ")
                    .to_owned(),
            )
        })
}

/// What a pattern finds: its group `value`, else its first group, else all.
fn part<'t>(pattern: &Regex, text: &'t str) -> Option<&'t str> {
    let found = pattern.captures(text)?;
    let part = found.name("value").or_else(|| found.get(1)).or_else(|| found.get(0))?;
    Some(part.as_str().trim()).filter(|part| !part.is_empty())
}

impl Input {
    /// The columns that it reads.
    pub(crate) fn reads(&self) -> Vec<usize> {
        match self {
            Input::Cell(at) | Input::Map { column: at, .. } => vec![*at],
            Input::DateTime { date, time, .. } => vec![*date, *time],
            Input::Sum(columns) => columns.iter().map(|(at, _)| *at).collect(),
            Input::FirstOf { columns, .. } => columns.iter().map(|(at, ..)| *at).collect(),
            Input::Fixed { .. } => Vec::new(),
        }
    }

    /// Where an output comes from in a file laid out so, whose columns are read so.
    ///
    /// # Errors
    /// When the file lacks it.
    pub(crate) fn of(
        output: &Output,
        settings: &Settings,
        layout: &Layout,
        facts: Option<&ColumnFacts>,
        columns: &[ColumnPlan],
        order: &IngestOrder,
    ) -> Result<Input, OutputError> {
        let noun = output.variable.noun();
        let variable = || noun.clone();
        let at = |name: &String| {
            find(&layout.header, name).ok_or_else(|| OutputError::Column {
                variable: variable(),
                column: name.clone(),
            })
        };
        let how = |index: usize| columns.get(index);
        let all = |names: &[String]| names.iter().map(at).collect::<Result<Vec<usize>, _>>();
        let searched = |wanted: &str, place, text: &str| {
            let regex = pattern(&noun, wanted)?;
            part(&regex, text)
                .map(str::to_owned)
                .ok_or_else(|| OutputError::NotFound {
                    variable: variable(),
                    place,
                    wanted: wanted.to_owned(),
                    text: text.to_owned(),
                })
        };
        let text = match &output.source {
            Source::DateTime { date, time } => {
                let (date, time) = (at(date)?, at(time)?);
                let order = how(date).map_or(DateOrder::Ymd, |column| column.order);
                let column = facts.and_then(|facts| facts.columns.get(time));
                return Ok(Input::DateTime {
                    date,
                    order,
                    time,
                    to_minutes: column.is_some_and(|column| !ends_with_seconds(column)),
                });
            }
            Source::Sum(names) => {
                let cells = all(names)?.into_iter();
                let signed = cells.map(|index| (index, how(index).map_or('.', |column| column.decimal)));
                return Ok(Input::Sum(signed.collect()));
            }
            Source::FirstOf(names) => {
                let columns = all(names)?.into_iter().map(|index| {
                    let how = how(index).map(|column| (column.decimal, column.order));
                    let (decimal, order) = how.unwrap_or(('.', DateOrder::Ymd));
                    (index, decimal, order)
                });
                return Ok(Input::FirstOf {
                    columns: columns.collect(),
                    variable: output.variable,
                });
            }
            Source::Map { column, values } => {
                return Ok(Input::Map {
                    column: at(column)?,
                    values: values
                        .iter()
                        .map(|(cell, value)| (fold(cell.trim()), value.clone()))
                        .collect(),
                });
            }
            Source::NamePart(wanted) => {
                let name = order.name.rsplit('/').next().unwrap_or(&order.name);
                searched(wanted, "the file's name", name)?
            }
            Source::FolderPart(wanted) => searched(wanted, "the folder", &folder(order))?,
            Source::Preamble(label) => behind(&layout.preamble, label).ok_or_else(|| OutputError::NotFound {
                variable: variable(),
                place: "the lines before the header",
                wanted: label.clone(),
                text: layout
                    .preamble
                    .first()
                    .map_or(String::new(), |line| line.trim().chars().take(80).collect()),
            })?,
            Source::Constant(text) => text.trim().to_owned(),
            // A list gives it when the rows are analysed.
            Source::Lookup(_) => String::new(),
        };
        let is_day = matches!(output.variable.kind(), Kind::Date | Kind::Time);
        let order = match settings.date_order {
            Some(order) => order,
            None if is_day => only_order(&text).ok_or_else(|| OutputError::Ambiguous {
                variable: variable(),
                text: text.clone(),
            })?,
            None => DateOrder::Ymd,
        };
        Ok(Input::Fixed { text, order })
    }

    /// The text for a row.
    pub(crate) fn text<'a>(&'a self, cells: &[&'a str]) -> Result<Cow<'a, str>, Unusable> {
        let cell = |index: usize| cells.get(index).copied().unwrap_or_default();
        match self {
            Input::Cell(index) => Ok(Cow::Borrowed(cell(*index))),
            Input::DateTime {
                date,
                order,
                time,
                to_minutes,
            } => joined((cell(*date).trim(), *order), (cell(*time).trim(), *to_minutes)),
            Input::Sum(columns) => sum(columns.iter().map(|(index, sign)| (cell(*index).trim(), *sign))),
            Input::FirstOf { columns, variable } => {
                let mut filled = columns
                    .iter()
                    .map(|(index, sign, order)| (cell(*index).trim(), *sign, *order));
                match filled.find(|(text, ..)| blank(text) == Blank::No) {
                    Some((text, sign, order)) => alike(text, *variable, sign, order),
                    None => Ok(Cow::Borrowed("")),
                }
            }
            Input::Map { column, values } => {
                let raw = cell(*column).trim();
                match values.get(&fold(raw)) {
                    Some(value) => Ok(Cow::Borrowed(value)),
                    None if blank(raw) == Blank::No => Err(Unusable {
                        code: "unknown_value",
                        what: "is not among the values that the profile knows; add it there",
                        raw: raw.to_owned(),
                    }),
                    None => Ok(Cow::Borrowed("")),
                }
            }
            Input::Fixed { text, .. } => Ok(Cow::Borrowed(text)),
        }
    }

    /// The columns whose cells are values of its variable, as [`Output::reads_values_of`] says.
    pub(crate) fn columns(&self) -> Vec<usize> {
        match self {
            Input::Cell(index) => vec![*index],
            Input::DateTime { date, .. } => vec![*date],
            Input::Sum(columns) => columns.iter().map(|(index, _)| *index).collect(),
            Input::FirstOf { columns, .. } => columns.iter().map(|(index, ..)| *index).collect(),
            Input::Map { .. } | Input::Fixed { .. } => Vec::new(),
        }
    }

    /// Whether it is a column of the file by itself.
    pub(crate) fn is_column(&self) -> bool {
        matches!(self, Input::Cell(_))
    }
}

/// The place of a column: of exactly that name, else of one that differs in what transcoding changes.
fn find(header: &[String], name: &str) -> Option<usize> {
    let wanted = skeleton(name);
    let exact = header.iter().position(|column| column == name);
    exact.or_else(|| header.iter().position(|column| skeleton(column) == wanted))
}

/// The path of the file's folder, with the folders inside the watched one.
fn folder(order: &IngestOrder) -> String {
    match order.name.rsplit_once('/') {
        Some((inside, _)) => format!("{}/{inside}", order.folder),
        None => order.folder.clone(),
    }
}

/// What stands behind a label: up to the next delimiter, or the next two blanks.
fn behind(lines: &[String], label: &str) -> Option<String> {
    let wanted = fold(label.trim());
    lines.iter().find_map(|line| {
        let cut = |rest: &str| {
            let rest = rest.trim_start_matches([':', '=', ';', ',', '|', '\t', ' ', '"']);
            let end = rest.find([';', ',', '|', '\t', '"']).unwrap_or(rest.len());
            let value = rest.get(..end)?;
            let value = value.split("  ").next()?.trim();
            (!value.is_empty()).then(|| value.to_owned())
        };
        line.char_indices()
            .filter(|(at, _)| {
                !line
                    .get(..*at)
                    .is_some_and(|before| before.ends_with(char::is_alphanumeric))
            })
            .find_map(|(at, _)| {
                let rest = line.get(at..)?;
                let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8());
                let end = ends
                    .take(wanted.len() + 8)
                    .find(|end| rest.get(..*end).is_some_and(|text| fold(text) == wanted))?;
                let tail = rest.get(end..)?;
                (!tail.starts_with(char::is_alphanumeric)).then(|| cut(tail)).flatten()
            })
    })
}

/// The order of day and month in which a text is a date, where one is certain; by custom the day stands before a point.
fn only_order(text: &str) -> Option<DateOrder> {
    let all = [DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd];
    let Some(cell) = date::read(text) else {
        // It is no date in any order.
        return Some(DateOrder::Ymd);
    };
    let mut found = all
        .into_iter()
        .filter_map(|order| Some((order, cell.moment(order)?.local)));
    let (first, local) = found.next().unwrap_or((DateOrder::Ymd, chrono::NaiveDateTime::MIN));
    let is_dotted = matches!(
        cell,
        DateCell::Pair {
            dotted: true,
            short: false,
            ..
        }
    );
    (is_dotted || found.all(|(_, other)| other == local)).then_some(first)
}

/// A cell of one of several columns as all of them are read: with a decimal point, the year first.
fn alike<'a>(text: &'a str, variable: Variable, sign: char, order: DateOrder) -> Result<Cow<'a, str>, Unusable> {
    let unusable = |code, what| Unusable {
        code,
        what,
        raw: text.to_owned(),
    };
    match variable.kind() {
        // A length of time may be written with colons; its own reader knows.
        Kind::Number if variable != Variable::Duration && sign != '.' => {
            let number = number::parse(text, sign).map_err(|_| unusable("bad_number", "is not a number"))?;
            let percent = if number.percent { "%" } else { "" };
            Ok(Cow::Owned(
                format!("{}{percent} {}", number.value, number.unit)
                    .trim_end()
                    .to_owned(),
            ))
        }
        Kind::Date | Kind::Time => match date::read(text) {
            Some(cell @ DateCell::Pair { offset: None, .. }) => {
                let moment = cell
                    .moment(order)
                    .ok_or_else(|| unusable("bad_date", "is a date that does not exist"))?;
                Ok(Cow::Owned(match moment.timed {
                    true => moment.local.format("%Y-%m-%dT%H:%M:%S%.f").to_string(),
                    false => moment.local.date().to_string(),
                }))
            }
            _ => Ok(Cow::Borrowed(text)),
        },
        _ => Ok(Cow::Borrowed(text)),
    }
}

/// Whether a column of times of day as bare digits has their seconds, as SAP writes them: `60000` is 06:00:00, and then
/// `500` is 00:05:00.
fn ends_with_seconds(column: &Column) -> bool {
    let long = |text: &str| text.len() >= 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    column
        .distinct
        .keys()
        .map(String::as_str)
        .chain(column.samples.iter().map(String::as_str))
        .any(long)
}

/// Date and time of day as one.
fn joined<'a>((date, order): (&'a str, DateOrder), (time, to_minutes): (&str, bool)) -> Result<Cow<'a, str>, Unusable> {
    let unusable = |what| Unusable {
        code: "bad_date",
        what,
        raw: format!("{date} {time}"),
    };
    match (blank(date), blank(time)) {
        (Blank::No, Blank::No) => {}
        (Blank::Error, _) | (_, Blank::Error) => return Err(unusable("holds an error of a spreadsheet")),
        // Without its time of day it is no point in time: midnight would be made up.
        (Blank::No, _) => return Err(unusable("has a day and no time of day")),
        _ => return Ok(Cow::Borrowed("")),
    }
    let Some(day) = date::read(date).and_then(|cell| cell.moment(order)) else {
        return Err(unusable("has no date that can be read"));
    };
    let (clock, is_next) = clock(time, to_minutes).ok_or_else(|| unusable("has no time of day that can be read"))?;
    let day = day.local.date();
    let day = match is_next {
        true => day.checked_add_days(Days::new(1)).unwrap_or(day),
        false => day,
    };
    Ok(Cow::Owned(
        day.and_time(clock).format("%Y-%m-%dT%H:%M:%S%.f").to_string(),
    ))
}

/// A time of day as a column of such writes it, and whether it is the end of the day.
fn clock(text: &str, to_minutes: bool) -> Option<(NaiveTime, bool)> {
    match date::read(text) {
        Some(DateCell::Clock(clock)) => return Some((clock.time, clock.end_of_day)),
        // A workbook writes a time of day as one of 1899 or 1900.
        Some(DateCell::Day(parts)) if parts.date < NaiveDate::from_ymd_opt(1900, 1, 3)? => {
            return Some((parts.time?.time, false));
        }
        _ => {}
    }
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()).then_some(text)?;
    let padded = match (digits.len(), to_minutes) {
        (1..=4, true) => format!("{digits:0>4}00"),
        (1..=6, false) => format!("{digits:0>6}"),
        _ => return None,
    };
    if padded == "240000" {
        return Some((NaiveTime::MIN, true));
    }
    let two = |from: usize| padded.get(from..from + 2)?.parse::<u32>().ok();
    Some((NaiveTime::from_hms_opt(two(0)?, two(2)?, two(4)?)?, false))
}

/// The sum of cells with their unit, where they have one and the same.
fn sum<'a>(cells: impl Iterator<Item = (&'a str, char)>) -> Result<Cow<'a, str>, Unusable> {
    let mut total: Option<(Decimal, &str)> = None;
    for (text, sign) in cells {
        let unusable = |what| Unusable {
            code: "bad_number",
            what,
            raw: text.to_owned(),
        };
        match blank(text) {
            Blank::No => {}
            Blank::Yes | Blank::Dash => continue,
            Blank::Error => return Err(unusable("holds an error of a spreadsheet, so there is no sum")),
        }
        let number = number::parse(text, sign).map_err(|_| unusable("is not a number, so there is no sum"))?;
        if number.percent {
            return Err(unusable("is a share, so there is no sum"));
        }
        let (before, unit) = total.unwrap_or((Decimal::ZERO, number.unit));
        if unit != number.unit {
            return Err(unusable("is in another unit than what it would be added to"));
        }
        let sum = before.checked_add(number.value);
        total = Some((
            sum.ok_or_else(|| unusable("makes the sum too large to be kept exactly"))?,
            unit,
        ));
    }
    Ok(match total {
        Some((sum, unit)) => Cow::Owned(format!("{sum} {unit}").trim_end().to_owned()),
        None => Cow::Borrowed(""),
    })
}

#[cfg(test)]
mod tests;

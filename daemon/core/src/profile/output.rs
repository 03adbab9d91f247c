//! What a profile makes of a file that no column says alone: a time from two columns, a date from the file's name.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::transform::Transform;
use crate::header::skeleton;
use crate::variable::Variable;
use crate::word::UnknownWord;

/// One variable and where its value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "OutputForm", into = "OutputForm")]
pub struct Output {
    /// The variable that it feeds.
    pub variable: Variable,
    /// Where its text comes from.
    pub source: Source,
    /// How the text becomes a value.
    pub transform: Transform,
    /// Whether a row without it is put aside.
    pub required: bool,
}

/// Where the text of an output comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A date in one column and a time of day in another.
    DateTime {
        /// Column of the date.
        date: String,
        /// Column of the time of day.
        time: String,
    },
    /// The sum of numbers in two or more columns; blank cells add nothing.
    Sum(Vec<String>),
    /// The first of two or more columns that is filled.
    FirstOf(Vec<String>),
    /// The cells of a column, each replaced by what stands beside it; another cell can't be read.
    Map {
        /// The column.
        column: String,
        /// What each cell means.
        values: BTreeMap<String, String>,
    },
    /// What a pattern finds in the name of the file, without its folders.
    NamePart(String),
    /// What a pattern finds in the path of the file's folder.
    FolderPart(String),
    /// What stands behind a label in the lines before the header.
    Preamble(String),
    /// The same text for each row.
    Constant(String),
    /// What a reference list says of the thing that these variables of the row name; taken when the rows are analysed, so
    /// that a list may come, or change, later.
    Lookup(Vec<Variable>),
}

impl Source {
    /// The columns that it reads.
    pub fn columns(&self) -> Vec<&str> {
        match self {
            Source::DateTime { date, time } => vec![date, time],
            Source::Sum(columns) | Source::FirstOf(columns) => columns.iter().map(String::as_str).collect(),
            Source::Map { column, .. } => vec![column],
            Source::NamePart(_)
            | Source::FolderPart(_)
            | Source::Preamble(_)
            | Source::Constant(_)
            | Source::Lookup(_) => Vec::new(),
        }
    }

    /// Whether its value is taken from a list and not from the file.
    pub fn is_lookup(&self) -> bool {
        matches!(self, Source::Lookup(_))
    }

    /// Whether it says the same in each row of a file and may say another thing in the next file.
    pub fn is_of_file(&self) -> bool {
        matches!(self, Source::NamePart(_) | Source::FolderPart(_) | Source::Preamble(_))
    }

    /// What it is called where columns are listed: `Start date + Start time`.
    pub fn label(&self) -> String {
        match self {
            Source::DateTime { date, time } => format!("{date} + {time}"),
            Source::Sum(columns) => format!("sum of {}", columns.join(", ")),
            Source::FirstOf(columns) => format!("first of {}", columns.join(", ")),
            Source::Map { column, .. } => column.clone(),
            Source::NamePart(_) => "file name".to_owned(),
            Source::FolderPart(_) => "folder".to_owned(),
            Source::Preamble(label) => format!("`{label}` before the header"),
            Source::Constant(_) => "constant".to_owned(),
            Source::Lookup(key) => {
                let key: Vec<String> = key.iter().map(|variable| variable.noun()).collect();
                format!("list by {}", key.join(" and "))
            }
        }
    }
}

/// As it is written on the command line: `date+time:Startdatum|Startzeit`.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::DateTime { date, time } => write!(f, "date+time:{date}|{time}"),
            Source::Sum(columns) => write!(f, "sum:{}", columns.join("|")),
            Source::FirstOf(columns) => write!(f, "first_of:{}", columns.join("|")),
            Source::Map { column, values } => {
                write!(f, "map:{column}")?;
                values.iter().try_for_each(|(cell, value)| write!(f, "|{cell}={value}"))
            }
            Source::NamePart(pattern) => write!(f, "name_part:{pattern}"),
            Source::FolderPart(pattern) => write!(f, "folder_part:{pattern}"),
            Source::Preamble(label) => write!(f, "preamble:{label}"),
            Source::Constant(text) => write!(f, "constant:{text}"),
            Source::Lookup(key) => {
                let key: Vec<&str> = key.iter().map(|variable| variable.name()).collect();
                write!(f, "lookup:{}", key.join("|"))
            }
        }
    }
}

impl Output {
    /// Whether the cells of that column are values of its variable: each of a sum, the day of a time, and no time of day.
    pub fn reads_values_of(&self, column: &str) -> bool {
        let is = |name: &String| name == column || skeleton(name) == skeleton(column);
        match &self.source {
            Source::DateTime { date, .. } => is(date),
            Source::Sum(columns) | Source::FirstOf(columns) => columns.iter().any(is),
            Source::Map { .. }
            | Source::NamePart(_)
            | Source::FolderPart(_)
            | Source::Preamble(_)
            | Source::Constant(_)
            | Source::Lookup(_) => false,
        }
    }
}

/// How an output puts columns together, behind `as` in TOML.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// A date and a time of day.
    #[serde(rename = "date+time")]
    DateTime,
    /// Added up.
    Sum,
    /// The first that is filled.
    FirstOf,
    /// Replaced cell by cell.
    Map,
}

impl Join {
    /// Those that there are.
    pub const EXPECTED: &'static str = "date+time, sum, first_of or map";
    const ALL: [Join; 4] = [Join::DateTime, Join::Sum, Join::FirstOf, Join::Map];

    /// As it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Join::DateTime => "date+time",
            Join::Sum => "sum",
            Join::FirstOf => "first_of",
            Join::Map => "map",
        }
    }
}

impl fmt::Display for Join {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Join {
    type Err = UnknownWord;

    fn from_str(name: &str) -> Result<Join, UnknownWord> {
        let unknown = || UnknownWord {
            word: name.to_owned(),
            expected: Join::EXPECTED,
        };
        Join::ALL
            .into_iter()
            .find(|join| join.name() == name)
            .ok_or_else(unknown)
    }
}

/// An output as TOML, JSON and the wire write it: `from` with `as`, or one of the sources that need no column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputForm {
    /// The variable that it feeds.
    pub variable: Variable,
    /// Columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<String>,
    /// How they are put together.
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    pub join: Option<Join>,
    /// A pattern (regular expression) over the file's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_part: Option<String>,
    /// A pattern over the path of its folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder_part: Option<String>,
    /// A label in the lines before the header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preamble: Option<String>,
    /// A text for each row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constant: Option<String>,
    /// Variables of the row that name what a list tells of: one alone, or several.
    #[serde(default, with = "one_or_several", skip_serializing_if = "Vec::is_empty")]
    pub lookup: Vec<Variable>,
    /// Whether a row without it is put aside.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// How the text becomes a value.
    #[serde(default, skip_serializing_if = "Transform::is_none")]
    pub transform: Transform,
    /// What each cell means, for `map`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
}

/// Why an output can't be meant so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the output {}: {rule}", variable.name())]
pub struct OutputFault {
    variable: Variable,
    rule: &'static str,
}

impl From<Output> for OutputForm {
    fn from(output: Output) -> OutputForm {
        let mut form = OutputForm {
            variable: output.variable,
            from: output.source.columns().into_iter().map(str::to_owned).collect(),
            join: None,
            name_part: None,
            folder_part: None,
            preamble: None,
            constant: None,
            lookup: Vec::new(),
            required: output.required,
            transform: output.transform,
            values: BTreeMap::new(),
        };
        match output.source {
            Source::DateTime { .. } => form.join = Some(Join::DateTime),
            Source::Sum(_) => form.join = Some(Join::Sum),
            Source::FirstOf(_) => form.join = Some(Join::FirstOf),
            Source::Map { values, .. } => {
                form.join = Some(Join::Map);
                form.values = values;
            }
            Source::NamePart(pattern) => form.name_part = Some(pattern),
            Source::FolderPart(pattern) => form.folder_part = Some(pattern),
            Source::Preamble(label) => form.preamble = Some(label),
            Source::Constant(text) => form.constant = Some(text),
            Source::Lookup(key) => form.lookup = key,
        }
        form
    }
}

impl TryFrom<OutputForm> for Output {
    type Error = OutputFault;

    fn try_from(form: OutputForm) -> Result<Output, OutputFault> {
        let variable = form.variable;
        let fault = |rule| OutputFault { variable, rule };
        let alone = [form.name_part, form.folder_part, form.preamble, form.constant];
        let told = alone.iter().flatten().count() + usize::from(!form.lookup.is_empty());
        if told + usize::from(!form.from.is_empty()) != 1 {
            return Err(fault(
                "say one of from (with as), name_part, folder_part, preamble, constant and lookup",
            ));
        }
        if alone.iter().flatten().any(String::is_empty) {
            return Err(fault("what it is taken from is empty"));
        }
        if form.values.is_empty() == (form.join == Some(Join::Map)) {
            return Err(fault("values go with as = \"map\", and with nothing else"));
        }
        let several = |columns: Vec<String>| match columns.len() {
            0 | 1 => Err(fault("name two or more columns")),
            _ => Ok(columns),
        };
        let source = match (form.join, alone) {
            (None, [Some(pattern), ..]) => Source::NamePart(pattern),
            (None, [_, Some(pattern), ..]) => Source::FolderPart(pattern),
            (None, [_, _, Some(label), _]) => Source::Preamble(label),
            (None, [.., Some(text)]) => Source::Constant(text),
            (None, _) if !form.lookup.is_empty() => Source::Lookup(form.lookup),
            (None, _) => {
                return Err(fault(
                    "say as what its columns are put together: date+time, sum, first_of, map",
                ));
            }
            (Some(Join::DateTime), _) => match <[String; 2]>::try_from(form.from) {
                Ok([date, time]) => Source::DateTime { date, time },
                Err(_) => return Err(fault("date+time takes the column of the date, then that of the time")),
            },
            (Some(Join::Sum), _) => Source::Sum(several(form.from)?),
            (Some(Join::FirstOf), _) => Source::FirstOf(several(form.from)?),
            (Some(Join::Map), _) => match <[String; 1]>::try_from(form.from) {
                Ok([column]) => Source::Map {
                    column,
                    values: form.values,
                },
                Err(_) => return Err(fault("map takes one column")),
            },
        };
        Ok(Output {
            variable,
            source,
            transform: form.transform,
            required: form.required,
        })
    }
}

/// A list that is written as its one item where it has one.
mod one_or_several {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::variable::Variable;

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        One(String),
        Several(Vec<String>),
    }

    pub(super) fn serialize<S: Serializer>(all: &[Variable], serializer: S) -> Result<S::Ok, S::Error> {
        match all {
            [one] => one.serialize(serializer),
            several => several.serialize(serializer),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Variable>, D::Error> {
        let names = match Written::deserialize(deserializer)? {
            Written::One(name) => vec![name],
            Written::Several(names) => names,
        };
        let read = |name: &String| name.parse().map_err(serde::de::Error::custom);
        names.iter().map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Output, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn every_form_survives() {
        for text in [
            r#"{"variable":"event_start","from":["Startdatum","Startzeit"],"as":"date+time"}"#,
            r#"{"variable":"quantity_scrap","from":["A","B"],"as":"sum","required":true}"#,
            r#"{"variable":"machine","from":["A","B"],"as":"first_of"}"#,
            r#"{"variable":"machine","from":["A"],"as":"map","values":{"1":"M1"}}"#,
            r#"{"variable":"posting_date","name_part":"(\\d{8})"}"#,
            r#"{"variable":"line","folder_part":"L\\d"}"#,
            r#"{"variable":"site","preamble":"Werk"}"#,
            r#"{"variable":"quantity_good","constant":"1","transform":"negate"}"#,
            r#"{"variable":"line","lookup":"machine"}"#,
            r#"{"variable":"ideal_cycle_time","lookup":["product_code","machine"]}"#,
        ] {
            let output = read(text).unwrap();
            assert_eq!(serde_json::to_string(&output).unwrap(), text);
        }
    }

    #[test]
    fn what_can_not_be_meant_is_refused_with_the_rule() {
        for (text, rule) in [
            (r#"{"variable":"line"}"#, "say one of"),
            (r#"{"variable":"line","constant":""}"#, "empty"),
            (r#"{"variable":"line","constant":"a","preamble":"b"}"#, "say one of"),
            (r#"{"variable":"line","from":["A"]}"#, "say as what"),
            (r#"{"variable":"line","lookup":[]}"#, "say one of"),
            (r#"{"variable":"line","lookup":"machine","constant":"a"}"#, "say one of"),
            (r#"{"variable":"line","lookup":"colour"}"#, "colour"),
            (r#"{"variable":"line","constant":"a","as":"sum"}"#, "two or more"),
            (r#"{"variable":"line","from":["A"],"as":"sum"}"#, "two or more"),
            (
                r#"{"variable":"event_end","from":["A"],"as":"date+time"}"#,
                "then that of the time",
            ),
            (r#"{"variable":"line","from":["A"],"as":"map"}"#, "values go with"),
            (
                r#"{"variable":"line","from":["A","B"],"as":"sum","values":{"a":"b"}}"#,
                "values go with",
            ),
            (
                r#"{"variable":"line","from":["A","B"],"as":"map","values":{"a":"b"}}"#,
                "one column",
            ),
            (r#"{"variable":"line","constnat":"a"}"#, "constnat"),
            (r#"{"variable":"colour","constant":"a"}"#, "colour"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(rule), "{text}: {error}");
        }
    }
}

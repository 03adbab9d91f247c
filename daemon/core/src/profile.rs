//! A profile: the saved, versioned mapping of the columns of one kind of export to variables.

mod output;
mod shape;
mod steps;
mod transform;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::header::skeleton;
use crate::ids::ProfileId;
use crate::measure::Home;
use crate::stop::StopCategory;
use crate::table::LayoutHints;
use crate::variable::Variable;
use crate::word::words;

pub use self::output::{Join, Output, OutputFault, OutputForm, Source};
pub use self::shape::{DropFault, DropForm, DropWhere, Pivot, Shape, SplitRows, Test, Unpivot};
pub use self::steps::{Counter, Intervals, SeriesSteps, Zero};
pub use self::transform::Transform;

/// A saved mapping; a change makes a new version and the old one stays for the files that used it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Same for all versions.
    pub profile_id: ProfileId,
    /// The name that a person gave.
    pub name: String,
    /// 1 for the first.
    pub version: u32,
    /// Fingerprint of the set of normalised column names, whatever their order.
    pub header_fingerprint: String,
    /// What is done with its lines before.
    #[serde(default, skip_serializing_if = "Shape::is_none")]
    pub shape: Shape,
    /// Every column of the header, mapped or not.
    pub columns: Vec<ProfileColumn>,
    /// What it makes beside, of several columns or of none.
    #[serde(default, alias = "output")]
    pub outputs: Vec<Output>,
    /// What is derived of its rows in their order.
    #[serde(default, skip_serializing_if = "SeriesSteps::is_none")]
    pub series_steps: SeriesSteps,
    /// How the file is read and counted.
    pub settings: Settings,
    /// Whether it is no longer used for new files.
    pub archived: bool,
    /// Whether a person saved it (`false`: made by the daemon from a match above the bar).
    pub approved: bool,
}

/// Something that counts once in a line, and the column by which a key tells the rows of the line apart.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{column}` counts once in a line, with whichever of its rows is the first, so a key must not tell these rows apart by \
     `{by}`: take {} out of the key, or leave `{column}` out with --set {column}=", variable.name()
)]
pub struct Parted {
    /// What counts once.
    pub column: String,
    /// The column by which rows of a line differ.
    pub by: String,
    /// Its variable.
    pub variable: Variable,
}

impl Profile {
    /// The column that a column of a file is: the one of exactly this name, else the one whose name has the same skeleton.
    pub fn column(&self, source: &str) -> Option<&ProfileColumn> {
        let wanted = skeleton(source);
        let exact = self.columns.iter().find(|column| column.source == source);
        exact.or_else(|| self.columns.iter().find(|column| skeleton(&column.source) == wanted))
    }

    /// Whether another one makes the same of every file.
    pub fn reads_like(&self, other: &Profile) -> bool {
        self.shape == other.shape
            && (&self.columns, &self.outputs, &self.series_steps, &self.settings)
                == (&other.columns, &other.outputs, &other.series_steps, &other.settings)
    }

    /// The outputs that are made of a file, without those that lists give later.
    pub fn made(&self) -> impl Iterator<Item = &Output> {
        self.outputs.iter().filter(|output| !output.source.is_lookup())
    }

    /// The variables that it feeds from a file, by columns first.
    pub fn variables(&self) -> impl Iterator<Item = Variable> {
        let columns = self.columns.iter().filter_map(|column| column.variable);
        columns.chain(self.made().map(|output| output.variable))
    }

    /// The columns of which it makes that variable.
    pub fn sources_of(&self, variable: Variable) -> Vec<&str> {
        let mapped = self.columns.iter().filter(|column| column.variable == Some(variable));
        let made = self.outputs.iter().filter(|output| output.variable == variable);
        mapped
            .map(|column| column.source.as_str())
            .chain(made.flat_map(|output| output.source.columns()))
            .collect()
    }

    /// The columns whose cells it adds up or takes lengths from.
    pub fn counting(&self) -> Vec<String> {
        let adds = |variable: Variable| variable.is_additive() || variable == Variable::EventEnd;
        let columns = self.columns.iter().filter(|column| match column.variable {
            Some(variable) => adds(variable),
            None => matches!(column.home, Some(Home::ProcessValue | Home::FailureMode)),
        });
        let outputs = self.outputs.iter().filter(|output| adds(output.variable));
        columns
            .map(|column| column.source.clone())
            .chain(outputs.flat_map(|output| output.source.columns().into_iter().map(str::to_owned)))
            .collect()
    }

    /// What a key tells apart although it counts once: rows of one line, of which a correction may have others first, so
    /// that the quantity of the former line would stay beside the new one.
    pub fn parted_by(&self, key: &[Variable]) -> Option<Parted> {
        let unpivot = self.shape.unpivot.iter();
        let made = unpivot.flat_map(|unpivot| [unpivot.name.as_str(), unpivot.value.as_str()]);
        let split = self.shape.split_rows.iter();
        let items = split.flat_map(|split| split.columns.iter().map(String::as_str));
        let of_rows: Vec<&str> = made.chain(items).collect();
        let in_key = |source: &str| {
            let variable = self.column(source)?.variable?;
            key.contains(&variable).then_some(variable)
        };
        let (by, variable) = of_rows
            .iter()
            .find_map(|source| Some(((*source).to_owned(), in_key(source)?)))?;
        let is_of_rows = |column: &String| of_rows.iter().any(|source| skeleton(source) == skeleton(column));
        let column = self.counting().into_iter().find(|column| !is_of_rows(column))?;
        Some(Parted { column, by, variable })
    }

    /// Whether it feeds that variable.
    pub fn feeds(&self, variable: Variable) -> bool {
        self.variables().any(|fed| fed == variable)
    }

    /// Whether an output reads that column.
    pub fn is_part(&self, source: &str) -> bool {
        let wanted = skeleton(source);
        let mut parts = self.outputs.iter().flat_map(|output| output.source.columns());
        parts.any(|part| part == source || skeleton(part) == wanted)
    }
}

/// One column of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileColumn {
    /// Column name as written in the file.
    pub source: String,
    /// The variable it feeds.
    pub variable: Option<Variable>,
    /// Where it is kept when it feeds none, as a person says; `None`: as its name and its cells say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<Home>,
    /// How the text becomes a value.
    #[serde(default)]
    pub transform: Transform,
    /// Whether a file without it is held.
    #[serde(default)]
    pub required: bool,
}

words! {
    /// Which part of a date comes first.
    DateOrder, "an order of date parts" {
        /// Year, month, day.
        Ymd = "ymd",
        /// Day, month, year.
        Dmy = "dmy",
        /// Month, day, year.
        Mdy = "mdy",
    }
}

/// How a file is read and counted; absent means decided from the whole file each time.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// What to obey while reading.
    pub layout: LayoutHints,
    /// `.` or `,`.
    pub decimal: Option<char>,
    /// Order of the parts of a date.
    pub date_order: Option<DateOrder>,
    /// IANA zone of local times; absent: the org's.
    pub zone: Option<String>,
    /// Currency of the money where no column says so.
    pub currency: Option<String>,
    /// Variables whose values together identify a row over exports; empty: the whole row.
    pub key: Vec<Variable>,
    /// Unmapped columns that say nothing about the event: rows that differ in them alone are the same.
    pub ignore: Vec<String>,
    /// Cell texts that mean a missing value, beside the usual ones.
    pub null_tokens: Vec<String>,
    /// Words of a state or reason column and the stop category that they mean.
    pub categories: BTreeMap<String, StopCategory>,
    /// Quantities count only on rows whose stop category is `running` (stop rows repeat those of their run).
    pub quantities_on_running_rows: bool,
    /// A time of 00:00 closes the day that is written beside it.
    pub midnight_closes_day: bool,
}

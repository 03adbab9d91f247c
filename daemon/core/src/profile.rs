//! A profile: the saved, versioned mapping of the columns of one kind of export to variables.

mod output;
mod shape;
mod steps;
mod transform;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::header::{is_like, skeleton};
use crate::ids::ProfileId;
use crate::measure::Home;
use crate::stop::StopCategory;
use crate::table::LayoutHints;
use crate::variable::Variable;
use crate::word::words;

pub use self::output::{Join, Output, OutputFault, OutputForm, Source};
pub use self::shape::{DropFault, DropForm, DropWhere, Pivot, Shape, SplitRows, Test, Unpivot};
pub use self::steps::{Counter, Intervals, STATES, SeriesSteps, Zero};
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

    /// The columns whose cells it adds up, takes lengths from or reads as steps over rows: counters, states.
    pub fn counting(&self) -> Vec<String> {
        let steps = &self.series_steps;
        let adds =
            |variable: Variable| variable.is_additive() || variable == Variable::EventEnd || steps.reads(variable);
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
        // Behind an unpivot, a pivot makes columns of the names of those that it turned.
        let turned = self.shape.pivot.iter().flat_map(|_| self.shape.unpivot.iter());
        let turned: Vec<&str> = turned
            .flat_map(|unpivot| unpivot.columns.iter().map(String::as_str))
            .collect();
        let is_of_rows = |column: &str| {
            of_rows.iter().any(|source| skeleton(source) == skeleton(column))
                || turned.iter().any(|pattern| is_like(column, pattern))
        };
        let mapped = (self.columns.iter()).filter_map(|column| Some((column.variable?, column.source.as_str())));
        let outputs = self.made().flat_map(|output| {
            let columns = output.source.columns().into_iter();
            columns.map(|column| (output.variable, column))
        });
        let (variable, by) = mapped
            .chain(outputs)
            .find(|(variable, column)| key.contains(variable) && is_of_rows(column))?;
        let by = by.to_owned();
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A mapping with these line steps, columns and outputs.
    fn profile(shape: &str, columns: &[(&str, &str)], outputs: &[(&str, &str)], steps: &str) -> Profile {
        let columns = columns.iter().map(|(source, variable)| ProfileColumn {
            source: (*source).to_owned(),
            variable: Variable::from_name(variable),
            home: None,
            transform: Transform::None,
            required: false,
        });
        let outputs = outputs.iter().map(|(variable, from)| Output {
            variable: Variable::from_name(variable).unwrap(),
            source: match from.split_once(':').unwrap() {
                ("map", column) => Source::Map {
                    column: column.to_owned(),
                    values: BTreeMap::new(),
                },
                (_, columns) => Source::Sum(columns.split('|').map(str::to_owned).collect()),
            },
            transform: Transform::None,
            required: false,
        });
        Profile {
            profile_id: ProfileId(uuid::Uuid::nil()),
            name: String::new(),
            version: 1,
            header_fingerprint: String::new(),
            shape: serde_json::from_str(shape).unwrap(),
            columns: columns.collect(),
            outputs: outputs.collect(),
            series_steps: serde_json::from_str(steps).unwrap(),
            settings: Settings::default(),
            archived: false,
            approved: true,
        }
    }

    #[test]
    fn a_key_that_tells_the_rows_of_a_line_apart_is_found_however_it_is_fed() {
        const TURNED: &str = r#"{"unpivot":{"columns":["S *"],"name":"Reason","value":"Scrap"}}"#;
        const BACK: &str = r#"{"unpivot":{"columns":["S *"],"name":"Reason","value":"Scrap"},
            "pivot":{"name":"Reason","value":"Scrap"}}"#;
        let key = [Variable::WorkOrder, Variable::DefectCode];
        let order = ("Order", "work_order");
        let good = ("Good", "quantity_good");
        let reason = ("Reason", "defect_code");
        let by_output = [("defect_code", "map:Reason")];
        let parted = |shape: &str, columns: &[(&str, &str)], outputs: &[(&str, &str)], steps: &str| {
            let parted = profile(shape, columns, outputs, steps).parted_by(&key);
            parted.map(|parted| format!("{} by {}", parted.column, parted.by))
        };
        let good_by_reason = Some("Good by Reason".to_owned());
        assert_eq!(parted(TURNED, &[order, good, reason], &[], "{}"), good_by_reason);
        assert_eq!(
            parted(TURNED, &[order, good, ("Reason", "")], &by_output, "{}"),
            good_by_reason
        );
        let back = parted(BACK, &[order, good, ("S Burr", "defect_code")], &[], "{}");
        assert_eq!(back, Some("Good by S Burr".to_owned()));
        let summed = [("quantity_good", "sum:A|B")];
        assert_eq!(
            parted(TURNED, &[order, reason], &summed, "{}"),
            Some("A by Reason".to_owned())
        );

        // A reading and a state count once in a line where a step reads them.
        let steps = r#"{"counter":["meter_reading"],"intervals":"state"}"#;
        let (meter, state) = (("kWh", "meter_reading"), ("Zustand", "stop_category"));
        assert_eq!(parted(TURNED, &[order, reason, meter, state], &[], "{}"), None);
        let by = |column: &str| Some(format!("{column} by Reason"));
        assert_eq!(parted(TURNED, &[order, reason, meter], &[], steps), by("kWh"));
        assert_eq!(parted(TURNED, &[order, reason, state], &[], steps), by("Zustand"));

        // What the cells that were turned say is of their own rows, and a key of the whole line parts none.
        assert_eq!(
            parted(TURNED, &[order, reason, ("Scrap", "quantity_scrap")], &[], "{}"),
            None
        );
        let of_line = profile(TURNED, &[order, good, reason], &by_output, "{}");
        assert_eq!(of_line.parted_by(&[Variable::WorkOrder]), None);
        assert_eq!(parted("{}", &[order, good, reason], &[], "{}"), None);
    }
}

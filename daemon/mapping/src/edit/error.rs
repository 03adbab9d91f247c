//! Why a profile can't be built.

use plant_core::profile::Parted;

use crate::output::OutputError;

/// Forms of an output, as they are written.
pub(super) const FORMS: [&str; 9] = [
    "date+time",
    "sum",
    "first_of",
    "map",
    "name_part",
    "folder_part",
    "preamble",
    "constant",
    "lookup",
];

/// Line steps, as they are written.
pub(super) const STEPS: [&str; 7] = [
    "sheets",
    "units_row",
    "fill_down",
    "drop_where",
    "split_rows",
    "unpivot",
    "pivot",
];
/// Steps over rows, as they are written.
pub(super) const SERIES_STEPS: [&str; 2] = ["counter", "intervals"];

/// Why a profile can't be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Not `SOURCE=VARIABLE[:TRANSFORM]`.
    #[error("`{text}` is not of the form SOURCE=VARIABLE or SOURCE=VARIABLE:TRANSFORM")]
    Form {
        /// What was given.
        text: String,
    },
    /// A lookup by what the rows do not name.
    #[error("the output {variable} is looked up by {key}, which no column feeds; map one to it")]
    LookupUnmapped {
        /// What is looked up.
        variable: &'static str,
        /// What names the thing.
        key: &'static str,
    },
    /// No such column.
    #[error("the file has no column `{name}`{}", hint(closest))]
    UnknownColumn {
        /// What was given.
        name: String,
        /// The nearest column.
        closest: Option<String>,
    },
    /// No such variable.
    #[error("there is no variable `{name}`{}", hint(closest))]
    UnknownVariable {
        /// What was given.
        name: String,
        /// The nearest variable.
        closest: Option<String>,
    },
    /// No such transform.
    #[error("there is no transform `{name}`{}", hint(closest))]
    UnknownTransform {
        /// What was given.
        name: String,
        /// The nearest transform.
        closest: Option<String>,
    },
    /// A transform that makes no value of this variable.
    #[error("transform `{transform}` does not make {variable}")]
    Unfit {
        /// Transform.
        transform: String,
        /// Variable.
        variable: &'static str,
    },
    /// One variable fed by two columns.
    #[error(
        "{variable} would be fed twice, by `{first}` and by `{second}`; clear a column with --set COLUMN= or leave an --output out"
    )]
    Twice {
        /// Variable.
        variable: &'static str,
        /// First column.
        first: String,
        /// Second column.
        second: String,
    },
    /// A key variable that no column feeds.
    #[error("the key needs {variable}, but no column is mapped to it")]
    KeyUnmapped {
        /// Variable.
        variable: &'static str,
    },
    /// A setting with a value that it can't have.
    #[error("{setting} can't be `{value}`: {rule}")]
    Setting {
        /// Setting.
        setting: &'static str,
        /// What was given.
        value: String,
        /// What it may be.
        rule: &'static str,
    },
    /// Nothing is mapped.
    #[error("no column is mapped; name one with --set SOURCE=VARIABLE")]
    NothingMapped,
    /// An output that can't be read.
    #[error("`{text}` is no output: {rule}")]
    Output {
        /// What was given.
        text: String,
        /// What it has to be.
        rule: &'static str,
    },
    /// No such form of output.
    #[error("there is no form of output `{name}`{}; there are {}", hint(closest), FORMS.join(", "))]
    UnknownForm {
        /// What was given.
        name: String,
        /// The nearest form.
        closest: Option<String>,
    },
    /// An output that makes no value of its variable.
    #[error("{source_label} does not make {variable}")]
    UnfitOutput {
        /// The output.
        source_label: String,
        /// Variable.
        variable: &'static str,
    },
    /// A line step that can't be read.
    #[error("`{text}` is no step: {rule}")]
    Step {
        /// What was given.
        text: String,
        /// What it has to be.
        rule: &'static str,
    },
    /// A step over rows that can't be meant.
    #[error("`{text}` is no step: {rule}")]
    SeriesStep {
        /// What was given.
        text: String,
        /// What it has to be.
        rule: &'static str,
    },
    /// A key that tells the rows of one line apart, beside what counts once in the line.
    #[error(transparent)]
    KeyOfRows(#[from] Parted),
    /// A process value without numbers.
    #[error(
        "`{column}` is no process value: its cells are no numbers, such as `{sample}`; keep it with --set {column}=extra"
    )]
    NoNumbers {
        /// The column.
        column: String,
        /// One of its cells.
        sample: String,
    },
    /// No such line step.
    #[error("there is no step `{name}`{}; there are {}", hint(closest), STEPS.join(", "))]
    UnknownStep {
        /// What was given.
        name: String,
        /// The nearest step.
        closest: Option<String>,
    },
    /// No such step over rows.
    #[error("there is no step `{name}`{}; there are {}", hint(closest), SERIES_STEPS.join(", "))]
    UnknownSeriesStep {
        /// What was given.
        name: String,
        /// The nearest step.
        closest: Option<String>,
    },
    /// A pattern that is none, or a column that is missing.
    #[error(transparent)]
    Made(#[from] OutputError),
    /// A column that is there twice.
    #[error("the column `{name}` is there twice")]
    ColumnTwice {
        /// Its name.
        name: String,
    },
}

fn hint(closest: &Option<String>) -> String {
    closest
        .as_ref()
        .map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

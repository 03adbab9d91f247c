//! Why the lines of a file can't be shaped as a mapping says.

use crate::output::OutputError;

/// Why the lines of a file can't be shaped as a mapping says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    /// A column that the file lacks.
    #[error("{step} needs the column `{column}`, which the file does not have{}", hint(closest))]
    Column {
        /// The step.
        step: &'static str,
        /// The column.
        column: String,
        /// The nearest one.
        closest: Option<String>,
    },
    /// A row that describes no columns where a step says that it does.
    #[error(
        "units_row: the row below the header holds `{cell}`, so it is data and describes no column; where the names have their \
         units already, take the step away with --shape units_row:"
    )]
    NoDescription {
        /// The cell.
        cell: String,
    },
    /// A name with `*` that no column has.
    #[error("unpivot: no column of the file is called like `{pattern}`")]
    NoneLike {
        /// What was given.
        pattern: String,
    },
    /// A column that would be there twice.
    #[error("{step} would make the column `{column}` twice")]
    Twice {
        /// The step.
        step: &'static str,
        /// The column.
        column: String,
    },
    /// More names than columns can be.
    #[error(
        "pivot: the column `{column}` holds more than {limit} different names, so it is no list of measured things; leave \
         rows out with drop_where or name another column"
    )]
    TooManyNames {
        /// The column of the names.
        column: String,
        /// How many there may be.
        limit: usize,
    },
    /// More columns than rows can be.
    #[error("unpivot: {columns} columns would become rows of one line; there may be {limit}")]
    TooManyColumns {
        /// How many.
        columns: usize,
        /// How many there may be.
        limit: usize,
    },
    /// No row is left.
    #[error("{left} leave no row of the file")]
    NothingLeft {
        /// The steps.
        left: String,
    },
    /// A pattern that is none.
    #[error(transparent)]
    Pattern(#[from] OutputError),
}

impl ShapeError {
    /// Whether the file lacks a column.
    pub fn is_lacking(&self) -> bool {
        matches!(self, ShapeError::Column { .. } | ShapeError::NoneLike { .. })
    }
}

fn hint(closest: &Option<String>) -> String {
    closest
        .as_ref()
        .map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

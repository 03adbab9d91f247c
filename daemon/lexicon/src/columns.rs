//! What columns are called.

use std::sync::LazyLock;

use plant_core::variable::Variable;
use serde::Deserialize;

use crate::words::{Words, parse};

/// Names that speak for one variable with one weight.
#[derive(Debug, Clone, Deserialize)]
pub struct Column {
    /// What a column of that name holds.
    pub variable: Variable,
    /// 0 to 100: 100 is certain; below 90 a name needs the help of its neighbours before a column is taken in without
    /// a person.
    pub weight: u8,
    /// The names, folded, words apart by one blank.
    #[serde(flatten)]
    pub names: Words,
}

#[derive(Deserialize)]
struct Columns {
    column: Vec<Column>,
}

static COLUMNS: LazyLock<Columns> = LazyLock::new(|| parse("columns.toml", include_str!("../words/columns.toml")));

/// The names of every variable, several entries for one where some are less certain.
pub fn columns() -> &'static [Column] {
    &COLUMNS.column
}

//! Names as a person writes them: of columns and of variables.

use plant_core::header::skeleton;
use plant_core::profile::ProfileColumn;
use plant_core::variable::Variable;

use super::error::EditError;
use crate::synonyms::closest;

/// The column of that name: as written, else by its letters and digits.
pub(super) fn find(columns: &[ProfileColumn], name: &str) -> Result<usize, EditError> {
    let wanted = skeleton(name);
    columns
        .iter()
        .position(|column| column.source == name)
        .or_else(|| columns.iter().position(|column| column.source.trim() == name.trim()))
        .or_else(|| {
            columns
                .iter()
                .position(|column| !wanted.is_empty() && skeleton(&column.source) == wanted)
        })
        .ok_or_else(|| EditError::UnknownColumn {
            name: name.to_owned(),
            closest: closest(name, columns.iter().map(|column| column.source.as_str())).map(str::to_owned),
        })
}

/// The variable of that name.
pub(super) fn variable(name: &str) -> Result<Variable, EditError> {
    let name = name.trim();
    Variable::from_name(name).ok_or_else(|| EditError::UnknownVariable {
        name: name.to_owned(),
        closest: closest(name, Variable::ALL.iter().map(|variable| variable.name())).map(str::to_owned),
    })
}

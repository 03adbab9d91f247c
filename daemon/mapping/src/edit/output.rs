//! Outputs as they are written on the command line: `VARIABLE=FORM:ARGUMENT`.

use std::collections::BTreeMap;

use plant_core::profile::{Output, ProfileColumn, Source, Transform};
use plant_core::variable::Variable;

use super::{EditError, find, variable};
use crate::output::pattern;
use crate::synonyms::closest;

pub(super) const FORMS: [&str; 8] = [
    "date+time",
    "sum",
    "first_of",
    "map",
    "name_part",
    "folder_part",
    "preamble",
    "constant",
];

/// Reads one; its columns are named as the file writes them.
///
/// # Errors
/// When a name is not known or the form does not fit its argument.
pub(super) fn parse(text: &str, columns: &[ProfileColumn]) -> Result<Output, EditError> {
    let wrong = |rule| EditError::Output {
        text: text.to_owned(),
        rule,
    };
    let (name, how) = text
        .split_once('=')
        .ok_or_else(|| wrong("it is written VARIABLE=FORM:ARGUMENT"))?;
    let variable = variable(name)?;
    let (form, argument) = how.split_once(':').unwrap_or((how, ""));
    let form = form.trim();
    if !FORMS.contains(&form) {
        return Err(EditError::UnknownForm {
            name: form.to_owned(),
            closest: closest(form, FORMS).map(str::to_owned),
        });
    }
    if argument.trim().is_empty() {
        return Err(wrong("what it is taken from stands behind the colon"));
    }
    let column = |name: &str| {
        let index = find(columns, name.trim())?;
        Ok(columns
            .get(index)
            .map(|column| column.source.clone())
            .unwrap_or_default())
    };
    let parts = || argument.split('|');
    let several = || parts().map(column).collect::<Result<Vec<String>, EditError>>();
    let source = match form {
        "date+time" => match <[String; 2]>::try_from(several()?) {
            Ok([date, time]) => Source::DateTime { date, time },
            Err(_) => {
                return Err(wrong(
                    "date+time takes the column of the date, then `|` and that of the time",
                ));
            }
        },
        "sum" | "first_of" => {
            let columns = several()?;
            if columns.len() < 2 {
                return Err(wrong("name two or more columns with `|` between them"));
            }
            match form {
                "sum" => Source::Sum(columns),
                _ => Source::FirstOf(columns),
            }
        }
        "map" => {
            let mut parts = parts();
            let column = column(parts.next().unwrap_or_default())?;
            let pairs = parts.map(|pair| pair.split_once('='));
            let values: Option<BTreeMap<String, String>> = pairs
                .map(|pair| pair.map(|(cell, value)| (cell.trim().to_owned(), value.trim().to_owned())))
                .collect();
            match values.filter(|values| !values.is_empty()) {
                Some(values) => Source::Map { column, values },
                None => {
                    return Err(wrong(
                        "map takes a column, then CELL=VALUE for each cell, with `|` between them",
                    ));
                }
            }
        }
        "name_part" => Source::NamePart(argument.to_owned()),
        "folder_part" => Source::FolderPart(argument.to_owned()),
        "preamble" => Source::Preamble(argument.trim().to_owned()),
        _ => Source::Constant(argument.trim().to_owned()),
    };
    let output = Output {
        variable,
        source,
        transform: Transform::None,
        required: false,
    };
    check(&output)?;
    Ok(output)
}

/// Whether it can be meant at all, whatever the file: its pattern is one, and it makes values of its variable.
pub(super) fn check(output: &Output) -> Result<(), EditError> {
    use plant_core::variable::Kind;
    if let Source::NamePart(text) | Source::FolderPart(text) = &output.source {
        pattern(&output.variable.noun(), text)?;
    }
    let kind = output.variable.kind();
    let fits = match &output.source {
        Source::DateTime { .. } => matches!(kind, Kind::Time | Kind::Date) && output.transform.is_none(),
        Source::Sum(_) => kind == Kind::Number,
        _ => true,
    };
    match fits && super::is_fit(&output.transform, output.variable) {
        true => Ok(()),
        false => Err(EditError::UnfitOutput {
            source_label: output.source.label(),
            variable: output.variable.name(),
        }),
    }
}

/// Adds what a person named and what was suggested, so that each variable is fed once: a person goes before a suggestion.
pub(super) fn settle(
    columns: &mut [ProfileColumn],
    suggested: &[Output],
    named: Vec<Output>,
    set: &[usize],
) -> Result<Vec<Output>, EditError> {
    for (index, output) in named.iter().enumerate() {
        if let Some(other) = named.iter().take(index).find(|other| other.variable == output.variable) {
            return Err(EditError::Twice {
                variable: output.variable.name(),
                first: other.source.label(),
                second: output.source.label(),
            });
        }
    }
    let is_set = |columns: &[ProfileColumn], variable: Variable| {
        let mut set = set.iter().filter_map(|index| columns.get(*index));
        set.any(|column| column.variable == Some(variable))
    };
    let is_used = |columns: &[ProfileColumn], output: &Output| {
        let parts = output.source.columns();
        let mut set = set.iter().filter_map(|index| columns.get(*index));
        set.any(|column| parts.contains(&column.source.as_str()))
    };
    let mut outputs: Vec<Output> = suggested
        .iter()
        .filter(|output| !named.iter().any(|other| other.variable == output.variable))
        .filter(|output| !is_set(columns, output.variable) && !is_used(columns, output))
        .cloned()
        .collect();
    outputs.extend(named);
    for output in &outputs {
        for (index, column) in columns.iter_mut().enumerate() {
            let is_fed = column.variable == Some(output.variable);
            let is_part = output.source.columns().contains(&column.source.as_str());
            if !set.contains(&index) && (is_fed || is_part) {
                column.variable = None;
                column.transform = Transform::None;
            }
        }
    }
    Ok(outputs)
}

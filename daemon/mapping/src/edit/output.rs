//! Outputs as they are written on the command line: `VARIABLE=FORM:ARGUMENT`.

use std::collections::BTreeMap;

use plant_core::fold::fold;
use plant_core::profile::{Output, ProfileColumn, Source, Transform};
use plant_core::reference::{is_fact, is_key};
use plant_core::variable::Variable;

use super::error::{EditError, FORMS};
use super::names::{find, variable};
use super::transform::{is_fit, of_duration};
use crate::output::pattern;
use crate::synonyms::closest;

/// Variables that name together what is looked up, at most.
const KEY_MAX: usize = 3;

/// Reads one; its columns are named as the file writes them.
///
/// # Errors
/// When a name is not known or the form does not fit its argument.
fn parse(text: &str, columns: &[ProfileColumn]) -> Result<Output, EditError> {
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
            let values: Option<Vec<(String, String)>> = pairs
                .map(|pair| pair.map(|(cell, value)| (cell.trim().to_owned(), value.trim().to_owned())))
                .collect();
            let mut cells = std::collections::BTreeSet::new();
            if values.iter().flatten().any(|(cell, _)| !cells.insert(fold(cell))) {
                return Err(wrong("a cell stands twice in the map"));
            }
            match values.map(BTreeMap::from_iter).filter(|values| !values.is_empty()) {
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
        "lookup" => Source::Lookup(parts().map(self::variable).collect::<Result<_, _>>()?),
        _ => Source::Constant(argument.trim().to_owned()),
    };
    let transform = match &source {
        Source::Sum(columns) | Source::FirstOf(columns) if variable == Variable::Duration => {
            let mut units = columns.iter().map(|column| of_duration(column));
            let first = units.next().unwrap_or_default();
            if units.any(|other| other != first) {
                return Err(wrong("its columns are in different units of time"));
            }
            first
        }
        _ => Transform::None,
    };
    let output = Output {
        variable,
        source,
        transform,
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
    if let Source::Lookup(key) = &output.source {
        return looked_up(output, key);
    }
    let kind = output.variable.kind();
    let fits = match &output.source {
        Source::DateTime { .. } => matches!(kind, Kind::Time | Kind::Date) && output.transform.is_none(),
        Source::Sum(_) => kind == Kind::Number,
        _ => true,
    };
    let columns = output.source.columns();
    let mut once = std::collections::BTreeSet::new();
    if columns.iter().any(|column| !once.insert(*column)) {
        return Err(EditError::UnfitOutput {
            source_label: format!("{}, which names a column twice,", output.source.label()),
            variable: output.variable.name(),
        });
    }
    if let Source::Constant(text) = &output.source
        && !crate::typer::reads_constant(output, text)
    {
        return Err(EditError::UnfitOutput {
            source_label: format!("the text `{text}`"),
            variable: output.variable.name(),
        });
    }
    match fits && is_fit(&output.transform, output.variable) {
        true => Ok(()),
        false => Err(EditError::UnfitOutput {
            source_label: output.source.label(),
            variable: output.variable.name(),
        }),
    }
}

/// Whether a list may say so of things that are named so.
fn looked_up(output: &Output, key: &[Variable]) -> Result<(), EditError> {
    let wrong = |rule| EditError::Output {
        text: format!("{}={}", output.variable.name(), output.source),
        rule,
    };
    let mut once = std::collections::BTreeSet::new();
    match () {
        () if !is_fact(output.variable) => Err(wrong(
            "a list gives names, places, prices, rates and limits, nothing that is added up or dated, and not who or when it was",
        )),
        () if !key
            .iter()
            .all(|variable| is_key(*variable) && *variable != output.variable) =>
        {
            Err(wrong(
                "a list is about codes of things, such as product_code, machine, operation, reason_code or cost_center",
            ))
        }
        () if key.len() > KEY_MAX || !key.iter().all(|variable| once.insert(*variable)) => {
            Err(wrong("name one to three variables with `|` between them, each once"))
        }
        () if output.required || !output.transform.is_none() => Err(wrong(
            "what is looked up is no cell: it can't be required of a row nor be changed",
        )),
        () => Ok(()),
    }
}

/// What a person says of outputs: each variable with its output, or with none where it is taken away.
pub(super) type Named = Vec<(Variable, Option<Output>)>;

/// Reads all of them.
///
/// # Errors
/// As for [`parse`]; a variable that is named twice.
pub(super) fn named(texts: &[String], columns: &[ProfileColumn]) -> Result<Named, EditError> {
    let mut all: Named = Vec::with_capacity(texts.len());
    for text in texts {
        let (variable, output) = match text.split_once('=') {
            Some((name, nothing)) if nothing.trim().is_empty() => (variable(name)?, None),
            _ => {
                let output = parse(text, columns)?;
                (output.variable, Some(output))
            }
        };
        if let Some((_, other)) = all.iter().find(|(known, _)| *known == variable) {
            let label =
                |output: &Option<Output>| output.as_ref().map_or("nothing".to_owned(), |made| made.source.label());
            return Err(EditError::Twice {
                variable: variable.name(),
                first: label(other),
                second: label(&output),
            });
        }
        all.push((variable, output));
    }
    Ok(all)
}

/// The outputs of a profile, each variable fed once: what a person names now goes before what stood, and that before a
/// suggestion. What stood or is suggested goes where a person says something else of its variable or of its columns.
pub(super) fn settle(
    columns: &mut [ProfileColumn],
    suggested: &[Output],
    kept: &[Output],
    named: Named,
    set: &[usize],
) -> Result<Vec<Output>, EditError> {
    let mut outputs: Vec<Output> = Vec::new();
    for output in kept.iter().chain(suggested) {
        let parts = output.source.columns();
        let is_there = |part: &&str| columns.iter().any(|column| column.source == **part);
        let mut said = set.iter().filter_map(|index| columns.get(*index));
        let is_said = named.iter().any(|(variable, _)| *variable == output.variable)
            || said.any(|column| column.variable == Some(output.variable) || parts.contains(&column.source.as_str()));
        if !is_said && parts.iter().all(is_there) && !outputs.iter().any(|other| other.variable == output.variable) {
            outputs.push(output.clone());
        }
    }
    outputs.extend(named.into_iter().filter_map(|(_, output)| output));
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

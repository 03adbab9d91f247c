//! Line steps as they are written on the command line: `STEP:ARGUMENT`.

use plant_core::profile::{DropWhere, Pivot, Profile, Shape, SplitRows, Test, Unpivot};

use super::error::{EditError, STEPS};
use crate::output::pattern;
use crate::synonyms::closest;

/// What a shape becomes where a person names steps: a step that is named stands in the place of the one before, and
/// `STEP:` takes it away. Several conditions of `drop_where` stand side by side.
///
/// # Errors
/// A step that is not known, or an argument that does not fit it.
pub fn shape(before: &Shape, texts: &[String]) -> Result<Shape, EditError> {
    let mut shape = before.clone();
    let mut drops: Option<Vec<DropWhere>> = None;
    for text in texts {
        let wrong = |rule| EditError::Step {
            text: text.clone(),
            rule,
        };
        let (step, argument) = text.split_once(':').unwrap_or((text, ""));
        let is_gone = argument.trim().is_empty();
        match step.trim() {
            "sheets" => shape.sheets = names(argument),
            "units_row" => {
                shape.units_row = match is_gone {
                    true => 0,
                    false => argument
                        .trim()
                        .parse()
                        .ok()
                        .filter(|rows| (1..=9).contains(rows))
                        .ok_or_else(|| wrong("units_row takes how many rows describe the columns, 1 to 9"))?,
                }
            }
            "fill_down" => shape.fill_down = names(argument),
            "drop_where" => {
                let said = drops.get_or_insert_default();
                if !is_gone {
                    said.push(condition(argument).ok_or_else(|| wrong(CONDITION))?);
                }
            }
            "split_rows" => {
                shape.split_rows = match is_gone {
                    true => None,
                    false => Some(split(argument).ok_or_else(|| {
                        wrong("split_rows takes columns, `@` and what stands between items, then `>` and columns to repeat")
                    })?),
                }
            }
            "unpivot" => {
                shape.unpivot = match is_gone {
                    true => None,
                    false => Some(unpivot(argument).ok_or_else(|| {
                        wrong("unpivot takes names for the columns of names and values, then `=` and the columns: Month|Qty=2025-*")
                    })?),
                }
            }
            "pivot" => {
                shape.pivot = match (is_gone, <[String; 2]>::try_from(names(argument))) {
                    (true, _) => None,
                    (false, Ok([name, value])) => Some(Pivot { name, value }),
                    (false, Err(_)) => {
                        return Err(wrong("pivot takes the column of the names, then `|` and that of the values"));
                    }
                }
            }
            other => {
                return Err(EditError::UnknownStep {
                    name: other.to_owned(),
                    closest: closest(other, STEPS).map(str::to_owned),
                });
            }
        }
    }
    if let Some(drops) = drops {
        shape.drop_where = drops;
    }
    check(&shape)?;
    Ok(shape)
}

/// Whether it can be meant at all, whatever the file.
pub(super) fn check(shape: &Shape) -> Result<(), EditError> {
    for condition in &shape.drop_where {
        if let Test::Matches(text) = &condition.test {
            pattern("drop_where", text)?;
        }
    }
    let wrong = |step: &str, rule| {
        Err(EditError::Step {
            text: step.to_owned(),
            rule,
        })
    };
    match (&shape.split_rows, &shape.unpivot) {
        (Some(split), _) if split.columns.is_empty() || split.at.is_empty() => {
            wrong("split_rows", "name its columns and what stands between items")
        }
        (_, Some(unpivot)) if unpivot.columns.is_empty() => wrong("unpivot", "name its columns"),
        (_, Some(unpivot)) if unpivot.name.trim().is_empty() || unpivot.value.trim().is_empty() => {
            wrong("unpivot", "name the columns that it makes")
        }
        _ => Ok(()),
    }
}

/// Whether the key keeps the rows of a line together where something counts once in it.
pub(super) fn keeps_lines(profile: &Profile) -> Result<(), EditError> {
    match profile.parted_by(&profile.settings.key) {
        Some(parted) => Err(EditError::KeyOfRows(parted)),
        None => Ok(()),
    }
}

fn names(text: &str) -> Vec<String> {
    let names = text.split('|').map(str::trim).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

const CONDITION: &str =
    "drop_where takes COLUMN=TEXT|TEXT, COLUMN!=TEXT|TEXT, COLUMN~PATTERN, or COLUMN= for blank cells";

fn condition(text: &str) -> Option<DropWhere> {
    let at = text.find(['=', '~'])?;
    let (column, test) = (text.get(..at)?, text.get(at..)?);
    let (column, test) = match (column.strip_suffix('!'), test.split_at(1)) {
        (Some(column), ("=", texts)) if !names(texts).is_empty() => (column, Test::Not(names(texts))),
        (None, ("=", texts)) if names(texts).is_empty() => (column, Test::Blank),
        (None, ("=", texts)) => (column, Test::Is(names(texts))),
        (None, ("~", pattern)) if !pattern.is_empty() => (column, Test::Matches(pattern.to_owned())),
        _ => return None,
    };
    let column = column.trim().to_owned();
    (!column.is_empty()).then_some(DropWhere { column, test })
}

fn split(text: &str) -> Option<SplitRows> {
    let (columns, rest) = text.rsplit_once('@')?;
    let (at, repeat) = rest.split_once('>').unwrap_or((rest, ""));
    let columns = names(columns);
    (!columns.is_empty() && !at.is_empty()).then(|| SplitRows {
        columns,
        at: at.to_owned(),
        repeat: names(repeat),
    })
}

fn unpivot(text: &str) -> Option<Unpivot> {
    let (made, columns) = text.split_once('=')?;
    let [name, value] = <[String; 2]>::try_from(names(made)).ok()?;
    let columns = names(columns);
    (!columns.is_empty()).then_some(Unpivot { columns, name, value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(before: &Shape, texts: &[&str]) -> Result<Shape, String> {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        shape(before, &texts).map_err(|error| error.to_string())
    }

    #[test]
    fn every_step_is_written_as_it_is_read() {
        let texts = [
            "sheets:2025-*|Rest",
            "units_row:1",
            "fill_down:Machine|Line",
            "drop_where:Validity!=1",
            "drop_where:Tag=$RT_OFF$|$RT_COUNT$",
            "drop_where:Note~^a=b",
            "drop_where:Date=",
            "split_rows:Reason|Min@;>Machine",
            "unpivot:Month|Qty=2025-*|Rest",
            "pivot:Tag|Value",
        ];
        let shape = said(&Shape::default(), &texts).unwrap();
        assert_eq!(shape.steps(), texts);
        // What is said again stands in its place, what is said empty goes, the rest stays.
        let later = said(
            &shape,
            &[
                "sheets:",
                "drop_where:Validity=0",
                "unpivot:",
                "units_row:",
                "pivot:A|B",
            ],
        )
        .unwrap();
        assert_eq!(
            later.steps(),
            [
                "fill_down:Machine|Line",
                "drop_where:Validity=0",
                "split_rows:Reason|Min@;>Machine",
                "pivot:A|B"
            ]
        );
        let none = said(&later, &["fill_down:", "drop_where:", "split_rows:", "pivot:"]).unwrap();
        assert!(none.is_none());
    }

    #[test]
    fn what_can_not_be_meant_is_refused() {
        for (text, rule) in [
            ("filldown:a", "did you mean `fill_down`"),
            ("units_row:x", "1 to 9"),
            ("units_row:0", "1 to 9"),
            ("drop_where:Tag", "COLUMN=TEXT"),
            ("drop_where:=x", "COLUMN=TEXT"),
            ("drop_where:Tag!=", "COLUMN=TEXT"),
            ("drop_where:Tag~(", "unclosed group"),
            ("split_rows:a", "between items"),
            ("split_rows:a@", "between items"),
            ("unpivot:a=b", "Month|Qty"),
            ("unpivot:a|b=", "Month|Qty"),
            ("pivot:a", "column of the names"),
        ] {
            let error = said(&Shape::default(), &[text]).unwrap_err();
            assert!(error.contains(rule), "{text}: {error}");
        }
    }
}

//! The columns of a file as they are shown: what each feeds and why.

use plant_core::measure::Measure;
use plant_core::model::ColumnView;
use plant_core::plan::ReadingPlan;
use plant_core::profile::{Output, Profile, Transform};
use plant_core::variable::Variable;
use plant_core::words;

use crate::facts::ColumnFacts;
use crate::measure;
use crate::operators::Shown;
use crate::suggest::{Pair, SURE, WORTH, Weighed, may_feed};

/// Every column and what it feeds, then what several or none of them make.
pub(super) fn columns(
    facts: &ColumnFacts,
    weighed: &Weighed,
    profile: Option<(&Profile, bool)>,
    plan: &ReadingPlan,
    shown: Shown<'_>,
) -> Vec<ColumnView> {
    let suggested: Vec<Output> = weighed.pairs.iter().map(Pair::output).collect();
    let outputs = profile.map_or(suggested.as_slice(), |(profile, _)| &profile.outputs);
    let mut views = single_columns(facts, weighed, profile, outputs, shown);
    for (view, column) in views.iter_mut().zip(&plan.columns) {
        if let Some(kind) = column.measure.filter(|_| view.variable.is_none()) {
            view.measure = Some(kind);
            view.why = kept_as(&measure::of(&view.source, kind));
        }
    }
    views.extend(outputs.iter().map(|output| made_view(facts, output, profile)));
    views
}

/// What becomes of a column that measures something.
fn kept_as(measure: &Measure) -> String {
    let noun = measure.kind.noun();
    match measure.unit.as_str() {
        "" => format!("kept as the {noun} `{}`", measure.name),
        unit => format!("kept as the {noun} `{}` in {unit}", measure.name),
    }
}

/// What an output makes, as a column is shown.
fn made_view(facts: &ColumnFacts, output: &Output, profile: Option<(&Profile, bool)>) -> ColumnView {
    let rows = facts.rows.max(1) as f64;
    let parts = output.source.columns();
    let mut columns = facts
        .columns
        .iter()
        .filter(|column| parts.contains(&column.source.as_str()));
    ColumnView {
        source: output.source.label(),
        variable: Some(output.variable),
        measure: None,
        transform: output.transform.clone(),
        confidence: if matches!(profile, Some((_, false))) { 1.0 } else { SURE },
        filled: match output.source.is_lookup() {
            // No cell of the file does.
            true => 0.0,
            false => columns.next().map_or(1.0, |column| column.filled as f64 / rows),
        },
        samples: Vec::new(),
        why: match profile {
            Some((profile, false)) => format!("profile `{}`, version {}", profile.name, profile.version),
            _ => "their names differ only in the words for day and time".to_owned(),
        },
    }
}

fn single_columns(
    facts: &ColumnFacts,
    weighed: &Weighed,
    profile: Option<(&Profile, bool)>,
    outputs: &[Output],
    shown: Shown<'_>,
) -> Vec<ColumnView> {
    let rows = facts.rows.max(1) as f64;
    facts
        .columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let part_of = outputs
                .iter()
                .find(|output| output.source.columns().contains(&column.source.as_str()));
            let best = weighed.columns.get(index).and_then(|candidates| candidates.first());
            let remark = weighed.remarks.get(index).and_then(Option::clone);
            let mapped = profile.and_then(|(profile, is_new)| {
                let mapped = profile.column(&column.source)?;
                Some((mapped, is_new, profile))
            });
            let mapped = mapped.filter(|(mapped, ..)| mapped.variable.is_some() || part_of.is_none());
            let (variable, transform, confidence, why) = match (mapped, best.filter(|_| part_of.is_none())) {
                (Some((mapped, false, profile)), _) => {
                    let why = match mapped.variable {
                        Some(_) => format!("profile `{}`, version {}", profile.name, profile.version),
                        None => format!("left unmapped by profile `{}`", profile.name),
                    };
                    (mapped.variable, mapped.transform.clone(), 1.0, why)
                }
                (Some((mapped, true, _)), Some(best)) if mapped.variable == Some(best.variable) => (
                    mapped.variable,
                    mapped.transform.clone(),
                    best.confidence,
                    best.why.clone(),
                ),
                (None, Some(best)) if profile.is_none() && best.confidence >= WORTH => (
                    Some(best.variable),
                    best.transform.clone(),
                    best.confidence,
                    best.why.clone(),
                ),
                (_, Some(best)) => {
                    let why = format!(
                        "perhaps {} ({}): {}",
                        best.variable.noun(),
                        words::estimate(best.confidence),
                        best.why
                    );
                    (None, Transform::None, best.confidence, why)
                }
                (_, None) if part_of.is_some() => {
                    let why = part_of.map_or(String::new(), |output| {
                        format!("part of {}: {}", output.variable.noun(), output.source.label())
                    });
                    (None, Transform::None, 1.0, why)
                }
                (_, None) if column.filled == 0 => (None, Transform::None, 0.0, "every cell is empty".to_owned()),
                (_, None) => (
                    None,
                    Transform::None,
                    0.0,
                    "no variable goes by a name like this".to_owned(),
                ),
            };
            ColumnView {
                source: column.source.clone(),
                variable,
                measure: None,
                transform,
                confidence,
                filled: column.filled as f64 / rows,
                samples: shown.samples(
                    column,
                    weighed
                        .columns
                        .get(index)
                        .is_some_and(|candidates| may_feed(candidates, Variable::Operator)),
                ),
                why: remark.unwrap_or(why),
            }
        })
        .collect()
}

//! The typed query of a question about figures.

mod metrics;

use plant_core::component::Dimension;
use plant_core::metric::MetricQuery;

use super::compare;
use super::draft::{Draft, dimension};
use super::gather::Parts;
use super::step::{Step, refuse};
use crate::lexicon::Lexicon;
use crate::question::Question;
use crate::vocabulary::Op;
use crate::{Intent, Outcome, Reading};
pub(super) use metrics::definition;

/// Most metrics in one question.
const METRICS_MOST: usize = 4;

/// The dimension whose members are asked for: "which machines are there", "how many products".
pub(super) fn members(parts: &Parts, lexicon: &Lexicon, follows: bool) -> Step<Option<Dimension>> {
    let listed = parts.has(Op::Many) || parts.has(Op::List) || (parts.has(Op::Which) && !follows);
    let others = parts.names_metric()
        || !parts.members.is_empty()
        || !parts.times.is_empty()
        || parts.grain.is_some()
        || parts.limit.is_some()
        || parts.stray.is_some()
        || parts
            .ops
            .iter()
            .any(|op| !matches!(op, Op::Many | Op::List | Op::Which | Op::Filler));
    match parts.dimensions.as_slice() {
        [named] if listed && !others && named.implied.is_empty() => dimension(named, lexicon).map(Some),
        _ => Ok(None),
    }
}

pub(super) fn read(
    text: &str,
    question: &Question,
    parts: &Parts,
    lexicon: &Lexicon,
    previous: Option<&Reading>,
    confidence: f64,
) -> Step<Outcome> {
    check_leftovers(parts)?;
    let previous = previous.filter(|_| {
        (parts.follows && parts.names_metric())
            || (!parts.names_metric() && (parts.is_fragment() || parts.has(Op::Versus)))
    });
    let metrics = metrics::resolve(text, question, parts, lexicon, previous)?;
    if metrics.len() > METRICS_MOST {
        return refuse("too_many", format!("Ask for at most {METRICS_MOST} metrics at a time."));
    }
    let mut draft = Draft {
        query: MetricQuery {
            metrics,
            file: lexicon.about.as_ref().map(|file| file.id),
            ..MetricQuery::default()
        },
        ..Draft::default()
    };
    if let Some(previous) = previous {
        draft.continues(previous, parts);
    }
    draft.groups(parts, lexicon)?;
    draft.filters(question, parts)?;
    draft.files(parts)?;
    draft.period(parts, lexicon)?;
    let compared = compare::sides(&mut draft, parts, lexicon)?;
    draft.order(question, parts, lexicon, compared.is_some())?;
    if parts.has(Op::Average) && !parts.has(Op::Define) {
        metrics::check_average(&draft.query, lexicon)?;
    }
    let explanation = draft.explained(parts, lexicon, compared.as_ref());
    let intent = if compared.is_some() {
        Intent::Compare
    } else if draft.query.descending.is_some() && draft.ranked {
        Intent::Ranking
    } else if draft.query.grain.is_some() {
        Intent::Trend
    } else if draft.query.by.is_empty() && !draft.query.by_file {
        Intent::Value
    } else {
        Intent::Breakdown
    };
    let mut notes = parts.notes.clone();
    notes.append(&mut draft.notes);
    Ok(Outcome::Query(Box::new(Reading {
        query: draft.query,
        compare: compared,
        only: draft.only,
        intent,
        explanation,
        notes,
        confidence,
    })))
}

/// Operations that have no place in a question about figures.
fn check_leftovers(parts: &Parts) -> Step<()> {
    if parts.has(Op::Coarse) {
        return refuse(
            "not_supported",
            "Figures are grouped by day, week or month; for quarters and years ask for one (“Q2 2025”) or compare two.",
        );
    }
    if let Some(Op::State(state)) = parts.ops.iter().find(|op| matches!(op, Op::State(_))) {
        return refuse(
            "not_supported",
            format!(
                "“{}” is a state of files and has no place in a question about figures.",
                state.name()
            ),
        );
    }
    if let Some(number) = &parts.stray {
        return refuse(
            "not_supported",
            format!("I don't know what the number {number} is for."),
        );
    }
    Ok(())
}

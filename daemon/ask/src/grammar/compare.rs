//! Two sides of a comparison: two members, or two periods.

use super::draft::Draft;
use super::gather::Parts;
use super::step::{Step, refuse};
use crate::lexicon::{Lexicon, dimension_word};
use crate::period::{Period, Unit};
use crate::vocabulary::Op;
use crate::{Choice, Comparison, Outcome};

/// Sets the first side in the draft and returns the second, where two are compared.
pub(super) fn sides(draft: &mut Draft, parts: &Parts, lexicon: &Lexicon) -> Step<Option<Comparison>> {
    if let Some((dimension, first, second)) = draft.pair.clone() {
        let mut query = draft.query.clone();
        draft.query.filters.push((dimension, first.clone()));
        query.filters.push((dimension, second.clone()));
        if parts.times.len() > 1 {
            return refuse("not_supported", "Compare two members or two periods, not both at once.");
        }
        let named = |member: &str| format!("{} {member}", dimension_word(dimension));
        return Ok(Some(Comparison {
            first: named(&first),
            second: named(&second),
            query,
        }));
    }
    let versus = parts.has(Op::Versus) || parts.has(Op::Difference);
    let (first, second) = match parts.times.as_slice() {
        [first, second] => (first.clone(), related(first, second)),
        [second] if versus => (counterpart(draft, second, parts, lexicon)?, second.clone()),
        _ if parts.has(Op::Versus) && !listable(draft, parts) => {
            return refuse(
                "not_supported",
                "Say both sides of the comparison: two members (“T48 vs T49”) or two periods (“March vs April”).",
            );
        }
        _ => return Ok(None),
    };
    let second = match parts.times.as_slice() {
        [only] if only.previous => related(&first, only),
        _ => second,
    };
    if first == second {
        return refuse(
            "not_supported",
            format!("Both sides of the comparison are {}.", first.words()),
        );
    }
    let mut query = draft.query.clone();
    draft.within(&second, parts, lexicon)?;
    draft.within(&first, parts, lexicon)?;
    (query.from, query.to) = (second.from, second.to);
    Ok(Some(Comparison {
        first: first.words(),
        second: second.words(),
        query,
    }))
}

/// "Compare machines", "compare OEE and availability" need no two sides.
fn listable(draft: &Draft, parts: &Parts) -> bool {
    parts.members.is_empty() && (!draft.query.by.is_empty() || draft.query.by_file || draft.query.metrics.len() > 1)
}

/// "March vs last year" means March of last year, and "March vs previous month" means February.
fn related(first: &Period, second: &Period) -> Period {
    let Some((unit, own)) = second.unit.zip(first.unit).filter(|_| second.previous) else {
        return second.clone();
    };
    let shifted = match (own, unit) {
        (own, unit) if own == unit && !first.relative => first.earlier(unit, 1),
        (Unit::Day | Unit::Week | Unit::Month | Unit::Quarter | Unit::Half, Unit::Year) if own != Unit::Week => {
            first.earlier(Unit::Year, 1)
        }
        _ => None,
    };
    shifted.unwrap_or_else(|| second.clone())
}

/// The side that is not named in "OEE vs last month": the period asked before, or the one that holds the newest day.
fn counterpart(draft: &Draft, second: &Period, parts: &Parts, lexicon: &Lexicon) -> Step<Period> {
    let anchor = parts.anchor.unwrap_or_else(|| lexicon.anchor());
    if let Some(period) = draft
        .period
        .clone()
        .filter(|period| period.from.is_some() && period.to.is_some())
    {
        let unit = [Unit::Day, Unit::Week, Unit::Month, Unit::Quarter, Unit::Year]
            .into_iter()
            .find(|unit| {
                period
                    .from
                    .and_then(|from| Period::of(*unit, from))
                    .is_some_and(|whole| (whole.from, whole.to) == (period.from, period.to))
            });
        return Ok(Period { unit, ..period });
    }
    if let Some(unit) = second.unit.filter(|_| second.previous)
        && let Some(this) = Period::of(unit, anchor)
    {
        return Ok(Period { relative: true, ..this });
    }
    Err(Box::new(Outcome::Clarify {
        question: format!("Compare {} with which period?", second.words()),
        choices: [Unit::Month, Unit::Year]
            .into_iter()
            .filter_map(|unit| Period::of(unit, anchor))
            .filter_map(|period| Some((period.from?, period.to?.pred_opt()?)))
            .filter_map(|(from, last)| {
                let (second_from, second_last) = (second.from?, second.to?.pred_opt()?);
                let metric = draft.query.metrics.join(" and ").replace('_', " ");
                Some(Choice {
                    label: format!("{from} to {last}"),
                    question: format!("{metric} from {from} to {last} vs from {second_from} to {second_last}"),
                })
            })
            .collect(),
    }))
}

//! Which document booked a row, and whether it was cancelled: columns by which rows are taken out of count.
//!
//! Invariants: only the exact name counts; what a row cancels, and its item, are read only beside a column of documents;
//! a mark is one only where every cell says yes or no.

use plant_core::profile::Transform;
use plant_core::variable::Variable;

use super::candidate::{Candidate, Context};
use crate::facts::Column;
use crate::synonyms::Match;

/// Whether a variable is judged here.
pub(super) fn is_of(variable: Variable) -> bool {
    use Variable::{Confirmation, ConfirmationItem, IsCancelled, Reverses, ReversesItem};
    matches!(
        variable,
        Confirmation | ConfirmationItem | Reverses | ReversesItem | IsCancelled
    )
}

/// A candidate from a name that matched.
pub(super) fn judge(context: &Context<'_>, column: &Column, candidate: Candidate, exact: bool) -> Option<Candidate> {
    let fits = match candidate.variable {
        Variable::IsCancelled => says_yes_or_no(column) && (context.has_confirmation || has_a_word(column)),
        Variable::Confirmation => column.holds_codes() && !column.numbers_rows(context.facts.rows),
        Variable::Reverses | Variable::ReversesItem => {
            context.has_confirmation && column.holds_codes() && is_seldom(column, context.facts.rows)
        }
        _ => context.has_confirmation && column.holds_codes(),
    };
    (exact && fits).then_some(candidate)
}

/// Nothing was cancelled yet in the first file of most exports: its columns wait for the next one.
pub(super) fn still_empty(context: &Context<'_>, found: &Match) -> Option<Candidate> {
    let waits = matches!(
        found.variable,
        Variable::Reverses | Variable::ReversesItem | Variable::IsCancelled
    );
    (waits && found.exact && context.has_confirmation).then(|| Candidate {
        variable: found.variable,
        confidence: found.score,
        transform: Transform::None,
        why: format!("the name says so (`{}`), its cells are still empty", found.phrase),
    })
}

/// Few rows cancel another one: a number in most rows is a quantity, where it is not padded as codes are.
fn is_seldom(column: &Column, rows: u64) -> bool {
    let is_padded = column
        .distinct
        .keys()
        .all(|code| code.len() >= 4 && code.starts_with('0'));
    column.filled * 2 <= rows || is_padded
}

/// 0 and 1 alone may count something.
fn has_a_word(column: &Column) -> bool {
    column.distinct.keys().any(|value| value.parse::<f64>().is_err())
}

/// The usual words only: what another cell says of the row is not known.
fn says_yes_or_no(column: &Column) -> bool {
    const WORDS: [&str; 26] = [
        "1", "y", "yes", "true", "t", "j", "ja", "si", "sí", "oui", "x", "sim", "是", "wahr", "vrai", "0", "n", "no",
        "false", "f", "nein", "non", "não", "nao", "否", "falsch",
    ];
    let known = |value: &String| WORDS.contains(&value.to_lowercase().as_str());
    column.distinct_complete && column.distinct.keys().all(known)
}

#[cfg(test)]
mod tests;

//! Columns that number the items of a document: `Item` beside a column of products is where a row stands in its order.
//!
//! Invariant: an item is doubted only where another column names the product, so that a list of items is read as ever.

use plant_core::variable::Variable;

use super::candidate::{Candidate, Context, WORTH};
use super::doubt;
use crate::facts::Column;

/// Numbers of items go up by this.
const STEP: u32 = 10;
/// Digits of such a number, with the zeros before it.
const DIGITS: usize = 6;
/// No document has so many; a larger number is a code.
const BELOW: u32 = 10_000;
/// An export has some first items of documents.
const FIRST_BELOW: u32 = 100;

/// Lowers products that are only numbers of items.
pub(super) fn doubt(context: &Context<'_>, columns: &mut [Vec<Candidate>]) {
    let (positions, products): (Vec<usize>, Vec<usize>) = (0..columns.len())
        .filter(|index| names_a_product(columns.get(*index)))
        .partition(|index| context.facts.columns.get(*index).is_some_and(numbers_items));
    if products.is_empty() {
        return;
    }
    for index in positions {
        let candidates = columns.get_mut(index).into_iter().flatten();
        for candidate in candidates.filter(|candidate| candidate.variable == Variable::ProductCode) {
            candidate.confidence *= doubt::POSITIONS.factor;
            candidate.why = format!("{}; {}", candidate.why, doubt::POSITIONS.words);
        }
    }
}

fn names_a_product(candidates: Option<&Vec<Candidate>>) -> bool {
    let is_product =
        |candidate: &Candidate| candidate.variable == Variable::ProductCode && candidate.confidence >= WORTH;
    candidates.into_iter().flatten().any(is_product)
}

/// Whether all cells are `10`, `20` and so on, or `0010`, `0020`.
fn numbers_items(column: &Column) -> bool {
    let number = |cell: &String| -> Option<u32> {
        let is_short = cell.len() <= DIGITS && cell.bytes().all(|byte| byte.is_ascii_digit());
        let number = cell.parse().ok().filter(|_| is_short)?;
        (number < BELOW && number % STEP == 0).then_some(number)
    };
    let numbers: Option<Vec<u32>> = column.distinct.keys().map(number).collect();
    let first = numbers.and_then(|numbers| numbers.into_iter().filter(|number| *number > 0).min());
    column.distinct_complete && first.is_some_and(|first| first < FIRST_BELOW)
}

//! Answers in words: each figure as it came out of a query, at a displayed precision, with where it comes from.
//!
//! Invariants: a figure in the text stands in the values of the answer; a missing figure is said with its reason and
//! never shown as zero; a figure carries the marks of all files that its query rests on, and each mark is listed in the
//! text; every answer ends with how the question was read.

mod compare;
mod figures;
mod page;
mod suggest;
mod table;
mod talk;

use plant_core::model::{AnswerView, MetricItem};

use self::page::{Page, finish, group_names, mark};
use super::lexicon::Lexicon;
use super::{Intent, Reading};
pub use page::Sources;
pub use talk::{clarify, definition, files, help, members, refuse, savings};

/// The answer to a query: `items` are the results of [`Reading::query`], `compared` those of the other side.
pub fn answer(
    reading: &Reading,
    items: &[MetricItem],
    compared: &[MetricItem],
    sources: Sources<'_>,
    lexicon: &Lexicon,
) -> AnswerView {
    let citations = sources.citations;
    let keep = |item: &&MetricItem| match &reading.only {
        Some((dimension, members)) => item
            .group
            .get(dimension.name())
            .and_then(Option::as_deref)
            .is_some_and(|member| members.iter().any(|known| known.eq_ignore_ascii_case(member))),
        None => true,
    };
    let grouped = !group_names(reading).is_empty();
    let keep = |item: &&MetricItem| keep(item) && (!grouped || belongs(item));
    let items: Vec<&MetricItem> = items.iter().filter(keep).collect();
    let compared: Vec<&MetricItem> = compared.iter().filter(keep).collect();
    let mut page = Page {
        lexicon,
        lines: reading.notes.clone(),
        values: Vec::new(),
        mark: mark(citations),
    };
    match (&reading.compare, reading.intent) {
        (Some(sides), _) => page.compare(reading, sides, &items, &compared),
        (None, Intent::Value | Intent::Compare) => page.figures(reading, &items),
        (None, _) => page.groups(reading, &items),
    }
    page.warnings(items.iter().chain(&compared).copied());
    page.cited(sources);
    finish(
        AnswerView {
            values: page.values,
            typed_query: Some(reading.query.clone()),
            citations: citations.to_vec(),
            grounded: true,
            next_questions: suggest::next(reading, lexicon),
            ..AnswerView::default()
        },
        page.lines,
        &reading.explanation,
    )
}

/// Whether a group has to do with the metric: rows of other exports, which carry neither the dimension nor the metric,
/// don't.
fn belongs(item: &MetricItem) -> bool {
    item.value.is_some() || (item.n > 0 && item.group.values().any(Option::is_some))
}

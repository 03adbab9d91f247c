//! Answers in words: each figure as it came out of a query, at a displayed precision, with where it comes from.
//!
//! Invariants: a figure in the text stands in the values of the answer; a missing figure is said with its reason and
//! never shown as zero; a figure carries the marks of all files that its query rests on, and each mark is listed in the
//! text; every answer ends with how the question was read.

mod compare;
mod suggest;
mod table;
mod talk;

use std::collections::BTreeMap;

use plant_core::metric::Warning;
use plant_core::model::{AnswerValue, AnswerView, Citation, Engine, MetricItem};
use plant_core::sanitize;
use plant_core::unit::Unit;
use plant_core::words::{self, figure};
use rust_decimal::Decimal;

use super::lexicon::{Lexicon, dimension_word};
use super::{Intent, Reading};
pub use talk::{clarify, definition, files, help, members, refuse, savings};

/// Most groups in a table.
const ROWS_SHOWN: usize = 10;
/// Most days, weeks or months in a table.
const TIMES_SHOWN: usize = 12;

/// Where the figures of an answer come from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sources<'a> {
    /// The files, numbered from 1.
    pub citations: &'a [Citation],
    /// How many files there are beside them.
    pub more: usize,
}

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

/// Puts the text together and signs it.
fn finish(mut view: AnswerView, mut lines: Vec<String>, reading: &str) -> AnswerView {
    view.reading = reading.to_owned();
    lines.push(format!("How I read this: {reading}."));
    view.answer = sanitize::text(&lines.join("\n")).into_owned();
    view.engine = Engine::Offline;
    view
}

/// ` [1]`, or ` [1]-[4]` of several files: which of them a figure comes from is not known, so it rests on all.
fn mark(citations: &[Citation]) -> String {
    match citations {
        [] => String::new(),
        [one] => format!(" [{}]", one.number),
        [first, .., last] => format!(" [{}]-[{}]", first.number, last.number),
    }
}

/// `[1] scrap.csv, lines 2-40, sha256 1a2b…, taken in 2025-03-28`.
fn cited(citation: &Citation) -> String {
    let sha: String = citation.sha256.chars().take(12).collect();
    let mut text = format!(
        "[{}] {}, lines {}, sha256 {sha}",
        citation.number,
        sanitize::display(&citation.file),
        citation.lines
    );
    if let Some(at) = citation.committed_at {
        text.push_str(&format!(", taken in {}", at.date_naive()));
    }
    text
}

/// An answer in the making.
struct Page<'a> {
    lexicon: &'a Lexicon,
    lines: Vec<String>,
    values: Vec<AnswerValue>,
    /// What stands behind a figure: empty where no file is known.
    mark: String,
}

impl Page<'_> {
    fn label(&self, id: &str) -> String {
        self.lexicon
            .metric(id)
            .map_or_else(|| words::plain(id), |metric| metric.label.clone())
    }

    /// The files behind the figures.
    fn cited(&mut self, sources: Sources<'_>) {
        self.lines.extend(sources.citations.iter().map(cited));
        if sources.more > 0 {
            let count = self.count(sources.more, "files not shown");
            let files = if sources.more == 1 { "file" } else { "files" };
            self.lines.push(format!("and {count} more {files}."));
        }
    }

    /// Records a figure and gives its text.
    fn say(&mut self, value: Decimal, unit: &Unit, metric: &str, group: BTreeMap<String, Option<String>>) -> String {
        self.values.push(AnswerValue {
            value: Some(value),
            unit: unit.clone(),
            metric: metric.to_owned(),
            query: group,
        });
        figure(value, unit)
    }

    /// A count in the text.
    fn count(&mut self, count: usize, of: &str) -> String {
        self.say(Decimal::from(count), &Unit::One, of, BTreeMap::new())
    }

    /// The figure of an item, or why there is none.
    fn item(&mut self, item: &MetricItem) -> Result<String, String> {
        match item.value {
            Some(value) => Ok(self.say(value, &item.unit, &item.metric, item.group.clone())),
            None => {
                self.values.push(AnswerValue {
                    value: None,
                    unit: item.unit.clone(),
                    metric: item.metric.clone(),
                    query: item.group.clone(),
                });
                Err(item
                    .null_reason
                    .map_or_else(|| "there are no rows".to_owned(), words::explain))
            }
        }
    }

    /// Over how many rows, and in one file which share of them; nothing where the rows in scope are not what was
    /// counted.
    fn behind(&mut self, reading: &Reading, item: &MetricItem) -> Option<String> {
        let all = item
            .components
            .get("rows")
            .is_some_and(|rows| *rows == Decimal::from(item.n));
        if item.coverage.is_none() && all && item.metric != "rows" {
            return None;
        }
        let n = self.say(
            Decimal::from(item.n),
            &Unit::One,
            &format!("{}.n", item.metric),
            item.group.clone(),
        );
        let partly = item
            .coverage
            .filter(|coverage| *coverage < Decimal::ONE && reading.query.file.is_some());
        Some(match partly {
            Some(coverage) => {
                let share = self.say(
                    coverage,
                    &Unit::Ratio,
                    &format!("{}.coverage", item.metric),
                    item.group.clone(),
                );
                format!("n = {n}, {share} of the rows carry it")
            }
            None => format!("n = {n}"),
        })
    }

    /// One figure per metric, each on its line.
    fn figures(&mut self, reading: &Reading, items: &[&MetricItem]) {
        let scope = scope(reading, true);
        let mark = self.mark.clone();
        for id in &reading.query.metrics {
            let label = self.label(id);
            let line = match items.iter().find(|item| item.metric == *id) {
                None => format!("{label}, {scope}: no rows match."),
                Some(item) if !in_scope(item) => format!("{label}, {scope}: no rows match."),
                Some(item) => match self.item(item) {
                    Ok(text) => {
                        let zero = item.value.is_some_and(|value| value.is_zero());
                        let mut notes: Vec<String> = Vec::new();
                        notes.extend(zero.then(|| "a counted zero, not a gap".to_owned()));
                        notes.extend(self.behind(reading, item));
                        let notes = if notes.is_empty() {
                            String::new()
                        } else {
                            format!(" ({})", notes.join("; "))
                        };
                        format!("{label}, {scope}: {text}{notes}{mark}.")
                    }
                    Err(reason) => format!("{label}, {scope}: not available: {reason}."),
                },
            };
            self.lines.push(line);
        }
    }

    /// A table of groups.
    fn groups(&mut self, reading: &Reading, items: &[&MetricItem]) {
        let metrics = &reading.query.metrics;
        let labels: Vec<String> = metrics.iter().map(|id| self.label(id)).collect();
        let names = group_names(reading);
        let what = format!(
            "{} by {}, {}",
            labels.join(" and "),
            names.join(" and "),
            scope(reading, true)
        );
        let mut keys: Vec<&BTreeMap<String, Option<String>>> = Vec::new();
        for item in items {
            if !keys.contains(&&item.group) {
                keys.push(&item.group);
            }
        }
        if keys.is_empty() {
            self.lines.push(format!("{what}: no rows match."));
            return;
        }
        let mark = self.mark.clone();
        self.lines.push(format!("{what}{mark}:"));
        if reading.intent == Intent::Trend || reading.intent == Intent::Ranking {
            self.extremes(reading, items);
        }
        let trend = reading.query.grain.is_some() && reading.intent == Intent::Trend;
        let shown = if trend {
            TIMES_SHOWN
        } else {
            reading.query.limit.map_or(ROWS_SHOWN, |limit| limit.min(50) as usize)
        };
        // Of a development the newest part is shown, of anything else the beginning.
        let skip = if trend { keys.len().saturating_sub(shown) } else { 0 };
        let mut head: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        head.extend(labels);
        let mut rows = vec![head];
        let mut reasons: Vec<String> = Vec::new();
        for (place, key) in keys.iter().enumerate() {
            let visible = (skip..skip + shown).contains(&place);
            let mut row: Vec<String> = names.iter().map(|name| member_text(key, name)).collect();
            for id in metrics {
                let found = items
                    .iter()
                    .find(|item| item.metric == *id && item.group == **key)
                    .copied();
                row.push(match found.map(|item| self.item(item)) {
                    Some(Ok(text)) => text,
                    Some(Err(reason)) => {
                        if visible && !reasons.contains(&reason) {
                            reasons.push(reason);
                        }
                        "–".to_owned()
                    }
                    None => "–".to_owned(),
                });
            }
            if visible {
                rows.push(row);
            }
        }
        self.lines.extend(table::lines(&rows, names.len()));
        let hidden = keys.len().saturating_sub(rows.len() - 1);
        if hidden > 0 {
            let count = self.count(hidden, "groups not shown");
            self.lines
                .push(format!("and {count} {}.", if trend { "earlier" } else { "more" }));
        }
        for reason in reasons {
            self.lines.push(format!("– means not available: {reason}."));
        }
    }

    /// The first and last by size.
    fn extremes(&mut self, reading: &Reading, items: &[&MetricItem]) {
        let Some(id) = reading.query.metrics.first() else {
            return;
        };
        let mut known: Vec<(&MetricItem, Decimal)> = items
            .iter()
            .filter(|item| item.metric == *id)
            .filter_map(|item| Some((*item, item.value?)))
            .collect();
        known.sort_by(|(_, left), (_, right)| right.cmp(left));
        let names = group_names(reading);
        let place = |item: &MetricItem| {
            let parts: Vec<String> = names.iter().map(|name| member_text(&item.group, name)).collect();
            parts.join(", ")
        };
        let (Some((most, high)), Some((least, low))) = (known.first(), known.last()) else {
            return;
        };
        let high_text = figure(*high, &most.unit);
        let low_text = figure(*low, &least.unit);
        let line = match (reading.intent, reading.query.descending) {
            _ if known.len() == 1 => return,
            (Intent::Ranking, Some(false)) => format!("Smallest: {} with {low_text}.", place(least)),
            (Intent::Ranking, _) => format!("Largest: {} with {high_text}.", place(most)),
            _ if high == low => format!("The same everywhere: {high_text}."),
            _ => format!(
                "Highest: {} with {high_text}; lowest: {} with {low_text}.",
                place(most),
                place(least)
            ),
        };
        self.lines.push(line);
    }

    /// What has to be said beside the figures, each remark once.
    fn warnings<'b>(&mut self, items: impl Iterator<Item = &'b MetricItem>) {
        // What isn't there needs no remark.
        let items: Vec<&MetricItem> = items.filter(|item| item.value.is_some()).collect();
        let bare = |item: &MetricItem| item.warnings.contains(&Warning::NoCurrency);
        let some_name_it = items
            .iter()
            .any(|item| !bare(item) && items.iter().any(|other| bare(other) && other.metric == item.metric));
        let mut said: Vec<Warning> = Vec::new();
        for warning in items.iter().flat_map(|item| item.warnings.iter().copied()) {
            if said.contains(&warning) {
                continue;
            }
            said.push(warning);
            let text = words::warning(warning);
            self.lines.push(match warning {
                Warning::NoCurrency if some_name_it => format!("Some of {text}."),
                _ => format!("{}.", words::capital(text)),
            });
        }
    }
}

/// Whether any row was in scope at all.
fn in_scope(item: &MetricItem) -> bool {
    item.value.is_some() || item.n > 0 || !item.components.is_empty()
}

/// Whether a group has to do with the metric: rows of other exports, which carry neither the dimension nor the metric,
/// don't.
fn belongs(item: &MetricItem) -> bool {
    item.value.is_some() || (item.n > 0 && item.group.values().any(Option::is_some))
}

/// The period and filters, as they stand behind a label.
fn scope(reading: &Reading, period: bool) -> String {
    let query = &reading.query;
    let mut said: Vec<String> = Vec::new();
    if period {
        said.push(match (query.from, query.to.and_then(|day| day.pred_opt())) {
            (Some(from), Some(last)) if from == last => from.to_string(),
            (Some(from), Some(last)) => format!("{from} to {last}"),
            (Some(from), None) => format!("from {from} on"),
            (None, Some(last)) => format!("up to {last}"),
            (None, None) => "all rows".to_owned(),
        });
    }
    said.extend(
        query
            .filters
            .iter()
            .map(|(dimension, member)| format!("{} {}", dimension_word(*dimension), sanitize::display(member))),
    );
    said.join(", ")
}

/// The names of the grouping, as they are keys of a group.
fn group_names(reading: &Reading) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = reading.query.by.iter().map(|dimension| dimension.name()).collect();
    names.extend(reading.query.by_file.then_some("file"));
    names.extend(reading.query.grain.map(plant_core::metric::Grain::name));
    names
}

fn member_text(group: &BTreeMap<String, Option<String>>, name: &str) -> String {
    match group.get(name) {
        Some(Some(member)) => sanitize::display(member).into_owned(),
        _ => "(blank)".to_owned(),
    }
}

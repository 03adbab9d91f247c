//! The page that an answer is written on: figures with their files, remarks, and how the question was read.

use std::collections::BTreeMap;

use plant_core::metric::{Coverage, Warning};
use plant_core::model::{AnswerValue, AnswerView, Citation, Engine, MetricItem};
use plant_core::sanitize;
use plant_core::unit::Unit;
use plant_core::words::{self, figure};
use rust_decimal::Decimal;

use crate::Reading;
use crate::lexicon::{Lexicon, dimension_word};

/// Figures of which it is said how much of what was asked they rest on, at most.
const COVERAGES_SHOWN: usize = 3;

/// Most groups in a table.
pub(super) const ROWS_SHOWN: usize = 10;
/// Where the figures of an answer come from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sources<'a> {
    /// The files, numbered from 1.
    pub citations: &'a [Citation],
    /// How many files there are beside them.
    pub more: usize,
}

/// Puts the text together and signs it.
pub(super) fn finish(mut view: AnswerView, mut lines: Vec<String>, reading: &str) -> AnswerView {
    view.reading = reading.to_owned();
    lines.push(format!("How I read this: {reading}."));
    view.answer = sanitize::text(&lines.join("\n")).into_owned();
    view.engine = Engine::Offline;
    view
}

/// ` [1]`, or ` [1]-[4]` of several files: which of them a figure comes from is not known, so it rests on all.
pub(super) fn mark(citations: &[Citation]) -> String {
    match citations {
        [] => String::new(),
        [one] => format!(" [{}]", one.number),
        [first, .., last] => format!(" [{}]-[{}]", first.number, last.number),
    }
}

/// `[1] scrap.csv, lines 2-40, sha256 1a2b…, taken in 2025-03-28`.
pub(super) fn cited(citation: &Citation) -> String {
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
pub(super) struct Page<'a> {
    pub(super) lexicon: &'a Lexicon,
    pub(super) lines: Vec<String>,
    pub(super) values: Vec<AnswerValue>,
    /// What stands behind a figure: empty where no file is known.
    pub(super) mark: String,
}

impl Page<'_> {
    pub(super) fn label(&self, id: &str) -> String {
        self.lexicon
            .metric(id)
            .map_or_else(|| words::plain(id), |metric| metric.label.clone())
    }

    /// The files behind the figures.
    pub(super) fn cited(&mut self, sources: Sources<'_>) {
        self.lines.extend(sources.citations.iter().map(cited));
        if sources.more > 0 {
            let count = self.count(sources.more, "files not shown");
            let files = if sources.more == 1 { "file" } else { "files" };
            self.lines.push(format!("and {count} more {files}."));
        }
    }

    /// Records a figure and gives its text.
    pub(super) fn say(
        &mut self,
        value: Decimal,
        unit: &Unit,
        metric: &str,
        group: BTreeMap<String, Option<String>>,
    ) -> String {
        self.values.push(AnswerValue {
            value: Some(value),
            unit: unit.clone(),
            metric: metric.to_owned(),
            query: group,
        });
        figure(value, unit)
    }

    /// A count in the text.
    pub(super) fn count(&mut self, count: usize, of: &str) -> String {
        self.say(Decimal::from(count), &Unit::One, of, BTreeMap::new())
    }

    /// The figure of an item, or why there is none.
    pub(super) fn item(&mut self, item: &MetricItem) -> Result<String, String> {
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
    pub(super) fn behind(&mut self, reading: &Reading, item: &MetricItem) -> Option<String> {
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
        let partly = (item.coverage.as_ref())
            .and_then(|coverage| coverage.rows)
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

    /// What has to be said beside the figures, each remark once.
    pub(super) fn warnings<'b>(&mut self, items: impl Iterator<Item = &'b MetricItem>) {
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
        let partial = items.iter().filter_map(|item| {
            let coverage = item.coverage.as_ref()?;
            Some((*item, coverage, words::coverage(coverage)?))
        });
        let partial: Vec<(&MetricItem, &Coverage, String)> = partial.collect();
        for (item, coverage, text) in partial.iter().take(COVERAGES_SHOWN) {
            for count in [
                coverage.places_covered,
                coverage.places_asked,
                coverage.days_covered,
                coverage.days_asked,
            ] {
                self.count(count as usize, &format!("{}.coverage", item.metric));
            }
            let members: Vec<String> = (item.group.keys()).map(|name| member_text(&item.group, name)).collect();
            let label = self.label(&item.metric);
            self.lines.push(match members.is_empty() {
                true => format!("{label}: {text}."),
                false => format!("{label} of {}: {text}.", members.join(", ")),
            });
        }
        if partial.len() > COVERAGES_SHOWN {
            let more = self.count(partial.len() - COVERAGES_SHOWN, "figures of a part");
            self.lines.push(format!(
                "{more} more of these figures rest on a part of what was asked."
            ));
        }
    }
}

/// The period and filters, as they stand behind a label.
pub(super) fn scope(reading: &Reading, period: bool) -> String {
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
pub(super) fn group_names(reading: &Reading) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = reading.query.by.iter().map(|dimension| dimension.name()).collect();
    names.extend(reading.query.by_file.then_some("file"));
    names.extend(reading.query.grain.map(plant_core::metric::Grain::name));
    names
}

pub(super) fn member_text(group: &BTreeMap<String, Option<String>>, name: &str) -> String {
    match group.get(name) {
        Some(Some(member)) => sanitize::display(member).into_owned(),
        _ => "(blank)".to_owned(),
    }
}

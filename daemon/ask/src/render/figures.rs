//! Figures on their own, or a table of them by group.

use std::collections::BTreeMap;

use plant_core::model::MetricItem;
use plant_core::words::figure;
use rust_decimal::Decimal;

use super::page::{Page, ROWS_SHOWN, group_names, member_text, scope};
use super::table;
use crate::{Intent, Reading};

/// Most days, weeks or months in a table.
const TIMES_SHOWN: usize = 12;

impl Page<'_> {
    /// One figure per metric, each on its line.
    pub(super) fn figures(&mut self, reading: &Reading, items: &[&MetricItem]) {
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
    pub(super) fn groups(&mut self, reading: &Reading, items: &[&MetricItem]) {
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
}

/// Whether any row was in scope at all.
fn in_scope(item: &MetricItem) -> bool {
    item.value.is_some() || item.n > 0 || !item.components.is_empty()
}

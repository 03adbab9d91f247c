//! Runs what a question was read as, and renders the answer.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime};
use plant_ask::{FileQuestion, Lexicon, Outcome, Reading, Sources};
use plant_core::ids::FileId;
use plant_core::metric::{MetricQuery, Warning};
use plant_core::model::{AnswerView, Citation, FileItem, MetricItem};
use plant_store::{OrgTx, StoreError, components, files, findings};

use crate::metrics;

/// Files that an answer names as its source.
const CITED_MOST: usize = 10;
/// Files that are looked through for a question about files.
const FILES_MOST: usize = 20_000;
/// Files of one page.
const PAGE: u32 = 500;

/// The answer to what was read.
pub(super) async fn outcome(
    tx: &mut OrgTx,
    outcome: &Outcome,
    lexicon: &Lexicon,
    zone: &str,
) -> Result<AnswerView, StoreError> {
    Ok(match outcome {
        Outcome::Query(reading) => figures(tx, reading, lexicon).await?,
        Outcome::Definition(metric) => plant_ask::definition(metric, lexicon),
        Outcome::Files(question) => {
            let found = matching(tx, question, zone).await?;
            let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
            plant_ask::files(question, &found, total, lexicon)
        }
        Outcome::Members(dimension) => plant_ask::members(*dimension, lexicon),
        Outcome::Savings => plant_ask::savings(&findings::savings(tx).await?, lexicon),
        Outcome::Help => plant_ask::help(lexicon),
        Outcome::Clarify { question, choices } => plant_ask::clarify(question, choices),
        Outcome::Refuse(refusal) => plant_ask::refuse(refusal, lexicon),
    })
}

async fn figures(tx: &mut OrgTx, reading: &Reading, lexicon: &Lexicon) -> Result<AnswerView, StoreError> {
    let items = metrics::query(tx, &reading.query).await?;
    let compared = match &reading.compare {
        Some(comparison) => metrics::query(tx, &comparison.query).await?,
        None => Vec::new(),
    };
    let mut behind = contributing(tx, &reading.query, &items).await?;
    if let Some(comparison) = &reading.compare {
        behind.extend(contributing(tx, &comparison.query, &compared).await?);
    }
    let more = behind.len().saturating_sub(CITED_MOST);
    // Ids grow with time, so the last are the newest.
    let cited: Vec<FileId> = behind.into_iter().rev().take(CITED_MOST).collect();
    let citations = citations(tx, &reading.query, &cited).await?;
    let sources = Sources {
        citations: &citations,
        more,
    };
    Ok(plant_ask::answer(reading, &items, &compared, sources, lexicon))
}

/// The files whose rows carry the metrics of a query, not merely lie in its scope; `answered` is what it gave.
async fn contributing(
    tx: &mut OrgTx,
    query: &MetricQuery,
    answered: &[MetricItem],
) -> Result<BTreeSet<FileId>, StoreError> {
    let by_file = MetricQuery {
        by: Vec::new(),
        by_file: true,
        grain: None,
        descending: None,
        limit: None,
        ..query.clone()
    };
    let items = metrics::query(tx, &by_file).await?;
    Ok(behind(&items, answered))
}

/// The files behind `answered`, out of the same metrics by file.
///
/// A file that carries a metric on its own is behind it. A figure that took stops from other files, or that no file
/// carries on its own, rests on every file that carries a part of it.
fn behind(by_file: &[MetricItem], answered: &[MetricItem]) -> BTreeSet<FileId> {
    let id = |item: &MetricItem| {
        item.group
            .get("file_id")?
            .as_ref()?
            .parse::<plant_core::ids::FileId>()
            .ok()
    };
    let carries_part = |item: &MetricItem| {
        item.n > 0
            || item
                .components
                .iter()
                .any(|(name, value)| name != "rows" && !value.is_zero())
    };
    let metrics: BTreeSet<&str> = by_file.iter().map(|item| item.metric.as_str()).collect();
    let mut found = BTreeSet::new();
    for metric in metrics {
        let of_metric = || by_file.iter().filter(|item| item.metric == metric);
        let joined = answered
            .iter()
            .any(|item| item.metric == metric && item.warnings.contains(&Warning::StopsFromOtherFiles));
        let whole = of_metric().any(|item| item.value.is_some());
        found.extend(
            of_metric()
                .filter(|item| item.value.is_some() || ((joined || !whole) && carries_part(item)))
                .filter_map(id),
        );
    }
    found
}

/// The lines of each file that are behind a query.
async fn citations(tx: &mut OrgTx, query: &MetricQuery, cited: &[FileId]) -> Result<Vec<Citation>, StoreError> {
    let mut citations: Vec<Citation> = Vec::new();
    for file in cited {
        let one = MetricQuery {
            file: Some(*file),
            from: None,
            to: None,
            filters: Vec::new(),
            ..query.clone()
        };
        for mut citation in components::files_for(tx, &one).await? {
            citation.number = u32::try_from(citations.len() + 1).unwrap_or(u32::MAX);
            citations.push(citation);
        }
    }
    Ok(citations)
}

/// The files that a question is about, newest first.
async fn matching(tx: &mut OrgTx, question: &FileQuestion, zone: &str) -> Result<Vec<FileItem>, StoreError> {
    let zone: chrono_tz::Tz = zone.parse().unwrap_or(chrono_tz::UTC);
    let day = |item: &FileItem| item.seen_at.with_timezone(&zone).date_naive();
    let mut filter = files::FileFilter {
        states: question.states.clone(),
        name: question.name.clone(),
        since: question.from.and_then(|from| begins(from, zone)),
        limit: PAGE,
        ..files::FileFilter::default()
    };
    let mut found = Vec::new();
    loop {
        let page = files::list(tx, &filter).await?;
        found.extend(page.items.into_iter().filter(|item| {
            question.from.is_none_or(|from| day(item) >= from)
                && question.to.is_none_or(|to| day(item) < to)
                && question
                    .name
                    .as_ref()
                    .is_none_or(|name| item.name.eq_ignore_ascii_case(name))
        }));
        filter.page = page.next_page;
        if filter.page.is_none() || found.len() >= FILES_MOST {
            return Ok(found);
        }
    }
}

/// A moment that is not after the begin of a local day, wherever the clock is changed.
fn begins(day: NaiveDate, zone: chrono_tz::Tz) -> Option<chrono::DateTime<chrono::Utc>> {
    let midnight = day.and_time(NaiveTime::MIN);
    let local = midnight.and_local_timezone(zone).earliest();
    Some(local.map_or_else(
        || midnight.and_utc() - chrono::TimeDelta::hours(24),
        |local| local.to_utc(),
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rust_decimal::Decimal;

    use super::*;

    const MAKES: &str = "00000000-0000-0000-0000-000000000001";
    const STOPS: &str = "00000000-0000-0000-0000-000000000002";
    const OTHER: &str = "00000000-0000-0000-0000-000000000003";

    fn item(file: &str, value: Option<i64>, parts: &[&str], warnings: &[Warning]) -> MetricItem {
        MetricItem {
            metric: "oee".to_owned(),
            value: value.map(Decimal::from),
            unit: Default::default(),
            null_reason: None,
            n: 0,
            coverage: None,
            group: BTreeMap::from([("file_id".to_owned(), Some(file.to_owned()))]),
            components: parts.iter().map(|part| ((*part).to_owned(), Decimal::ONE)).collect(),
            warnings: warnings.to_vec(),
            method: String::new(),
            version: 1,
        }
    }

    fn files(names: &[&str]) -> BTreeSet<FileId> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    #[test]
    fn a_figure_rests_on_every_file_that_carries_a_part_of_it() {
        let by_file = [
            item(MAKES, Some(1), &["rows", "pbt_s"], &[]),
            item(STOPS, None, &["rows", "stop_s"], &[]),
            item(OTHER, None, &["rows"], &[]),
        ];
        assert_eq!(behind(&by_file, &[item("", Some(1), &[], &[])]), files(&[MAKES]));
        let joined = [item("", Some(1), &[], &[Warning::StopsFromOtherFiles])];
        assert_eq!(behind(&by_file, &joined), files(&[MAKES, STOPS]));
        assert_eq!(
            behind(by_file.get(1..).unwrap(), &[item("", None, &[], &[])]),
            files(&[STOPS])
        );
    }
}

//! Runs what a question was read as, and renders the answer.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime};
use plant_core::ask::{self, FileQuestion, Lexicon, Outcome, Reading, Sources};
use plant_core::ids::FileId;
use plant_core::metric::MetricQuery;
use plant_core::view::{AnswerView, Citation, FileItem};
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
        Outcome::Definition(metric) => ask::definition(metric, lexicon),
        Outcome::Files(question) => {
            let found = matching(tx, question, zone).await?;
            let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
            ask::files(question, &found, total, lexicon)
        }
        Outcome::Members(dimension) => ask::members(*dimension, lexicon),
        Outcome::Savings => ask::savings(&findings::savings(tx).await?, lexicon),
        Outcome::Help => ask::help(lexicon),
        Outcome::Clarify { question, choices } => ask::clarify(question, choices),
        Outcome::Refuse(refusal) => ask::refuse(refusal, lexicon),
    })
}

async fn figures(tx: &mut OrgTx, reading: &Reading, lexicon: &Lexicon) -> Result<AnswerView, StoreError> {
    let items = metrics::query(tx, &reading.query).await?;
    let compared = match &reading.compare {
        Some(comparison) => metrics::query(tx, &comparison.query).await?,
        None => Vec::new(),
    };
    let mut behind = contributing(tx, &reading.query).await?;
    if let Some(comparison) = &reading.compare {
        behind.extend(contributing(tx, &comparison.query).await?);
    }
    let more = behind.len().saturating_sub(CITED_MOST);
    // Ids grow with time, so the last are the newest.
    let cited: Vec<FileId> = behind.into_iter().rev().take(CITED_MOST).collect();
    let citations = citations(tx, &reading.query, &cited).await?;
    let sources = Sources {
        citations: &citations,
        more,
    };
    Ok(ask::answer(reading, &items, &compared, sources, lexicon))
}

/// The files whose rows carry the metrics of a query, not merely lie in its scope.
async fn contributing(tx: &mut OrgTx, query: &MetricQuery) -> Result<BTreeSet<FileId>, StoreError> {
    let by_file = MetricQuery {
        by: Vec::new(),
        by_file: true,
        grain: None,
        descending: None,
        limit: None,
        ..query.clone()
    };
    let items = metrics::query(tx, &by_file).await?;
    let with_value = |item: &&plant_core::view::MetricItem| item.value.is_some();
    let id = |item: &plant_core::view::MetricItem| item.group.get("file_id")?.as_ref()?.parse().ok();
    let found: BTreeSet<FileId> = items.iter().filter(with_value).filter_map(id).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    // A ratio may need two files, each of which carries one half: then all in scope are its source.
    Ok(items.iter().filter(|item| item.n > 0).filter_map(id).collect())
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

//! Questions that can be asked next: each is read again before it is offered, so that it works on this data.

use plant_core::component::Dimension;

use crate::lexicon::{Lexicon, dimension_word};
use crate::{Intent, Outcome, Reading};

/// Most that are offered.
const OFFERED: usize = 3;
/// Dimensions by how much they usually tell.
const TELLING: [Dimension; 8] = [
    Dimension::Machine,
    Dimension::ProductCode,
    Dimension::DefectCode,
    Dimension::Reason,
    Dimension::Shift,
    Dimension::Line,
    Dimension::StopCategory,
    Dimension::EnergyTariff,
];

/// What to ask after this reading.
pub(super) fn next(reading: &Reading, lexicon: &Lexicon) -> Vec<String> {
    let Some(id) = reading.query.metrics.first() else {
        return start(lexicon);
    };
    let words = spelt(id, lexicon);
    let taken = |dimension: &Dimension| {
        reading.query.by.contains(dimension) || reading.query.filters.iter().any(|(known, _)| known == dimension)
    };
    let wide = |dimension: &Dimension| {
        lexicon
            .dimensions
            .get(dimension)
            .is_some_and(|members| members.len() > 1)
    };
    let mut candidates: Vec<String> = TELLING
        .into_iter()
        .filter(|dimension| wide(dimension) && !taken(dimension))
        .take(1)
        .map(|dimension| format!("{words} by {}", dimension_word(dimension)))
        .collect();
    let long = lexicon
        .first_day
        .zip(lexicon.last_day)
        .map_or(0, |(first, last)| (last - first).num_days());
    if reading.intent != Intent::Trend && long >= 1 {
        let grain = match long {
            0..=31 => "day",
            32..=183 => "week",
            _ => "month",
        };
        candidates.push(format!("{words} by {grain}"));
    }
    candidates.push(format!("how is {words} computed"));
    kept(candidates, lexicon)
}

/// What to ask first.
pub(super) fn start(lexicon: &Lexicon) -> Vec<String> {
    const FIRST: [&str; 7] = [
        "oee",
        "scrap_ratio",
        "quantity_scrap",
        "stop_time",
        "energy_used",
        "quantity_produced",
        "quantity_good",
    ];
    let mut candidates: Vec<String> = Vec::new();
    for id in FIRST {
        if lexicon.metric(id).is_some_and(|metric| metric.available) {
            let by = TELLING.into_iter().find(|dimension| lexicon.has(*dimension));
            let words = spelt(id, lexicon);
            candidates.push(by.map_or(words.clone(), |dimension| {
                format!("{words} by {}", dimension_word(dimension))
            }));
        }
        if candidates.len() == 2 {
            break;
        }
    }
    candidates.push("which files are held".to_owned());
    kept(candidates, lexicon)
}

/// A metric as people write it, if that is read as this metric; else by its name.
pub(crate) fn spelt(id: &str, lexicon: &Lexicon) -> String {
    let words = id.replace('_', " ");
    match crate::read(&words, lexicon, None) {
        Outcome::Query(reading) if reading.query.metrics == [id] => words,
        _ => id.to_owned(),
    }
}

/// Those that lead to an answer.
fn kept(candidates: Vec<String>, lexicon: &Lexicon) -> Vec<String> {
    candidates
        .into_iter()
        .filter(|question| {
            matches!(
                crate::read(question, lexicon, None),
                Outcome::Query(_) | Outcome::Definition(_) | Outcome::Files(_)
            )
        })
        .take(OFFERED)
        .collect()
}

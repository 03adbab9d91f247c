//! Words by which plants name the state of a machine and the reasons of its stops.
//!
//! Invariant: a word that is not known is `None`, never a category near by.

use std::collections::HashMap;
use std::sync::LazyLock;

use plant_core::fold::fold;
use plant_core::stop::StopCategory;
use serde::Deserialize;

use crate::words::{Words, parse};

#[derive(Deserialize)]
struct Stops {
    category: Vec<Category>,
    failure: Set,
    negation: Set,
    scrap: Set,
}

#[derive(Deserialize)]
struct Category {
    name: StopCategory,
    #[serde(flatten)]
    words: Words,
}

#[derive(Deserialize)]
struct Set {
    #[serde(flatten)]
    words: Words,
}

static STOPS: LazyLock<Stops> = LazyLock::new(|| parse("stops.toml", include_str!("../words/stops.toml")));

/// The category of each word; its own name is one of its words.
static CATEGORIES: LazyLock<HashMap<String, StopCategory>> = LazyLock::new(|| {
    let own = STOPS
        .category
        .iter()
        .map(|category| (category.name.name().replace('_', " "), category.name));
    let words = STOPS
        .category
        .iter()
        .flat_map(|category| category.words.iter().map(|word| (word.to_owned(), category.name)));
    own.chain(words).collect()
});

/// The category that a word or phrase of a state or reason column means; `None` where it is not known.
pub fn category(text: &str) -> Option<StopCategory> {
    let words = words(text).join(" ");
    let known = |phrase: &str| CATEGORIES.get(phrase).copied();
    known(&words).or_else(|| {
        // A longer text that begins with a known phrase of one meaning: "Breakdown hydraulic pump".
        let mut cut = words.as_str();
        while let Some(at) = cut.rfind(' ') {
            cut = cut.get(..at)?;
            if cut.len() >= 5
                && let Some(category) = known(cut)
            {
                return Some(category);
            }
        }
        None
    })
}

/// Whether a label of a two-valued column says that something failed (`true`) or did not (`false`).
pub fn failure_label(text: &str) -> Option<bool> {
    let words = words(text);
    let is_of = |set: &Set, word: &String| set.words.iter().any(|known| known == word);
    let speaks = words.iter().any(|word| is_of(&STOPS.failure, word));
    speaks.then(|| !words.first().is_some_and(|word| is_of(&STOPS.negation, word)))
}

/// Whether a text that says what its rows are speaks of scrap (`Scrap:cst cntr`, SAP movement types of scrapping).
pub fn says_scrap(text: &str) -> bool {
    let folded = fold(text);
    STOPS.scrap.words.iter().any(|word| folded.contains(word))
}

/// The folded words of a text, without its punctuation.
fn words(text: &str) -> Vec<String> {
    fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests;

//! How the words stand in their files.

use std::collections::{BTreeMap, HashSet};

use plant_core::fold::fold;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The languages of the exports, in the order in which their words are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Language {
    En,
    /// Names of fields in the common ERPs, codes of standards (SEMI E10).
    Codes,
    De,
    Es,
    Fr,
    It,
    Pt,
    Tr,
    Zh,
    Pl,
    Nl,
    Cs,
    Ru,
}

/// The words for one thing, in every language that has some.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Words(BTreeMap<Language, Vec<String>>);

impl Words {
    /// Every word or phrase.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.values().flatten().map(String::as_str)
    }
}

/// Letters from which a word begins compounds.
const COMPOUND_LEAST: usize = 5;

/// The words folded and without blanks, as names are compared with them.
pub(crate) fn set(words: &Words) -> HashSet<String> {
    words.iter().map(|word| fold(word).replace(' ', "")).collect()
}

/// Whether it is written without blanks between words.
pub(crate) fn is_chinese(word: &str) -> bool {
    word.contains(|c: char| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// Whether one of these is a word of a folded name, apart by blanks; Chinese stands anywhere in it.
pub(crate) fn is_named(all: &Words, name: &str) -> bool {
    all.iter()
        .any(|known| name.split(' ').any(|word| word == known) || (is_chinese(known) && name.contains(known)))
}

/// Whether a folded word is one of these, or a compound that begins with one; Chinese stands anywhere in it.
pub(crate) fn is_one(all: &HashSet<String>, word: &str) -> bool {
    let stands = |known: &String| is_chinese(known) && word.contains(known.as_str());
    let begins = |known: &String| known.chars().count() >= COMPOUND_LEAST && word.starts_with(known.as_str());
    all.contains(word)
        || match is_chinese(word) {
            true => all.iter().any(stands),
            false => all.iter().any(begins),
        }
}

/// A file of words as it stands in the program.
#[expect(
    clippy::panic,
    reason = "the text is compiled in and a test reads every file: it can't fail where it did not fail there"
)]
pub(crate) fn parse<T: DeserializeOwned>(name: &str, text: &str) -> T {
    toml::from_str(text).unwrap_or_else(|error| panic!("words/{name}: {error}"))
}

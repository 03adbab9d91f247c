//! How the words stand in their files.

use std::collections::BTreeMap;

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

/// A file of words as it stands in the program.
#[expect(
    clippy::panic,
    reason = "the text is compiled in and a test reads every file: it can't fail where it did not fail there"
)]
pub(crate) fn parse<T: DeserializeOwned>(name: &str, text: &str) -> T {
    toml::from_str(text).unwrap_or_else(|error| panic!("words/{name}: {error}"))
}

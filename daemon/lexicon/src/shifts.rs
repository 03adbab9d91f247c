//! What shifts are called.

use std::collections::HashSet;
use std::sync::LazyLock;

use plant_core::fold::fold;
use serde::Deserialize;

use crate::words::{Words, parse};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shifts {
    pub(crate) night: Words,
    pub(crate) day: Words,
    shift: Words,
}

pub(crate) static SHIFTS: LazyLock<Shifts> =
    LazyLock::new(|| parse("shifts.toml", include_str!("../words/shifts.toml")));

static SETS: LazyLock<[HashSet<String>; 3]> = LazyLock::new(|| {
    let of = |words: &Words| words.iter().map(fold).collect();
    [of(&SHIFTS.night), of(&SHIFTS.day), of(&SHIFTS.shift)]
});

/// Letters from which a word begins compounds.
const COMPOUND_LEAST: usize = 5;
/// Letters up to which a word is a code.
const CODE_MOST: usize = 2;

/// When a shift works, as it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShiftHours {
    /// Over midnight.
    Night,
    /// Early, late or by day.
    Day,
}

/// When a shift of that name works; `None` for a name that says nothing (a number, a crew) or both.
pub fn shift_hours(name: &str) -> Option<ShiftHours> {
    let [nights, days, shifts] = &*SETS;
    let folded = fold(name);
    let words: Vec<&str> = folded
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty() && !shifts.contains(*word))
        .collect();
    let says = |all: &HashSet<String>| words.iter().any(|word| is_said(all, word, words.len() == 1));
    match (says(nights), says(days)) {
        (true, false) => Some(ShiftHours::Night),
        (false, true) => Some(ShiftHours::Day),
        _ => None,
    }
}

fn is_said(all: &HashSet<String>, word: &str, alone: bool) -> bool {
    let chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    if word.contains(chinese) {
        return all
            .iter()
            .any(|known| known.contains(chinese) && word.contains(known.as_str()));
    }
    if word.chars().count() <= CODE_MOST {
        return alone && all.contains(word);
    }
    let begins = |known: &String| known.chars().count() >= COMPOUND_LEAST && word.starts_with(known.as_str());
    all.contains(word) || all.iter().any(begins)
}

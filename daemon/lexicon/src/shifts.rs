//! What shifts are called.

use std::collections::HashSet;
use std::sync::LazyLock;

use plant_core::fold::fold;
use serde::Deserialize;

use crate::words::{Words, is_chinese, is_one, parse, set};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shifts {
    pub(crate) night: Words,
    pub(crate) day: Words,
    shift: Words,
}

pub(crate) static SHIFTS: LazyLock<Shifts> =
    LazyLock::new(|| parse("shifts.toml", include_str!("../words/shifts.toml")));

static SETS: LazyLock<[HashSet<String>; 3]> =
    LazyLock::new(|| [set(&SHIFTS.night), set(&SHIFTS.day), set(&SHIFTS.shift)]);

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

/// Whether a word means it; a code only where no other word stands beside it.
fn is_said(all: &HashSet<String>, word: &str, alone: bool) -> bool {
    match word.chars().count() <= CODE_MOST && !is_chinese(word) {
        true => alone && all.contains(word),
        false => is_one(all, word),
    }
}

//! Dates whose month is a word: `03-MAY-25`, `3. Mai 2025`, `May 3, 2025 14:05`.
//!
//! Invariants: a month is a whole name or a usual abbreviation, never the beginning of another word; a month that stands
//! first is an English one, with its year in four digits unless hyphens join the parts (`Set 12 20` is no date).

use chrono::NaiveDate;
use plant_core::fold::fold;

use super::cell::{DateCell, Parts, Tail, digits, pivot, tail_time};

/// Names in English, German, Spanish, French, Portuguese and Italian without accents, with their usual abbreviations.
const MONTHS: [&[&str]; 12] = [
    &[
        "jan", "january", "januar", "janner", "jaenner", "ene", "enero", "janv", "janvier", "janeiro", "gen", "gennaio",
    ],
    &[
        "feb",
        "february",
        "februar",
        "febrero",
        "fev",
        "fevr",
        "fevrier",
        "fevereiro",
        "febbraio",
    ],
    &["mar", "march", "mrz", "marz", "maerz", "marzo", "mars", "marco"],
    &["apr", "april", "abr", "abril", "avr", "avril", "aprile"],
    &["may", "mai", "mayo", "maio", "mag", "maggio"],
    &["jun", "june", "juni", "junio", "juin", "junho", "giu", "giugno"],
    &[
        "jul", "july", "juli", "julio", "juil", "juillet", "julho", "lug", "luglio",
    ],
    &["aug", "august", "ago", "agosto", "aou", "aout"],
    &[
        "sep",
        "sept",
        "september",
        "septiembre",
        "setiembre",
        "septembre",
        "set",
        "setembro",
        "settembre",
    ],
    &[
        "oct", "october", "okt", "oktober", "octubre", "octobre", "out", "outubro", "ott", "ottobre",
    ],
    &["nov", "november", "noviembre", "novembre", "novembro"],
    &[
        "dec",
        "december",
        "dez",
        "dezember",
        "dic",
        "diciembre",
        "decembre",
        "dezembro",
        "dicembre",
    ],
];
/// English names, which alone are written before the day.
const ENGLISH: [&str; 24] = [
    "jan",
    "january",
    "feb",
    "february",
    "mar",
    "march",
    "apr",
    "april",
    "may",
    "jun",
    "june",
    "jul",
    "july",
    "aug",
    "august",
    "sep",
    "sept",
    "september",
    "oct",
    "october",
    "nov",
    "november",
    "dec",
    "december",
];

fn month_of(word: &str) -> Option<u32> {
    let word = fold(word);
    MONTHS
        .iter()
        .zip(1..)
        .find_map(|(names, number)| names.contains(&word.as_str()).then_some(number))
}

/// A day as a number, in English with its ending.
fn day_of(word: &str) -> Option<u32> {
    let end = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
    let (day, ending) = word.split_at_checked(end)?;
    let known = ["", "st", "nd", "rd", "th"].contains(&ending.to_ascii_lowercase().as_str());
    digits(day).filter(|_| known && day.len() <= 2)
}

/// Takes a date with the name of its month apart.
pub(super) fn read(text: &str) -> Option<DateCell> {
    let is_sign = |c: char| matches!(c, ' ' | '-' | '/' | '.' | ',');
    let mut words = Vec::with_capacity(4);
    let mut rest = text;
    while words.len() < 3 {
        rest = rest.trim_start_matches(is_sign);
        let end = rest.find(is_sign).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(end)?;
        if word.is_empty() {
            return None;
        }
        rest = after;
        if matches!(word, "de" | "of" | "le") {
            continue;
        }
        words.push(word);
    }
    let [a, b, c] = words.as_slice() else {
        return None;
    };
    let (c, tail) = match c.split_once(['T', ':']) {
        Some((year, _)) => (year, c.get(year.len()..)?),
        None => (*c, rest),
    };
    let long = |year: &str| digits(year).filter(|_| year.len() == 4);
    let short = |year: &str| digits(year).filter(|_| year.len() == 2).map(pivot);
    let (year, month, day) = if let Some(year) = long(a) {
        (year as i32, month_of(b)?, day_of(c)?)
    } else if let Some(day) = day_of(a) {
        let year = long(c).map(|year| year as i32).or_else(|| short(c))?;
        (year, month_of(b)?, day)
    } else {
        let folded = fold(a);
        let joined = text
            .strip_prefix(*a)
            .and_then(|behind| behind.strip_prefix('-'))
            .and_then(|behind| behind.strip_prefix(*b))
            .is_some_and(|behind| behind.starts_with('-'));
        let year = long(c)
            .map(|year| year as i32)
            .or_else(|| short(c).filter(|_| joined))?;
        (
            year,
            month_of(&folded).filter(|_| ENGLISH.contains(&folded.as_str()))?,
            day_of(b)?,
        )
    };
    let (time, offset) = match tail_time(tail.trim_start_matches(is_sign))? {
        Tail::Time(time, offset) => (time, offset),
        Tail::Impossible => return Some(DateCell::Impossible),
    };
    Some(match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => DateCell::Day(Parts {
            date,
            time,
            offset,
            compact: false,
        }),
        None => DateCell::Impossible,
    })
}

//! The names of times: units, months, weekdays, numbers, in the languages that are read.

use chrono::Weekday;

/// A unit of time that a period is named after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Half,
    Year,
}

/// Words of time, so that a misspelt one can be recognised.
pub(crate) const WORDS: &[&str] = &[
    "today",
    "yesterday",
    "week",
    "month",
    "quarter",
    "year",
    "previous",
    "current",
    "since",
    "until",
    "before",
    "after",
    "between",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "last",
    "this",
    "past",
    "date",
    "first",
    "second",
    "third",
    "fourth",
    "half",
    "seven",
    "eight",
    "three",
    "four",
    "five",
    "eleven",
    "twelve",
    "ytd",
    "mtd",
    "heute",
    "gestern",
    "woche",
    "monat",
    "jahr",
    "quartal",
    "letzte",
    "letzten",
    "letzter",
    "letztes",
    "diese",
    "diesen",
    "dieses",
    "dieser",
    "pasado",
    "pasada",
    "dernier",
    "derniere",
    "prior",
    "preceding",
];

pub(super) fn unit(word: &str) -> Option<Unit> {
    Some(match word {
        "day" | "tag" | "tage" | "tagen" | "dia" | "jour" => Unit::Day,
        "week" | "wk" | "woche" | "wochen" | "semana" | "semaine" => Unit::Week,
        "month" | "monat" | "monate" | "monaten" | "mes" | "moi" | "mois" => Unit::Month,
        "quarter" | "quartal" | "quartale" | "trimestre" => Unit::Quarter,
        "year" | "jahr" | "jahre" | "jahren" | "ano" | "annee" => Unit::Year,
        _ => return None,
    })
}

pub(super) fn month(word: &str) -> Option<u32> {
    const MONTHS: [&[&str]; 12] = [
        &["january", "jan", "januar", "enero", "janvier"],
        &["february", "feb", "februar", "febrero", "fevrier"],
        &["march", "mar", "marz", "maerz", "marzo", "mars"],
        &["april", "apr", "abril", "avril"],
        &["may", "mai", "mayo"],
        &["june", "jun", "juni", "junio", "juin"],
        &["july", "jul", "juli", "julio", "juillet"],
        &["august", "aug", "agosto", "aout"],
        &["september", "sep", "sept", "septiembre", "septembre"],
        &["october", "oct", "oktober", "okt", "octubre", "octobre"],
        &["november", "nov", "noviembre", "novembre"],
        &["december", "dec", "dezember", "dez", "diciembre", "decembre"],
    ];
    MONTHS
        .iter()
        .position(|names| names.contains(&word))
        .and_then(|place| u32::try_from(place + 1).ok())
}

pub(super) fn weekday(word: &str) -> Option<Weekday> {
    word.parse().ok().filter(|_| word.len() > 3)
}

/// A number in digits or words.
pub(crate) fn number(word: &str) -> Option<u32> {
    const WORDS: [&str; 12] = [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    ];
    WORDS
        .iter()
        .position(|name| *name == word)
        .and_then(|place| u32::try_from(place + 1).ok())
        .or_else(|| word.parse().ok().filter(|number| (1..=1000).contains(number)))
}

pub(super) fn year(word: &str) -> Option<i32> {
    (word.len() == 4)
        .then(|| word.parse().ok())
        .flatten()
        .filter(|year| (1970..=2100).contains(year))
}

pub(super) fn ordinal(word: &str) -> Option<u32> {
    match word {
        "first" | "1st" => Some(1),
        "second" | "2nd" => Some(2),
        "third" | "3rd" => Some(3),
        "fourth" | "4th" => Some(4),
        _ => None,
    }
}

/// A day of the month: `1`, `1st`, `22nd`.
pub(super) fn day_number(word: &str) -> Option<u32> {
    let digits = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending))
        .unwrap_or(word);
    digits
        .parse()
        .ok()
        .filter(|day| (1..=31).contains(day) && digits.len() <= 2)
}

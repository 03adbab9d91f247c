//! What a name says about the source of a file: the line, the machine, the plant.
//!
//! Invariants: dates, counters and copy words never separate; a code (`L1`, `SPR-01`, `Werk 2`) does; other words
//! (`north`) do not by themselves.

use std::collections::BTreeSet;

/// What is left of a name without dates, counters, copy words and endings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameParts {
    /// The words, in lower case, with blanks between them.
    pub stem: String,
    /// The codes, in lower case, without leading zeros and joiners: `spr1`.
    pub codes: BTreeSet<String>,
    /// The numbers that are no codes, in their order, dates as year, month and day; `None` where one may be read as
    /// another date, or names a month.
    pub numbers: Option<Vec<u64>>,
}

/// The source of a file; rows of different sources are never compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    /// The site of the folder.
    pub site: Option<String>,
    /// The codes of the folder and of the name.
    pub codes: BTreeSet<String>,
}

/// The scope of a file in a folder.
pub fn scope(site: Option<&str>, folder: &str, name: &str) -> Scope {
    Scope::of(site, &folder_codes(folder), name)
}

impl std::fmt::Display for Scope {
    /// The site and the codes, parted by blanks.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts: Vec<&str> = self.site.iter().chain(&self.codes).map(String::as_str).collect();
        f.write_str(&parts.join(" "))
    }
}

impl Scope {
    /// With the codes of the folder known.
    pub(super) fn of(site: Option<&str>, folder: &[String], name: &str) -> Scope {
        let mut codes = name_parts(name).codes;
        codes.extend(folder.iter().cloned());
        Scope {
            site: site.map(str::to_owned),
            codes,
        }
    }
}

/// The codes of the last three parts of a path; parts of a machine room (`srv01`, `disk2`) are none.
pub fn folder_codes(path: &str) -> Vec<String> {
    let parts = path.rsplit(['/', '\\']).filter(|part| !part.is_empty()).take(3);
    let codes = parts
        .filter(|part| !part.starts_with('.'))
        .flat_map(|part| parse(part).codes);
    codes.filter(|code| !ROOMS.contains(&letters_of(code))).collect()
}

/// Splits a name into words and codes.
pub fn name_parts(name: &str) -> NameParts {
    parse(without_endings(name))
}

/// Where files lie, which says nothing about what they tell.
const ROOMS: [&str; 12] = [
    "srv", "server", "disk", "vol", "volume", "user", "host", "pc", "nas", "share", "node", "tmp",
];

/// Endings of names of files.
const ENDINGS: [&str; 27] = [
    "csv", "tsv", "txt", "tab", "xlsx", "xls", "xlsm", "xlsb", "ods", "log", "dat", "data", "json", "xml", "gz", "zip",
    "bz2", "zst", "bak", "tmp", "prn", "lst", "out", "old", "asc", "dif", "part",
];

/// Of the words of dates those that stand for a number.
const MONTHS: &[&str] = DATES.split_at(36).0;

/// Words of dates: months and their short forms, weekdays are left out since they name nothing.
const DATES: [&str; 44] = [
    "jan",
    "january",
    "januar",
    "feb",
    "february",
    "februar",
    "mar",
    "march",
    "mrz",
    "maerz",
    "märz",
    "apr",
    "april",
    "may",
    "mai",
    "jun",
    "june",
    "juni",
    "jul",
    "july",
    "juli",
    "aug",
    "august",
    "sep",
    "sept",
    "september",
    "oct",
    "okt",
    "october",
    "oktober",
    "nov",
    "november",
    "dec",
    "dez",
    "december",
    "dezember",
    "utc",
    "am",
    "pm",
    "uhr",
    "daily",
    "weekly",
    "monthly",
    "hourly",
];

/// Words that count: what follows is a number of the export, never a code.
const COUNTERS: [&str; 60] = [
    "w", "kw", "cw", "wk", "week", "woche", "semaine", "q", "quarter", "quartal", "h", "hour", "stunde", "t", "d",
    "day", "tag", "month", "monat", "year", "jahr", "y", "v", "ver", "vers", "version", "r", "rev", "revision", "run",
    "lauf", "part", "teil", "page", "seite", "blatt", "sheet", "tabelle", "batch", "nr", "no", "num", "number", "file",
    "datei", "copy", "kopie", "export", "report", "bericht", "try", "seq", "cp", "win", "windows", "utf", "iso",
    "latin", "ansi", "ascii",
];

/// Words of copies, states and languages.
const COPIES: [&str; 45] = [
    "copy",
    "kopie",
    "copia",
    "copie",
    "of",
    "von",
    "de",
    "en",
    "fr",
    "es",
    "it",
    "pl",
    "cs",
    "sorted",
    "sortiert",
    "old",
    "new",
    "alt",
    "neu",
    "final",
    "draft",
    "partial",
    "full",
    "complete",
    "komplett",
    "correction",
    "corrected",
    "correct",
    "korrektur",
    "korrigiert",
    "reexport",
    "re",
    "again",
    "backup",
    "bak",
    "temp",
    "tmp",
    "latest",
    "the",
    "upd",
    "update",
    "updated",
    "fixed",
    "orig",
    "original",
];

/// Words of what a number names: they make a code over a blank or a hyphen, in any length.
const PLACES: [(&str, &str); 34] = [
    ("line", "l"),
    ("linie", "l"),
    ("ligne", "l"),
    ("linea", "l"),
    ("línea", "l"),
    ("machine", "m"),
    ("maschine", "m"),
    ("máquina", "m"),
    ("maquina", "m"),
    ("plant", "plant"),
    ("werk", "plant"),
    ("usine", "plant"),
    ("planta", "plant"),
    ("factory", "plant"),
    ("site", "site"),
    ("standort", "site"),
    ("anlage", "anlage"),
    ("station", "station"),
    ("hall", "hall"),
    ("halle", "hall"),
    ("cell", "cell"),
    ("zelle", "cell"),
    ("press", "press"),
    ("presse", "press"),
    ("oven", "oven"),
    ("ofen", "oven"),
    ("furnace", "oven"),
    ("robot", "robot"),
    ("roboter", "robot"),
    ("shift", "shift"),
    ("schicht", "shift"),
    ("area", "area"),
    ("bereich", "area"),
    ("workcenter", "wc"),
];

/// A run of letters or of digits, with what stands before it.
struct Run<'n> {
    text: &'n str,
    digits: bool,
    before: Before,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Joiner,
    Other,
}

fn without_endings(name: &str) -> &str {
    let mut rest = name;
    while let Some((stem, ending)) = rest.rsplit_once('.') {
        let counted = !ending.is_empty() && ending.len() <= 3 && ending.bytes().all(|byte| byte.is_ascii_digit());
        let known = ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known));
        if stem.is_empty() || !(known || counted && stem.contains('.')) {
            break;
        }
        rest = stem;
    }
    rest
}

fn runs(text: &str) -> Vec<Run<'_>> {
    let mut runs = Vec::new();
    let (mut rest, mut before) = (text, Before::Other);
    while let Some(first) = rest.chars().next() {
        let kind = |sign: char| (sign.is_alphabetic(), sign.is_ascii_digit());
        let end = rest.find(|sign| kind(sign) != kind(first)).unwrap_or(rest.len());
        let (text, more) = rest.split_at(end);
        rest = more;
        if first.is_alphabetic() || first.is_ascii_digit() {
            runs.push(Run {
                text,
                digits: first.is_ascii_digit(),
                before,
            });
            before = Before::Nothing;
        } else {
            before = if text == "-" || text == " " {
                Before::Joiner
            } else {
                Before::Other
            };
        }
    }
    runs
}

fn parse(text: &str) -> NameParts {
    let runs = runs(text);
    let mut parts = NameParts::default();
    let mut words: Vec<String> = Vec::new();
    let mut numbers: Vec<&str> = Vec::new();
    let mut names_a_month = false;
    let mut rest = runs.as_slice();
    while let [run, more @ ..] = rest {
        rest = more;
        if run.digits {
            numbers.push(run.text);
            // Digits with one letter count: `06h`, `09b`.
            if let [letter, after @ ..] = more
                && letter.before == Before::Nothing
                && letter.text.chars().count() == 1
                && !after
                    .first()
                    .is_some_and(|next| next.digits && next.before == Before::Nothing)
            {
                rest = after;
            }
            continue;
        }
        let word = run.text.to_lowercase();
        if let [number, after @ ..] = more
            && number.digits
            && let Some(code) = code(&word, number, after)
        {
            parts.codes.insert(code);
            rest = after;
            continue;
        }
        let counts = more
            .first()
            .is_some_and(|next| next.digits && next.before != Before::Other);
        let said = [&DATES[..], &COPIES[..]]
            .iter()
            .any(|words| words.contains(&word.as_str()));
        let counter = COUNTERS.contains(&word.as_str()) && (counts || word.chars().count() == 1 || word == "page");
        names_a_month |= MONTHS.contains(&word.as_str());
        // A single letter beside a number or an underscore orders files.
        if !said && !counter && (word.chars().count() > 1) {
            words.push(word);
        }
    }
    parts.stem = words.join(" ");
    parts.numbers = in_order(&numbers).filter(|_| !names_a_month);
    parts
}

/// Numbers of a name so that they can be compared: days and months stand behind their year.
fn in_order(numbers: &[&str]) -> Option<Vec<u64>> {
    let mut ordered = Vec::with_capacity(numbers.len());
    let mut rest = numbers;
    while let [first, more @ ..] = rest {
        rest = more;
        let date = match (first.len(), more) {
            // `20250503` and `03052025`; with six digits nobody can say.
            (8, _) if is_date(first, false) => Some(year_first(first)?),
            (6, _) if is_date(first, false) => return None,
            // `03.05.2025`
            (1..=2, [month, year, after @ ..]) if month.len() <= 2 && is_year(year) => {
                rest = after;
                Some(year_first(&format!("{first:0>2}{month:0>2}{year}"))?)
            }
            _ => None,
        };
        ordered.push(match date {
            Some(date) => date,
            None => first.parse().ok()?,
        });
    }
    Some(ordered)
}

fn is_year(digits: &str) -> bool {
    digits.len() == 4 && digits.parse().is_ok_and(|year: u32| (1990..2100).contains(&year))
}

/// A date of eight digits as year, month and day, if it can be read in one way.
fn year_first(digits: &str) -> Option<u64> {
    let part = |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse::<u64>().ok());
    let (a, b, year) = (part(0, 2)?, part(2, 4)?, part(4, 8)?);
    if digits.get(..4).is_some_and(is_year) {
        return digits.parse().ok();
    }
    let (day, month) = match (a > 12, b > 12) {
        (true, false) => (a, b),
        (false, true) => (b, a),
        _ if a == b => (a, b),
        // Day or month first: nobody can say.
        _ => return None,
    };
    Some(year * 10_000 + month * 100 + day)
}

/// The code that a word and the number behind it make.
fn code(word: &str, number: &Run, after: &[Run]) -> Option<String> {
    let place = PLACES.iter().find(|(name, _)| *name == word).map(|(_, short)| *short);
    let length = word.chars().count();
    let joined = match number.before {
        Before::Nothing => true,
        Before::Joiner => place.is_some() || length <= 4,
        Before::Other => false,
    };
    let known = |words: &[&str]| words.contains(&word);
    if !joined || place.is_none() && (known(&COUNTERS) || known(&DATES) || known(&COPIES)) {
        return None;
    }
    // The first part of a date that goes on: `log-2025-03-03`, `log 3.5.2025`.
    let goes_on = after
        .first()
        .is_some_and(|next| next.digits && next.before != Before::Nothing);
    let year_goes_on = goes_on && after.get(1).is_some_and(|next| next.digits) && number.before == Before::Joiner;
    if year_goes_on || is_date(number.text, place.is_none() && length >= 4) {
        return None;
    }
    let digits = number.text.trim_start_matches('0');
    Some(format!(
        "{}{}",
        place.unwrap_or(word),
        if digits.is_empty() { "0" } else { digits }
    ))
}

/// Whether digits are a date; of four digits only where they may be one.
fn is_date(digits: &str, four: bool) -> bool {
    let number = |from: usize, to: usize| {
        digits
            .get(from..to)
            .and_then(|part| part.parse::<u32>().ok())
            .unwrap_or(0)
    };
    let year = |number: u32| (1990..2100).contains(&number);
    let day = |month: u32, day: u32| (1..=12).contains(&month) && (1..=31).contains(&day);
    match digits.len() {
        4 if four => year(number(0, 4)) || day(number(0, 2), number(2, 4)) || day(number(2, 4), number(0, 2)),
        6 => {
            day(number(2, 4), number(4, 6))
                || day(number(2, 4), number(0, 2))
                || year(number(0, 4)) && (1..=12).contains(&number(4, 6))
        }
        8 => {
            year(number(0, 4)) && day(number(4, 6), number(6, 8))
                || year(number(4, 8)) && (day(number(2, 4), number(0, 2)) || day(number(0, 2), number(2, 4)))
        }
        12.. => true,
        _ => false,
    }
}

fn letters_of(code: &str) -> &str {
    code.trim_end_matches(|sign: char| sign.is_ascii_digit())
}

//! What columns are called: header names taken apart, and compared with the words by which each variable goes.
//!
//! Invariant: a name alone never maps a column, its cells must agree.

use std::sync::LazyLock;

use plant_core::fold::fold;
use plant_core::header::skeleton;
use plant_core::variable::Variable;
use plant_lexicon::{columns, units};

/// A header name taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Name {
    /// Its words, folded, one blank between; without the unit.
    pub words: String,
    /// The unit that it names, in lower case.
    pub unit: Option<String>,
}

/// Units that are also words or letters of names: only in brackets or behind a slash, an underscore or a point.
const SHORT: usize = 2;

/// Takes a header name apart.
pub fn name(header: &str) -> Name {
    let (rest, unit) = split(header);
    Name {
        words: split_words(&rest),
        unit: unit.map(|unit| unit.to_lowercase().trim_end_matches('.').to_owned()),
    }
}

/// A header name without its unit, and the unit as it is written.
pub(crate) fn split(header: &str) -> (String, Option<String>) {
    let mut rest = header.trim().to_owned();
    let mut unit = None;
    // In brackets of any kind, at any place.
    for (open, close) in [('[', ']'), ('(', ')'), ('（', '）'), ('【', '】')] {
        if let Some(from) = rest.find(open)
            && let Some(length) = rest.get(from..).and_then(|tail| tail.find(close))
        {
            let inside = rest
                .get(from + open.len_utf8()..from + length)
                .unwrap_or_default()
                .trim()
                .to_owned();
            if units::header(&inside).is_some() {
                unit = Some(inside);
                rest.replace_range(from..from + length + close.len_utf8(), " ");
            }
        }
    }
    if unit.is_none()
        && let Some(at) = rest.rfind(['_', '/', ' ', '.'])
        && let Some(tail) = rest.get(at + 1..)
    {
        let word = tail.to_lowercase();
        let spaced = rest.get(at..=at) == Some(" ");
        let is_letter = spaced && word.len() <= SHORT && word != "kw";
        let is_of_time = matches!(word.as_str(), "s" | "h") && rest.get(..at).is_some_and(speaks_of_length);
        if units::header(&word).is_some() && at > 0 && (!is_letter || is_of_time) {
            unit = Some(tail.to_owned());
            rest.truncate(at);
        }
    }
    if unit.is_none() && rest.trim_end().ends_with('%') {
        unit = Some("%".to_owned());
        rest = rest.trim_end().trim_end_matches('%').to_owned();
    }
    (rest, unit)
}

/// Takes the names of a header apart. `Min` is no unit where another column differs only in that it says `Max`.
pub fn names(header: &[String]) -> Vec<Name> {
    let spelled: Vec<String> = header.iter().map(|name| split_words(name)).collect();
    let is_least = |words: &str| {
        let Some(stem) = words.strip_suffix("min") else {
            return false;
        };
        ["max", "maximum", "avg", "mean"]
            .iter()
            .any(|most| spelled.contains(&format!("{stem}{most}")))
    };
    (header.iter().zip(&spelled))
        .map(|(text, words)| match is_least(words) {
            true => Name {
                words: words.clone(),
                unit: None,
            },
            false => name(text),
        })
        .collect()
}

/// Whether a name says how long something took, so that a letter behind it is a unit (`Downtime s`).
fn speaks_of_length(name: &str) -> bool {
    let name = fold(name);
    let ends = [
        "downtime",
        "uptime",
        "duration",
        "dauer",
        "laufzeit",
        "standzeit",
        "stillstand",
        "durata",
        "duree",
    ];
    ends.iter().any(|word| name.trim_end().ends_with(word))
}

/// Words of a name: at punctuation and where capitals begin (`OrderQty`, `machineID`).
fn split_words(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 8);
    let mut before: Option<char> = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let next_is_lower = characters.peek().is_some_and(|next| next.is_lowercase());
        if let Some(last) = before
            && character.is_uppercase()
            && (last.is_lowercase() || (last.is_uppercase() && next_is_lower))
        {
            spaced.push(' ');
        }
        spaced.push(if character.is_alphanumeric() { character } else { ' ' });
        before = Some(character);
    }
    let folded = fold(&spaced);
    let mut joined = String::with_capacity(folded.len());
    for word in folded.split_whitespace() {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    joined
}

/// How a name matched.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// Variable.
    pub variable: Variable,
    /// 0 to 1.
    pub score: f64,
    /// The words of the list that it matched.
    pub phrase: &'static str,
    /// Whether it is the same name, not only like it.
    pub exact: bool,
}

/// A phrase of the list, ready to be compared.
struct Phrase {
    variable: Variable,
    /// 0 to 1.
    weight: f64,
    text: &'static str,
    /// Without its blanks.
    squeezed: String,
}

static PHRASES: LazyLock<Vec<Phrase>> = LazyLock::new(|| {
    let phrases = columns().iter().flat_map(|column| {
        column.names.iter().map(|text| Phrase {
            variable: column.variable,
            weight: f64::from(column.weight) / 100.0,
            text,
            squeezed: text.replace(' ', ""),
        })
    });
    phrases.collect()
});

/// Words that add nothing to what a column means.
const NEUTRAL: [&str; 22] = [
    "no", "nr", "id", "code", "number", "num", "the", "of", "de", "des", "la", "el", "in", "lc", "n", "nummer",
    "numero", "name", "bez", "text", "total", "actual",
];

/// Words that turn a name into something else.
const TURNING: [&str; 30] = [
    "type",
    "typ",
    "tipo",
    "class",
    "group",
    "model",
    "avg",
    "average",
    "mean",
    "max",
    "minimum",
    "maximum",
    "rate",
    "ratio",
    "percent",
    "pct",
    "quote",
    "taux",
    "tasa",
    "losses",
    "size",
    "unused",
    "target",
    "targeted",
    "unplanned",
    "expected",
    "cumulative",
    "delta",
    "variance",
    "previous",
];

/// The variables that a header name speaks for, best first, each once.
pub fn matches(name: &Name) -> Vec<Match> {
    let squeezed: String = name.words.chars().filter(|c| *c != ' ').collect();
    let mut found: Vec<Match> = Vec::new();
    for phrase in PHRASES.iter() {
        let (likeness, exact) = likeness(&name.words, &squeezed, phrase);
        let score = likeness * phrase.weight;
        if score <= 0.3 {
            continue;
        }
        let best = Match {
            variable: phrase.variable,
            score,
            phrase: phrase.text,
            exact,
        };
        match found.iter_mut().find(|known| known.variable == best.variable) {
            Some(known) if known.score < best.score => *known = best,
            Some(_) => {}
            None => found.push(best),
        }
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.variable.cmp(&b.variable)));
    found
}

/// 0 to 1: how much a name is like a phrase, and whether it is the same.
fn likeness(words: &str, squeezed: &str, wanted: &Phrase) -> (f64, bool) {
    let phrase = wanted.text;
    if words.is_empty() {
        return (0.0, false);
    }
    if words == phrase || (squeezed == wanted.squeezed && squeezed.len() >= 3) {
        return (1.0, true);
    }
    if !phrase.is_ascii() {
        // Scripts without blanks: a part of the name counts by its share.
        let (have, want) = (words.chars().count(), phrase.chars().count());
        let share = if words.contains(phrase) && want >= 2 {
            want as f64 / have as f64
        } else {
            0.0
        };
        return (0.9 * share, false);
    }
    let part = contained(words, phrase);
    let lengths_near = squeezed.len().abs_diff(wanted.squeezed.len()) <= 2;
    let near = if phrase.len() >= 6 && squeezed.len() >= 6 && lengths_near && !denies(squeezed, &wanted.squeezed) {
        match strsim::levenshtein(squeezed, &wanted.squeezed) {
            1 => 0.88,
            2 if phrase.len() >= 10 => 0.82,
            _ => 0.0,
        }
    } else {
        0.0
    };
    (part.max(near), false)
}

/// Whether one is the other with a syllable that turns it into its opposite: what is unplanned is not planned.
fn denies(name: &str, phrase: &str) -> bool {
    ["un", "non", "in", "not"].iter().any(|no| {
        let is = |one: &str, other: &str| one.strip_prefix(no) == Some(other);
        is(name, phrase) || is(phrase, name)
    })
}

/// The phrase stands in the name word by word; each further word takes some of the certainty.
fn contained(words: &str, phrase: &str) -> f64 {
    if words.len() <= phrase.len() || !words.contains(phrase) {
        return 0.0;
    }
    let have: Vec<&str> = words.split(' ').collect();
    let want: Vec<&str> = phrase.split(' ').collect();
    if want.len() >= have.len() || !have.windows(want.len()).any(|window| window == want.as_slice()) {
        return 0.0;
    }
    let more = have.iter().filter(|word| !want.contains(*word)).count();
    // `Machine type` is no machine, `average scrap` no scrap.
    if have.iter().any(|word| !want.contains(word) && TURNING.contains(word)) {
        return 0.3;
    }
    let neutral = have
        .iter()
        .filter(|word| !want.contains(*word) && NEUTRAL.contains(*word))
        .count();
    (0.97 - 0.02 * neutral as f64 - 0.38 * (more - neutral) as f64).max(0.0)
}

/// The name of a list that is most like what somebody typed.
pub fn closest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = skeleton(typed);
    names
        .into_iter()
        .map(|name| {
            let have = skeleton(name);
            let same = have.bytes().zip(wanted.bytes()).take_while(|(a, b)| a == b).count();
            let inside = usize::from(!wanted.is_empty() && (have.contains(&wanted) || wanted.contains(&have)));
            (
                strsim::levenshtein(&have, &wanted).min(3),
                3 - 3 * inside.min(1),
                usize::MAX - same,
                name,
            )
        })
        .min()
        .map(|(_, _, _, name)| name)
}

#[cfg(test)]
mod tests;

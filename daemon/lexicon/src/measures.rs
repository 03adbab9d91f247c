//! What columns are called that measure something beside the data model.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::words::{Words, parse};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Measures {
    process_value: ProcessValue,
    failure_mode: FailureMode,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProcessValue {
    parts: Words,
    ends: Words,
    names: Words,
    moments: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FailureMode {
    names: Words,
}

/// Letters from which a word may be the end of a compound (`öltemperatur`).
const COMPOUND_LEAST: usize = 5;

struct Lists {
    parts: Vec<String>,
    ends: Vec<String>,
    names: HashSet<String>,
    moments: HashSet<String>,
    modes: HashSet<String>,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let Measures {
        process_value,
        failure_mode,
    } = parse("measures.toml", include_str!("../words/measures.toml"));
    let all = |words: &Words| words.iter().map(str::to_owned).collect();
    Lists {
        parts: all(&process_value.parts),
        ends: all(&process_value.ends),
        names: process_value.names.iter().map(str::to_owned).collect(),
        moments: process_value.moments.iter().map(str::to_owned).collect(),
        modes: failure_mode.names.iter().map(str::to_owned).collect(),
    }
});

/// Whether the words of a name (folded, one blank between) say a process value without a unit.
pub fn is_process_value(words: &str) -> bool {
    let lists = &*LISTS;
    lists.names.contains(words)
        || lists.parts.iter().any(|part| has(words, part))
        || lists.ends.iter().any(|end| ends(words, end))
}

/// Whether a name (folded) says when something was, so that a number in a unit of time is no length (`Time_ms`).
pub fn is_moment(words: &str) -> bool {
    LISTS.moments.contains(words)
}

/// Whether a name says a mode of failure.
pub fn is_failure_mode(words: &str) -> bool {
    LISTS.modes.contains(words)
}

/// Whether a name has these words, or a word that ends with them.
fn has(words: &str, part: &str) -> bool {
    if !part.is_ascii() {
        // Scripts without blanks.
        return words.contains(part);
    }
    let all: Vec<&str> = words.split(' ').collect();
    let wanted: Vec<&str> = part.split(' ').collect();
    all.windows(wanted.len()).any(|window| window == wanted.as_slice())
        || all.iter().any(|word| is_compound(word, part))
}

/// Whether a name ends with these words, or its last word with them.
fn ends(words: &str, end: &str) -> bool {
    let before = words.strip_suffix(end);
    before.is_some_and(|before| before.is_empty() || before.ends_with(' '))
        || words.rsplit(' ').next().is_some_and(|last| is_compound(last, end))
}

fn is_compound(word: &str, end: &str) -> bool {
    end.len() >= COMPOUND_LEAST && word.len() > end.len() && word.ends_with(end)
}

#[cfg(test)]
mod tests {
    use plant_core::fold::fold;

    use super::*;

    #[test]
    fn the_words_are_folded_and_stand_once() {
        let measures: Measures = parse("measures.toml", include_str!("../words/measures.toml"));
        let value = &measures.process_value;
        let mut seen = HashSet::new();
        for word in [&value.parts, &value.ends, &value.names, &measures.failure_mode.names]
            .into_iter()
            .flat_map(Words::iter)
        {
            assert_eq!(fold(word), word);
            assert!(seen.insert(word.to_owned()), "`{word}` stands twice");
        }
    }

    #[test]
    fn a_name_says_a_process_value_by_its_words() {
        for (words, is) in [
            ("coolant temperature", true),
            ("temperature of the coolant", true),
            ("oltemperatur", true),
            ("spindle speed", true),
            ("speed code", false),
            ("current order", false),
            ("actual productivity", true),
            ("wip", true),
            ("wip item", false),
            ("order", false),
        ] {
            assert_eq!(is_process_value(words), is, "{words}");
        }
        assert!(is_failure_mode("twf") && is_failure_mode("tool wear failure"));
        assert!(!is_failure_mode("machine failure"));
    }
}

//! What work on pieces that were made before is called.

use std::sync::LazyLock;

use plant_core::fold::fold;
use serde::Deserialize;

use crate::words::{Words, parse};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rework {
    pub(crate) rework: Words,
}

pub(crate) static REWORK: LazyLock<Rework> =
    LazyLock::new(|| parse("rework.toml", include_str!("../words/rework.toml")));

static ALL: LazyLock<Vec<String>> = LazyLock::new(|| REWORK.rework.iter().map(fold).collect());

/// Letters from which a word begins compounds.
const COMPOUND_LEAST: usize = 5;

/// Whether an operation or a kind of order of that name works on pieces once more: `Rework`, `0015 Nacharbeit`, not `no rework`.
pub fn is_rework(name: &str) -> bool {
    let folded = fold(name);
    let words: Vec<&str> = folded
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .collect();
    let denied = words.iter().any(|word| {
        matches!(
            *word,
            "no" | "non" | "not" | "without" | "ohne" | "kein" | "keine" | "sans" | "sin"
        )
    });
    let text = words.join(" ");
    !denied
        && ALL.iter().any(|known| {
            if !known.is_ascii() && known.chars().any(|c| c >= '\u{3040}') {
                return text.contains(known.as_str());
            }
            if known.contains(' ') {
                return format!(" {text} ").contains(&format!(" {known} "));
            }
            words.iter().any(|word| {
                word == known || known.chars().count() >= COMPOUND_LEAST && word.starts_with(known.as_str())
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rework_is_told_by_a_word_of_the_name() {
        for name in [
            "Rework",
            "REWORK",
            "0015 Nacharbeit",
            "Nacharbeitsauftrag",
            "Re-work",
            "OP30_rework",
            "返工工序",
            "Retrabajo línea 2",
        ] {
            assert!(is_rework(name), "{name}");
        }
        for name in [
            "Production",
            "Network",
            "no rework",
            "Ohne Nacharbeit",
            "",
            "0010",
            "Prework",
            "Framework",
        ] {
            assert!(!is_rework(name), "{name}");
        }
    }
}

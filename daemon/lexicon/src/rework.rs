//! What work on pieces that were made before is called.

use std::collections::HashSet;
use std::sync::LazyLock;

use plant_core::fold::fold;
use serde::Deserialize;

use crate::words::{Words, is_one, parse, set};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rework {
    rework: Words,
    none: Words,
}

static SETS: LazyLock<[HashSet<String>; 2]> = LazyLock::new(|| {
    let Rework { rework, none } = parse("rework.toml", include_str!("../words/rework.toml"));
    [set(&rework), set(&none)]
});

/// Whether an operation or a kind of order of that name works on pieces once more: `Rework`, `0015 Nacharbeit`, not `no rework`.
pub fn is_rework(name: &str) -> bool {
    let [rework, none] = &*SETS;
    let folded = fold(name);
    let words: Vec<&str> = folded
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .collect();
    let is_apart = |pair: &[&str]| rework.contains(&pair.concat());
    !words.iter().any(|word| none.contains(*word))
        && (words.iter().any(|word| is_one(rework, word)) || words.windows(2).any(is_apart))
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

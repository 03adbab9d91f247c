//! What columns of dates are called that say what will be and not what was.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::words::{Words, is_named, is_one, parse, set};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Plans {
    planned: Words,
    ahead: Words,
}

static PLANS: LazyLock<Plans> = LazyLock::new(|| parse("plans.toml", include_str!("../words/plans.toml")));

static AHEAD: LazyLock<HashSet<String>> = LazyLock::new(|| set(&PLANS.ahead));

/// Whether a name of these words, folded and apart by blanks, speaks of a plan.
pub fn names_a_plan(words: &str) -> bool {
    is_named(&PLANS.planned, words)
}

/// Whether dates under a name of these words may lie ahead of today: of a plan, or of what is due, promised or valid until.
pub fn names_what_lies_ahead(words: &str) -> bool {
    names_a_plan(words) || words.split(' ').any(|word| is_one(&AHEAD, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_planned_or_valid_lies_ahead() {
        for words in [
            "due date",
            "planned end",
            "delivery date",
            "valid to",
            "liefertermin",
            "faelligkeitsdatum",
            "gultig bis",
            "mindesthaltbarkeitsdatum",
            "fecha de entrega",
            "date echeance",
            "data consegna",
            "prazo",
            "预计完成日期",
        ] {
            assert!(names_what_lies_ahead(words), "{words}");
        }
        for words in [
            "posting date",
            "datum",
            "buchungsdatum",
            "fecha inicio",
            "delivered on",
            "geliefert am",
            "生产日期",
        ] {
            assert!(!names_what_lies_ahead(words), "{words}");
        }
    }

    #[test]
    fn its_words_are_folded() {
        for word in PLANS.planned.iter().chain(PLANS.ahead.iter()) {
            assert_eq!(plant_core::fold::fold(word), word);
        }
    }

    #[test]
    fn one_word_of_the_name_says_it() {
        for words in ["planned end", "soll start", "计划开始时间"] {
            assert!(names_a_plan(words), "{words}");
        }
        for words in ["plant", "explanation", "posting date", "开始时间"] {
            assert!(!names_a_plan(words), "{words}");
        }
    }
}

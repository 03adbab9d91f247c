//! What columns of dates are called that say what will be and not what was.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::words::{Words, is_chinese, parse};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Plans {
    planned: Words,
}

static PLANS: LazyLock<Plans> = LazyLock::new(|| parse("plans.toml", include_str!("../words/plans.toml")));

/// Whether a name of these words, folded and apart by blanks, speaks of a plan.
pub fn names_a_plan(words: &str) -> bool {
    (PLANS.planned.iter()).any(|known| words.split(' ').any(|word| word == known) || stands_in(known, words))
}

/// Chinese has no blanks between its words.
fn stands_in(known: &str, words: &str) -> bool {
    is_chinese(known) && words.contains(known)
}

#[cfg(test)]
mod tests {
    use super::*;

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

//! What columns of counters and of the hours of a day are called.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::words::{Words, is_named, parse};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Counters {
    counter: Words,
    hour: Words,
}

static COUNTERS: LazyLock<Counters> = LazyLock::new(|| parse("counters.toml", include_str!("../words/counters.toml")));

/// Whether a name of these words, apart by blanks, speaks of a counter or meter.
pub fn names_a_counter(words: &str) -> bool {
    is_named(&COUNTERS.counter, words)
}

/// Whether it speaks of the hour of a day.
pub fn names_an_hour(words: &str) -> bool {
    is_named(&COUNTERS.hour, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_of_the_name_says_it() {
        for words in ["zaehlerstand", "energy total kwh", "累计产量"] {
            assert!(names_a_counter(words), "{words}");
        }
        for words in ["good qty", "discount", "accounting"] {
            assert!(!names_a_counter(words), "{words}");
        }
        assert!(names_an_hour("hour") && names_an_hour("std") && !names_an_hour("working time"));
    }
}

//! What every step of a reading shares: how it ends early, and questions put together again.

use crate::Outcome;
use crate::question::Question;

/// A step of the reading: a result, or what the question comes to already.
pub(super) type Step<T> = Result<T, Box<Outcome>>;

/// Ends the reading with a refusal.
pub(super) fn refuse<T>(code: &str, reason: impl Into<String>) -> Step<T> {
    Err(Box::new(Outcome::refuse(code, reason)))
}

/// The question with some of its words replaced.
pub(super) fn rebuilt(question: &Question, start: usize, length: usize, replacement: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for (place, token) in question.tokens.iter().enumerate() {
        if place == start {
            words.push(replacement.to_owned());
        }
        if !(start..start + length).contains(&place) {
            words.push(if token.quoted {
                format!("\"{}\"", token.raw)
            } else {
                token.raw.clone()
            });
        }
    }
    words.join(" ")
}

/// The words in quotation marks, apart by commas.
pub(super) fn quoted_list<T: AsRef<str>>(words: &[T]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("“{}”", word.as_ref())).collect();
    words.join(", ")
}

//! A conversation: questions read in order, each with the reading of the one before it.

use super::{Choice, Lexicon, Outcome, Reading, read};

/// What is remembered between two questions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Conversation {
    reading: Option<Reading>,
    choices: Vec<Choice>,
}

impl Conversation {
    /// Reads the next question; a bare number picks one of the choices that were offered before.
    pub fn hear(&mut self, question: &str, lexicon: &Lexicon) -> Outcome {
        let picked = question
            .trim()
            .trim_end_matches([')', '.'])
            .parse::<usize>()
            .ok()
            .and_then(|number| self.choices.get(number.checked_sub(1)?));
        let question = picked.map_or(question, |choice| choice.question.as_str());
        let outcome = read(question, lexicon, self.reading.as_ref());
        self.choices.clear();
        match &outcome {
            Outcome::Query(reading) => self.reading = Some((**reading).clone()),
            Outcome::Clarify { choices, .. } => self.choices.clone_from(choices),
            _ => {}
        }
        outcome
    }
}

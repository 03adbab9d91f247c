//! A conversation: turns of question and answer, the draft of the next question, and what it is about.

use plant_core::model::AnswerView;

use super::input::Input;
use super::message::RequestId;

/// How many earlier questions go along so that a follow-up can be understood.
const EARLIER: usize = 5;

/// What a conversation is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Id of the file, analysis or finding.
    pub id: String,
    /// What a person calls it.
    pub label: String,
}

/// A question and what came of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Turn {
    /// The question.
    pub question: String,
    /// What it was about.
    pub about: Option<String>,
    /// The text as it has come so far.
    pub text: String,
    /// The whole answer, at its end.
    pub answer: Option<Box<AnswerView>>,
    /// Why there is no answer.
    pub error: Option<String>,
}

/// The conversation.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chat {
    /// Oldest first.
    pub turns: Vec<Turn>,
    /// The question being typed; it survives everything but being sent.
    pub draft: Input,
    /// What questions are about.
    pub about: Option<About>,
    /// The request whose answer is coming in.
    pub running: Option<RequestId>,
    /// Whether somebody scrolled; until then the last question is kept in sight.
    pub scrolled: bool,
}

impl Chat {
    /// The questions before the running one, oldest first, for the daemon to understand a follow-up.
    pub fn earlier(&self) -> Vec<String> {
        let answered = self
            .turns
            .iter()
            .filter(|turn| turn.answer.as_ref().is_some_and(|answer| !answer.refused));
        let mut questions: Vec<String> = answered.map(|turn| turn.question.clone()).collect();
        questions.split_off(questions.len().saturating_sub(EARLIER))
    }

    /// Adds text to the running answer.
    pub fn extend(&mut self, text: &str) {
        if let Some(turn) = self.turns.last_mut() {
            turn.text.push_str(text);
        }
    }

    /// Ends the running answer.
    pub fn finish(&mut self, end: Result<Box<AnswerView>, String>) {
        self.running = None;
        if let Some(turn) = self.turns.last_mut() {
            match end {
                Ok(answer) => turn.answer = Some(answer),
                Err(error) => turn.error = Some(error),
            }
        }
    }
}

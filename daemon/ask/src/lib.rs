//! Questions in words, read into typed metric queries by a small grammar, and figures rendered back into words.
//!
//! Invariants: no figure is made up here, only read from query results; a word that is not understood is named and
//! leads to a refusal wherever it could change the meaning; reading is a pure function of question, lexicon and
//! previous reading.

mod conversation;
mod grammar;
mod lexicon;
mod nearest;
mod outcome;
mod period;
mod phrase;
mod question;
mod render;
mod tag;
#[cfg(test)]
mod tests;
mod vocabulary;
mod word;

pub use conversation::Conversation;
pub use grammar::read;
pub use lexicon::{LexFile, LexMetric, Lexicon};
pub use outcome::{Choice, Comparison, FileQuestion, Intent, Outcome, Reading, Refusal};
pub use render::{Sources, answer, clarify, definition, files, help, members, refuse, savings};

//! Answers to questions, with where their figures come from.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::ids::FileId;
use crate::metric::MetricQuery;
use crate::unit::Unit;
use crate::word::words;

/// An answer to a question.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct AnswerView {
    /// The whole text.
    pub answer: String,
    /// The figures in it.
    pub values: Vec<AnswerValue>,
    /// What was computed.
    pub typed_query: Option<MetricQuery>,
    /// How the question was read, in a sentence.
    pub reading: String,
    /// Where the figures come from.
    pub citations: Vec<Citation>,
    /// What worded it.
    pub engine: Engine,
    /// Model, if one worded it.
    pub model: Option<String>,
    /// Whether every figure comes from a query.
    pub grounded: bool,
    /// Whether it was refused.
    pub refused: bool,
    /// Why it was refused, naming what is missing.
    pub reason: Option<String>,
    /// Questions that can be asked next.
    pub next_questions: Vec<String>,
}

/// A figure of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerValue {
    /// Value.
    #[serde(with = "crate::number::option")]
    pub value: Option<Decimal>,
    /// Unit.
    pub unit: Unit,
    /// Metric.
    pub metric: String,
    /// Group it belongs to.
    pub query: BTreeMap<String, Option<String>>,
}

/// Where a figure of an answer comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// Number in the text.
    pub number: u32,
    /// File name.
    pub file: String,
    /// File id.
    pub file_id: FileId,
    /// SHA-256 in hex.
    pub sha256: String,
    /// First and last line used.
    pub lines: String,
    /// When it was taken in.
    pub committed_at: Option<DateTime<Utc>>,
}

words! {
    /// What words an answer.
    #[derive(Default)]
    Engine, "an engine" {
        /// The rules of this program.
        #[default]
        Offline = "offline",
        /// A language model.
        Llm = "llm",
    }
}

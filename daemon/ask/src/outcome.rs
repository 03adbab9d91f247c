//! What a question was understood as.

use chrono::NaiveDate;
use plant_core::component::Dimension;
use plant_core::metric::MetricQuery;
use plant_core::state::FileState;
use serde::{Deserialize, Serialize};

/// What a question asks of its metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// One figure.
    Value,
    /// One figure for each member of a dimension.
    Breakdown,
    /// The largest or smallest groups.
    Ranking,
    /// One figure for each day, week or month.
    Trend,
    /// Two figures side by side.
    Compare,
}

/// The other side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// What the first query stands for.
    pub first: String,
    /// What the second query stands for.
    pub second: String,
    /// The second query; the first is [`Reading::query`].
    pub query: MetricQuery,
}

/// A question as it was understood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// What to compute.
    pub query: MetricQuery,
    /// The other side, in a comparison.
    pub compare: Option<Comparison>,
    /// Keep only these members of the dimension that is grouped by (three or more were named).
    pub only: Option<(Dimension, Vec<String>)>,
    /// What is asked.
    pub intent: Intent,
    /// `metric = …, by …, from … to …`, without the leading "How I read this".
    pub explanation: String,
    /// Things to say before the figures, such as that the data ends earlier than today.
    pub notes: Vec<String>,
    /// Share (0-1) of the content words that were understood.
    pub confidence: f64,
}

/// A question about files.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FileQuestion {
    /// Only these states; empty means any.
    pub states: Vec<FileState>,
    /// Seen on or after this day.
    pub from: Option<NaiveDate>,
    /// Seen before this day.
    pub to: Option<NaiveDate>,
    /// Only this file.
    pub name: Option<String>,
    /// Whether only their number is asked.
    pub count: bool,
    /// At most so many.
    pub limit: Option<u32>,
    /// How it was read.
    pub explanation: String,
}

/// Why a question is not answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// `unknown_word`, `unavailable`, `outside_data`, `forecast`, `not_supported`, `not_a_question`, `no_metric` …
    pub code: String,
    /// What is missing, for a person.
    pub reason: String,
}

/// One way to read an ambiguous question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What it would mean.
    pub label: String,
    /// The whole question that says it without doubt.
    pub question: String,
}

/// What became of a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A query to run.
    Query(Box<Reading>),
    /// How a metric is computed (its id).
    Definition(String),
    /// Which files.
    Files(FileQuestion),
    /// Which members a dimension has.
    Members(Dimension),
    /// What can be saved.
    Savings,
    /// What can be asked.
    Help,
    /// Two or three readings are as good as each other.
    Clarify {
        /// What has to be decided.
        question: String,
        /// The readings.
        choices: Vec<Choice>,
    },
    /// Not answered.
    Refuse(Refusal),
}

impl Outcome {
    pub(crate) fn refuse(code: &str, reason: impl Into<String>) -> Outcome {
        Outcome::Refuse(Refusal {
            code: code.to_owned(),
            reason: reason.into(),
        })
    }
}

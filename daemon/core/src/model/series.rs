//! Series: versions of one kind of record, and what they are to each other.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::ids::{FileId, SeriesId};
use crate::series::{Answer, Mode, QuestionKind};
use crate::variable::Variable;

/// One series, as a list shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeriesItem {
    /// Id.
    pub series_id: SeriesId,
    /// What it is called: the profile that began it.
    pub kind: String,
    /// Names of the profiles that read it.
    pub profiles: Vec<String>,
    /// The mode in effect, where evidence or a person says one.
    pub mode: Option<Mode>,
    /// Whether a person decided it.
    pub decided: bool,
    /// The variables that identify a row; empty: the whole row.
    pub key: Vec<Variable>,
    /// Versions.
    pub files: u64,
    /// Rows of all versions.
    pub rows: u64,
    /// Rows that count.
    pub live: u64,
    /// What is asked.
    pub question: Option<QuestionView>,
}

/// One series with its versions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeriesDetail {
    /// The item.
    #[serde(flatten)]
    pub item: SeriesItem,
    /// The scopes of its versions (of the last 500).
    pub scope: Vec<String>,
    /// What orders versions that contradict each other.
    pub rank_basis: String,
    /// What was seen between versions, in sentences.
    pub evidence: Vec<String>,
    /// Its versions by rank (the last 500).
    pub versions: Vec<SeriesVersion>,
}

/// A version of a series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeriesVersion {
    /// The file.
    pub file_id: FileId,
    /// Its name.
    pub name: String,
    /// Whose rows it has, by its name and its folder: the site and the codes of a line, a machine; empty where they say
    /// nothing.
    pub scope: String,
    /// When its bytes were last changed, which is its rank.
    pub rank: DateTime<Utc>,
    /// Its rows.
    pub rows: u64,
    /// Its rows that count.
    pub live: u64,
    /// Those that do not, by why.
    pub why_not: BTreeMap<String, u64>,
}

/// A question about a series, with what each answer would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuestionView {
    /// What is asked.
    pub code: QuestionKind,
    /// The question, naming the files.
    pub text: String,
    /// The file of the lower rank.
    pub older: FileId,
    /// The file of the higher rank, which waits.
    pub newer: FileId,
    /// What can be answered, the likeliest first.
    pub choices: Vec<ChoiceView>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChoiceView {
    /// The word for `plant files answer`.
    pub choice: Answer,
    /// It as a person reads it.
    pub label: String,
    /// What it would do.
    pub effect: EffectView,
}

/// What counts after an answer, of the files that it is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EffectView {
    /// Rows that count.
    pub rows: u64,
    /// Sums of these rows.
    pub sums: Vec<SumView>,
}

/// The sum of a variable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SumView {
    /// The variable.
    pub variable: Variable,
    /// Its sum.
    pub value: Decimal,
}

//! Profiles in a list, and what the columns of a file could be.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::DialectView;
use crate::profile::{Output, Shape, Transform};
use crate::state::Reason;
use crate::variable::Variable;

/// What the columns of a file could be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SuggestionView {
    /// Per column.
    pub columns: Vec<SuggestedColumn>,
    /// How the file is written.
    pub dialect: Option<DialectView>,
    /// Tier that the best suggestions would reach.
    pub tier: u8,
    /// What one more column would unlock.
    pub unlocks: Vec<String>,
    /// Why the file is not taken in by itself.
    pub reason: Option<Reason>,
    /// Settings that the suggestion would save.
    pub settings: crate::profile::Settings,
    /// What several columns together could be.
    #[serde(default)]
    pub outputs: Vec<Output>,
    /// Line steps that the file seems to need; they are taken only where a person names them.
    #[serde(default, skip_serializing_if = "Shape::is_none")]
    pub shape: Shape,
}

/// A column and what it could be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SuggestedColumn {
    /// Name as written.
    pub source: String,
    /// A few cells.
    pub samples: Vec<String>,
    /// Best first; empty keeps the column in `extra`.
    pub suggestions: Vec<VariableSuggestion>,
}

/// One variable that a column could be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VariableSuggestion {
    /// Variable.
    pub variable: Variable,
    /// 0 to 1.
    pub confidence: f64,
    /// Why.
    pub why: String,
    /// How the text would become a value.
    pub transform: Transform,
}

/// A saved profile in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileView {
    /// The profile itself.
    #[serde(flatten)]
    pub profile: crate::profile::Profile,
    /// Files that used it.
    pub files: u64,
    /// When this version was saved.
    pub created_at: DateTime<Utc>,
    /// Who saved it.
    pub created_by: String,
}

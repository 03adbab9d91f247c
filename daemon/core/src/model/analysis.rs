//! Analyses: what one run of the analyzers says.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{ChartView, MetricItem};
use crate::variable::Variable;

/// The tier of some data and what is missing for more.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TierView {
    /// Overall, 0 to 4.
    pub overall: u8,
    /// Per analyzer, 0 to 3.
    pub cost: u8,
    /// See `cost`.
    pub equipment: u8,
    /// See `cost`.
    pub quality: u8,
    /// See `cost`.
    pub efficiency: u8,
    /// What one more column would unlock.
    pub unlocks: Vec<String>,
    /// Variables that count as present.
    pub present: Vec<Variable>,
}

/// One run of the analyzers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnalysisView {
    /// Id.
    pub analysis_id: String,
    /// What it covers: the file's name, or `all files`.
    pub scope: String,
    /// The file, if it covers one.
    pub file_id: Option<String>,
    /// Overall tier.
    pub tier: u8,
    /// Tier per analyzer and what is missing.
    pub tiers: TierView,
    /// `pending`, `running`, `completed`, `failed`.
    pub status: String,
    /// The four analyzers (absent in lists).
    pub analyzers: Vec<AnalyzerView>,
    /// A few sentences.
    pub summary: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Whether rows changed since.
    pub stale: bool,
    /// Records seen.
    pub records: u64,
    /// Why it failed.
    pub error: Option<String>,
}

/// What one analyzer says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnalyzerView {
    /// `cost`, `equipment`, `quality`, `efficiency`.
    pub name: String,
    /// `completed`, `no_data`, `failed`.
    pub status: String,
    /// Its level, 0 to 3.
    pub level: u8,
    /// Its figures over the whole scope.
    pub metrics: Vec<MetricItem>,
    /// Titles of its findings.
    pub findings: Vec<String>,
    /// One chart.
    pub chart: Option<ChartView>,
    /// Why it failed or has nothing to say.
    pub error: Option<String>,
}

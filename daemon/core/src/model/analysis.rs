//! Analyses: what one run of the analyzers says.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{ChartView, MetricItem};
use crate::ids::{AnalysisId, FileId};
use crate::reference::ReferenceUse;
use crate::variable::Variable;
use crate::word::words;

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
    pub analysis_id: AnalysisId,
    /// What it covers: the file's name, or `all files`.
    pub scope: String,
    /// The file, if it covers one.
    pub file_id: Option<FileId>,
    /// Overall tier.
    pub tier: u8,
    /// Tier per analyzer and what is missing.
    pub tiers: TierView,
    /// How far it is.
    pub status: AnalysisStatus,
    /// The four analyzers (absent in lists).
    pub analyzers: Vec<AnalyzerView>,
    /// A few sentences.
    pub summary: Vec<String>,
    /// What its rows took from lists, and from what rows of other files say.
    pub uses: Vec<ReferenceUse>,
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
    /// Which.
    pub name: Analyzer,
    /// What became of it.
    pub status: AnalyzerStatus,
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

words! {
    /// The analyzers, in the order in which they are shown.
    Analyzer, "an analyzer" {
        /// Money.
        Cost = "cost",
        /// Stops and failures.
        Equipment = "equipment",
        /// Scrap, rework and measurements.
        Quality = "quality",
        /// Output against what was possible.
        Efficiency = "efficiency",
    }

    /// How far an analysis is.
    AnalysisStatus, "a state of an analysis" {
        /// Asked for.
        Pending = "pending",
        /// A worker computes it.
        Running = "running",
        /// There.
        Completed = "completed",
        /// Given up.
        Failed = "failed",
    }

    /// What became of one analyzer.
    AnalyzerStatus, "a state of an analyzer" {
        /// It has figures.
        Completed = "completed",
        /// The data holds nothing for it.
        NoData = "no_data",
        /// A fault of the program.
        Failed = "failed",
    }
}

//! What a person or a script is shown: one plain type per noun, the same for the screens, for `--json` and for the wire.
//!
//! Field names are the contract of the line commands; fields may be added, never renamed.

mod analysis;
mod answer;
mod audit;
mod chart;
mod event;
mod file;
mod finding;
mod folder;
mod metric;
mod org;
mod page;
mod profile;
mod record;
mod saving;
mod status;
mod usage;

pub use analysis::{AnalysisView, AnalyzerView, TierView};
pub use answer::{AnswerValue, AnswerView, Citation};
pub use audit::{AuditEntry, AuditVerdict};
pub use chart::{ChartPoint, ChartView};
pub use event::EventView;
pub use file::{ColumnView, DialectView, FileDetail, FileItem, RecordCounts, TimelineEntry};
pub use finding::{Evidence, FindingDraft, FindingView, LossView, PeriodView};
pub use folder::FolderView;
pub use metric::{MetricInfo, MetricItem};
pub use org::{AccessChange, GrantView, GrantsView, OrgView};
pub use page::Page;
pub use profile::{ProfileView, SuggestedColumn, SuggestionView, VariableSuggestion};
pub use record::RecordView;
pub use saving::{SavingView, SavingsView};
pub use status::{DatabaseView, OnboardingStep, QueueView, StatusView};
pub use usage::UsageView;

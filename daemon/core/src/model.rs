//! What a person or a script is shown: one plain type per noun, the same for the screens, for `--json` and for the wire.
//!
//! Field names are the contract of the line commands; fields may be added, never renamed. Ids are ids and words are
//! enums, so that nobody has to read them twice.

mod alias;
mod analysis;
mod answer;
mod audit;
mod calendar;
mod chart;
mod event;
mod file;
mod finding;
mod folder;
mod metric;
mod operator;
mod org;
mod page;
mod profile;
mod record;
mod reference;
mod saving;
mod series;
mod status;
mod trial;
mod usage;

pub use alias::{AliasEffect, AliasItem, AliasMember, AliasOverlap, AliasStop};
pub use analysis::{AnalysisStatus, AnalysisView, Analyzer, AnalyzerStatus, AnalyzerView, TierView};
pub use answer::{AnswerValue, AnswerView, Citation, Engine};
pub use audit::{AuditEntry, AuditVerdict};
pub use calendar::{CalendarEffect, CalendarItem, CalendarView, PlannedDay, PlannedWindow};
pub use chart::{ChartKind, ChartPoint, ChartView};
pub use event::{EventKind, EventView};
pub use file::{ColumnView, DialectView, FileDetail, FileItem, LineView, RecordCounts, TimelineEntry};
pub use finding::{
    Evidence, FindingDraft, FindingKind, FindingState, FindingView, LossView, NotCounted, NotCountedWhy, PeriodView,
    SavingsView,
};
pub use folder::{FolderKind, FolderMode, FolderView};
pub use metric::{MetricComponent, MetricDetail, MetricInfo, MetricItem};
pub use operator::{OperatorItem, OperatorName, OperatorsChange, OperatorsView};
pub use org::{AccessChange, GrantView, GrantsView, OrgView};
pub use page::Page;
pub use profile::{ProfileView, SuggestedColumn, SuggestionView, VariableSuggestion};
pub use record::{MeasureView, RecordView};
pub use reference::{ReferenceEntry, ReferenceFile, ReferenceItem};
pub use saving::{Grade, Pool, SavingView};
pub use series::{ChoiceView, EffectView, QuestionView, SeriesDetail, SeriesItem, SeriesVersion, SumView};
pub use status::{DatabaseKind, DatabaseView, Health, OnboardingStep, QueueView, StatusView, Step};
pub use trial::{FindingChange, SumChange, TrialHeld, TrialView};
pub use usage::UsageView;

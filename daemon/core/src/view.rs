//! What a person or a script is shown: one plain type per noun, the same for the screens, for `--json` and for the wire.
//!
//! Field names are the contract of the line commands; fields may be added, never renamed.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::balance::Balance;
use crate::metric::{MetricQuery, NullReason, Warning};
use crate::profile::Transform;
use crate::state::{FileState, Reason};
use crate::table::Problem;
use crate::unit::Unit;
use crate::variable::Variable;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins; absent on the last.
    pub next_page: Option<String>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Page {
            items: Vec::new(),
            next_page: None,
        }
    }
}

/// How the daemon is.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StatusView {
    /// Version of the daemon.
    pub version: String,
    /// Seconds since it started.
    pub uptime_s: u64,
    /// `ok`, `degraded` or `failed`, with the parts that are not ok in `problems`.
    pub health: String,
    /// What is wrong, in sentences with the next step.
    pub problems: Vec<String>,
    /// Org of the caller.
    pub org: String,
    /// Currency of the org, if it said so.
    pub currency: Option<String>,
    /// Zone of the org.
    pub zone: String,
    /// Role of the caller: `viewer`, `analyst`, `operator`, `admin`.
    pub role: String,
    /// Watched folders.
    pub folders: Vec<FolderView>,
    /// Files by where they stand.
    pub queue: QueueView,
    /// The database.
    pub database: DatabaseView,
    /// The first steps of a new plant, computed from facts.
    pub onboarding: Vec<OnboardingStep>,
    /// Resident memory of the daemon in bytes.
    pub resident_bytes: u64,
}

/// How many files stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QueueView {
    /// Seen, waiting or stable.
    pub waiting: u64,
    /// Being read or analysed.
    pub running: u64,
    /// Held for a decision.
    pub held: u64,
    /// Failed.
    pub failed: u64,
    /// Taken in and analysed.
    pub analysed: u64,
    /// All files known.
    pub total: u64,
}

/// The database that the daemon uses.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DatabaseView {
    /// `private` or `server`.
    pub kind: String,
    /// Version of the server.
    pub version: String,
}

/// One step of the onboarding checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnboardingStep {
    /// `folder`, `file`, `mapping`, `analysis`, `question`.
    pub step: String,
    /// What it says.
    pub label: String,
    /// Whether the facts show it done.
    pub done: bool,
    /// What to do next.
    pub next: String,
}

/// A watched folder.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FolderView {
    /// Id.
    pub folder_id: String,
    /// Absolute path.
    pub path: String,
    /// File system: `local`, `nfs`, `smb`, `fuse`.
    pub kind: String,
    /// `watch` or `poll`.
    pub mode: String,
    /// Site, if given.
    pub site: Option<String>,
    /// When it was last scanned.
    pub last_scan_at: Option<DateTime<Utc>>,
    /// When a file was last seen.
    pub last_file_at: Option<DateTime<Utc>>,
    /// What is wrong with it, in words.
    pub fault: Option<String>,
    /// The kind of that trouble (`silent`, `unreachable`, `place_changed`, `permission` …).
    pub fault_kind: Option<String>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileItem {
    /// Id.
    pub file_id: String,
    /// Name, sanitised for display.
    pub name: String,
    /// Path of its folder.
    pub folder: String,
    /// SHA-256 in hex; empty until it was read.
    pub sha256: String,
    /// Size.
    pub bytes: u64,
    /// Where it stands.
    pub state: FileState,
    /// Why, where there is something to say.
    pub reason: Option<Reason>,
    /// Encoding as read.
    pub encoding: Option<String>,
    /// How it is written.
    pub dialect: Option<DialectView>,
    /// Profile applied.
    pub profile: Option<String>,
    /// Overall tier.
    pub tier: Option<u8>,
    /// Fate of its lines.
    pub balance: Option<Balance>,
    /// What its rows were to the database.
    pub records: Option<RecordCounts>,
    /// First local date of its rows.
    pub first_day: Option<NaiveDate>,
    /// Last local date of its rows.
    pub last_day: Option<NaiveDate>,
    /// When it was first seen.
    pub seen_at: DateTime<Utc>,
    /// When its rows were committed.
    pub committed_at: Option<DateTime<Utc>>,
    /// When it was analysed.
    pub analysed_at: Option<DateTime<Utc>>,
    /// Findings with money, and their low savings, if analysed.
    pub findings: u64,
}

impl FileItem {
    /// Whether nothing more happens to it by itself: its state is settled, or its analysis was given up with a reason.
    pub fn is_settled(&self) -> bool {
        self.state.is_settled() || (self.state == FileState::Committed && self.reason.is_some())
    }
}

/// How a file is written, for display.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DialectView {
    /// `delimited` or `xlsx`.
    pub form: String,
    /// Delimiter.
    pub delimiter: Option<String>,
    /// Quote character.
    pub quote: Option<String>,
    /// Decimal separator of its numbers.
    pub decimal: Option<String>,
    /// Header line.
    pub header_line: Option<u64>,
    /// Sheet.
    pub sheet: Option<String>,
}

/// What the rows of a file were to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RecordCounts {
    /// Not there before.
    pub new: u64,
    /// There with other values; the older version is kept and no longer counts.
    pub changed: u64,
    /// There already, the same.
    pub unchanged: u64,
}

/// One file with everything known about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileDetail {
    /// The item.
    #[serde(flatten)]
    pub item: FileItem,
    /// Its columns.
    pub columns: Vec<ColumnView>,
    /// Rows put aside and remarks (the first 500).
    pub problems: Vec<Problem>,
    /// How many problems there are in all.
    pub problem_count: u64,
    /// What happened when.
    pub timeline: Vec<TimelineEntry>,
    /// What to do next.
    pub next_step: String,
    /// What was decided about its layout, in sentences.
    pub notes: Vec<String>,
}

/// A column of a file and what it feeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnView {
    /// Name as written.
    pub source: String,
    /// Variable it feeds.
    pub variable: Option<Variable>,
    /// How.
    pub transform: Transform,
    /// 0 to 1.
    pub confidence: f64,
    /// Share of filled cells, 0 to 1.
    pub filled: f64,
    /// A few of its cells.
    pub samples: Vec<String>,
    /// Why it was matched so.
    pub why: String,
}

/// One entry of a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// The state it came to.
    pub state: FileState,
    /// What happened.
    pub note: String,
}

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

/// One row as taken in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordView {
    /// `<file number>:<line>`.
    pub record_id: String,
    /// File.
    pub file_id: String,
    /// Line in the file.
    pub line: u64,
    /// Whether it counts.
    pub live: bool,
    /// Typed values by variable, numbers as decimal text, times as ISO-8601 UTC.
    pub values: BTreeMap<String, serde_json::Value>,
    /// The other columns.
    pub extra: BTreeMap<String, String>,
}

/// A metric of the catalogue, for display.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricInfo {
    /// Name.
    pub metric: String,
    /// Number in the specification.
    pub code: String,
    /// Name on screen.
    pub label: String,
    /// Unit.
    pub unit: Unit,
    /// `sum`, `ratio` or `derived`.
    pub kind: String,
    /// Formula.
    pub formula: String,
    /// Source of the formula.
    pub source: String,
    /// Variables that it needs.
    pub needs: Vec<String>,
    /// Dimensions that it can be grouped by.
    pub dimensions: Vec<String>,
}

/// The value of a metric for one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MetricItem {
    /// Metric.
    pub metric: String,
    /// Value; absent with a reason.
    #[serde(with = "crate::number::option")]
    pub value: Option<Decimal>,
    /// Unit.
    pub unit: Unit,
    /// Why there is no value.
    pub null_reason: Option<NullReason>,
    /// Rows that contributed.
    pub n: u64,
    /// Share of rows that contributed.
    #[serde(with = "crate::number::option")]
    pub coverage: Option<Decimal>,
    /// The group.
    pub group: BTreeMap<String, Option<String>>,
    /// The sums behind it.
    #[serde(with = "crate::number::map")]
    pub components: BTreeMap<String, Decimal>,
    /// Remarks.
    pub warnings: Vec<Warning>,
    /// Formula.
    pub method: String,
    /// Version of the method.
    pub version: u32,
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

/// A chart as data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChartView {
    /// `pareto`, `trend`, `control`, `losses`.
    pub kind: String,
    /// Title with the unit.
    pub title: String,
    /// Unit of the values.
    pub unit: Unit,
    /// Points in order; for a Pareto sorted by size, with the cumulative share.
    pub points: Vec<ChartPoint>,
    /// Named levels: centre, upper and lower control limit, target.
    pub levels: Vec<(String, f64)>,
}

/// A point of a chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChartPoint {
    /// Name or date.
    pub label: String,
    /// Value; absent is a gap, not zero.
    pub value: Option<f64>,
    /// Cumulative share (0-1), in a Pareto.
    pub cumulative: Option<f64>,
    /// Mark beside the point: the number of the rule that it breaks.
    pub mark: Option<String>,
}

/// Where a figure comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// File name.
    pub file: String,
    /// File id.
    pub file_id: String,
    /// SHA-256 in hex.
    pub sha256: String,
    /// Line in the file.
    pub line: u64,
    /// The values used.
    pub values: BTreeMap<String, String>,
}

/// A finding as the analyzer makes it, before it has an id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingDraft {
    /// Analyzer that made it.
    pub analyzer: String,
    /// `scrap_pareto`, `stop_pareto`, `missing_column`, `stuck_sensor` …
    pub kind: String,
    /// One line.
    pub title: String,
    /// What it is about (dimension → value).
    pub scope: BTreeMap<String, String>,
    /// First local date.
    pub from: Option<NaiveDate>,
    /// Last local date.
    pub to: Option<NaiveDate>,
    /// How much was lost.
    #[serde(with = "crate::number::option")]
    pub loss_quantity: Option<Decimal>,
    /// Unit of the loss.
    pub loss_unit: String,
    /// The saving, only where the rules allow one.
    pub saving: Option<SavingView>,
    /// Method and version.
    pub method: String,
    /// The formula with the numbers put in.
    pub working: String,
    /// Lines of the file that show it, the weightiest first (at most 20).
    pub evidence_lines: Vec<u64>,
    /// How many rows there are behind it.
    pub evidence_count: u64,
}

/// What a finding might save, in money.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavingView {
    /// Careful bound, rounded down.
    #[serde(with = "crate::number")]
    pub low: Decimal,
    /// Expected.
    #[serde(with = "crate::number")]
    pub expected: Decimal,
    /// ISO 4217.
    pub currency: String,
    /// A to D.
    pub grade: String,
    /// `material`, `labor_time`, `price`, `energy`, `capacity`.
    pub pool: String,
    /// Observed loss in money over the period.
    #[serde(with = "crate::number")]
    pub observed: Decimal,
    /// Loss a year, where the rules allow one.
    #[serde(with = "crate::number::option")]
    pub run_rate: Option<Decimal>,
    /// What limits it.
    pub note: String,
}

/// How much was lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LossView {
    /// Quantity.
    #[serde(with = "crate::number::option")]
    pub quantity: Option<Decimal>,
    /// Unit.
    pub unit: Unit,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingView {
    /// Id.
    pub finding_id: String,
    /// Analysis it came from.
    pub analysis_id: String,
    /// Analyzer.
    pub analyzer: String,
    /// Kind.
    pub kind: String,
    /// One line.
    pub title: String,
    /// What it is about.
    pub scope: BTreeMap<String, String>,
    /// First and last local date.
    pub period: PeriodView,
    /// How much was lost.
    pub loss: LossView,
    /// The saving, if the rules allow one.
    pub saving: Option<SavingView>,
    /// Method and version.
    pub method: String,
    /// The formula with the numbers put in.
    pub working: String,
    /// Rows that show it.
    pub evidence: Vec<Evidence>,
    /// How many rows there are behind it.
    pub evidence_count: u64,
    /// `identified`, `signal`, `accepted` …
    pub state: String,
}

/// A period of local dates, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PeriodView {
    /// First.
    pub from: Option<NaiveDate>,
    /// Last.
    pub to: Option<NaiveDate>,
}

/// The savings ledger.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SavingsView {
    /// What the pilot promises.
    #[serde(with = "crate::number")]
    pub goal: Decimal,
    /// Currency of the figures; absent where the org has none.
    pub currency: Option<String>,
    /// Sum of the verified low bounds.
    #[serde(with = "crate::number")]
    pub verified_low: Decimal,
    /// Sum of the identified low bounds, never added to the verified.
    #[serde(with = "crate::number")]
    pub identified_low: Decimal,
    /// Findings of grade D: they rest on a default value, so they are listed and never summed.
    pub not_counted: u64,
    /// Sum of their low bounds.
    #[serde(with = "crate::number")]
    pub not_counted_low: Decimal,
    /// The findings with a saving.
    pub items: Vec<FindingView>,
}

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
    /// `offline` or `llm`.
    pub engine: String,
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
    pub file_id: String,
    /// SHA-256 in hex.
    pub sha256: String,
    /// First and last line used.
    pub lines: String,
    /// When it was taken in.
    pub committed_at: Option<DateTime<Utc>>,
}

/// Something that happened in the daemon, for screens that follow along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventView {
    /// Number, growing.
    pub event_no: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// `file`, `analysis`, `folder`, `resync`.
    pub kind: String,
    /// Id of the thing.
    pub id: String,
    /// State that it came to.
    pub state: String,
    /// One line.
    pub note: String,
}

/// Use of the org in a month.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UsageView {
    /// `YYYY-MM`.
    pub month: String,
    /// What was counted: `files`, `rows`, `bytes`, `analyses`, `questions`.
    pub items: BTreeMap<String, u64>,
}

/// One entry of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Number, dense per org.
    pub seq: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// Details.
    pub body: serde_json::Value,
    /// Hash of the entry, chained, in hex.
    pub hash: String,
}

/// Whether the audit chain holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AuditVerdict {
    /// Whether it holds.
    pub ok: bool,
    /// First entry that does not fit.
    pub first_bad: Option<u64>,
    /// Last entry.
    pub last_seq: u64,
    /// Its hash in hex.
    pub last_hash: String,
}

/// An org, for those who may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgView {
    /// Id.
    pub org_id: String,
    /// Name.
    pub name: String,
    /// IANA zone.
    pub zone: String,
    /// ISO 4217, if the org said so.
    pub currency: Option<String>,
}

/// An explicit right of an account in the org.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantView {
    /// `unix:<uid>`.
    pub principal: String,
    /// Name of the account on the daemon's machine, where it has one.
    pub account: Option<String>,
    /// What it may do.
    pub role: Role,
    /// Since when it has this role.
    pub since: DateTime<Utc>,
    /// Who gave it.
    pub by: String,
}

/// A page of who may do what in the org.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GrantsView {
    /// Explicit grants, by principal.
    pub items: Vec<GrantView>,
    /// Token of the next page.
    pub next_page: Option<String>,
    /// Who else may do something without a grant, in sentences.
    pub implied: Vec<String>,
}

/// What became of a request to give or take a right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessChange {
    /// Name of the org.
    pub org: String,
    /// The grant that was made or taken away.
    pub grant: GrantView,
    /// What a person should know beside it, in sentences.
    pub notes: Vec<String>,
}

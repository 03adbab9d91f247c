//! How the daemon is.

use serde::{Deserialize, Serialize};

use super::FolderView;

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

//! How the daemon is.

use serde::{Deserialize, Serialize};

use super::FolderView;
use crate::access::Role;
use crate::word::words;

/// How the daemon is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatusView {
    /// Version of the daemon.
    pub version: String,
    /// Seconds since it started.
    pub uptime_s: u64,
    /// The word for all of it; the parts that are not ok are in `problems`.
    pub health: Health,
    /// What is wrong, in sentences with the next step.
    pub problems: Vec<String>,
    /// Org of the caller.
    pub org: String,
    /// Currency of the org, if it said so.
    pub currency: Option<String>,
    /// Zone of the org.
    pub zone: String,
    /// Role of the caller.
    pub role: Role,
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
    /// Taken in, and the analysis was given up.
    #[serde(default)]
    pub unanalysed: u64,
    /// Series about which something is asked.
    #[serde(default)]
    pub questions: u64,
    /// All files known.
    pub total: u64,
}

/// The database that the daemon uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseView {
    /// Whose it is.
    pub kind: DatabaseKind,
    /// Version of the server.
    pub version: String,
}

/// One step of the onboarding checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnboardingStep {
    /// Which.
    pub step: Step,
    /// What it says.
    pub label: String,
    /// Whether the facts show it done.
    pub done: bool,
    /// What to do next.
    pub next: String,
}

words! {
    /// How the daemon is, in a word.
    Health, "a state of health" {
        /// Nothing is wrong.
        Ok = "ok",
        /// It works, and something is wrong.
        Degraded = "degraded",
        /// It does not work.
        Failed = "failed",
    }

    /// Whose database it is.
    DatabaseKind, "a kind of database" {
        /// A cluster of the daemon's own.
        Private = "private",
        /// A server that somebody else runs.
        Server = "server",
    }

    /// The first steps of a new plant.
    Step, "a step of the onboarding" {
        /// Watch a folder.
        Folder = "folder",
        /// See a file.
        File = "file",
        /// Map its columns.
        Mapping = "mapping",
        /// Get an analysis.
        Analysis = "analysis",
        /// Ask a question.
        Question = "question",
    }
}

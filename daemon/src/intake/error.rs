//! Why a job did not end, and what becomes of it then.

use plant_core::state::{Reason, ReasonCode};
use plant_core::trouble::Passing;
use plant_store::StoreError;
use thiserror::Error;

use super::patience::Impatience;
use crate::worker::FrameError;

/// Why a job did not end.
#[derive(Debug, Error)]
pub enum JobError {
    /// The database refused or went away.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The worker did not answer as it should.
    #[error("{0}")]
    Worker(String),
    /// The worker was waited for in vain and ended.
    #[error(transparent)]
    Impatient(#[from] Impatience),
    /// The file can't follow the version before it; it is read by itself then.
    #[error("it can't follow the version before it")]
    Unfit,
    /// What the worker sent can't be read.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// Something passes, and the job waits for it.
    #[error("{sentence}")]
    Waits {
        /// What it is.
        kind: Passing,
        /// What a person is told.
        sentence: String,
    },
    /// What the system says.
    #[error("{doing}: {source}")]
    System {
        /// What was tried.
        doing: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
}

/// What becomes of a job that did not end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It waits, and that costs nothing.
    Wait(Passing, String),
    /// It cost a try.
    Try,
    /// Somebody else has it by now.
    Lost,
}

impl JobError {
    pub(super) fn system(doing: &'static str) -> impl FnOnce(std::io::Error) -> JobError {
        move |source| JobError::System { doing, source }
    }

    pub(super) fn waits(kind: Passing) -> JobError {
        JobError::Waits {
            kind,
            sentence: kind.sentence().to_owned(),
        }
    }

    /// The one place where the errors of jobs are told apart.
    pub(super) fn verdict(&self) -> Verdict {
        let wait = |kind: Passing| Verdict::Wait(kind, kind.sentence().to_owned());
        match self {
            JobError::Waits { kind, sentence } => Verdict::Wait(*kind, sentence.clone()),
            JobError::Store(StoreError::LeaseLost { .. }) => Verdict::Lost,
            JobError::Store(error) => error.passing().map_or(Verdict::Try, wait),
            JobError::System { source, .. } => {
                Passing::of_system(source.kind(), source.raw_os_error()).map_or(Verdict::Try, wait)
            }
            JobError::Worker(_) | JobError::Impatient(_) | JobError::Frame(_) | JobError::Unfit => Verdict::Try,
        }
    }

    /// What a person is told when the last try failed.
    pub(super) fn reason(&self, incident: &str) -> Reason {
        match self {
            JobError::Worker(_) | JobError::Impatient(_) | JobError::Frame(_) | JobError::Unfit => Reason {
                code: ReasonCode::WorkerFailed,
                text: format!("{self} (incident {incident})"),
            },
            JobError::Waits { kind, sentence } => Reason {
                code: ReasonCode::of(*kind),
                text: sentence.clone(),
            },
            JobError::Store(_) | JobError::System { .. } => Reason {
                code: ReasonCode::Internal,
                text: format!("something inside failed (incident {incident})"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_waits_and_what_a_worker_does_costs_a_try() {
        let system = |errno| JobError::System {
            doing: "starting a worker",
            source: std::io::Error::from_raw_os_error(errno),
        };
        let kind = |error: &JobError| match error.verdict() {
            Verdict::Wait(kind, sentence) => {
                assert!(!sentence.is_empty());
                Some(kind)
            }
            Verdict::Try | Verdict::Lost => None,
        };
        assert_eq!(kind(&system(28)), Some(Passing::DiskFull));
        assert_eq!(kind(&system(24)), Some(Passing::Exhausted));
        assert_eq!(kind(&system(11)), Some(Passing::Exhausted));
        assert_eq!(kind(&JobError::waits(Passing::Changed)), Some(Passing::Changed));
        for error in [
            JobError::Worker("it crashed".to_owned()),
            JobError::Store(StoreError::Aborted),
            system(22),
        ] {
            assert_eq!(error.verdict(), Verdict::Try, "{error}");
        }
    }
}

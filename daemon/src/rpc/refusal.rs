//! What a handler fails with, and what the client is told of it.

use plant_proto::convert::WireFault;
use plant_proto::fault::Fault;
use plant_store::StoreError;
use thiserror::Error;
use tracing::error;

use crate::app::App;
use crate::intake::JobError;

/// Why a handler gives no answer.
#[derive(Debug, Error)]
pub(super) enum Refusal {
    /// Said as it is.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The request can't be read.
    #[error(transparent)]
    Wire(#[from] WireFault),
    /// What the store says.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A worker that was started for the call.
    #[error(transparent)]
    Job(#[from] JobError),
    /// What the system says.
    #[error("{doing}: {source}")]
    System {
        /// What was tried.
        doing: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
    /// A task that worked for the call ended without an answer.
    #[error("the task ended without an answer: {0}")]
    Task(#[from] tokio::task::JoinError),
}

impl Refusal {
    /// For `map_err`: what was tried when the system said no.
    pub(super) fn system(doing: &'static str) -> impl FnOnce(std::io::Error) -> Refusal {
        move |source| Refusal::System { doing, source }
    }

    /// What the client is told; what it must not know goes to the log with an incident id.
    pub(super) fn into_fault(self, app: &App, call: &str) -> Fault {
        match self {
            Refusal::Fault(fault) => fault,
            Refusal::Wire(fault) => fault.into(),
            Refusal::Store(error) | Refusal::Job(JobError::Store(error)) => match told(&error) {
                Some(fault) => fault,
                None => incident(app, call, &error),
            },
            Refusal::Job(error) => incident(app, call, &error),
            other => incident(app, call, &other),
        }
    }
}

fn incident(app: &App, call: &str, cause: &(dyn std::error::Error + 'static)) -> Fault {
    let incident = app.clock().new_id().to_string();
    let mut causes = cause.to_string();
    let mut source = cause.source();
    while let Some(inner) = source {
        causes.push_str(": ");
        causes.push_str(&inner.to_string());
        source = inner.source();
    }
    error!(incident, rpc.request = call, causes, "a call failed inside");
    Fault::Internal { incident }
}

/// The errors of the store that say something to a caller.
fn told(error: &StoreError) -> Option<Fault> {
    match error {
        StoreError::NotFound { what, id } => Some(Fault::not_found(what, id, list_of(what))),
        StoreError::Ambiguous { .. } | StoreError::Invalid { .. } => Some(Fault::invalid(error.to_string())),
        StoreError::Conflict { .. } => Some(Fault::conflict(error.to_string())),
        StoreError::Passing { kind, .. } => Some(Fault::unavailable(kind.sentence())),
        _ => None,
    }
}

/// The command that lists things of a kind.
fn list_of(what: &str) -> &'static str {
    match what {
        "folder" => "plant folders list",
        "profile" => "plant profiles list",
        "analysis" => "plant analyses list",
        "finding" => "plant findings list",
        "alias" => "plant aliases list",
        "calendar" => "plant calendars list",
        "org" => "plant org list",
        "grant" => "plant org grants",
        _ => "plant files",
    }
}

#[cfg(test)]
mod tests {
    use plant_proto::fault::Fault;
    use plant_store::StoreError;

    use super::told;

    #[test]
    fn what_is_missing_is_said_and_what_broke_inside_is_not() {
        let missing = StoreError::NotFound {
            what: "file",
            id: "abcd".into(),
        };
        assert_eq!(told(&missing), Some(Fault::not_found("file", "abcd", "plant files")));
        let conflict = StoreError::Conflict {
            what: "profile",
            detail: "version 3 is newer".into(),
        };
        assert!(matches!(told(&conflict), Some(Fault::Conflict { .. })));
        assert_eq!(told(&StoreError::Aborted), None);
        let corrupt = StoreError::Corrupt {
            table: "files",
            column: "state",
            row: "7".into(),
        };
        assert_eq!(told(&corrupt), None);
    }
}

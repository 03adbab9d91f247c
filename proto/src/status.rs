//! The only place of status codes: a fault of the daemon becomes a status here, and a status an error of the client.
//!
//! The text of a fault is a sentence for a person that ends with the next step. What went wrong inside is never in it:
//! an internal fault carries an incident id that the log has too.

use tonic::metadata::MetadataValue;
use tonic::{Code, Status};

use crate::client::ClientError;
use crate::fault::Fault;

const KIND: &str = "plant-fault";
const INCIDENT: &str = "plant-incident";

/// The word for it that goes with the status.
fn kind(fault: &Fault) -> &'static str {
    match fault {
        Fault::NotFound { .. } => "not_found",
        Fault::Invalid { .. } => "invalid",
        Fault::NotAllowed { .. } => "not_allowed",
        Fault::OverQuota { .. } => "over_quota",
        Fault::Conflict { .. } => "conflict",
        Fault::Unavailable { .. } => "unavailable",
        Fault::Internal { .. } => "internal",
    }
}

fn code(fault: &Fault) -> Code {
    match fault {
        Fault::NotFound { .. } => Code::NotFound,
        Fault::Invalid { .. } => Code::InvalidArgument,
        Fault::NotAllowed { .. } => Code::PermissionDenied,
        Fault::OverQuota { .. } => Code::ResourceExhausted,
        Fault::Conflict { .. } => Code::FailedPrecondition,
        Fault::Unavailable { .. } => Code::Unavailable,
        Fault::Internal { .. } => Code::Internal,
    }
}

impl From<Fault> for Status {
    fn from(fault: Fault) -> Status {
        let mut status = Status::new(code(&fault), fault.to_string());
        status
            .metadata_mut()
            .insert(KIND, MetadataValue::from_static(kind(&fault)));
        if let Fault::Internal { incident } = &fault
            && let Ok(value) = MetadataValue::try_from(incident.as_str())
        {
            status.metadata_mut().insert(INCIDENT, value);
        }
        status
    }
}

/// The fault that a status of the daemon stands for; `None` where it was made by the transport, not by the daemon.
fn fault_of(status: &Status) -> Option<Fault> {
    let message = status.message().to_owned();
    match status.metadata().get(KIND)?.to_str().ok()? {
        "not_found" => Some(Fault::NotFound { message }),
        "invalid" => Some(Fault::Invalid { message }),
        "not_allowed" => Some(Fault::NotAllowed { message }),
        "over_quota" => Some(Fault::OverQuota { message }),
        "conflict" => Some(Fault::Conflict { message }),
        "unavailable" => Some(Fault::Unavailable { message }),
        "internal" => Some(Fault::Internal {
            incident: status.metadata().get(INCIDENT)?.to_str().ok()?.to_owned(),
        }),
        _ => None,
    }
}

/// What a status means to the client that called `target`.
pub(crate) fn client_error(status: Status, target: &str) -> ClientError {
    if let Some(fault) = fault_of(&status) {
        return fault.into();
    }
    let message = status.message().to_owned();
    match status.code() {
        Code::Unavailable => ClientError::Unreachable {
            target: target.to_owned(),
            reason: reason_of(&status),
        },
        // The link broke under a call; tonic and hyper report it under these codes.
        Code::Unknown | Code::Cancelled | Code::Internal if is_link_lost(&status) => ClientError::Unreachable {
            target: target.to_owned(),
            reason: reason_of(&status),
        },
        Code::Unauthenticated | Code::PermissionDenied => Fault::NotAllowed { message }.into(),
        Code::ResourceExhausted => {
            Fault::unavailable(format!("the daemon is busy ({message}); try again in a moment")).into()
        }
        Code::DeadlineExceeded | Code::Cancelled => {
            Fault::unavailable("the daemon took too long to answer; try again, or ask for less at once").into()
        }
        Code::OutOfRange => Fault::invalid(format!(
            "too much for one call ({message}); ask for fewer rows with --limit"
        ))
        .into(),
        Code::Unimplemented => ClientError::Mismatch {
            message: "the daemon doesn't know this call; use `plant` and `plantd` of the same version".to_owned(),
        },
        Code::NotFound => Fault::NotFound { message }.into(),
        Code::InvalidArgument => Fault::Invalid { message }.into(),
        Code::FailedPrecondition | Code::AlreadyExists | Code::Aborted => Fault::Conflict { message }.into(),
        Code::Ok | Code::Unknown | Code::Internal | Code::DataLoss => ClientError::Mismatch {
            message: format!("the call failed on its way ({message}); use `plant` and `plantd` of the same version"),
        },
    }
}

/// Whether the status comes from a broken connection rather than from an answer.
fn is_link_lost(status: &Status) -> bool {
    std::error::Error::source(status).is_some()
}

/// The innermost cause, which names what the system said.
fn reason_of(status: &Status) -> String {
    let mut reason = status.message().to_owned();
    let mut source = std::error::Error::source(status);
    while let Some(error) = source {
        reason = error.to_string();
        source = error.source();
    }
    reason
}

#[cfg(test)]
mod tests;

//! The only place of status codes: a fault of the daemon becomes a status here, and a status an error of the client.
//!
//! The text of a fault is a sentence for a person that ends with the next step. What went wrong inside is never in it:
//! an internal fault carries an incident id that the log has too.

use tonic::metadata::MetadataValue;
use tonic::{Code, Status};

use crate::client::ClientError;

const KIND: &str = "plant-fault";
const INCIDENT: &str = "plant-incident";

/// Why the daemon doesn't do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is not there, or it belongs to another org: the text is the same.
    #[error("{message}")]
    NotFound {
        /// Sentence with the next step.
        message: String,
    },
    /// The request can't be understood or breaks a rule.
    #[error("{message}")]
    Invalid {
        /// Sentence with the next step.
        message: String,
    },
    /// The caller is known too little or may too little.
    #[error("{message}")]
    NotAllowed {
        /// Sentence with the next step.
        message: String,
    },
    /// A quota is used up.
    #[error("{message}")]
    OverQuota {
        /// Sentence with the next step.
        message: String,
    },
    /// The state of things is against it: another version, a name that is taken.
    #[error("{message}")]
    Conflict {
        /// Sentence with the next step.
        message: String,
    },
    /// Not now: starting, stopping, database away, too busy.
    #[error("{message}")]
    Unavailable {
        /// Sentence with the next step.
        message: String,
    },
    /// Something inside failed.
    #[error("something inside failed (incident {incident}); the log of plantd has it under that id")]
    Internal {
        /// Id that the log has too.
        incident: String,
    },
}

impl Fault {
    /// A thing that is not there or not the caller's; `noun` is what it is, `list` the command that lists them.
    pub fn not_found(noun: &str, asked: &str, list: &str) -> Fault {
        Fault::NotFound {
            message: format!("no {noun} `{}`; `{list}` lists what is there", cut(asked)),
        }
    }

    /// A request that breaks a rule.
    pub fn invalid(message: impl Into<String>) -> Fault {
        Fault::Invalid {
            message: message.into(),
        }
    }

    /// A caller that may not.
    pub fn not_allowed(message: impl Into<String>) -> Fault {
        Fault::NotAllowed {
            message: message.into(),
        }
    }

    /// A quota or the room is used up.
    pub fn over_quota(message: impl Into<String>) -> Fault {
        Fault::OverQuota {
            message: message.into(),
        }
    }

    /// A state of things that is against it.
    pub fn conflict(message: impl Into<String>) -> Fault {
        Fault::Conflict {
            message: message.into(),
        }
    }

    /// Not now.
    pub fn unavailable(message: impl Into<String>) -> Fault {
        Fault::Unavailable {
            message: message.into(),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Fault::NotFound { .. } => "not_found",
            Fault::Invalid { .. } => "invalid",
            Fault::NotAllowed { .. } => "not_allowed",
            Fault::OverQuota { .. } => "over_quota",
            Fault::Conflict { .. } => "conflict",
            Fault::Unavailable { .. } => "unavailable",
            Fault::Internal { .. } => "internal",
        }
    }

    fn code(&self) -> Code {
        match self {
            Fault::NotFound { .. } => Code::NotFound,
            Fault::Invalid { .. } => Code::InvalidArgument,
            Fault::NotAllowed { .. } => Code::PermissionDenied,
            Fault::OverQuota { .. } => Code::ResourceExhausted,
            Fault::Conflict { .. } => Code::FailedPrecondition,
            Fault::Unavailable { .. } => Code::Unavailable,
            Fault::Internal { .. } => Code::Internal,
        }
    }
}

fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(120).collect()
}

impl From<Fault> for Status {
    fn from(fault: Fault) -> Status {
        let mut status = Status::new(fault.code(), fault.to_string());
        status
            .metadata_mut()
            .insert(KIND, MetadataValue::from_static(fault.kind()));
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
        return match fault {
            Fault::NotFound { message } => ClientError::NotFound { message },
            Fault::Invalid { message } => ClientError::Invalid { message },
            Fault::NotAllowed { message } => ClientError::NotAllowed { message },
            Fault::OverQuota { message } => ClientError::OverQuota { message },
            Fault::Conflict { message } => ClientError::Conflict { message },
            Fault::Unavailable { message } => ClientError::Unavailable { message },
            Fault::Internal { incident } => ClientError::Internal { incident },
        };
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
        Code::Unauthenticated | Code::PermissionDenied => ClientError::NotAllowed { message },
        Code::ResourceExhausted => ClientError::Unavailable {
            message: format!("the daemon is busy ({message}); try again in a moment"),
        },
        Code::DeadlineExceeded | Code::Cancelled => ClientError::Unavailable {
            message: "the daemon took too long to answer; try again, or ask for less at once".to_owned(),
        },
        Code::OutOfRange => ClientError::Invalid {
            message: format!("too much for one call ({message}); ask for fewer rows with --limit"),
        },
        Code::Unimplemented => ClientError::Mismatch {
            message: "the daemon doesn't know this call; use `plant` and `plantd` of the same version".to_owned(),
        },
        Code::NotFound => ClientError::NotFound { message },
        Code::InvalidArgument => ClientError::Invalid { message },
        Code::FailedPrecondition | Code::AlreadyExists | Code::Aborted => ClientError::Conflict { message },
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

//! What can go wrong with a call, and the exit code that it means.

/// Why a call gave nothing. Each text is a sentence for a person that ends with the next step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// Nobody answers at the target.
    #[error("the daemon is not reachable at {target} ({reason}); start it with `plantd run`, or name it with --host")]
    Unreachable {
        /// Where it was looked for.
        target: String,
        /// What the system said.
        reason: String,
    },
    /// The caller may not.
    #[error("{message}")]
    NotAllowed {
        /// From the daemon.
        message: String,
    },
    /// A quota is used up.
    #[error("{message}")]
    OverQuota {
        /// From the daemon.
        message: String,
    },
    /// It is not there.
    #[error("{message}")]
    NotFound {
        /// From the daemon.
        message: String,
    },
    /// The request can't be understood or breaks a rule.
    #[error("{message}")]
    Invalid {
        /// From the daemon, or from the check before the call.
        message: String,
    },
    /// The state of things is against it.
    #[error("{message}")]
    Conflict {
        /// From the daemon.
        message: String,
    },
    /// The daemon is there, but can't do it now.
    #[error("{message}")]
    Unavailable {
        /// From the daemon.
        message: String,
    },
    /// A kind of target that this version doesn't speak to.
    #[error("{message}")]
    Refused {
        /// What to do instead.
        message: String,
    },
    /// The two programs don't understand each other.
    #[error("{message}")]
    Mismatch {
        /// What was not understood.
        message: String,
    },
    /// Something inside the daemon failed.
    #[error("something inside the daemon failed (incident {incident}); its log has the details under that id")]
    Internal {
        /// Id that the log has too.
        incident: String,
    },
    /// What was to be sent can't be read.
    #[error("can't read what is to be sent: {reason}")]
    Source {
        /// What the system said.
        reason: String,
    },
}

impl ClientError {
    /// The exit code of a line command: 3 unreachable, 4 not allowed or over quota, 1 else.
    pub fn exit_code(&self) -> u8 {
        match self {
            ClientError::Unreachable { .. } => 3,
            ClientError::NotAllowed { .. } | ClientError::OverQuota { .. } => 4,
            _ => 1,
        }
    }

    /// Whether the link is gone, so that trying again later makes sense.
    pub fn is_link_lost(&self) -> bool {
        matches!(self, ClientError::Unreachable { .. })
    }
}

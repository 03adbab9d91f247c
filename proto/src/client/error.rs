//! What can go wrong with a call, and the exit code that it means.

use crate::fault::Fault;

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
    /// The daemon, or a check before the call, says why not.
    #[error(transparent)]
    Fault(#[from] Fault),
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
            ClientError::Fault(Fault::NotAllowed { .. } | Fault::OverQuota { .. }) => 4,
            _ => 1,
        }
    }

    /// Whether the link is gone, so that trying again later makes sense.
    pub fn is_link_lost(&self) -> bool {
        matches!(self, ClientError::Unreachable { .. })
    }
}

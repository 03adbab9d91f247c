//! Why the daemon doesn't do what it was asked.

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
}

fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(120).collect()
}

//! Identities: one newtype per thing, so that a file id can't be given where an org id is asked for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map($name)
            }
        }
    )+};
}

id! {
    /// A tenant.
    OrgId,
    /// A watched export folder.
    FolderId,
    /// One content version of a file, or one sighting of it that ended otherwise (duplicate, unsupported …).
    FileId,
    /// A saved mapping of columns to variables (all its versions share the id).
    ProfileId,
    /// One run of the analyzers.
    AnalysisId,
    /// A loss with evidence.
    FindingId,
    /// A queued piece of work.
    JobId,
}

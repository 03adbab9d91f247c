//! Who may do what: roles and the order between them.

use serde::{Deserialize, Serialize};

/// The role of a principal in an org, each including those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads.
    Viewer,
    /// Asks and exports.
    Analyst,
    /// Saves mappings, retries files.
    Operator,
    /// Folders, orgs, grants.
    Admin,
}

impl Role {
    /// The name in the database and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Analyst => "analyst",
            Role::Operator => "operator",
            Role::Admin => "admin",
        }
    }

    /// The role of that name.
    pub fn from_name(name: &str) -> Option<Role> {
        [Role::Viewer, Role::Analyst, Role::Operator, Role::Admin]
            .into_iter()
            .find(|role| role.name() == name)
    }
}

//! Orgs and who may do what in them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::access::Role;
use crate::ids::OrgId;

/// An org, for those who may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgView {
    /// Id.
    pub org_id: OrgId,
    /// Name.
    pub name: String,
    /// IANA zone.
    pub zone: String,
    /// ISO 4217, if the org said so.
    pub currency: Option<String>,
}

/// An explicit right of an account in the org.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantView {
    /// `unix:<uid>`.
    pub principal: String,
    /// Name of the account on the daemon's machine, where it has one.
    pub account: Option<String>,
    /// What it may do.
    pub role: Role,
    /// Since when it has this role.
    pub since: DateTime<Utc>,
    /// Who gave it.
    pub by: String,
}

/// A page of who may do what in the org.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GrantsView {
    /// Explicit grants, by principal.
    pub items: Vec<GrantView>,
    /// Token of the next page.
    pub next_page: Option<String>,
    /// Who else may do something without a grant, in sentences.
    pub implied: Vec<String>,
}

/// What became of a request to give or take a right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessChange {
    /// Name of the org.
    pub org: String,
    /// The grant that was made or taken away.
    pub grant: GrantView,
    /// What a person should know beside it, in sentences.
    pub notes: Vec<String>,
}

//! The decision, without I/O: from who somebody is and what a call takes to an org and a role, or a refusal.

use plant_core::access::Role;
use plant_core::ids::OrgId;
use plant_proto::status::Fault;

use super::accounts::Groups;
use crate::rpc::methods::Need;

/// An org in which a caller may do something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::rpc) struct Membership {
    /// The org.
    pub org: OrgId,
    /// Its name.
    pub name: String,
    /// What the caller may do there.
    pub role: Role,
}

/// Somebody who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::rpc) struct Caller {
    /// User id.
    pub uid: u32,
    /// Whether it is root or the account of the daemon.
    pub is_host_admin: bool,
    /// Where it may do something, by name.
    pub memberships: Vec<Membership>,
    /// Every other org, which a host administrator may enter by naming it.
    pub others: Vec<(OrgId, String)>,
}

/// Where a call that is let in acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rpc) enum Admission {
    /// In no org.
    Host,
    /// In an org.
    Org {
        /// The org.
        org: OrgId,
        /// What the caller may do there.
        role: Role,
        /// Without a grant, by being root or the daemon's account.
        break_glass: bool,
    },
}

/// A call that is not let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::rpc) struct Refused {
    /// What the caller is told.
    pub fault: Fault,
    /// The orgs whose audit logs shall know.
    pub orgs: Vec<OrgId>,
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Refused {
        Refused {
            fault,
            orgs: Vec::new(),
        }
    }
}

/// The name that grants and audit logs have for an account.
pub(in crate::rpc) fn principal(uid: u32) -> String {
    format!("unix:{uid}")
}

/// Whether an account administers the machine: root, or the daemon's own.
pub(in crate::rpc) fn is_host_admin(uid: u32, daemon_uid: u32) -> bool {
    uid == 0 || uid == daemon_uid
}

/// A name as a shell takes it for one word.
pub(in crate::rpc) fn shell_word(name: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '@' | '+');
    if !name.is_empty() && !name.starts_with('-') && name.chars().all(is_plain) {
        return name.to_owned();
    }
    format!("'{}'", name.replace('\'', "'\\''"))
}

impl Caller {
    /// An account about which nothing was looked up.
    pub(super) fn unknown(uid: u32) -> Caller {
        Caller {
            uid,
            is_host_admin: false,
            memberships: Vec::new(),
            others: Vec::new(),
        }
    }

    /// An account with its grants and with what follows from its groups: where there is one org only, root and the
    /// daemon's account and the members of `plant-admin` are administrators of it, the members of `plant` operators.
    /// Where there are several, only explicit grants count.
    pub(in crate::rpc) fn new(
        uid: u32,
        daemon_uid: u32,
        groups: Groups,
        orgs: Vec<(OrgId, String)>,
        grants: &[(OrgId, Role)],
    ) -> Caller {
        let is_host_admin = is_host_admin(uid, daemon_uid);
        let implied = match (orgs.len(), is_host_admin || groups.is_plant_admin, groups.is_plant) {
            (1, true, _) => Some(Role::Admin),
            (1, false, true) => Some(Role::Operator),
            _ => None,
        };
        let mut memberships = Vec::new();
        let mut others = Vec::new();
        for (org, name) in orgs {
            let granted = grants.iter().filter(|(of, _)| *of == org).map(|(_, role)| *role);
            match granted.chain(implied).max() {
                Some(role) => memberships.push(Membership { org, name, role }),
                None => others.push((org, name)),
            }
        }
        memberships.sort_by(|a, b| a.name.cmp(&b.name));
        Caller {
            uid,
            is_host_admin,
            memberships,
            others,
        }
    }

    /// The name in audit logs.
    pub(in crate::rpc) fn actor(&self) -> String {
        principal(self.uid)
    }

    /// Whether the call may be made, and in which org.
    pub(in crate::rpc) fn admit(&self, need: Need, asked: Option<&str>) -> Result<Admission, Refused> {
        let is_known = self.is_host_admin || !self.memberships.is_empty();
        let role = match need {
            Need::Account => return Ok(Admission::Host),
            Need::Known if is_known => return Ok(Admission::Host),
            Need::HostAdmin if self.is_host_admin => return Ok(Admission::Host),
            Need::HostAdmin if is_known => {
                return Err(Fault::not_allowed(
                    "only root and the account of the daemon may do this; run it with sudo",
                )
                .into());
            }
            Need::Role(role) if is_known => role,
            Need::Known | Need::HostAdmin | Need::Role(_) => return Err(self.stranger()),
        };
        let (org, name, mut has, mut break_glass) = self.select(asked)?;
        if has < role && self.is_host_admin && asked.is_some() {
            // A small grant of its own must not leave root with less than none.
            (has, break_glass) = (Role::Admin, true);
        }
        if has < role {
            return Err(Refused {
                fault: Fault::not_allowed(format!(
                    "this takes the role {role} in {name}, and you have {}; ask an administrator: plant org grant {}unix:{} \
                     --role {role}",
                    has.name(),
                    self.named(name),
                    self.uid,
                    role = role.name()
                )),
                orgs: vec![org],
            });
        }
        Ok(Admission::Org {
            org,
            role: has,
            break_glass,
        })
    }

    fn select(&self, asked: Option<&str>) -> Result<(OrgId, &str, Role, bool), Fault> {
        let Some(asked) = asked else {
            return match self.memberships.as_slice() {
                [only] => Ok((only.org, &only.name, only.role, false)),
                [] => Err(Fault::invalid(format!(
                    "there are several orgs ({}); name one with --org, which its audit log will know",
                    self.others
                        .iter()
                        .map(|(_, name)| name.as_str())
                        .collect::<Vec<_>>()
                        .join(", ")
                ))),
                several => Err(Fault::invalid(format!(
                    "you have access to several orgs ({}); name one with --org",
                    several
                        .iter()
                        .map(|member| member.name.as_str())
                        .collect::<Vec<_>>()
                        .join(", ")
                ))),
            };
        };
        if let Some(member) = self.memberships.iter().find(|member| member.name == asked) {
            return Ok((member.org, &member.name, member.role, false));
        }
        let other = self.others.iter().find(|(_, name)| name == asked);
        match other.filter(|_| self.is_host_admin) {
            Some((org, name)) => Ok((*org, name, Role::Admin, true)),
            // The same words for an org that is not there and one that is not the caller's.
            None => Err(Fault::not_found("org", asked, "plant org list")),
        }
    }

    /// A stranger has no org in whose audit log it would belong, so it is in those of all: each has an administrator
    /// who has to know that somebody on the machine tries.
    fn stranger(&self) -> Refused {
        let fault = Fault::not_allowed(format!(
            "the account {} has no access to plantd; ask an administrator for it: plant org grant unix:{} --role viewer",
            self.uid, self.uid
        ));
        Refused {
            fault,
            orgs: self.others.iter().map(|(org, _)| *org).collect(),
        }
    }

    /// Whether it still may what it was admitted to: in that org, at least as `least`; root and the account of the
    /// daemon also without a grant, where they named the org.
    pub(super) fn still(&self, org: OrgId, least: Role, by_name: bool) -> Result<(), Fault> {
        let member = self.memberships.iter().find(|member| member.org == org);
        if member.is_some_and(|member| member.role >= least) {
            return Ok(());
        }
        let mut others = self.others.iter();
        if self.is_host_admin && by_name && (member.is_some() || others.any(|(other, _)| *other == org)) {
            return Ok(());
        }
        Err(Fault::not_allowed(format!(
            "the right to this was taken away while it was open; ask an administrator: plant org grant unix:{} --role {}",
            self.uid,
            least.name()
        )))
    }

    /// The org as a command names it, with a blank after it; nothing where there is only that one.
    fn named(&self, org: &str) -> String {
        match self.memberships.len() + self.others.len() {
            0 | 1 => String::new(),
            _ => format!("{} ", shell_word(org)),
        }
    }
}

//! Which groups of the machine an account is in, asked of the system once a minute.

use std::collections::HashMap;
use std::ffi::CString;
use std::sync::{Mutex, PoisonError};

use nix::unistd::{Gid, Group, Uid, User, getgrouplist};
use plant_core::access::Account;
use tracing::warn;

use crate::rpc::peer::Peer;

/// Members are operators where there is one org only.
pub(in crate::rpc) const OPERATORS: &str = "plant";
/// Members are administrators where there is one org only.
pub(in crate::rpc) const ADMINISTRATORS: &str = "plant-admin";
/// How long an answer of the system is good.
const FRESH_MS: u64 = 60_000;
/// Accounts remembered at most.
const REMEMBERED: usize = 1_024;

/// Membership in the groups that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::rpc) struct Groups {
    /// In `plant`.
    pub is_plant: bool,
    /// In `plant-admin`.
    pub is_plant_admin: bool,
}

/// Answers of the system that are still good.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    known: Mutex<HashMap<Peer, (u64, Groups)>>,
}

impl Accounts {
    /// What is known of an account since less than a minute.
    pub(super) fn recall(&self, peer: Peer, now_ms: u64) -> Option<Groups> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, groups) = known.get(&peer)?;
        (now_ms.saturating_sub(*at) < FRESH_MS).then_some(*groups)
    }

    /// Remembers an answer of the system.
    pub(super) fn remember(&self, peer: Peer, groups: Groups, now_ms: u64) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(peer, (now_ms, groups));
    }
}

/// The number of an account by the system's lists; `None` for a name that they don't hold. May block on a directory
/// service.
///
/// # Errors
/// What the system says.
pub(in crate::rpc) fn uid_of(account: &Account) -> std::io::Result<Option<u32>> {
    match account {
        Account::Uid(uid) => Ok(Some(*uid)),
        Account::Name(name) => Ok(User::from_name(name)?.map(|user| user.uid.as_raw())),
    }
}

/// The name of an account, where the system's lists have one. May block.
pub(in crate::rpc) fn name_of(uid: u32) -> Option<String> {
    match User::from_uid(Uid::from_raw(uid)) {
        Ok(user) => user.map(|user| user.name),
        Err(error) => {
            warn!(peer.uid = uid, %error, "cannot look up the account");
            None
        }
    }
}

/// The groups of an account by the system's lists alone. May block.
pub(in crate::rpc) fn listed_groups(uid: u32) -> Groups {
    match User::from_uid(Uid::from_raw(uid)) {
        Ok(Some(user)) => groups_of(Peer {
            uid,
            gid: user.gid.as_raw(),
        }),
        // Nothing is listed, so nothing follows from it.
        Ok(None) => Groups::default(),
        Err(error) => {
            warn!(peer.uid = uid, %error, "cannot look up the account");
            Groups::default()
        }
    }
}

/// The names that the system lists in the groups that count; `None` for a group that isn't there. Accounts that have it
/// as their primary group are not listed. May block.
pub(in crate::rpc) fn members() -> Members {
    let listed = |name: &str| match Group::from_name(name) {
        Ok(group) => group.map(|group| group.mem),
        Err(error) => {
            warn!(group = name, %error, "cannot look up the group");
            None
        }
    };
    Members {
        administrators: listed(ADMINISTRATORS),
        operators: listed(OPERATORS),
    }
}

/// Who is listed in the groups that count.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::rpc) struct Members {
    /// In `plant-admin`.
    pub administrators: Option<Vec<String>>,
    /// In `plant`.
    pub operators: Option<Vec<String>>,
}

/// Asks the system; may block on a directory service. What can't be found out counts as not being in the group.
pub(super) fn groups_of(peer: Peer) -> Groups {
    let mut gids = vec![Gid::from_raw(peer.gid)];
    match User::from_uid(Uid::from_raw(peer.uid)) {
        Ok(Some(user)) => match CString::new(user.name) {
            Ok(name) => match getgrouplist(&name, user.gid) {
                Ok(more) => gids.extend(more),
                Err(error) => warn!(peer.uid = peer.uid, %error, "cannot list the groups of the account"),
            },
            Err(error) => warn!(peer.uid = peer.uid, %error, "the account has a strange name"),
        },
        // An account that only the kernel knows: its primary group is what there is.
        Ok(None) => {}
        Err(error) => warn!(peer.uid = peer.uid, %error, "cannot look up the account"),
    }
    Groups {
        is_plant: is_in(OPERATORS, &gids),
        is_plant_admin: is_in(ADMINISTRATORS, &gids),
    }
}

fn is_in(name: &str, gids: &[Gid]) -> bool {
    match Group::from_name(name) {
        Ok(Some(group)) => gids.contains(&group.gid),
        Ok(None) => false,
        Err(error) => {
            warn!(group = name, %error, "cannot look up the group");
            false
        }
    }
}

//! Which groups of the machine an account is in, asked of the system once a minute.

use std::collections::HashMap;
use std::ffi::CString;
use std::sync::{Mutex, PoisonError};

use nix::unistd::{Gid, Group, Uid, User, getgrouplist};
use tracing::warn;

use super::Peer;

/// Members are operators where there is one org only.
const OPERATORS: &str = "plant";
/// Members are administrators where there is one org only.
const ADMINISTRATORS: &str = "plant-admin";
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

//! What the inboxes of the orgs may hold.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use plant_core::ids::OrgId;

/// Bytes of pushes that are on their way, by org, and what their inboxes may hold.
#[derive(Debug, Default)]
pub struct Quotas {
    arriving: Mutex<HashMap<OrgId, u64>>,
}

impl Quotas {
    /// Keeps room for some bytes more of an org; whether its inbox may hold them beside `held` bytes.
    pub fn take(&self, org: OrgId, bytes: u64, held: u64, quota_mib: u64) -> bool {
        let mut arriving = self.arriving.lock().unwrap_or_else(PoisonError::into_inner);
        let now = arriving.entry(org).or_default();
        let wanted = now.saturating_add(bytes);
        if held.saturating_add(wanted) > quota_mib.saturating_mul(1 << 20) {
            return false;
        }
        *now = wanted;
        true
    }

    /// Gives the room of a push back.
    pub fn give_back(&self, org: OrgId, bytes: u64) {
        let mut arriving = self.arriving.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(now) = arriving.get_mut(&org) {
            *now = now.saturating_sub(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_quota_counts_what_is_held_and_what_arrives() {
        let quotas = Quotas::default();
        let org = |number: u8| OrgId(Uuid::from_bytes([number; 16]));
        let mib = 1 << 20;
        assert!(quotas.take(org(1), 3 * mib, 5 * mib, 10));
        assert!(
            !quotas.take(org(1), 3 * mib, 5 * mib, 10),
            "two at once share the quota"
        );
        assert!(quotas.take(org(2), 10 * mib, 0, 10));
        quotas.give_back(org(1), 3 * mib);
        assert!(quotas.take(org(1), 5 * mib, 5 * mib, 10));
    }
}

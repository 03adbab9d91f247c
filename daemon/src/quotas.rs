//! What the inboxes of the orgs may hold.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use plant_core::ids::OrgId;

/// How full the inboxes are of which pushes are open, by org.
#[derive(Debug, Default)]
pub struct Quotas {
    inboxes: Mutex<Inboxes>,
}

#[derive(Debug, Default)]
struct Inboxes {
    filling: HashMap<OrgId, Filling>,
    /// Pushes that ended, of all orgs.
    ended: u64,
}

/// An inbox while pushes into it are open.
#[derive(Debug, Default)]
struct Filling {
    /// Pushes that are open.
    open: usize,
    /// Bytes that it holds, with those that arrive.
    bytes: u64,
}

impl Quotas {
    /// Begins a push into the inbox of an org; the first one that is open counts what the inbox holds.
    ///
    /// # Errors
    /// What counting says; nothing is begun then.
    pub fn begin(&self, org: OrgId, held: impl Fn() -> std::io::Result<u64>) -> std::io::Result<()> {
        loop {
            let before = {
                let mut inboxes = self.lock();
                if let Some(filling) = inboxes.filling.get_mut(&org) {
                    filling.open += 1;
                    return Ok(());
                }
                inboxes.ended
            };
            // Counted without the lock: a large inbox keeps nobody waiting.
            let bytes = held()?;
            let mut inboxes = self.lock();
            if inboxes.ended == before && !inboxes.filling.contains_key(&org) {
                inboxes.filling.insert(org, Filling { open: 1, bytes });
                return Ok(());
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inboxes> {
        self.inboxes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps room for some bytes more of an org; whether its inbox may hold them.
    pub fn take(&self, org: OrgId, bytes: u64, quota_mib: u64) -> bool {
        let mut inboxes = self.lock();
        let filling = inboxes.filling.entry(org).or_default();
        let wanted = filling.bytes.saturating_add(bytes);
        if wanted > quota_mib.saturating_mul(1 << 20) {
            return false;
        }
        filling.bytes = wanted;
        true
    }

    /// Ends a push; `lost` bytes of it were not kept.
    pub fn end(&self, org: OrgId, lost: u64) {
        let mut inboxes = self.lock();
        inboxes.ended += 1;
        if let Some(filling) = inboxes.filling.get_mut(&org) {
            filling.bytes = filling.bytes.saturating_sub(lost);
            filling.open = filling.open.saturating_sub(1);
            if filling.open == 0 {
                inboxes.filling.remove(&org);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_quota_counts_what_is_held_and_what_arrives() {
        let quotas = Quotas::default();
        let org = |number: u8| OrgId(Uuid::from_bytes([number; 16]));
        let mib = 1 << 20;
        let begin = |number: u8, held: u64| quotas.begin(org(number), || Ok(held * mib)).unwrap();
        begin(1, 5);
        begin(1, 99);
        assert!(quotas.take(org(1), 3 * mib, 10));
        assert!(!quotas.take(org(1), 3 * mib, 10), "two at once share the quota");
        begin(2, 0);
        assert!(quotas.take(org(2), 10 * mib, 10));
        quotas.end(org(1), 0);
        assert!(!quotas.take(org(1), 3 * mib, 10), "what one kept is held for the other");
        assert!(quotas.take(org(1), 2 * mib, 10));
        quotas.end(org(1), 2 * mib);
        begin(1, 8);
        assert!(quotas.take(org(1), 2 * mib, 10));
        assert!(!quotas.take(org(1), 1, 10), "counted anew");
        quotas.end(org(1), 2 * mib);
        assert!(quotas.begin(org(1), || Err(ErrorKind::Other.into())).is_err());
    }
}

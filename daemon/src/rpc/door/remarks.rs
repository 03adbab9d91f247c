//! Which remarks were written lately, so that somebody who tries again and again doesn't fill the audit log.

use std::collections::HashMap;

use super::look_up::Remark;

/// How long the same remark is not written again.
const AGAIN_MS: u64 = 60 * 60 * 1_000;
/// Remarks remembered at most; beyond it the oldest is forgotten.
const REMEMBERED: usize = 4_096;

/// The remarks of the last hour, each with when it was written.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    written_ms: HashMap<Remark, u64>,
}

impl Remarks {
    /// Whether it is to be written now; it then counts as written, so that of many at once only one is.
    pub(super) fn begin(&mut self, remark: &Remark, now_ms: u64) -> bool {
        let is_fresh = |written_ms: u64| now_ms.saturating_sub(written_ms) < AGAIN_MS;
        if self.written_ms.get(remark).is_some_and(|at| is_fresh(*at)) {
            return false;
        }
        if self.written_ms.len() >= REMEMBERED {
            self.written_ms.retain(|_, at| is_fresh(*at));
        }
        if self.written_ms.len() >= REMEMBERED
            && let Some(oldest) = self
                .written_ms
                .iter()
                .min_by_key(|(_, at)| **at)
                .map(|(remark, _)| remark.clone())
        {
            self.written_ms.remove(&oldest);
        }
        self.written_ms.insert(remark.clone(), now_ms);
        true
    }

    /// It was not written after all.
    pub(super) fn forget(&mut self, remark: &Remark) {
        self.written_ms.remove(remark);
    }
}

#[cfg(test)]
mod tests {
    use plant_core::ids::OrgId;
    use uuid::Uuid;

    use super::*;

    fn remark(uid: u32, method: &'static str) -> Remark {
        Remark {
            uid,
            org: OrgId(Uuid::nil()),
            action: "access.denied",
            method,
        }
    }

    #[test]
    fn the_same_is_written_once_an_hour() {
        let mut remarks = Remarks::default();
        assert!(remarks.begin(&remark(1, "/a"), 0));
        assert!(!remarks.begin(&remark(1, "/a"), AGAIN_MS - 1));
        assert!(remarks.begin(&remark(1, "/b"), 5) && remarks.begin(&remark(2, "/a"), 5));
        assert!(remarks.begin(&remark(1, "/a"), AGAIN_MS));
        remarks.forget(&remark(1, "/a"));
        assert!(remarks.begin(&remark(1, "/a"), AGAIN_MS), "what failed is tried again");
    }

    #[test]
    fn memory_is_bounded() {
        let mut remarks = Remarks::default();
        for uid in 0..10_000 {
            assert!(remarks.begin(&remark(uid, "/a"), u64::from(uid)));
        }
        assert_eq!(remarks.written_ms.len(), REMEMBERED);
        assert!(
            !remarks.begin(&remark(9_999, "/a"), 10_000),
            "the newest are remembered"
        );
        assert!(remarks.begin(&remark(0, "/b"), 2 * AGAIN_MS));
        assert_eq!(remarks.written_ms.len(), 1, "what is old goes first");
    }
}

//! Whether no value of a column stands twice.

/// Hashes that are held at most.
const MOST: usize = 1_000_000;
/// So many are looked through first; then each time there are four times as many.
const FIRST: usize = 1_024;

/// The hashes of values that may all be different. Twins are found now and then, and at the end: sorting so many at once
/// costs a part of what keeping a set of them does.
#[derive(Debug, Clone, Default)]
pub(super) struct Once {
    hashes: Vec<u64>,
    /// How many were looked through.
    seen: usize,
}

impl Once {
    /// Adds a value; `false` where it is known already that one stands twice, or there are too many to tell.
    pub fn may_add(&mut self, hash: u64) -> bool {
        self.hashes.push(hash);
        match self.hashes.len() {
            len if len > MOST => false,
            len if len >= FIRST.max(self.seen * 4) => self.holds(),
            _ => true,
        }
    }

    /// Whether none stood twice.
    pub fn holds(&mut self) -> bool {
        self.hashes.sort_unstable();
        self.seen = self.hashes.len();
        self.hashes.is_sorted_by(|one, next| one < next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twins_are_found_soon_or_at_the_end() {
        assert_eq!(add(0..5_000), (None, true));
        assert_eq!(add([1, 2, 1].into_iter()), (None, false));
        assert_eq!(add((0..5_000).map(|at| at % 500)), (Some(FIRST - 1), false));
        assert_eq!(add((0..4_096).map(|at| at % 4_095)), (Some(4_095), false));
        assert_eq!(add(0..2_000_000), (Some(MOST), true));
    }

    /// Which one was refused first, and what is said in the end.
    fn add(mut hashes: impl Iterator<Item = u64>) -> (Option<usize>, bool) {
        let mut once = Once::default();
        let refused = hashes.position(|hash| !once.may_add(hash));
        (refused, once.holds())
    }
}

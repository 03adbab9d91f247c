//! What is done with hashes: two of them become one, and many are put in order.

/// Two hashes as one; the order matters.
pub(super) fn mix(a: u64, b: u64) -> u64 {
    let mut x = a.rotate_left(32) ^ b.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// How many leading bits of a hash choose its bucket.
const BUCKET_BITS: u32 = 12;

/// Sorts by hashes, stable. Hashes spread evenly, so that most of the work is to deal them into buckets; where they do
/// not, it is an ordinary sort.
pub(super) fn sorted_by_hash<T: Copy>(mut items: Vec<T>, hash: impl Fn(&T) -> u64) -> Vec<T> {
    if items.len() < 1 << (BUCKET_BITS + 2) {
        items.sort_by_key(hash);
        return items;
    }
    let bucket = |item: &T| (hash(item) >> (u64::BITS - BUCKET_BITS)) as usize;
    let mut ends = vec![0_usize; 1 << BUCKET_BITS];
    for item in &items {
        if let Some(count) = ends.get_mut(bucket(item)) {
            *count += 1;
        }
    }
    let mut sum = 0;
    let mut next: Vec<usize> = ends
        .iter()
        .map(|count| {
            sum += count;
            sum - count
        })
        .collect();
    let mut dealt = items.clone();
    for item in &items {
        if let Some(at) = next.get_mut(bucket(item)) {
            if let Some(place) = dealt.get_mut(*at) {
                *place = *item;
            }
            *at += 1;
        }
    }
    let mut rest = dealt.as_mut_slice();
    for count in ends {
        let (same, more) = rest.split_at_mut(count.min(rest.len()));
        same.sort_by_key(&hash);
        rest = more;
    }
    dealt
}

#[cfg(test)]
mod tests {
    use super::{mix, sorted_by_hash};

    #[test]
    fn a_sort_by_hashes_is_a_stable_sort() {
        for (number, different) in [(10, 3), (100_000, 100_000), (100_000, 50), (100_000, 1)] {
            let items: Vec<(u64, u64)> = (0..number).map(|at| (mix(at % different, 7), at)).collect();
            let mut expected = items.clone();
            expected.sort_by_key(|(hash, _)| *hash);
            assert_eq!(
                sorted_by_hash(items, |(hash, _)| *hash),
                expected,
                "{number} {different}"
            );
        }
    }
}

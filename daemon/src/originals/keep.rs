//! Which originals are not kept any longer: by their age, and by the room that all of them may take.

use chrono::{DateTime, Duration, Utc};
use plant_store::originals::Candidate;

use crate::config::{Keep, Originals};

/// Those of the candidates of all orgs that go, oldest first. `total_bytes` is what all originals take, those that may
/// not be deleted too.
pub fn goes<T: Copy>(
    limits: &Originals,
    now: DateTime<Utc>,
    total_bytes: u64,
    candidates: &[(T, Candidate)],
) -> Vec<(T, String)> {
    let mut oldest: Vec<&(T, Candidate)> = candidates.iter().collect();
    oldest.sort_by_key(|(_, candidate)| candidate.stored_at);
    let before = match limits.keep {
        Keep::All => None,
        Keep::Days(days) => now.checked_sub_signed(Duration::days(i64::from(days))),
        Keep::None => Some(DateTime::<Utc>::MAX_UTC),
    };
    let most_bytes = limits.max_gib.map_or(u64::MAX, |gib| gib.saturating_mul(1 << 30));
    let mut left_bytes = total_bytes;
    let mut goes = Vec::new();
    for (whose, candidate) in oldest {
        let is_old = before.is_some_and(|before| candidate.stored_at < before);
        if !is_old && left_bytes <= most_bytes {
            break;
        }
        left_bytes = left_bytes.saturating_sub(candidate.stored_bytes);
        goes.push((*whose, candidate.sha256.clone()));
    }
    goes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(keep: Keep, max_gib: Option<u64>, total_gib: u64, expected: &[&str]) {
        let now = DateTime::from_timestamp(100 * 86_400, 0).unwrap();
        let candidate = |sha256: &str, days: i64| {
            let candidate = Candidate {
                sha256: sha256.to_owned(),
                stored_bytes: 1 << 30,
                stored_at: now - Duration::days(days),
            };
            ((), candidate)
        };
        let candidates = [candidate("new", 1), candidate("oldest", 40), candidate("old", 31)];
        let found: Vec<String> = goes(&Originals { keep, max_gib }, now, total_gib << 30, &candidates)
            .into_iter()
            .map(|((), sha256)| sha256)
            .collect();
        assert_eq!(found, expected, "{keep:?} {max_gib:?} {total_gib}");
    }

    #[test]
    fn the_oldest_go_by_age_and_by_room() {
        check(Keep::All, None, 5, &[]);
        check(Keep::Days(30), None, 5, &["oldest", "old"]);
        check(Keep::Days(35), None, 5, &["oldest"]);
        check(Keep::None, None, 5, &["oldest", "old", "new"]);
        check(Keep::All, Some(5), 5, &[]);
        check(Keep::All, Some(4), 5, &["oldest"]);
        check(Keep::Days(35), Some(3), 5, &["oldest", "old"]);
        // What may not go can take more than there may be: then all goes that may.
        check(Keep::All, Some(1), 9, &["oldest", "old", "new"]);
    }
}

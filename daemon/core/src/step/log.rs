//! How long each state of one machine lasted, where rows say when it began.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::variable::Variable;

/// A state that had not ended when its file did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lasting {
    /// Since when its file does not say how long it lasts: the last row that has it.
    pub since: DateTime<Utc>,
    /// Whether it was there before, so that it was counted already.
    pub goes_on: bool,
    /// Local date of the row that says so.
    pub day: Option<NaiveDate>,
    /// Name of the file of that row.
    pub file: String,
    /// Line of that row.
    pub line: u64,
    /// The texts, flags and dates of that row, which make the state: those of two rows that say the same are the same.
    pub values: BTreeMap<Variable, String>,
}

/// The state that was there before the rows of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Before {
    /// Its number.
    pub state: u32,
    /// Since when it is not counted, in microseconds since 1970.
    pub since: i64,
    /// See [`Lasting::goes_on`].
    pub goes_on: bool,
}

/// How long the state of a row lasted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasts {
    /// Until then, in microseconds since 1970.
    Until(i64),
    /// It had not ended with the last row, which has it for the first time.
    Open,
    /// It is the state that was there already.
    GoesOn,
    /// Another row says another state at the same moment.
    Overruled,
}

/// What the rows of a machine say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Of each row, in their order.
    pub rows: Vec<Lasts>,
    /// Until when the state from before lasted, as far as the rows say; `None` where that adds nothing.
    pub carried_until: Option<i64>,
    /// The last row, with which a state lasts that has not ended, and whether it goes on (see [`Lasting::goes_on`]); `None`
    /// without a row.
    pub open: Option<(usize, bool)>,
}

/// How long the states of rows lasted, as far as these tell: a state that several rows have lasts until the last of them at
/// least. Each row has its moment in microseconds since 1970, in order, and its state: equal numbers mean the same.
pub fn lasting(before: Option<Before>, rows: &[(i64, u32)]) -> Log {
    let mut log = Log {
        rows: Vec::with_capacity(rows.len()),
        carried_until: None,
        open: None,
    };
    let mut state = before.map(|before| before.state);
    let until = |at: i64| before.filter(|before| at > before.since).map(|_| at);
    // The row with which the state began, where that is one of these.
    let mut began: Option<usize> = None;
    for (index, (at, says)) in rows.iter().enumerate() {
        if rows.get(index + 1).is_some_and(|(next, _)| next == at) {
            log.rows.push(Lasts::Overruled);
            continue;
        }
        if state == Some(*says) {
            log.rows.push(Lasts::GoesOn);
            continue;
        }
        match began.and_then(|began| log.rows.get_mut(began)) {
            Some(open) => *open = Lasts::Until(*at),
            None => log.carried_until = until(*at),
        }
        began = Some(index);
        log.rows.push(Lasts::Open);
        state = Some(*says);
    }
    let Some((last, (at, _))) = rows.iter().enumerate().next_back() else {
        return log;
    };
    let goes_on = match began {
        Some(began) => {
            if let Some(open) = log.rows.get_mut(began).filter(|_| began != last) {
                *open = Lasts::Until(*at);
            }
            began != last
        }
        None => {
            log.carried_until = until(*at);
            log.carried_until.is_some() || before.is_some_and(|before| before.goes_on)
        }
    };
    log.open = Some((last, goes_on));
    log
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there(state: u32, since: i64) -> Option<Before> {
        Some(Before {
            state,
            since,
            goes_on: false,
        })
    }

    fn check(before: Option<u32>, rows: &[(i64, u32)], lasts: &[Lasts], carried_until: Option<i64>) {
        let log = lasting(before.and_then(|state| there(state, -1)), rows);
        assert_eq!(log.rows, lasts, "{rows:?}");
        assert_eq!(log.carried_until, carried_until, "{rows:?}");
    }

    #[test]
    fn a_state_lasts_until_another_one_begins() {
        use Lasts::{GoesOn, Open, Overruled, Until};
        check(None, &[(0, 1), (5, 2), (9, 1)], &[Until(5), Until(9), Open], None);
        check(None, &[(0, 1), (5, 1), (9, 2)], &[Until(9), GoesOn, Open], None);
        check(None, &[(0, 1), (5, 1), (9, 1)], &[Until(9), GoesOn, GoesOn], None);
        check(
            None,
            &[(0, 1), (5, 2), (5, 3), (9, 1)],
            &[Until(5), Overruled, Until(9), Open],
            None,
        );
        check(Some(7), &[(5, 1), (9, 2)], &[Until(9), Open], Some(5));
        check(Some(1), &[(5, 1), (9, 2)], &[GoesOn, Open], Some(9));
        check(Some(1), &[(5, 1), (9, 1)], &[GoesOn, GoesOn], Some(9));
        check(Some(1), &[], &[], None);
    }

    #[test]
    fn what_lasts_behind_the_rows_is_what_the_last_one_says() {
        assert_eq!(lasting(there(1, 0), &[]).open, None);
        assert_eq!(lasting(there(1, 0), &[(5, 1)]).open, Some((0, true)));
        assert_eq!(lasting(there(1, 0), &[(5, 2), (6, 2)]).open, Some((1, true)));
        assert_eq!(lasting(None, &[(5, 2), (6, 1)]).open, Some((1, false)));
    }

    #[test]
    fn of_one_moment_the_later_file_holds_and_nothing_lasts_no_time() {
        let same = lasting(there(1, 5), &[(5, 1)]);
        assert_eq!(
            (same.carried_until, same.open),
            (None, Some((0, false))),
            "nothing of it was counted"
        );
        let counted = Before {
            state: 1,
            since: 5,
            goes_on: true,
        };
        assert_eq!(lasting(Some(counted), &[(5, 1)]).open, Some((0, true)));
        let other = lasting(there(1, 5), &[(5, 2), (9, 1)]);
        assert_eq!(
            (other.carried_until, &other.rows[..]),
            (None, &[Lasts::Until(9), Lasts::Open][..])
        );
    }
}

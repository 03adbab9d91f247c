//! How long each state of one machine lasted, where rows say when it began.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::variable::Variable;

/// A state that had not ended when its file did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lasting {
    /// When it began.
    pub since: DateTime<Utc>,
    /// Local date of the row that says so.
    pub day: Option<NaiveDate>,
    /// Name of the file of that row.
    pub file: String,
    /// Line of that row.
    pub line: u64,
    /// The texts, flags and dates of that row, which make the state: those of two rows that say the same are the same.
    pub values: BTreeMap<Variable, String>,
}

/// How long the state of a row lasted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasts {
    /// Until then, in microseconds since 1970.
    Until(i64),
    /// It had not ended with the last row.
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
    /// When the state ended that was there before them; `None` where there was none, or where it did not.
    pub carried_until: Option<i64>,
    /// The row with which the state began that lasts behind them; `None` where that is the one from before.
    pub open: Option<usize>,
}

/// How long the states of rows lasted. `before` is the state that was there before them; each row has its moment in
/// microseconds since 1970, in order, and its state: equal numbers mean the same.
pub fn lasting(before: Option<u32>, rows: &[(i64, u32)]) -> Log {
    let mut log = Log {
        rows: Vec::with_capacity(rows.len()),
        carried_until: None,
        open: None,
    };
    let mut state = before;
    for (index, (at, says)) in rows.iter().enumerate() {
        if rows.get(index + 1).is_some_and(|(next, _)| next == at) {
            log.rows.push(Lasts::Overruled);
            continue;
        }
        if state == Some(*says) {
            log.rows.push(Lasts::GoesOn);
            continue;
        }
        match log.open.and_then(|open| log.rows.get_mut(open)) {
            Some(open) => *open = Lasts::Until(*at),
            None if before.is_some() => log.carried_until = Some(*at),
            None => {}
        }
        log.open = Some(index);
        log.rows.push(Lasts::Open);
        state = Some(*says);
    }
    log
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: Option<u32>, rows: &[(i64, u32)], lasts: &[Lasts], carried_until: Option<i64>) {
        let log = lasting(before, rows);
        assert_eq!(log.rows, lasts, "{rows:?}");
        assert_eq!(log.carried_until, carried_until, "{rows:?}");
    }

    #[test]
    fn a_state_lasts_until_another_one_begins() {
        use Lasts::{GoesOn, Open, Overruled, Until};
        check(None, &[(0, 1), (5, 2), (9, 1)], &[Until(5), Until(9), Open], None);
        check(None, &[(0, 1), (5, 1), (9, 2)], &[Until(9), GoesOn, Open], None);
        check(
            None,
            &[(0, 1), (5, 2), (5, 3), (9, 1)],
            &[Until(5), Overruled, Until(9), Open],
            None,
        );
        check(Some(7), &[(5, 1), (9, 2)], &[Until(9), Open], Some(5));
        check(Some(1), &[(5, 1), (9, 2)], &[GoesOn, Open], Some(9));
        check(Some(1), &[(5, 1), (9, 1)], &[GoesOn, GoesOn], None);
        check(Some(1), &[], &[], None);
    }

    #[test]
    fn what_lasts_behind_the_rows_began_with_one_of_them_or_before() {
        assert_eq!(lasting(Some(1), &[(5, 1)]).open, None);
        assert_eq!(lasting(Some(1), &[(5, 2), (6, 2)]).open, Some(0));
        assert_eq!(lasting(None, &[(5, 2), (6, 1)]).open, Some(1));
    }
}

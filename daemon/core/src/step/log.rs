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
    /// When it began, as far as is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_at: Option<DateTime<Utc>>,
    /// Local date of the row with which it began, in whichever file: the day on which all of it counts.
    pub day: Option<NaiveDate>,
    /// Name of the file of that row.
    pub file: String,
    /// Line of that row.
    pub line: u64,
    /// The texts, flags and dates of that row, which make the state: those of two rows that say the same are the same.
    pub values: BTreeMap<Variable, String>,
    /// The state that it ended, where that row has it for the first time: it is the one that was there where another file
    /// has a later row of that moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<Box<Lasting>>,
}

impl Lasting {
    /// What was there before the rows of a file of which the first is of that moment, in microseconds since 1970: of one
    /// moment the later row holds, as within a file, and a state that no time has counted is none.
    pub fn before(self, first: Option<i64>) -> Option<Lasting> {
        match first == Some(self.since.timestamp_micros()) && !self.goes_on {
            true => self.former.map(|former| *former),
            false => Some(self),
        }
    }
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
    /// The state that has not ended; `None` without a row.
    pub open: Option<Open>,
}

/// A state that has not ended with the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Open {
    /// The last row, which has it.
    pub row: usize,
    /// The row with which it began; `None` where it was there before the rows.
    pub began: Option<usize>,
    /// See [`Lasting::goes_on`].
    pub goes_on: bool,
    /// Which state it ended, where that row has it for the first time.
    pub former: Former,
}

/// Which state another one ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Former {
    /// None is known.
    Nothing,
    /// The one from before the rows.
    Before,
    /// That of this row.
    Row(usize),
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
    let mut former = Former::Nothing;
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
        former = match (began, before) {
            (Some(began), _) => Former::Row(began),
            (None, Some(_)) => Former::Before,
            (None, None) => Former::Nothing,
        };
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
    log.open = Some(Open {
        row: last,
        began,
        goes_on,
        former: match began == Some(last) {
            true => former,
            false => Former::Nothing,
        },
    });
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
        let open = |before: Option<Before>, rows: &[(i64, u32)]| {
            let open = lasting(before, rows).open?;
            Some((open.row, open.goes_on, open.former))
        };
        assert_eq!(open(there(1, 0), &[]), None);
        assert_eq!(open(there(1, 0), &[(5, 1)]), Some((0, true, Former::Nothing)));
        assert_eq!(open(there(1, 0), &[(5, 2), (6, 2)]), Some((1, true, Former::Nothing)));
        assert_eq!(open(None, &[(5, 2), (6, 1)]), Some((1, false, Former::Row(0))));
        assert_eq!(open(there(1, 0), &[(5, 2)]), Some((0, false, Former::Before)));
        assert_eq!(open(None, &[(5, 2)]), Some((0, false, Former::Nothing)));
    }

    #[test]
    fn of_one_moment_the_later_file_holds() {
        let at = |second: i64| DateTime::from_timestamp(second, 0).unwrap();
        let lasting = |line: u64, goes_on: bool, former: Option<Lasting>| Lasting {
            since: at(5),
            goes_on,
            first_at: None,
            day: None,
            file: String::new(),
            line,
            values: BTreeMap::new(),
            former: former.map(Box::new),
        };
        let micros = |second: i64| Some(second * 1_000_000);
        let line = |state: Option<Lasting>| state.map(|state| state.line);
        let began = || lasting(1, false, Some(lasting(2, true, None)));
        assert_eq!(line(began().before(micros(6))), Some(1));
        assert_eq!(line(began().before(None)), Some(1));
        assert_eq!(
            line(began().before(micros(5))),
            Some(2),
            "the one before it goes on, or ends"
        );
        assert_eq!(
            line(lasting(1, true, None).before(micros(5))),
            Some(1),
            "it was there before that row"
        );
        assert_eq!(line(lasting(1, false, None).before(micros(5))), None);
    }
}

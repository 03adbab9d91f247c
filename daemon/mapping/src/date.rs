//! Dates and times as plants write them: a cell is taken apart without deciding which part is the day, and the order of
//! the parts is decided for the whole column.
//!
//! Invariants: a text that fits no known form is `None`, never a near date; days that do not exist are errors; a date
//! whose order is undecided is never turned into a point in time; a date that has no meaning in an order has no moment
//! in it (`03/05/2025` does not begin with its year).

mod cell;
mod named;

use chrono::{NaiveDate, NaiveTime};
use plant_core::profile::DateOrder;

pub use self::cell::{Clock, DateCell, Moment, Parts};
use self::cell::{Tail, by_order, clock, digits, pivot, tail_time, time_of};

/// Takes a cell apart; `None` where it has not the shape of a date or a time.
pub fn read(text: &str) -> Option<DateCell> {
    let text = text.trim();
    if text.len() < 3 || text.len() > 48 {
        return None;
    }
    let first = text.bytes().next()?;
    if !(first.is_ascii_alphanumeric() || first >= 0x80) {
        return None;
    }
    if let Some(parts) = iso(text.as_bytes()) {
        return Some(DateCell::Day(parts));
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return compact(text);
    }
    if first.is_ascii_digit() {
        numeric(text).or_else(|| named::read(text))
    } else {
        named::read(text)
    }
}

/// `2025-05-03`, `2025-05-03 14:05`, `2025-05-03T14:05:59`: the usual form, at once; `None` for all others and for what does
/// not exist.
fn iso(text: &[u8]) -> Option<Parts> {
    let (day, time) = text.split_at_checked(10)?;
    let two = |a: u8, b: u8| -> Option<u32> {
        (a.is_ascii_digit() && b.is_ascii_digit()).then(|| u32::from(a - b'0') * 10 + u32::from(b - b'0'))
    };
    let [a, b, c, d, b'-', e, f, b'-', g, h] = *day else {
        return None;
    };
    let year = i32::try_from(two(a, b)? * 100 + two(c, d)?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, two(e, f)?, two(g, h)?)?;
    let time = match *time {
        [] => None,
        [b' ' | b'T', a, b, b':', c, d] => Some(NaiveTime::from_hms_opt(two(a, b)?, two(c, d)?, 0)?),
        [b' ' | b'T', a, b, b':', c, d, b':', e, f] => {
            Some(NaiveTime::from_hms_opt(two(a, b)?, two(c, d)?, two(e, f)?)?)
        }
        _ => return None,
    };
    let clock = |time| Clock {
        time,
        end_of_day: false,
    };
    Some(Parts {
        date,
        time: time.map(clock),
        offset: None,
        compact: false,
    })
}

/// `20250503`, `202505031405`, `20250503140559`.
fn compact(text: &str) -> Option<DateCell> {
    if !matches!(text.len(), 8 | 12 | 14) {
        return None;
    }
    let year = text
        .get(..4)?
        .parse::<i32>()
        .ok()
        .filter(|year| (1900..2200).contains(year) || *year == 9999)?;
    let date = NaiveDate::from_ymd_opt(year, digits(text.get(4..6)?)?, digits(text.get(6..8)?)?)?;
    let time = match text.get(8..).filter(|rest| !rest.is_empty()) {
        None => None,
        Some(rest) => {
            let second = rest.get(4..6).map_or(Some(0), digits)?;
            Some(clock(digits(rest.get(..2)?)?, digits(rest.get(2..4)?)?, second, 0)?)
        }
    };
    Some(DateCell::Day(Parts {
        date,
        time,
        offset: None,
        compact: true,
    }))
}

/// `20250503T093005Z`, `20250503 093005`, `20250503 09:30`.
fn compact_timed(text: &str) -> Option<DateCell> {
    let (day, tail) = text.split_at_checked(8)?;
    let Some(DateCell::Day(parts)) = compact(day) else {
        return None;
    };
    let tail = tail.strip_prefix(['T', 't', ' '])?.trim_start();
    let end = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
    let (figures, behind) = tail.split_at_checked(end)?;
    let spelled = match (figures.len(), figures.get(..2), figures.get(2..4), figures.get(4..)) {
        (4, Some(hour), Some(minute), _) => format!("{hour}:{minute}{behind}"),
        (6, Some(hour), Some(minute), Some(second)) => format!("{hour}:{minute}:{second}{behind}"),
        (1 | 2, ..) if behind.starts_with(':') => tail.to_owned(),
        _ => return None,
    };
    Some(match tail_time(&spelled)? {
        Tail::Time(time, offset) => DateCell::Day(Parts { time, offset, ..parts }),
        Tail::Impossible => DateCell::Impossible,
    })
}

/// Dates that begin with a digit and have three numbers, and times of day.
fn numeric(text: &str) -> Option<DateCell> {
    let sign_at = text.find(|c: char| !c.is_ascii_digit())?;
    let sign = text.get(sign_at..)?.chars().next()?;
    if sign == ':' || sign == 'h' {
        return time_alone(text);
    }
    if sign_at == 8 && matches!(sign, 'T' | 't' | ' ') {
        return compact_timed(text);
    }
    if !matches!(sign, '-' | '/' | '.') {
        return match text.get(sign_at..)?.trim_start().to_ascii_lowercase().as_str() {
            "am" | "pm" => time_alone(text),
            _ => None,
        };
    }
    let mut parts = text.splitn(3, sign);
    let (a, b, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (c, tail) = rest.split_at_checked(end)?;
    let (first, second) = (digits(a)?, digits(b)?);
    let third = digits(c)?;
    if !(1..=2).contains(&b.len()) {
        return None;
    }
    let (time, offset) = match tail_time(tail)? {
        Tail::Time(time, offset) => (time, offset),
        Tail::Impossible => return Some(DateCell::Impossible),
    };
    match (a.len(), c.len()) {
        (4, 1 | 2) => Some(match NaiveDate::from_ymd_opt(first as i32, second, third) {
            Some(date) => DateCell::Day(Parts {
                date,
                time,
                offset,
                compact: false,
            }),
            // 1900-01-00 and 0000-00-00 mean "none".
            None if third == 0 && (second == 0 || first == 1900) => sentinel(),
            None => DateCell::Impossible,
        }),
        (1 | 2, 4) | (1 | 2, 2) => {
            let short = c.len() == 2;
            let year = if short { pivot(third) } else { third as i32 };
            if first == 0 && second == 0 {
                return Some(sentinel());
            }
            let last = (short && a.len() == 2).then_some(third);
            // Days over 28 are left to the month: 31/04 has the shape of a date in one order only.
            let paired = matches!((first, second), (1..=31, 1..=12) | (1..=12, 13..=31));
            match paired || by_order(DateOrder::Ymd, first, second, year, last).is_some() {
                true => Some(DateCell::Pair {
                    first,
                    second,
                    year,
                    last,
                    short,
                    dotted: sign == '.',
                    time,
                    offset,
                }),
                false => Some(DateCell::Impossible),
            }
        }
        _ => None,
    }
}

/// A date that is read as "none" afterwards.
fn sentinel() -> DateCell {
    NaiveDate::from_ymd_opt(1899, 12, 30).map_or(DateCell::Impossible, |date| {
        DateCell::Day(Parts {
            date,
            time: None,
            offset: None,
            compact: false,
        })
    })
}

fn time_alone(text: &str) -> Option<DateCell> {
    // `00:00.0`: two numbers and tenths, what a spreadsheet shows of a date in the format mm:ss.0.
    if let Some((minutes, seconds)) = text.split_once(':')
        && let Some((whole, tenths)) = seconds.split_once('.')
        && minutes.len() == 2
        && whole.len() == 2
        && tenths.len() == 1
        && [minutes, whole, tenths].iter().all(|part| digits(part).is_some())
    {
        return Some(DateCell::Broken);
    }
    Some(match time_of(text)? {
        Some((clock, None)) => DateCell::Clock(clock),
        Some(_) => return None,
        None => DateCell::Impossible,
    })
}

#[cfg(test)]
mod tests;

//! Dates and times as plants write them: a cell is taken apart without deciding which part is the day, and the order of
//! the parts is decided for the whole column.
//!
//! Invariants: a text that fits no known form is `None`, never a near date; days that do not exist are errors; a date
//! whose order is undecided is never turned into a point in time; a date that has no meaning in an order has no moment
//! in it (`03/05/2025` does not begin with its year).

mod named;

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use plant_core::profile::DateOrder;

/// A cell taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateCell {
    /// A date whose parts are certain, with its time.
    Day(Parts),
    /// Two numbers and a year: day and month in one order or the other. Where the year has two digits it may as well be
    /// the first of the three.
    Pair {
        /// First number.
        first: u32,
        /// Second number.
        second: u32,
        /// Year, if it stands last.
        year: i32,
        /// The third number as a day, where the first number has two digits as a year might have.
        last: Option<u32>,
        /// Whether the year has two digits.
        short: bool,
        /// Whether points stand between the numbers.
        dotted: bool,
        /// Time of day.
        time: Option<Clock>,
        /// Offset from UTC in seconds.
        offset: Option<i32>,
    },
    /// A time of day alone.
    Clock(Clock),
    /// `00:00.0`: minutes and tenths that a spreadsheet left of a date.
    Broken,
    /// The shape of a date, but no such day (2025-02-30) or time (25:61).
    Impossible,
}

/// A date with its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// The date.
    pub date: NaiveDate,
    /// Time of day, if one is written.
    pub time: Option<Clock>,
    /// Offset from UTC in seconds, if one is written.
    pub offset: Option<i32>,
    /// Digits only (`20250503`).
    pub compact: bool,
}

/// A time of day; 24:00 is the end of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// The time; midnight for 24:00.
    pub time: NaiveTime,
    /// Whether it is 24:00.
    pub end_of_day: bool,
}

/// A cell as a local time, or as a point in time where an offset is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Date and time as written.
    pub local: NaiveDateTime,
    /// Whether a time of day was written.
    pub timed: bool,
    /// Offset from UTC in seconds, if one was written.
    pub offset: Option<i32>,
}

impl DateCell {
    /// The date and time with that order of day and month; `None` for a time of day, a broken cell or a day that does
    /// not exist.
    pub fn moment(self, order: DateOrder) -> Option<Moment> {
        let (date, time, offset) = match self {
            DateCell::Day(parts) => (parts.date, parts.time, parts.offset),
            DateCell::Pair {
                first,
                second,
                year,
                last,
                time,
                offset,
                ..
            } => (by_order(order, first, second, year, last)?, time, offset),
            DateCell::Clock(_) | DateCell::Broken | DateCell::Impossible => return None,
        };
        let local = match time {
            Some(clock) if clock.end_of_day => date.checked_add_days(Days::new(1))?.and_time(NaiveTime::MIN),
            Some(clock) => date.and_time(clock.time),
            None => date.and_time(NaiveTime::MIN),
        };
        Some(Moment {
            local,
            timed: time.is_some(),
            offset,
        })
    }
}

/// The day that three numbers mean in that order, if there is one.
fn by_order(order: DateOrder, first: u32, second: u32, year: i32, last: Option<u32>) -> Option<NaiveDate> {
    match order {
        DateOrder::Dmy => NaiveDate::from_ymd_opt(year, second, first),
        DateOrder::Mdy => NaiveDate::from_ymd_opt(year, first, second),
        DateOrder::Ymd => NaiveDate::from_ymd_opt(pivot(first), second, last?),
    }
}

impl Moment {
    /// The point in time, where the text itself says its offset.
    pub fn utc(&self) -> Option<chrono::DateTime<chrono::Utc>> {
        let offset = TimeDelta::seconds(i64::from(self.offset?));
        Some(self.local.checked_sub_signed(offset)?.and_utc())
    }
}

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
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return compact(text);
    }
    if first.is_ascii_digit() {
        numeric(text).or_else(|| named::read(text))
    } else {
        named::read(text)
    }
}

fn digits(text: &str) -> Option<u32> {
    (!text.is_empty() && text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
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

/// Two-digit years are 1970 to 2069.
fn pivot(year: u32) -> i32 {
    let year = i32::try_from(year).unwrap_or(0);
    if year < 70 { 2000 + year } else { 1900 + year }
}

enum Tail {
    Time(Option<Clock>, Option<i32>),
    Impossible,
}

/// What stands behind a date: nothing, or a time with its offset.
fn tail_time(tail: &str) -> Option<Tail> {
    let tail = tail.strip_prefix(['T', 't', ',', ';']).unwrap_or(tail).trim();
    if tail.is_empty() {
        return Some(Tail::Time(None, None));
    }
    if !tail.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let dotted = dotted_time(tail);
    Some(match time_of(dotted.as_deref().unwrap_or(tail))? {
        Some((clock, offset)) => Tail::Time(Some(clock), offset),
        None => Tail::Impossible,
    })
}

/// `14.30`, `09.30.05.123000 AM` behind a date, with colons.
fn dotted_time(tail: &str) -> Option<String> {
    let end = tail
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(tail.len());
    let (time, behind) = tail.split_at_checked(end)?;
    let mut parts = time.splitn(4, '.');
    let (hour, minute) = (parts.next()?, parts.next()?);
    let two = |part: &str| part.len() == 2;
    match (parts.next(), parts.next()) {
        (None, _) if two(minute) => Some(format!("{hour}:{minute}{behind}")),
        (Some(second), None) if two(minute) && two(second) => Some(format!("{hour}:{minute}:{second}{behind}")),
        (Some(second), Some(part)) if two(minute) && two(second) => {
            Some(format!("{hour}:{minute}:{second}.{part}{behind}"))
        }
        _ => None,
    }
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

/// `h:mm[:ss[.fff]] [am|pm] [Z|±hh[:mm]]`; the inner `None` is a time that does not exist.
fn time_of(text: &str) -> Option<Option<(Clock, Option<i32>)>> {
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.' | ',' | 'h')))
        .unwrap_or(text.len());
    let (time, tail) = text.split_at_checked(end)?;
    let mut parts = time.split([':', 'h']);
    let hour = parts.next().filter(|hour| hour.len() <= 2).and_then(digits)?;
    let minute = parts.next();
    let seconds = parts.next();
    if parts.next().is_some() {
        return None;
    }
    let mut tail = tail.trim();
    let mut afternoon = None;
    let folded: String = tail
        .chars()
        .filter(|c| !matches!(c, '.' | ' '))
        .collect::<String>()
        .to_ascii_lowercase();
    if folded.starts_with("am") || folded.starts_with("pm") {
        afternoon = Some(folded.starts_with('p'));
        let letters = tail.rfind(['m', 'M'])?;
        tail = tail.get(letters + 1..)?.trim_start_matches('.').trim();
    }
    // An hour alone is a time only with am or pm behind it.
    let minute = match minute {
        Some(minute) if minute.len() == 2 => digits(minute)?,
        None if afternoon.is_some() => 0,
        _ => return None,
    };
    let (second, nanos) = match seconds {
        None => (0, 0),
        Some(seconds) => {
            let (whole, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, ""));
            (digits(whole)?, nanoseconds(fraction)?)
        }
    };
    let offset = match tail {
        "" => None,
        "Z" | "z" | "UTC" | "GMT" => Some(0),
        other => Some(offset_of(other)?),
    };
    let hour = match afternoon {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return Some(None),
        Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
    };
    Some(clock(hour, minute, second, nanos).map(|clock| (clock, offset)))
}

fn nanoseconds(fraction: &str) -> Option<u32> {
    if fraction.is_empty() {
        return Some(0);
    }
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let kept = fraction.get(..fraction.len().min(9))?;
    let power = 9_u32.checked_sub(u32::try_from(kept.len()).ok()?)?;
    kept.parse::<u32>().ok()?.checked_mul(10_u32.pow(power))
}

fn clock(hour: u32, minute: u32, second: u32, nanos: u32) -> Option<Clock> {
    if (hour, minute, second, nanos) == (24, 0, 0, 0) {
        return Some(Clock {
            time: NaiveTime::MIN,
            end_of_day: true,
        });
    }
    // A leap second is the first second of the next minute to everybody but astronomers.
    NaiveTime::from_hms_nano_opt(hour, minute, second.min(59), nanos)
        .filter(|_| second <= 60)
        .map(|time| Clock {
            time,
            end_of_day: false,
        })
}

fn offset_of(text: &str) -> Option<i32> {
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' | '−' => -1,
        _ => return None,
    };
    let numbers: String = text.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = match numbers.len() {
        1 | 2 => (digits(&numbers)?, 0),
        4 => (digits(numbers.get(..2)?)?, digits(numbers.get(2..)?)?),
        _ => return None,
    };
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    (hours <= 14 && minutes < 60).then_some(sign * seconds)
}

#[cfg(test)]
mod tests;

//! What a cell of a date column holds, and how the time behind a date is read.

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
pub(super) fn by_order(order: DateOrder, first: u32, second: u32, year: i32, last: Option<u32>) -> Option<NaiveDate> {
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

/// Up to nine digits and nothing else.
pub(super) fn digits(text: &str) -> Option<u32> {
    (!text.is_empty() && text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Two-digit years are 1970 to 2069.
pub(super) fn pivot(year: u32) -> i32 {
    let year = i32::try_from(year).unwrap_or(0);
    if year < 70 { 2000 + year } else { 1900 + year }
}

/// What stands behind a date.
pub(super) enum Tail {
    Time(Option<Clock>, Option<i32>),
    Impossible,
}

/// What stands behind a date: nothing, or a time with its offset.
pub(super) fn tail_time(tail: &str) -> Option<Tail> {
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

/// `h:mm[:ss[.fff]] [am|pm] [Z|±hh[:mm]]`; the inner `None` is a time that does not exist.
pub(super) fn time_of(text: &str) -> Option<Option<(Clock, Option<i32>)>> {
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

pub(super) fn clock(hour: u32, minute: u32, second: u32, nanos: u32) -> Option<Clock> {
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

//! Time as plants write it: local times in a zone, days in it, and the dates of spreadsheets.
//!
//! Invariants: every interval is half-open, `[from, to)`; lengths come from UTC, never from local clock readings; a local
//! time that exists twice or not at all is resolved by one rule and says so.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// What had to be decided to read a local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalKind {
    /// It exists once.
    Exact,
    /// It exists twice; the first was taken.
    First,
    /// It exists twice; the second was taken, because the rows before it are later than the first.
    Second,
    /// It does not exist (clocks go forward over it); it was moved forward by the gap.
    Shifted,
}

/// A local time as a point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved {
    /// The point in time.
    pub utc: DateTime<Utc>,
    /// How it was found.
    pub kind: LocalKind,
}

/// The zone of that IANA name.
pub fn zone(name: &str) -> Option<Tz> {
    name.parse().ok()
}

/// A local time in a zone as a point in time. `after` is the latest time before it in a file whose times increase:
/// where the first of two readings would go back behind it, the second is meant.
pub fn to_utc(zone: Tz, local: NaiveDateTime, after: Option<DateTime<Utc>>) -> Resolved {
    let exact = |utc, kind| Resolved { utc, kind };
    match zone.from_local_datetime(&local) {
        chrono::LocalResult::Single(time) => exact(time.with_timezone(&Utc), LocalKind::Exact),
        chrono::LocalResult::Ambiguous(first, second) => {
            let (first, second) = (first.with_timezone(&Utc), second.with_timezone(&Utc));
            match after {
                Some(after) if after >= first => exact(second, LocalKind::Second),
                _ => exact(first, LocalKind::First),
            }
        }
        chrono::LocalResult::None => {
            // Reading it with the offset that held before the gap moves it forward by the length of the gap. No zone
            // skips more than a day.
            let before = local.checked_sub_days(Days::new(1)).unwrap_or(local);
            let offset = zone.offset_from_utc_datetime(&before).fix().local_minus_utc();
            let utc = local
                .checked_sub_signed(TimeDelta::seconds(i64::from(offset)))
                .unwrap_or(local)
                .and_utc();
            exact(utc, LocalKind::Shifted)
        }
    }
}

/// The date in a zone at that moment; in UTC where the zone is unknown.
pub fn today(zone_name: &str, now: DateTime<Utc>) -> NaiveDate {
    local(zone(zone_name).unwrap_or(Tz::UTC), now).date()
}

/// The local date and time of a point in time.
pub fn local(zone: Tz, at: DateTime<Utc>) -> NaiveDateTime {
    at.with_timezone(&zone).naive_local()
}

/// The point in time at which a local date begins.
pub fn day_start(zone: Tz, day: NaiveDate) -> DateTime<Utc> {
    to_utc(zone, day.and_time(NaiveTime::MIN), None).utc
}

/// The date and time of a spreadsheet's serial day number, to the millisecond; `None` outside 0 to 9999-12-31 and for
/// the day 1900-02-29 that the 1900 system counts although it never was.
pub fn excel_serial(serial: f64, date_1904: bool) -> Option<NaiveDateTime> {
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let day = serial.floor();
    let base = match (date_1904, day as i64) {
        (true, _) => NaiveDate::from_ymd_opt(1904, 1, 1)?,
        (false, 60) => return None,
        (false, ..60) => NaiveDate::from_ymd_opt(1899, 12, 31)?,
        (false, _) => NaiveDate::from_ymd_opt(1899, 12, 30)?,
    };
    let milliseconds = ((serial - day) * 86_400_000.0).round();
    base.and_time(NaiveTime::MIN)
        .checked_add_signed(TimeDelta::try_days(day as i64)?)?
        .checked_add_signed(TimeDelta::milliseconds(milliseconds as i64))
}

/// Whether a date stands for "none": the zero of spreadsheets and databases, or the end of time.
pub fn is_sentinel(at: NaiveDateTime) -> bool {
    let date = at.date();
    match (date.year(), date.month(), date.day()) {
        (1 | 1753 | 1900, 1, 1) | (1899, 12, 30 | 31) | (9999, 12, 31) => true,
        (1970, 1, 1) => at.time() == NaiveTime::MIN,
        _ => false,
    }
}

#[cfg(test)]
mod tests;

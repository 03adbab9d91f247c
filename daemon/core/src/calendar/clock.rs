//! Times of day to the minute, and days of the week, as people write them.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike as _, NaiveDate, NaiveTime, Weekday, WeekdaySet};
use serde::{Deserialize, Serialize};

use crate::word::UnknownWord;

const MINUTES_PER_HOUR: u16 = 60;
/// Minutes of a day on the clock.
pub(super) const MINUTES_PER_DAY: u16 = 24 * MINUTES_PER_HOUR;

/// A time of day, to the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Clock(u16);

impl Clock {
    /// How it is written.
    pub const EXPECTED: &'static str = "a time of day such as 06:00";

    /// Minutes since midnight.
    pub fn minutes(self) -> u16 {
        self.0
    }

    /// The same as a time.
    pub fn time(self) -> NaiveTime {
        let seconds = u32::from(self.0) * 60;
        NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap_or(NaiveTime::MIN)
    }

    /// Minutes from another time of day until this one comes next: 0 where they are the same.
    pub fn since(self, other: Clock) -> u16 {
        (self.0 + MINUTES_PER_DAY - other.0) % MINUTES_PER_DAY
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / MINUTES_PER_HOUR, self.0 % MINUTES_PER_HOUR)
    }
}

/// `06:00`, `6:00`; `24:00` is midnight.
impl FromStr for Clock {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Clock, UnknownWord> {
        let number = |text: &str, most: u16| {
            let is_number = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            (text.parse::<u16>().ok()).filter(|number| is_number && *number <= most)
        };
        text.trim()
            .split_once(':')
            .filter(|(_, minutes)| minutes.len() == 2)
            .and_then(|(hours, minutes)| Some((number(hours, 24)?, number(minutes, 59)?)))
            .map(|(hours, minutes)| hours * MINUTES_PER_HOUR + minutes)
            .filter(|minutes| *minutes <= MINUTES_PER_DAY)
            .map(|minutes| Clock(minutes % MINUTES_PER_DAY))
            .ok_or_else(|| UnknownWord {
                word: text.to_owned(),
                expected: Clock::EXPECTED,
            })
    }
}

impl From<Clock> for String {
    fn from(clock: Clock) -> String {
        clock.to_string()
    }
}

impl TryFrom<String> for Clock {
    type Error = UnknownWord;

    fn try_from(text: String) -> Result<Clock, UnknownWord> {
        text.parse()
    }
}

/// The days of a week, in order.
pub(super) const WEEK: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

/// Some of the days of a week, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Weekdays(WeekdaySet);

impl Weekdays {
    /// How they are written.
    pub const EXPECTED: &'static str = "days of the week such as mon-fri or mon,wed,sat";
    /// All of them.
    pub const ALL: Weekdays = Weekdays(WeekdaySet::ALL);

    /// Whether a day is one of them.
    pub fn has(self, day: Weekday) -> bool {
        self.0.contains(day)
    }

    /// Whether a date falls on one of them.
    pub fn contains(self, day: NaiveDate) -> bool {
        self.has(day.weekday())
    }

    /// How many they are.
    pub fn count(self) -> u8 {
        self.0.len()
    }
}

/// In the order of the week; three days and more that follow each other as `mon-fri`.
impl fmt::Display for Weekdays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Weekdays::ALL {
            return f.pad("daily");
        }
        let runs = WEEK.chunk_by(|one, other| self.has(*one) == self.has(*other));
        let parts = runs
            .filter(|run| run.first().is_some_and(|day| self.has(*day)))
            .map(|run| match run {
                [first, _, .., last] => format!("{first}-{last}"),
                few => few.iter().map(Weekday::to_string).collect::<Vec<_>>().join(","),
            });
        f.pad(&parts.collect::<Vec<_>>().join(",").to_lowercase())
    }
}

/// `mon-fri`, `mon,wed,sat`, `sun-thu`, `daily`.
impl FromStr for Weekdays {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Weekdays, UnknownWord> {
        let day = |name: &str| name.trim().parse::<Weekday>().ok();
        let days = |part: &str| -> Option<WeekdaySet> {
            if part.trim().eq_ignore_ascii_case("daily") {
                return Some(WeekdaySet::ALL);
            }
            let Some((first, last)) = part.split_once('-') else {
                return Some(WeekdaySet::single(day(part)?));
            };
            let (first, last) = (day(first)?, day(last)?);
            let mut days = WeekdaySet::single(last);
            let mut next = first;
            while next != last {
                days.insert(next);
                next = next.succ();
            }
            Some(days)
        };
        let mut parts = text.split(',').map(days);
        let all = parts.try_fold(WeekdaySet::EMPTY, |all, part| Some(all.union(part?)));
        all.map(Weekdays).ok_or_else(|| UnknownWord {
            word: text.to_owned(),
            expected: Weekdays::EXPECTED,
        })
    }
}

impl From<Weekdays> for String {
    fn from(days: Weekdays) -> String {
        days.to_string()
    }
}

impl TryFrom<String> for Weekdays {
    type Error = UnknownWord;

    fn try_from(text: String) -> Result<Weekdays, UnknownWord> {
        text.parse()
    }
}

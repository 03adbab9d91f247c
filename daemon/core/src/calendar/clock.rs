//! Times of day to the minute, and days of the week, as people write them.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike as _, NaiveDate, NaiveTime};
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

/// The days of a week, Monday first.
const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const LONG_NAMES: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Some of the days of a week, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Weekdays(u8);

impl Weekdays {
    /// How they are written.
    pub const EXPECTED: &'static str = "days of the week such as mon-fri or mon,wed,sat";
    /// All of them.
    pub const ALL: Weekdays = Weekdays(0b111_1111);

    /// Whether the day of that number (Monday is 0) is one of them.
    pub fn has(self, number: u8) -> bool {
        self.0 & 1 << number != 0
    }

    /// Whether a date falls on one of them.
    pub fn contains(self, day: NaiveDate) -> bool {
        u8::try_from(day.weekday().num_days_from_monday()).is_ok_and(|number| self.has(number))
    }
}

fn number(name: &str) -> Option<u8> {
    let name = name.trim().to_lowercase();
    let places = (0..).zip(NAMES.iter().zip(LONG_NAMES));
    places
        .filter(|(_, (short, long))| name == **short || name == *long)
        .map(|(place, _)| place)
        .next()
}

/// In the order of the week; three days and more that follow each other as `mon-fri`.
impl fmt::Display for Weekdays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Weekdays::ALL {
            return f.pad("daily");
        }
        let mut parts: Vec<String> = Vec::new();
        let mut run: Vec<&str> = Vec::new();
        let mut end = |run: &mut Vec<&str>| {
            match run.as_slice() {
                [first, _, .., last] => parts.push(format!("{first}-{last}")),
                few => parts.extend(few.iter().map(|day| (*day).to_owned())),
            }
            run.clear();
        };
        for (place, name) in (0..).zip(NAMES) {
            match self.has(place) {
                true => run.push(name),
                false => end(&mut run),
            }
        }
        end(&mut run);
        f.pad(&parts.join(","))
    }
}

/// `mon-fri`, `mon,wed,sat`, `sun-thu`, `daily`.
impl FromStr for Weekdays {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Weekdays, UnknownWord> {
        let days = |part: &str| -> Option<u8> {
            if part.trim().eq_ignore_ascii_case("daily") {
                return Some(Weekdays::ALL.0);
            }
            let Some((first, last)) = part.split_once('-') else {
                return Some(1 << number(part)?);
            };
            let (first, last) = (number(first)?, number(last)?);
            let length = (last + 7 - first) % 7;
            Some((0..=length).fold(0, |days, place| days | 1 << ((first + place) % 7)))
        };
        let mut parts = text.split(',').map(days);
        let all = parts.try_fold(0, |all, part| Some(all | part?));
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

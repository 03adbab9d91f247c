//! A shift: when it begins and ends, its breaks, and how both are written.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::clock::{Clock, MINUTES_PER_DAY, Weekdays};
use crate::word::UnknownWord;

/// Longest name of a shift, in characters.
const NAME_MAX: usize = 100;
/// Breaks of a shift, at most.
const BREAKS_MAX: usize = 20;
/// What stands before a break.
const BREAK: &str = "break";

/// A break: unpaid or planned, and no planned time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Break {
    /// Begin.
    pub start: Clock,
    /// End.
    pub end: Clock,
}

impl Break {
    /// Minutes on the clock.
    pub(super) fn length(self) -> u16 {
        self.end.since(self.start)
    }
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.start, self.end)
    }
}

/// The hours of a shift on the clock. One that ends when or before it begins ends on the next day.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hours {
    /// The name, as rows write it.
    pub name: String,
    /// Begin.
    pub start: Clock,
    /// End.
    pub end: Clock,
    /// Its breaks.
    #[serde(default)]
    pub breaks: Vec<Break>,
}

/// A shift that comes again each week.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shift {
    /// The days on which it begins.
    pub weekdays: Weekdays,
    /// When.
    #[serde(flatten)]
    pub hours: Hours,
}

/// Why a shift can't be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShiftFault {
    /// It is not written as one.
    #[error("`{text}` is no shift: write NAME=DAYS BEGIN-END, such as `early=mon-fri 06:00-14:00 break 09:00-09:15`")]
    Form {
        /// As written.
        text: String,
    },
    /// The hours of a special day are not written as such.
    #[error("`{text}` is no shift of a day: write NAME=BEGIN-END, such as `early=06:00-12:00 break 09:00-09:15`")]
    HoursForm {
        /// As written.
        text: String,
    },
    /// Days or times are none.
    #[error("shift {name}: {source}")]
    Word {
        /// Which shift.
        name: String,
        /// What is none.
        source: UnknownWord,
    },
    /// What stands behind the hours is no break.
    #[error("shift {name}: `{text}` is no break: write break BEGIN-END, such as `break 09:00-09:15`")]
    NoBreak {
        /// Which shift.
        name: String,
        /// As written.
        text: String,
    },
    /// The name is none.
    #[error("a shift has a name of at most {NAME_MAX} characters, without `=` and control characters")]
    Name,
    /// A break lies outside of its shift.
    #[error("the break {pause} is outside of shift {name}, which lasts from {start} to {end}")]
    Outside {
        /// The break.
        pause: Break,
        /// Which shift.
        name: String,
        /// Its begin.
        start: Clock,
        /// Its end.
        end: Clock,
    },
    /// A break has no length.
    #[error("the break {pause} of shift {name} has no length")]
    NoLength {
        /// The break.
        pause: Break,
        /// Which shift.
        name: String,
    },
    /// Two breaks share a moment.
    #[error("the breaks {one} and {other} of shift {name} overlap: write them as one")]
    Breaks {
        /// The first.
        one: Break,
        /// The other.
        other: Break,
        /// Which shift.
        name: String,
    },
    /// Breaks are all there is.
    #[error("shift {name} is nothing but breaks: shorten them, or leave the shift out")]
    OnlyBreaks {
        /// Which shift.
        name: String,
    },
    /// Too many breaks.
    #[error("shift {name} has more than {BREAKS_MAX} breaks")]
    TooMany {
        /// Which shift.
        name: String,
    },
}

impl Hours {
    /// Minutes from begin to end on the clock.
    pub(super) fn length(&self) -> u16 {
        match self.end.since(self.start) {
            0 => MINUTES_PER_DAY,
            length => length,
        }
    }

    /// Minutes on the clock that are planned: without the breaks.
    pub fn planned(&self) -> u16 {
        let breaks: u16 = self.breaks.iter().map(|pause| pause.length()).sum();
        self.length().saturating_sub(breaks)
    }

    /// The same, where it can be; its breaks in the order of the shift.
    ///
    /// # Errors
    /// See [`ShiftFault`].
    pub fn checked(mut self) -> Result<Hours, ShiftFault> {
        self.name = self.name.trim().to_owned();
        let name = self.name.clone();
        let is_odd = |c: char| c == '=' || c.is_control();
        if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(is_odd) {
            return Err(ShiftFault::Name);
        }
        if self.breaks.len() > BREAKS_MAX {
            return Err(ShiftFault::TooMany { name });
        }
        let start = self.start;
        self.breaks.sort_by_key(|pause| pause.start.since(start));
        for pause in self.breaks.iter().copied() {
            if pause.length() == 0 {
                return Err(ShiftFault::NoLength { pause, name });
            }
            if pause.start.since(start) + pause.length() > self.length() {
                let end = self.end;
                return Err(ShiftFault::Outside {
                    pause,
                    name,
                    start,
                    end,
                });
            }
        }
        for (one, other) in self.breaks.iter().zip(self.breaks.iter().skip(1)) {
            if one.start.since(start) + one.length() > other.start.since(start) {
                let (one, other) = (*one, *other);
                return Err(ShiftFault::Breaks { one, other, name });
            }
        }
        if self.planned() == 0 {
            return Err(ShiftFault::OnlyBreaks { name });
        }
        Ok(self)
    }

    /// `06:00-14:00 break 09:00-09:15`, behind a name.
    fn read(name: &str, text: &str) -> Result<Hours, ShiftFault> {
        let name = name.trim().to_owned();
        let mut words = text.split_whitespace();
        let hours = words.next().unwrap_or_default();
        let form = || ShiftFault::NoBreak {
            name: name.clone(),
            text: text.trim().to_owned(),
        };
        let Break { start, end } = span(&name, hours)?;
        let mut breaks = Vec::new();
        while let Some(word) = words.next() {
            if !word.eq_ignore_ascii_case(BREAK) {
                return Err(form());
            }
            breaks.push(span(&name, words.next().ok_or_else(form)?)?);
        }
        let hours = Hours {
            name,
            start,
            end,
            breaks,
        };
        hours.checked()
    }
}

/// `06:00-14:00`.
fn span(name: &str, text: &str) -> Result<Break, ShiftFault> {
    let unknown = |source| ShiftFault::Word {
        name: name.to_owned(),
        source,
    };
    let (start, end) = text.split_once('-').ok_or_else(|| {
        unknown(UnknownWord {
            word: text.to_owned(),
            expected: "begin and end such as 06:00-14:00",
        })
    })?;
    Ok(Break {
        start: start.parse().map_err(unknown)?,
        end: end.parse().map_err(unknown)?,
    })
}

fn write_hours(hours: &Hours, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{}-{}", hours.start, hours.end)?;
    hours.breaks.iter().try_for_each(|pause| write!(f, " {BREAK} {pause}"))
}

/// `early=06:00-14:00 break 09:00-09:15`.
impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=", self.name)?;
        write_hours(self, f)
    }
}

impl FromStr for Hours {
    type Err = ShiftFault;

    fn from_str(text: &str) -> Result<Hours, ShiftFault> {
        let form = || ShiftFault::HoursForm { text: text.to_owned() };
        let (name, hours) = text.split_once('=').ok_or_else(form)?;
        match hours.trim().is_empty() {
            true => Err(form()),
            false => Hours::read(name, hours),
        }
    }
}

/// `early=mon-fri 06:00-14:00 break 09:00-09:15`.
impl fmt::Display for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={} ", self.hours.name, self.weekdays)?;
        write_hours(&self.hours, f)
    }
}

impl FromStr for Shift {
    type Err = ShiftFault;

    fn from_str(text: &str) -> Result<Shift, ShiftFault> {
        let form = || ShiftFault::Form { text: text.to_owned() };
        let (name, rest) = text.split_once('=').ok_or_else(form)?;
        let (days, hours) = rest.trim().split_once(char::is_whitespace).ok_or_else(form)?;
        let weekdays = days.parse().map_err(|source| ShiftFault::Word {
            name: name.trim().to_owned(),
            source,
        })?;
        Ok(Shift {
            weekdays,
            hours: Hours::read(name, hours)?,
        })
    }
}

//! A calendar as a person decides it, and why it can't be one.

use chrono::{Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::clock::{Clock, MINUTES_PER_DAY, WEEK};
use super::shift::{Hours, Shift, ShiftFault};
use crate::time;

/// Shifts of a week, and of a day, at most.
const SHIFTS_MAX: usize = 50;
/// Holidays and special days, at most each.
const DATES_MAX: usize = 2_000;

/// A date with shifts of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SpecialDay {
    /// The date.
    pub day: NaiveDate,
    /// The shifts that begin on it.
    pub shifts: Vec<Hours>,
}

/// When a site is planned to work, from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Calendar {
    /// IANA zone of its times.
    pub zone: String,
    /// When the production day begins: what happens before, outside of every shift, is of the day before.
    pub day_start: Clock,
    /// The shifts of a week.
    #[serde(default)]
    pub shifts: Vec<Shift>,
    /// Dates on which no shift begins.
    #[serde(default)]
    pub holidays: Vec<NaiveDate>,
    /// Dates with shifts of their own.
    #[serde(default)]
    pub special_days: Vec<SpecialDay>,
}

/// Why a calendar can't be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarFault {
    /// The zone is not known.
    #[error("`{zone}` is no zone known; write its IANA name, such as `Europe/Berlin`")]
    Zone {
        /// As written.
        zone: String,
    },
    /// A shift can't be.
    #[error(transparent)]
    Shift(#[from] ShiftFault),
    /// Two shifts share a moment.
    #[error("shifts {one} and {other} overlap{when}: let one end where the other begins")]
    Overlap {
        /// The earlier.
        one: String,
        /// The later.
        other: String,
        /// On which date, where that is a special day.
        when: String,
    },
    /// A shift begins before the production day.
    #[error(
        "shift {name} begins at {start}, before the production day at {day_start}; a shift belongs to the day on which it \
         begins: write --day-start {start} or earlier"
    )]
    BeforeTheDay {
        /// Which shift.
        name: String,
        /// When it begins.
        start: Clock,
        /// When the day does.
        day_start: Clock,
    },
    /// A date is a holiday and a special day.
    #[error("{day} is a holiday and a special day: leave one of them out")]
    Both {
        /// The date.
        day: NaiveDate,
    },
    /// A date is special twice.
    #[error("{day} is a special day twice: write its shifts as one day")]
    Twice {
        /// The date.
        day: NaiveDate,
    },
    /// There is too much of it.
    #[error("a calendar has at most {SHIFTS_MAX} shifts, {DATES_MAX} holidays and {DATES_MAX} special days")]
    TooLarge,
}

impl Calendar {
    /// The same in order, where it can be.
    ///
    /// # Errors
    /// See [`CalendarFault`].
    pub fn checked(self) -> Result<Calendar, CalendarFault> {
        let Calendar {
            zone,
            day_start,
            shifts,
            mut holidays,
            special_days,
        } = self;
        let zone = zone.trim().to_owned();
        if time::zone(&zone).is_none() {
            return Err(CalendarFault::Zone { zone });
        }
        let of_days = special_days.iter().map(|day| day.shifts.len()).max().unwrap_or(0);
        if shifts.len().max(of_days) > SHIFTS_MAX || holidays.len().max(special_days.len()) > DATES_MAX {
            return Err(CalendarFault::TooLarge);
        }
        let checked = |shift: Shift| -> Result<Shift, ShiftFault> {
            Ok(Shift {
                weekdays: shift.weekdays,
                hours: shift.hours.checked()?,
            })
        };
        let mut shifts = shifts.into_iter().map(checked).collect::<Result<Vec<_>, _>>()?;
        shifts.sort_by(|one, other| one.hours.cmp_by_start(&other.hours).then(one.cmp(other)));
        holidays.sort_unstable();
        holidays.dedup();
        let checked = |special: SpecialDay| -> Result<SpecialDay, ShiftFault> {
            let hours = special.shifts.into_iter().map(Hours::checked);
            let mut shifts = hours.collect::<Result<Vec<_>, _>>()?;
            shifts.sort_by(Hours::cmp_by_start);
            let day = special.day;
            Ok(SpecialDay { day, shifts })
        };
        let mut special_days = special_days.into_iter().map(checked).collect::<Result<Vec<_>, _>>()?;
        special_days.sort();
        for (one, other) in special_days.iter().zip(special_days.iter().skip(1)) {
            if one.day == other.day {
                return Err(CalendarFault::Twice { day: one.day });
            }
        }
        if let Some(special) = special_days.iter().find(|special| holidays.contains(&special.day)) {
            return Err(CalendarFault::Both { day: special.day });
        }
        let calendar = Calendar {
            zone,
            day_start,
            shifts,
            holidays,
            special_days,
        };
        calendar.begins_with_the_day()?;
        calendar.overlaps()?;
        Ok(calendar)
    }

    /// The shifts that begin on a local date, in the order in which they do.
    pub fn hours(&self, day: NaiveDate) -> Vec<&Hours> {
        match self.special(day) {
            _ if self.is_holiday(day) => Vec::new(),
            Some(special) => special.shifts.iter().collect(),
            None => (self.shifts.iter())
                .filter(|shift| shift.weekdays.contains(day))
                .map(|shift| &shift.hours)
                .collect(),
        }
    }

    /// Whether no shift begins on a date.
    pub fn is_holiday(&self, day: NaiveDate) -> bool {
        self.holidays.binary_search(&day).is_ok()
    }

    /// The shifts that a date has of its own.
    pub fn special(&self, day: NaiveDate) -> Option<&SpecialDay> {
        let place = self.special_days.binary_search_by_key(&day, |special| special.day);
        self.special_days.get(place.ok()?)
    }

    /// Whether a date has not the shifts of its day of the week.
    pub fn is_odd(&self, day: NaiveDate) -> bool {
        self.is_holiday(day) || self.special(day).is_some()
    }

    /// Minutes on the clock that are planned in a week without holidays and special days.
    pub fn minutes_per_week(&self) -> u32 {
        let minutes = |shift: &Shift| u32::from(shift.hours.planned()) * u32::from(shift.weekdays.count());
        self.shifts.iter().map(minutes).sum()
    }

    fn begins_with_the_day(&self) -> Result<(), CalendarFault> {
        let special = self.special_days.iter().flat_map(|special| &special.shifts);
        let mut all = self.shifts.iter().map(|shift| &shift.hours).chain(special);
        match all.find(|hours| hours.start < self.day_start) {
            None => Ok(()),
            Some(hours) => Err(CalendarFault::BeforeTheDay {
                name: hours.name.clone(),
                start: hours.start,
                day_start: self.day_start,
            }),
        }
    }

    /// No two shifts share a moment on the clock: of a week that comes again, and around each special day.
    fn overlaps(&self) -> Result<(), CalendarFault> {
        let of_day = |day: Weekday| -> Vec<&Hours> {
            let of_day = self.shifts.iter().filter(|shift| shift.weekdays.has(day));
            of_day.map(|shift| &shift.hours).collect()
        };
        let week: Vec<Vec<&Hours>> = WEEK.into_iter().chain([Weekday::Mon]).map(of_day).collect();
        apart(&week, String::new())?;
        for special in &self.special_days {
            let days = [
                special.day.checked_sub_days(Days::new(1)),
                Some(special.day),
                special.day.checked_add_days(Days::new(1)),
            ];
            let days: Vec<Vec<&Hours>> = days.into_iter().flatten().map(|day| self.hours(day)).collect();
            apart(&days, format!(" around {}", special.day))?;
        }
        Ok(())
    }
}

impl Hours {
    fn cmp_by_start(&self, other: &Hours) -> std::cmp::Ordering {
        self.start.cmp(&other.start).then_with(|| self.cmp(other))
    }
}

/// That no shift of these days, one after another, begins before the one before it ends.
fn apart(days: &[Vec<&Hours>], when: String) -> Result<(), CalendarFault> {
    let mut until: Option<(u32, &str)> = None;
    for (day, shifts) in (0_u32..).zip(days) {
        for hours in shifts {
            let start = day * u32::from(MINUTES_PER_DAY) + u32::from(hours.start.minutes());
            if let Some((_, one)) = until.filter(|(end, _)| start < *end) {
                return Err(CalendarFault::Overlap {
                    one: one.to_owned(),
                    other: hours.name.clone(),
                    when,
                });
            }
            until = Some((start + u32::from(hours.length()), &hours.name));
        }
    }
    Ok(())
}

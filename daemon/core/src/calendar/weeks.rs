//! What is planned for a site this week and the next, for people.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, Utc};

use super::sites::Site;
use super::window::Window;
use crate::model::{PlannedDay, PlannedWindow};
use crate::time;

/// This week and the next.
const DAYS: usize = 14;
/// Holidays and special days that are named, at most.
const TO_COME_MOST: usize = 50;

/// Two weeks, and what is out of the ordinary behind them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Weeks {
    /// From Monday of this week.
    pub days: Vec<PlannedDay>,
    /// Holidays and special days from today on.
    pub to_come: Vec<NaiveDate>,
}

impl Site<'_> {
    /// What is planned around a moment.
    pub fn weeks(&self, now: DateTime<Utc>) -> Weeks {
        let holds = self.on(now.date_naive());
        let Some(calendar) = holds.or_else(|| self.on(self.since()?)) else {
            return Weeks::default();
        };
        let today = time::today(&calendar.zone, now);
        let behind = u64::from(today.weekday().num_days_from_monday());
        let monday = today.checked_sub_days(Days::new(behind)).unwrap_or(today);
        let days = monday.iter_days().take(DAYS).filter_map(|day| self.planned_day(day));
        let mut to_come: Vec<NaiveDate> = (self.versions())
            .flat_map(|version| {
                let calendar = &version.calendar;
                let special = calendar.special_days.iter().map(|special| special.day);
                calendar.holidays.iter().copied().chain(special)
            })
            .filter(|day| *day >= today && self.on(*day).is_some_and(|calendar| calendar.is_odd(*day)))
            .collect();
        to_come.sort_unstable();
        to_come.dedup();
        to_come.truncate(TO_COME_MOST);
        Weeks {
            days: days.collect(),
            to_come,
        }
    }

    fn planned_day(&self, day: NaiveDate) -> Option<PlannedDay> {
        let calendar = self.on(day)?;
        let windows = self.windows(day)?;
        Some(PlannedDay {
            day,
            zone: calendar.zone.clone(),
            holiday: calendar.is_holiday(day),
            special: calendar.special(day).is_some(),
            windows: windows.into_iter().map(shown).collect(),
        })
    }
}

fn shown(window: Window) -> PlannedWindow {
    PlannedWindow {
        minutes: u64::try_from(window.seconds() / 60).unwrap_or(0),
        shift: window.shift,
        start: window.start,
        end: window.end,
    }
}

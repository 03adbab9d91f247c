//! Which day of a site a moment belongs to, and which of a stretch of time is planned, for very many of them.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::pattern::Calendar;
use super::sites::Site;
use super::window::Window;
use crate::time;

/// Days of one stretch that are looked at, at most: one that is longer is a mistake of a file.
const DAYS_MAX: usize = 40_000;

/// A stretch of time that is planned, or of which no calendar says whether it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Begin.
    pub start: DateTime<Utc>,
    /// End.
    pub end: DateTime<Utc>,
    /// Its production day; absent before the first calendar.
    pub day: Option<NaiveDate>,
}

/// The days of a site, each looked up once.
#[derive(Debug, Clone)]
pub struct SiteDays<'a> {
    site: Site<'a>,
    windows: BTreeMap<NaiveDate, Vec<Window>>,
}

impl<'a> Site<'a> {
    /// Its days; `None` where it has no calendar.
    pub fn days(self) -> Option<SiteDays<'a>> {
        self.since()?;
        Some(SiteDays {
            site: self,
            windows: BTreeMap::new(),
        })
    }
}

impl SiteDays<'_> {
    fn windows(&mut self, day: NaiveDate) -> &[Window] {
        let site = &self.site;
        let windows = self.windows.entry(day);
        windows.or_insert_with(|| site.windows(day).unwrap_or_default())
    }

    /// The production day of a moment: that of its shift, else by when the production day begins. `None` where no calendar
    /// holds.
    pub fn day_of(&mut self, at: DateTime<Utc>) -> Option<NaiveDate> {
        let calendar = self.site.on(at.date_naive())?;
        let local = time::local(time::zone(&calendar.zone)?, at);
        let today = local.date();
        let since_start = TimeDelta::minutes(i64::from(calendar.day_start.minutes()));
        let by_clock = local.checked_sub_signed(since_start)?.date();
        for day in [today.checked_sub_days(Days::new(1))?, today] {
            let mut windows = self.windows(day).iter();
            if windows.any(|window| window.start <= at && at < window.end) {
                return Some(day);
            }
        }
        Some(by_clock)
    }

    /// The production day of a moment, unless it is the first of a local date: dates without a time are written so.
    pub fn day_of_clock(&mut self, at: DateTime<Utc>) -> Option<NaiveDate> {
        let calendar = self.site.on(at.date_naive())?;
        let local = time::local(time::zone(&calendar.zone)?, at);
        if local.time() == NaiveTime::MIN {
            return None;
        }
        self.day_of(at)
    }

    /// When a production day ends: where the next one begins, or with its last shift. `None` where no calendar holds.
    pub fn end_of(&mut self, day: NaiveDate) -> Option<DateTime<Utc>> {
        let next = begin_of(self.site.on(day)?, day.checked_add_days(Days::new(1))?)?;
        let last = self.windows(day).last().map(|window| window.end);
        Some(last.map_or(next, |last| last.max(next)))
    }

    /// What of a stretch is planned, in order; what lies before the first calendar stays whole.
    pub fn planned(&mut self, start: DateTime<Utc>, end: DateTime<Utc>) -> Vec<Stretch> {
        let mut all = Vec::new();
        let since = self.site.since();
        let begins = since.and_then(|since| begin_of(self.site.on(since)?, since));
        let Some(begins) = begins else { return all };
        if start < begins {
            let end = end.min(begins);
            all.push(Stretch { start, end, day: None });
        }
        let start = start.max(begins);
        if start >= end {
            return all;
        }
        // A shift of the day before may last into the first, and local dates are at most one off.
        let first = start
            .date_naive()
            .checked_sub_days(Days::new(2))
            .unwrap_or(start.date_naive());
        let last = end.date_naive().succ_opt().unwrap_or(end.date_naive());
        for day in first.iter_days().take(DAYS_MAX).take_while(|day| *day <= last) {
            for (from, to) in self.windows(day).iter().flat_map(Window::planned) {
                let (from, to) = (from.max(start), to.min(end));
                if from < to {
                    all.push(Stretch {
                        start: from,
                        end: to,
                        day: Some(day),
                    });
                }
            }
        }
        all
    }
}

/// When a production day begins.
fn begin_of(calendar: &Calendar, day: NaiveDate) -> Option<DateTime<Utc>> {
    let zone = time::zone(&calendar.zone)?;
    Some(time::to_utc(zone, day.and_time(calendar.day_start.time()), None).utc)
}

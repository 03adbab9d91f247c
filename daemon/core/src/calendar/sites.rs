//! The calendars of all sites of an org, each in versions by the day from which it holds.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::pattern::Calendar;
use super::window::{Window, windows};

/// A calendar of a site from a day on, until the next version of the same site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The site, as rows and folders name it; empty: every site that has none of its own.
    pub site: String,
    /// The first day on which it holds.
    pub from: NaiveDate,
    /// The calendar.
    pub calendar: Calendar,
}

/// Those of all sites.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Version>", into = "Vec<Version>")]
pub struct Calendars {
    /// In the order of the sites and days.
    versions: Vec<Version>,
}

impl From<Vec<Version>> for Calendars {
    fn from(mut versions: Vec<Version>) -> Calendars {
        versions.sort_by_key(|one| (key(&one.site), one.from));
        Calendars { versions }
    }
}

impl From<Calendars> for Vec<Version> {
    fn from(calendars: Calendars) -> Vec<Version> {
        calendars.versions
    }
}

/// What names of sites and shifts are told apart by: as in filters, without regard to case.
pub fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

impl Calendars {
    /// Whether no site has one.
    pub fn is_empty(&self) -> bool {
        self.versions.is_empty()
    }

    /// Every version, in the order of the sites and days.
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// What holds for a site: its own calendar, else that of all others.
    pub fn of(&self, site: &str) -> Site<'_> {
        let own = key(site);
        let has = |wanted: &str| self.versions.iter().any(|version| key(&version.site) == wanted);
        let wanted = if has(&own) { own } else { String::new() };
        let versions = self.versions.iter().filter(|version| key(&version.site) == wanted);
        Site {
            versions: versions.collect(),
        }
    }

    /// The first day from which something else is planned for a site than by others; `None` where nothing is.
    pub fn differs(&self, other: &Calendars, site: &str) -> Option<NaiveDate> {
        let (one, other) = (self.of(site), other.of(site));
        let mut days: Vec<NaiveDate> = (one.versions.iter().chain(&other.versions))
            .map(|version| version.from)
            .collect();
        days.sort_unstable();
        days.into_iter().find(|day| one.on(*day) != other.on(*day))
    }
}

/// The calendar of one site, in its versions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Site<'a> {
    versions: Vec<&'a Version>,
}

impl<'a> Site<'a> {
    /// The first day on which anything holds.
    pub fn since(&self) -> Option<NaiveDate> {
        self.versions.first().map(|version| version.from)
    }

    /// Its versions, the oldest first.
    pub fn versions(&self) -> impl Iterator<Item = &'a Version> + '_ {
        self.versions.iter().copied()
    }

    /// What holds on a day.
    pub fn on(&self, day: NaiveDate) -> Option<&'a Calendar> {
        let after = self.versions.partition_point(|version| version.from <= day);
        let version = self.versions.get(after.checked_sub(1)?)?;
        Some(&version.calendar)
    }

    /// Whether any of its calendars has a shift of that name.
    pub fn names_shift(&self, name: &str) -> bool {
        let wanted = key(name);
        let of = |calendar: &Calendar| {
            let special = calendar.special_days.iter().flat_map(|special| &special.shifts);
            let mut all = calendar.shifts.iter().map(|shift| &shift.hours).chain(special);
            all.any(|hours| key(&hours.name) == wanted)
        };
        self.versions.iter().any(|version| of(&version.calendar))
    }

    /// The planned windows of a day, from where those of the day before end; `None` where no calendar holds.
    pub fn windows(&self, day: NaiveDate) -> Option<Vec<Window>> {
        let of_day = windows(self.on(day)?, day);
        let before = day.checked_sub_days(Days::new(1));
        let until = before
            .and_then(|before| windows(self.on(before)?, before).pop())
            .map(|last| last.end);
        Some(match until {
            Some(until) => of_day.into_iter().filter_map(|window| window.after(until)).collect(),
            None => of_day,
        })
    }
}

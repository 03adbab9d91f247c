//! The planned time that calendars give to the days of places in a join.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::days::{Days, Places};
use super::reach::{Level, Reach};
use crate::component::{Component, Dimension, Made};
use crate::metric::ComponentGroup;
use crate::metric::planned::{self, Planned};

/// What calendars plan at the places of a join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    planned: Planned,
    /// The site of each place; `None` where rows name several.
    sites: BTreeMap<Option<String>, Option<String>>,
    /// Of each place the days that files plan.
    by_files: Places,
    /// First and last day that are looked at.
    pub(super) days: (NaiveDate, NaiveDate),
    /// Of each place the first and the last day of the files that name it: before and after nobody asks for it.
    pub(super) spans: BTreeMap<Option<String>, (NaiveDate, NaiveDate)>,
}

impl Plan {
    /// Of the places at a level, where any of them has a calendar.
    pub(super) fn of(mut planned: Planned, level: Level, taking: &[&Reach], by_files: Places) -> Option<Plan> {
        let mut named: BTreeMap<Option<&str>, BTreeSet<&str>> = BTreeMap::new();
        for place in taking.iter().flat_map(|file| &file.places) {
            let of_place = named.entry(level.of(place)).or_default();
            of_place.extend(place.site.as_deref().map(str::trim).filter(|site| !site.is_empty()));
        }
        let mut spans: BTreeMap<Option<String>, (NaiveDate, NaiveDate)> = BTreeMap::new();
        for (file, (begin, end)) in taking.iter().filter_map(|file| Some((file, file.days?))) {
            for place in &file.places {
                let span = spans.entry(level.of(place).map(str::to_owned)).or_insert((begin, end));
                *span = (span.0.min(begin), span.1.max(end));
            }
        }
        let days = (spans.values().copied()).reduce(|(first, last), (begin, end)| (first.min(begin), last.max(end)))?;
        let sites: BTreeMap<Option<String>, Option<String>> = (named.iter())
            .map(|(place, sites)| (place.map(str::to_owned), planned.site_of(sites)))
            .collect();
        let all: BTreeSet<&str> = (named.values().flatten().copied())
            .chain(sites.values().flatten().map(String::as_str))
            .collect();
        let has_calendar = |site: &&str| planned.since(site).is_some();
        if !all.iter().any(has_calendar) {
            return None;
        }
        let days = planned.look_up(all, days);
        Some(Plan {
            planned,
            sites,
            by_files,
            days,
            spans,
        })
    }

    /// The planned seconds of a day of a place in a group; `None` where no calendar says it.
    pub(super) fn seconds(
        &self,
        place: &Option<String>,
        day: Option<NaiveDate>,
        group: &BTreeMap<String, Option<String>>,
    ) -> Option<i64> {
        place.as_ref()?;
        let by_group = group.get(Dimension::Site.name()).and_then(Option::as_ref);
        let site = by_group.or(self.sites.get(place)?.as_ref())?;
        let shift = group.get(Dimension::Shift.name()).map(Option::as_deref);
        self.planned.seconds(site, day?, shift)
    }

    pub(super) fn is_by_files(&self, place: &Option<String>, day: Option<NaiveDate>) -> bool {
        self.by_files.get(place).is_some_and(|days| days.contains(day))
    }

    /// The days of each place on which a calendar may hold.
    pub(super) fn places(&self) -> Places {
        let since = |site: &Option<String>| match site {
            Some(site) => self.planned.since(site),
            // Which of several it is, a group may say.
            None => Some(NaiveDate::MIN),
        };
        let known = self
            .sites
            .iter()
            .filter_map(|(place, site)| Some((place.clone(), Days::since(since(site)?))));
        known.filter(|(place, _)| place.is_some()).collect()
    }
}

/// What of a group calendars may plan.
#[derive(Debug, Clone, Default)]
pub(super) struct ByCalendar {
    /// All sums, as long as nothing plans any of them.
    pub(super) unplanned: ComponentGroup,
    /// Whether a file or a calendar says something of its planned time.
    pub(super) is_told: bool,
    /// Days of places that count and whose planned time is that of a calendar.
    pub(super) planned: u64,
    /// Days of places with a signal on which the calendar has no shift.
    pub(super) outside: u64,
    /// Days of places that rows tell of.
    pub(super) seen: BTreeSet<(Option<String>, NaiveDate)>,
    /// Days of places that are planned and of which no row tells.
    pub(super) idle: Vec<(Option<String>, NaiveDate)>,
}

impl Plan {
    /// Puts the planned time of a calendar to a day of a place that has a signal and no planned time of any file; gives
    /// whether its planned time is known.
    pub(super) fn put(
        &self,
        place: &Option<String>,
        day: Option<NaiveDate>,
        sums: &mut ComponentGroup,
        counts: bool,
        told: &mut ByCalendar,
    ) -> bool {
        told.seen.extend(day.map(|day| (place.clone(), day)));
        let busy = Component::Made(Made::PbtS);
        let by_files = self.is_by_files(place, day);
        let is_known = if sums.components.get(busy).is_some() {
            told.is_told = true;
            true
        } else if planned::is_signal(&sums.components) {
            match self.seconds(place, day, &sums.group) {
                Some(0) => {
                    told.is_told = true;
                    told.outside += 1;
                    false
                }
                Some(seconds) => {
                    told.is_told = true;
                    told.planned += u64::from(counts);
                    // What a file logs as planned down time is none that was planned to be busy.
                    let down = sums.components.get(Component::Made(Made::PlannedDownS));
                    let left = Decimal::from(seconds).checked_sub(down.unwrap_or_default());
                    sums.components.add(busy, left.unwrap_or_default().max(Decimal::ZERO));
                    true
                }
                None => by_files,
            }
        } else {
            by_files
        };
        told.is_told |= by_files;
        if !told.is_told {
            told.unplanned.take(sums.clone());
        }
        is_known
    }
}

//! The planned time that calendars give to the days of places, as a query asks for it.
//!
//! Invariant: a day of a place has the planned seconds of its site's calendar once, however many files speak of it; they are
//! parted by shifts alone, so a query by anything else has none.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{Datelike as _, Days, NaiveDate};

use super::MetricQuery;
use crate::calendar::{Calendars, key};
use crate::component::{Component, Components, Dimension, Made};
use crate::variable::Variable;

/// Any of these above zero is a signal: pieces were counted, or a stop.
pub const SIGNALS: [Component; 6] = [
    Component::Sum(Variable::QuantityProduced),
    Component::Sum(Variable::QuantityGood),
    Component::Sum(Variable::QuantityScrap),
    Component::Sum(Variable::QuantityRework),
    Component::Made(Made::Stops),
    Component::Made(Made::StopS),
];

/// Days that are looked at, at most: a date far off is a mistake of a file.
const DAYS_MAX: u64 = 40_000;

/// Whether sums tell that a machine was at work, or stood.
pub(in crate::metric) fn is_signal(sums: &Components) -> bool {
    SIGNALS.iter().any(|component| {
        sums.get(*component)
            .is_some_and(|value| value.is_sign_positive() && !value.is_zero())
    })
}

/// What calendars plan within what a query asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    calendars: Arc<Calendars>,
    /// The only site that is asked for.
    site: Option<String>,
    /// The only shifts that are asked for, in lower case.
    shifts: Option<BTreeSet<String>>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    /// Of a site and day the seconds of each shift, both in lower case; absent where no calendar holds.
    days: BTreeMap<String, BTreeMap<NaiveDate, BTreeMap<String, i64>>>,
}

impl Planned {
    /// `None` where no calendar can say anything of what is asked.
    pub fn of(calendars: Arc<Calendars>, query: &MetricQuery) -> Option<Planned> {
        let is_parted = |dimension: &Dimension| {
            !matches!(
                dimension,
                Dimension::Machine | Dimension::Line | Dimension::Site | Dimension::Shift
            )
        };
        let mut asked = query
            .by
            .iter()
            .chain(query.filters.iter().map(|(dimension, _)| dimension));
        if calendars.is_empty() || query.by_file || asked.any(is_parted) {
            return None;
        }
        let only = |wanted: Dimension| {
            let values = query.filters.iter().filter(move |(dimension, _)| *dimension == wanted);
            values.map(|(_, value)| key(value))
        };
        let shifts: BTreeSet<String> = only(Dimension::Shift).collect();
        let mut sites = only(Dimension::Site);
        let site = match (sites.next(), sites.next()) {
            (Some(site), None) => Some(site),
            _ => None,
        };
        Some(Planned {
            site,
            shifts: (!shifts.is_empty()).then_some(shifts),
            from: query.from,
            to: query.to,
            calendars,
            days: BTreeMap::new(),
        })
    }

    /// The site of a place of which rows name these sites; `None` where that can't be told.
    pub(in crate::metric) fn site_of(&self, named: &BTreeSet<&str>) -> Option<String> {
        if let Some(site) = &self.site {
            return Some(site.clone());
        }
        let mut named = named.iter();
        match (named.next(), named.next()) {
            (None, _) => Some(String::new()),
            (Some(site), None) => Some((*site).to_owned()),
            _ => None,
        }
    }

    /// The first day on which a calendar of that site holds.
    pub(in crate::metric) fn since(&self, site: &str) -> Option<NaiveDate> {
        self.calendars.of(site).since()
    }

    /// Looks up what is planned for these sites on the days asked for of those that rows have; gives these days.
    pub(in crate::metric) fn look_up<'a>(
        &mut self,
        sites: impl IntoIterator<Item = &'a str>,
        (first, last): (NaiveDate, NaiveDate),
    ) -> (NaiveDate, NaiveDate) {
        let first = self.from.map_or(first, |from| first.max(from));
        let before = |day: NaiveDate| day.checked_sub_days(Days::new(1)).unwrap_or(day);
        let last = self.to.map_or(last, |to| last.min(before(to)));
        let most = first.checked_add_days(Days::new(DAYS_MAX)).unwrap_or(last);
        let last = last.min(most);
        // One site, however it is written.
        let sites: BTreeSet<String> = sites.into_iter().map(key).collect();
        for site in sites {
            let calendar = self.calendars.of(&site);
            let mut days: BTreeMap<NaiveDate, BTreeMap<String, i64>> = BTreeMap::new();
            for day in first.iter_days().take_while(|day| *day <= last) {
                let Some(windows) = calendar.windows(day) else { continue };
                let shifts = days.entry(day).or_default();
                for window in windows {
                    *shifts.entry(key(&window.shift)).or_default() += window.seconds();
                }
            }
            self.days.insert(site, days);
        }
        (first, last)
    }

    /// The planned seconds of a day at a site, of the shift where rows are told apart by it; `None` where no calendar says
    /// it.
    pub(in crate::metric) fn seconds(&self, site: &str, day: NaiveDate, shift: Option<Option<&str>>) -> Option<i64> {
        let shifts = self.days.get(&key(site))?.get(&day)?;
        if let Some(shift) = shift {
            let shift = key(shift?);
            return match self.calendars.of(site).names_shift(&shift) {
                true => Some(shifts.get(&shift).copied().unwrap_or(0)),
                false => None,
            };
        }
        let is_asked = |shift: &str| self.shifts.as_ref().is_none_or(|asked| asked.contains(shift));
        Some(
            shifts
                .iter()
                .filter(|(shift, _)| is_asked(shift))
                .map(|(_, seconds)| seconds)
                .sum(),
        )
    }
}

/// First and last day of the time that a group is of; `None` where it is of none of these days.
pub(in crate::metric) fn days_of(
    group: &BTreeMap<String, Option<String>>,
    (first, last): (NaiveDate, NaiveDate),
) -> Option<(NaiveDate, NaiveDate)> {
    let date = |text: &Option<String>| text.as_ref()?.parse::<NaiveDate>().ok();
    let (begin, end) = if let Some(day) = group.get("day") {
        let day = date(day)?;
        (day, day)
    } else if let Some(week) = group.get("week") {
        let monday = date(week)?;
        (monday, monday.checked_add_days(Days::new(6))?)
    } else if let Some(month) = group.get("month") {
        let begin: NaiveDate = format!("{}-01", month.as_ref()?).parse().ok()?;
        let in_next = begin.checked_add_days(Days::new(31))?;
        (begin, in_next.with_day(1)?.checked_sub_days(Days::new(1))?)
    } else {
        (first, last)
    };
    let (begin, end) = (begin.max(first), end.min(last));
    (begin <= end).then_some((begin, end))
}

/// What groups of one time have in common with those of another.
pub(in crate::metric) fn without_time(group: &BTreeMap<String, Option<String>>) -> BTreeMap<String, Option<String>> {
    let is_time = |name: &str| ["day", "week", "month", Dimension::Shift.name()].contains(&name);
    let rest = group.iter().filter(|(name, _)| !is_time(name));
    rest.map(|(name, value)| (name.clone(), value.clone())).collect()
}

#[cfg(test)]
mod tests;

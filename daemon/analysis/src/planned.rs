//! What the calendars of the sites say of the rows of a file.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use plant_core::calendar::{Calendars, SiteDays};
use plant_core::record::{Record, Value};
use plant_core::variable::Variable;

/// The calendars by the sites that rows name.
#[derive(Debug)]
pub(crate) struct PlannedSites<'a> {
    calendars: &'a Calendars,
    sites: HashMap<String, Option<SiteDays<'a>>>,
}

impl<'a> PlannedSites<'a> {
    /// `None` where no site has a calendar.
    pub(crate) fn new(calendars: &'a Calendars) -> Option<PlannedSites<'a>> {
        (!calendars.is_empty()).then(|| PlannedSites {
            calendars,
            sites: HashMap::new(),
        })
    }

    /// The days of a site; `None` where no calendar is for it.
    pub(crate) fn of(&mut self, site: &str) -> Option<&mut SiteDays<'a>> {
        if !self.sites.contains_key(site) {
            let days = self.calendars.of(site).days();
            self.sites.insert(site.to_owned(), days);
        }
        self.sites.get_mut(site)?.as_mut()
    }

    /// The production day of a row whose day is that of its clock: of what happens at night, that of the shift.
    pub(crate) fn day_of(&mut self, record: &Record) -> Option<NaiveDate> {
        let time = |variable| match record.get(variable) {
            Some(Value::Time(time)) => Some(*time),
            _ => None,
        };
        record.day?;
        if record.get(Variable::ShiftDate).is_some() || record.get(Variable::PostingDate).is_some() {
            return None;
        }
        // What ends when a shift does is of that shift.
        let before = |end: DateTime<Utc>| end.checked_sub_signed(TimeDelta::microseconds(1));
        let at = time(Variable::EventStart)
            .or_else(|| time(Variable::SampleTime))
            .or_else(|| before(time(Variable::EventEnd)?))?;
        let site = record.text(Variable::Site).map(str::trim).unwrap_or_default();
        self.of(site)?.day_of_clock(at)
    }
}

//! The planned windows of a day, in UTC.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::pattern::Calendar;
use super::shift::Hours;
use crate::time;

/// One shift of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The name of the shift.
    pub shift: String,
    /// The production day that it belongs to.
    pub day: NaiveDate,
    /// Begin.
    pub start: DateTime<Utc>,
    /// End.
    pub end: DateTime<Utc>,
    /// Its breaks, inside it, in order.
    pub breaks: Vec<(DateTime<Utc>, DateTime<Utc>)>,
}

impl Window {
    /// What of it is planned: the stretches between its breaks.
    pub fn planned(&self) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let mut planned = Vec::with_capacity(self.breaks.len() + 1);
        let mut from = self.start;
        for (start, end) in &self.breaks {
            planned.push((from, *start));
            from = *end;
        }
        planned.push((from, self.end));
        planned.retain(|(from, to)| from < to);
        planned
    }

    /// How long it is planned, in seconds.
    pub fn seconds(&self) -> i64 {
        let lengths = self.planned().into_iter().map(|(from, to)| (to - from).num_seconds());
        lengths.sum()
    }

    /// The same from a moment on; `None` where nothing is left.
    pub(super) fn after(mut self, from: DateTime<Utc>) -> Option<Window> {
        self.start = self.start.max(from);
        for (start, end) in &mut self.breaks {
            (*start, *end) = ((*start).max(self.start), (*end).max(self.start));
        }
        self.breaks.retain(|(start, end)| start < end);
        (self.start < self.end).then_some(self)
    }
}

/// The shifts that a calendar has on a day, in order, each from where the one before it ends: an hour that the clocks leave
/// out may let two of them meet. None where its zone is not known.
pub fn windows(calendar: &Calendar, day: NaiveDate) -> Vec<Window> {
    let Some(zone) = time::zone(&calendar.zone) else {
        return Vec::new();
    };
    let mut windows: Vec<Window> = Vec::new();
    for hours in calendar.hours(day) {
        let until = windows.last().map(|window| window.end);
        let window = window(zone, day, hours);
        windows.extend(window.and_then(|window| match until {
            Some(until) => window.after(until),
            None => Some(window),
        }));
    }
    windows
}

fn window(zone: Tz, day: NaiveDate, hours: &Hours) -> Option<Window> {
    let at = |minutes: u16| -> Option<NaiveDateTime> {
        let begin = day.and_time(hours.start.time());
        begin.checked_add_signed(TimeDelta::minutes(i64::from(minutes)))
    };
    let start = time::to_utc(zone, at(0)?, None).utc;
    let end = time::to_utc(zone, at(hours.length())?, None).utc;
    let mut breaks = Vec::with_capacity(hours.breaks.len());
    for pause in &hours.breaks {
        // A break lasts as long on a night on which the clocks change.
        let from = time::to_utc(zone, at(pause.start.since(hours.start))?, None).utc;
        let to = from.checked_add_signed(TimeDelta::minutes(i64::from(pause.length())))?;
        let (from, to) = (from.clamp(start, end.max(start)), to.clamp(start, end.max(start)));
        let from = breaks.last().map_or(from, |(_, last)| from.max(*last));
        if from < to {
            breaks.push((from, to));
        }
    }
    (start < end).then(|| Window {
        shift: hours.name.clone(),
        day,
        start,
        end,
        breaks,
    })
}

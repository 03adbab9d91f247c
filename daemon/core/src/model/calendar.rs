//! Calendars of sites: what holds when, the windows that it plans, and what deciding one changes.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;

/// A calendar of a site with the days on which it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarItem {
    /// The site; empty: every site that has none of its own.
    pub site: String,
    /// The first day on which it holds.
    pub from: NaiveDate,
    /// The last one; absent: until further notice.
    pub until: Option<NaiveDate>,
    /// Planned hours of a week without holidays and special days.
    #[serde(with = "crate::number")]
    pub hours_per_week: Decimal,
    /// What it plans.
    #[serde(flatten)]
    pub calendar: Calendar,
    /// Who decided it, as the audit log names them.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What is planned for a site: every version, and the days of this week and the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarView {
    /// The site that was asked for.
    pub site: String,
    /// The versions that hold for it, the oldest first.
    pub versions: Vec<CalendarItem>,
    /// From Monday of this week, in the zone of the calendar.
    pub days: Vec<PlannedDay>,
    /// Holidays and special days to come.
    pub to_come: Vec<NaiveDate>,
}

/// What is planned on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedDay {
    /// The production day.
    pub day: NaiveDate,
    /// IANA zone of its times.
    pub zone: String,
    /// Whether it is a holiday.
    pub holiday: bool,
    /// Whether it has shifts of its own.
    pub special: bool,
    /// Its shifts.
    pub windows: Vec<PlannedWindow>,
}

/// A shift of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedWindow {
    /// The name of the shift.
    pub shift: String,
    /// Begin.
    pub start: DateTime<Utc>,
    /// End.
    pub end: DateTime<Utc>,
    /// Planned minutes, without breaks.
    pub minutes: u64,
}

/// What a calendar that is set or taken away makes of figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CalendarEffect {
    /// The site; empty: every site that has none of its own.
    pub site: String,
    /// The first day on which it holds, or held; absent where all versions of the site are taken away.
    pub from: Option<NaiveDate>,
    /// Whether it is taken away.
    pub removed: bool,
    /// Planned hours of a week on that day before; absent where nothing was planned.
    #[serde(with = "crate::number::option")]
    pub hours_before: Option<Decimal>,
    /// Planned hours of a week then.
    #[serde(with = "crate::number::option")]
    pub hours_after: Option<Decimal>,
    /// Files whose rows are analysed again.
    pub files: u64,
    /// Machines that these files name.
    pub machines: u64,
    /// Days of machines on which the availability of the whole plant rests before.
    pub machine_days_before: u64,
    /// Then.
    pub machine_days_after: u64,
    /// Availability of the whole plant before; absent where it can't be told.
    #[serde(with = "crate::number::option")]
    pub availability_before: Option<Decimal>,
    /// Then, as long as the files are not analysed again.
    #[serde(with = "crate::number::option")]
    pub availability_after: Option<Decimal>,
}

//! Times in UTC and periods of local dates; nothing is relative to now, so that a quiet screen never changes.

use chrono::{DateTime, NaiveDate, Utc};

use super::NONE;
use crate::model::PeriodView;

/// A time to the second, in UTC.
pub fn time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%SZ").to_string()
}

/// A time to the minute, in UTC, without the year.
pub fn short_time(at: DateTime<Utc>) -> String {
    at.format("%m-%d %H:%M").to_string()
}

/// A period of local dates.
pub fn period(period: &PeriodView) -> String {
    dates(period.from, period.to)
}

/// From the first to the last date.
pub fn dates(from: Option<NaiveDate>, to: Option<NaiveDate>) -> String {
    match (from, to) {
        (Some(from), Some(to)) if from == to => from.to_string(),
        (Some(from), Some(to)) => format!("{from} to {to}"),
        (Some(day), None) | (None, Some(day)) => day.to_string(),
        (None, None) => NONE.to_owned(),
    }
}

//! When a site is planned to work: its shifts with their breaks, its holidays and its special days, so that planned time is
//! known where no file tells it.
//!
//! Invariants: a moment of a site lies in one shift at most; a shift belongs to the local date on which it begins; lengths
//! come from UTC. Where no calendar is, nothing is planned and nothing taken for it (no 24/7).

mod clock;
mod days;
mod pattern;
mod shift;
mod sites;
mod weeks;
mod window;

pub use clock::{Clock, Weekdays};
pub use days::{SiteDays, Stretch};
pub use pattern::{Calendar, CalendarFault, SpecialDay};
pub use shift::{Break, Hours, Shift, ShiftFault};
pub use sites::{Calendars, Site, Version, key};
pub use weeks::Weeks;
pub use window::{Window, windows};

#[cfg(test)]
mod tests;

//! Calendars of sites and what they change.

use plant_core::calendar::{Break, Calendar, Hours, Shift, SpecialDay};
use plant_core::model::{CalendarEffect, CalendarItem, CalendarView, PlannedDay, PlannedWindow};

use super::scalar::optional;
use crate::convert::{Cross, WireFault};
use crate::wire;

same_fields!(Break, Break, { start, end });
same_fields!(Hours, Hours, { name, start, end, breaks });
same_fields!(Shift, Shift, { weekdays, hours });
same_fields!(SpecialDay, SpecialDay, { day, shifts });
same_fields!(Calendar, Calendar, { zone, day_start, shifts, holidays, special_days });
same_fields!(CalendarItem, CalendarItem, { site, from, until, hours_per_week, calendar, by, at });
same_fields!(PlannedWindow, PlannedWindow, { shift, start, end, minutes });
same_fields!(PlannedDay, PlannedDay, { day, zone, holiday, special, windows });
same_fields!(CalendarView, CalendarView, { site, versions, days, to_come });
same_fields!(CalendarEffect, CalendarEffect, {
    site, from, removed, hours_before, hours_after, files, machines, machine_days_before, machine_days_after,
    availability_before, availability_after,
});

optional! {
    Calendar => wire::Calendar,
}

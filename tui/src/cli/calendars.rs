//! `plant calendars`: what can be typed of when the sites are planned to work.

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use plant_core::calendar::{Clock, Hours, Shift, ShiftFault};

/// Commands on calendars.
#[derive(Debug, Subcommand)]
pub enum Calendars {
    /// List every calendar of every site.
    List,
    /// What is planned for a site, this week and the next.
    Show {
        /// The site, as rows and folders name it; '' shows that of all others.
        site: String,
    },
    /// Say when a site is planned to work from a day on: planned time where no file tells it.
    Set(Box<SetCalendar>),
    /// Take calendars of a site away.
    Remove {
        /// The site; '' is that of all others.
        site: String,
        /// Only the one that begins on this day.
        #[arg(long, value_name = "DAY")]
        from: Option<NaiveDate>,
        /// Only say what it would change.
        #[arg(long)]
        dry_run: bool,
    },
}

/// A calendar as it is written.
#[derive(Debug, Args)]
pub struct SetCalendar {
    /// The site, as rows and folders name it; '' means every site without a calendar of its own.
    pub site: String,
    /// The first day on which it holds; it takes the place of one that begins on the same day.
    #[arg(long, value_name = "DAY")]
    pub from: NaiveDate,
    /// The IANA zone of its times, such as Europe/Berlin.
    #[arg(long, value_name = "ZONE")]
    pub zone: String,
    /// When the production day begins.
    #[arg(long, value_name = "HH:MM", default_value = "00:00")]
    pub day_start: Clock,
    /// A shift of the week, such as 'early=mon-fri 06:00-14:00 break 09:00-09:15'; one that ends when or before it begins
    /// ends on the next day. Say it once for each; without any no time is planned.
    #[arg(long, value_name = "NAME=DAYS BEGIN-END [break BEGIN-END]…")]
    pub shift: Vec<Shift>,
    /// Dates on which no shift begins.
    #[arg(long, value_name = "DATE", num_args = 1.., value_delimiter = ',')]
    pub holiday: Vec<NaiveDate>,
    /// A date with a shift of its own in the place of those of the week, such as '2025-12-24 early=06:00-10:00'. Say it once for
    /// each shift.
    #[arg(long, value_name = "DATE NAME=BEGIN-END [break BEGIN-END]…", value_parser = special)]
    pub special: Vec<(NaiveDate, Hours)>,
    /// Only say what it would change.
    #[arg(long)]
    pub dry_run: bool,
}

fn special(text: &str) -> Result<(NaiveDate, Hours), String> {
    let form = "give it as 'DATE NAME=BEGIN-END', such as '2025-12-24 early=06:00-10:00'";
    let (day, hours) = text.trim().split_once(char::is_whitespace).ok_or(form)?;
    let day = day.parse().map_err(|_| form)?;
    let hours: Hours = hours.parse().map_err(|fault: ShiftFault| fault.to_string())?;
    Ok((day, hours))
}

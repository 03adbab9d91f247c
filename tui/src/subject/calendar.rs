//! Calendars: when the sites are planned to work, and what deciding one changes.

use chrono::{DateTime, NaiveDate, Utc};
use plant_core::model::{CalendarEffect, CalendarItem, CalendarView, PlannedDay};
use plant_core::time;
use rust_decimal::Decimal;

use super::{Asked, Content, Described, Form, Listed, Opens, Scope, Spec};
use crate::figure;
use crate::theme;
use crate::widget::document::Document;
use crate::widget::table::{Cell, Column, Width, field, left, right};

/// What stands in the place of calendars where there are none.
pub const NO_CALENDARS: &str = "no calendars, so planned time is known only where a file tells it; set one with `plant \
                                calendars set SITE --zone ZONE --from DAY --shift 'early=mon-fri 06:00-14:00'`";
/// What stands in the place of the name of no site.
const OTHERS: &str = "(all other sites)";
/// Days of a week.
const WEEK: usize = 7;

/// All of them.
pub static ALL: Spec = Spec {
    name: "calendars",
    form: Form::List {
        columns: CalendarItem::COLUMNS,
        empty: &[NO_CALENDARS],
    },
    scopes: &[Scope::Open, Scope::List, Scope::Scroll, Scope::Anywhere],
    opens: Opens::Row(&ONE),
    asked: Asked::OnEvents,
    fetch: Some(|client, wanted| {
        Box::pin(async move {
            let listing = wanted.listing();
            Ok(Content::rows(client.list_calendars(listing).await?))
        })
    }),
};

/// That of one site.
pub static ONE: Spec = Spec {
    name: "calendar",
    form: Form::Text,
    scopes: &[Scope::Scroll, Scope::Anywhere],
    opens: Opens::Nothing,
    asked: Asked::OnEvents,
    fetch: Some(|client, wanted| {
        Box::pin(async move { Ok(Content::Text(client.get_calendar(&wanted.about).await?.document())) })
    }),
};

fn name(site: &str) -> &str {
    if site.is_empty() { OTHERS } else { site }
}

fn hours(hours: Decimal) -> String {
    format!("{} h", figure::exact(hours))
}

impl Listed for CalendarItem {
    const COLUMNS: &'static [Column] = &[
        Column::text("site", "SITE", 0).width(Width::Rest(2)),
        Column::text("from", "FROM", 10).bare(),
        Column::text("until", "UNTIL", 10).bare(),
        Column::number("hours_per_week", "H/WEEK", 7),
        Column::text("shifts", "SHIFTS", 0).width(Width::Rest(2)),
        field("day_start"),
        field("holidays"),
        field("special_days"),
        Column::text("zone", "ZONE", 16).from(96),
        Column::text("by", "BY", 10).from(110),
        Column::text("at", "SINCE", 11).from(110).bare(),
    ];

    fn id(&self) -> String {
        self.site.clone()
    }

    fn label(&self) -> String {
        name(&self.site).to_owned()
    }

    fn cells(&self) -> Vec<Cell> {
        let calendar = &self.calendar;
        let names: Vec<&str> = calendar.shifts.iter().map(|shift| shift.hours.name.as_str()).collect();
        let days = |days: &mut dyn Iterator<Item = NaiveDate>| -> String {
            days.map(|day| day.to_string()).collect::<Vec<_>>().join(" ")
        };
        vec![
            Cell::from(name(&self.site).to_owned()).bare(self.site.clone()),
            self.from.to_string().into(),
            self.until.map_or(String::new(), |day| day.to_string()).into(),
            Cell::from(figure::exact(self.hours_per_week))
                .bare(self.hours_per_week.to_string())
                .largest(Some(self.hours_per_week)),
            names.join(", ").into(),
            calendar.day_start.to_string().into(),
            days(&mut calendar.holidays.iter().copied()).into(),
            days(&mut calendar.special_days.iter().map(|special| special.day)).into(),
            calendar.zone.clone().into(),
            self.by.clone().into(),
            Cell::time(self.at),
        ]
    }
}

impl Described for CalendarView {
    fn document(&self) -> Document {
        let mut document = Document::new(name(&self.site));
        document.styled(name(&self.site), theme::STRONG);
        for version in &self.versions {
            of_version(version, &self.site, &mut document);
        }
        for (heading, week) in ["This week", "Next week"].into_iter().zip(self.days.chunks(WEEK)) {
            document.heading(heading);
            let columns = [
                left("DAY", 14),
                left("SHIFTS", 0).width(Width::Rest(1)),
                right("PLANNED", 9),
            ];
            document.table(&columns, week.iter().map(planned));
        }
        document.heading("Holidays and special days to come");
        match self.to_come.is_empty() {
            true => document.text("none"),
            false => self.to_come.iter().for_each(|day| document.text(&dated(*day))),
        }
        document
    }
}

fn of_version(version: &CalendarItem, asked: &str, document: &mut Document) {
    document.blank();
    let until = version.until.map_or(String::new(), |day| format!(" until {day}"));
    document.field("holds", &format!("from {}{until}", version.from));
    if version.site.is_empty() && !asked.is_empty() {
        document.text("It has none of its own: this is that of all other sites.");
    }
    let calendar = &version.calendar;
    document.field("zone", &calendar.zone);
    document.field("day begins", &calendar.day_start.to_string());
    match calendar.shifts.is_empty() {
        true => document.field("shifts", "none: no time is planned"),
        false => {
            let shifts = calendar.shifts.iter().enumerate();
            shifts.for_each(|(at, shift)| document.field(if at == 0 { "shifts" } else { "" }, &shift.to_string()));
        }
    }
    document.field("a week", &hours(version.hours_per_week));
}

fn planned(day: &PlannedDay) -> Vec<Cell> {
    let clock = |at: DateTime<Utc>| match time::zone(&day.zone) {
        Some(zone) => time::local(zone, at).format("%H:%M").to_string(),
        None => at.format("%H:%MZ").to_string(),
    };
    let windows = day.windows.iter();
    let mut said: Vec<String> = windows
        .clone()
        .map(|window| format!("{} {}-{}", window.shift, clock(window.start), clock(window.end)))
        .collect();
    if day.holiday {
        said.push("holiday".to_owned());
    }
    if day.special {
        said.push("(special day)".to_owned());
    }
    let minutes: u64 = windows.map(|window| window.minutes).sum();
    vec![
        dated(day.day).into(),
        said.join(", ").into(),
        format!("{}:{:02} h", minutes / 60, minutes % 60).into(),
    ]
}

fn dated(day: NaiveDate) -> String {
    day.format("%a %Y-%m-%d").to_string()
}

/// What a calendar changes, or has changed.
pub fn told(effect: &CalendarEffect, is_done: bool) -> Document {
    let site = name(&effect.site);
    let mut document = Document::new(site);
    let from = effect.from.map_or(String::new(), |day| format!(" from {day}"));
    let said = match effect.removed {
        false => format!("the calendar of {site} holds{from}"),
        true => format!("the calendar of {site}{from} is taken away"),
    };
    document.styled(&said, theme::STRONG);
    if !is_done {
        document.text("Nothing is changed: this is what it would make.");
    }
    document.blank();
    let pair = |before: Option<String>, after: Option<String>| {
        let none = || figure::NONE.to_owned();
        match before == after {
            true => format!("{}, as before", after.unwrap_or_else(none)),
            false => format!("{}, before {}", after.unwrap_or_else(none), before.unwrap_or_else(none)),
        }
    };
    document.field(
        "a week",
        &pair(effect.hours_before.map(hours), effect.hours_after.map(hours)),
    );
    let files = figure::counted(effect.files, "file", "files");
    let machines = figure::counted(effect.machines, "machine", "machines");
    document.field("concerns", &format!("{files} with {machines}, analysed again"));
    let days = |days: u64| Some(figure::counted(days, "machine-day", "machine-days"));
    document.field(
        "rests on",
        &pair(days(effect.machine_days_before), days(effect.machine_days_after)),
    );
    let share = |value: Option<Decimal>| value.map(|value| figure::figure(value, &"ratio".into()));
    document.field(
        "available",
        &pair(share(effect.availability_before), share(effect.availability_after)),
    );
    if effect.files > 0 {
        document.styled(
            "Stops are cut to the shifts as their files are analysed again; until then figures still change.",
            theme::DIM,
        );
    }
    document
}

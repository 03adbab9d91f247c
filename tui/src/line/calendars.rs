//! `plant calendars`: when the sites are planned to work.

use std::io::Write;

use plant_core::calendar::{Calendar, Hours, SpecialDay, Version};

use super::failure::Failure;
use super::{Context, tried};
use crate::cli::{Calendars, SetCalendar};
use crate::subject::Described as _;
use crate::subject::calendar::{NO_CALENDARS, told};

/// Runs `plant calendars …`.
pub async fn run<W: Write>(what: Option<Calendars>, context: &mut Context<W>) -> Result<(), Failure> {
    let (effect, dry_run) = match what {
        None | Some(Calendars::List) => {
            let page = context.client.list_calendars(context.listing.clone()).await?;
            return context.output.list(&page, NO_CALENDARS);
        }
        Some(Calendars::Show { site }) => {
            let view = context.client.get_calendar(&site).await?;
            return context.output.object(&view, |view| view.document());
        }
        Some(Calendars::Set(set)) => {
            let dry_run = set.dry_run;
            let Version { site, from, calendar } = version(*set)?;
            let effect = match dry_run {
                true => context.client.try_calendar(&site, Some(from), Some(calendar)).await?,
                false => context.client.set_calendar(Version { site, from, calendar }).await?,
            };
            (effect, dry_run)
        }
        Some(Calendars::Remove { site, from, dry_run }) => {
            let effect = match dry_run {
                true => context.client.try_calendar(&site, from, None).await?,
                false => context.client.remove_calendar(&site, from).await?,
            };
            (effect, dry_run)
        }
    };
    match dry_run {
        true => tried::show_as(effect, context, |effect| told(effect, false)),
        false => context.output.object(&effect, |effect| told(effect, true)),
    }
}

/// The calendar that is written so.
fn version(set: SetCalendar) -> Result<Version, Failure> {
    let mut special_days: Vec<SpecialDay> = Vec::new();
    for (day, hours) in set.special {
        let known: Option<&mut SpecialDay> = special_days.iter_mut().find(|special| special.day == day);
        match known {
            Some(special) => special.shifts.push(hours),
            None => special_days.push(SpecialDay {
                day,
                shifts: Vec::<Hours>::from([hours]),
            }),
        }
    }
    let calendar = Calendar {
        zone: set.zone,
        day_start: set.day_start,
        shifts: set.shift,
        holidays: set.holiday,
        special_days,
    };
    Ok(Version {
        site: set.site,
        from: set.from,
        calendar: calendar.checked().map_err(|fault| Failure::Usage(fault.to_string()))?,
    })
}

//! What belongs together: a ratio joins its inputs where files know all of them, on the same machines and days.
//!
//! A file that plans the time of six machines and another that logs the stops of five say nothing of the availability of
//! the sixth. Where every file that takes part has all inputs of a metric, its sums stand as they are; else only the days of
//! those places count of which all inputs are known, and the answer says how much of what was asked that is.

mod days;
mod plan;
mod reach;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;

use self::days::{Days, Places, both, either};
use self::plan::{ByCalendar, Plan};
pub use self::reach::{Level, Place, Reach, mask};
use super::planned::{self, Planned, SIGNALS};
use super::recipe::implied_by;
use super::{ComponentGroup, Coverage, Metric};
use crate::component::{Component, Components, Made};

/// Places and periods that are named as missing, at most.
const MISSING_MOST: usize = 20;

/// What a figure is made of, seen from the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Input {
    /// A component of the rows.
    Plain(Component),
    /// A time that is left of the planned one where stops are known, unless a file tells it itself.
    Left(Made),
    /// A count that is known wherever the time is over which it was counted.
    Within(Component, Made),
}

impl Input {
    fn of(component: Component, required: &[Component]) -> Option<Input> {
        let companion = match implied_by(component) {
            Some(Component::Made(companion)) if required.contains(&Component::Made(companion)) => Some(companion),
            _ => None,
        };
        match (component, companion) {
            // It is known, zero or not, wherever the production time is.
            (_, Some(Made::AptS)) => None,
            (_, Some(companion)) => Some(Input::Within(component, companion)),
            (Component::Made(made @ (Made::AptS | Made::OperatingS)), None) => Some(Input::Left(made)),
            (component, None) => Some(Input::Plain(component)),
        }
    }

    /// The components that tell it, alone or together.
    fn components(self) -> Vec<Component> {
        match self {
            Input::Plain(component) => vec![component],
            Input::Left(made) => vec![
                Component::Made(made),
                Component::Made(Made::PbtS),
                Component::Made(Made::StopS),
            ],
            Input::Within(component, companion) => vec![component, Component::Made(companion)],
        }
    }

    /// Whether that file alone tells it.
    fn is_told_by(self, file: &Reach, by: u32) -> bool {
        let tells = |component| file.provides(component, by);
        match self {
            Input::Plain(component) => tells(component),
            Input::Left(made) => {
                tells(Component::Made(made))
                    || (tells(Component::Made(Made::PbtS)) && tells(Component::Made(Made::StopS)))
            }
            Input::Within(component, companion) => tells(component) || tells(Component::Made(companion)),
        }
    }
}

fn inputs(metric: &Metric) -> Vec<Input> {
    let required = metric.recipe.required();
    (required.iter())
        .filter_map(|component| Input::of(*component, &required))
        .collect()
}

/// Whether a metric rests on planned time, which a calendar may give.
pub fn reads_plan(metric: &Metric) -> bool {
    let required = metric.recipe.required();
    [Made::PbtS, Made::AptS, Made::OperatingS]
        .iter()
        .any(|made| required.contains(&Component::Made(*made)))
}

/// What has to be known of a day beside what a metric reads, so that a calendar can say its planned time.
pub fn read_beside() -> impl Iterator<Item = Component> {
    SIGNALS.into_iter().chain([Component::Made(Made::PlannedDownS)])
}

/// Whether the inputs of a metric may stand in several files.
pub fn may_be_parted(metric: &Metric) -> bool {
    let inputs = inputs(metric);
    inputs.len() > 1 || inputs.iter().any(|input| matches!(input, Input::Left(_)))
}

/// What of a figure may be added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    level: Level,
    /// Of each place the days of which all inputs are known.
    known: BTreeMap<Option<String>, Days>,
    /// Of each place the days of which stops are known.
    stops: BTreeMap<Option<String>, Days>,
    /// The components that ask for a day of a place.
    asks: Vec<Component>,
    /// What calendars plan, where they take part.
    plan: Option<Plan>,
}

/// How the sums of a metric are put together over these files: `None` where they stand as they are, because each file that
/// takes part has all of its inputs. `by` are the dimensions that the query groups and filters by: a file takes part only
/// with what it tells by them. Where no file tells the planned time of a place, what is `planned` by calendars stands for
/// it.
pub fn join<'a>(
    metric: &Metric,
    files: impl Iterator<Item = &'a Reach> + Clone,
    by: u32,
    planned: Option<&Planned>,
) -> Option<Joined> {
    let with_calendars = planned
        .filter(|_| reads_plan(metric))
        .and_then(|planned| join_by(metric, files.clone(), by, Some(planned)));
    with_calendars.or_else(|| join_by(metric, files, by, None))
}

fn join_by<'a>(
    metric: &Metric,
    files: impl Iterator<Item = &'a Reach> + Clone,
    by: u32,
    planned: Option<&Planned>,
) -> Option<Joined> {
    let inputs = inputs(metric);
    let mut asks: BTreeSet<Component> = inputs.iter().flat_map(|input| input.components()).collect();
    let of_inputs = asks.clone();
    if planned.is_some() {
        asks.extend(SIGNALS);
    }
    let taking = files.filter(|file| asks.iter().any(|component| file.provides(*component, by)));
    let is_whole = |file: &Reach| inputs.iter().all(|input| input.is_told_by(file, by));
    let is_somewhere = |made: Made| {
        (made == Made::PbtS && planned.is_some()) || taking.clone().any(|file| file.provides(Component::Made(made), by))
    };
    let all_told = |input: &Input| {
        taking.clone().any(|file| input.is_told_by(file, by))
            || *input == Input::Plain(Component::Made(Made::PbtS)) && planned.is_some()
            || matches!(input, Input::Left(_)) && [Made::PbtS, Made::StopS].into_iter().all(is_somewhere)
    };
    // What no file tells is missing, which the sums say themselves.
    if (planned.is_none() && (!may_be_parted(metric) || taking.clone().count() < 2))
        || taking.clone().all(is_whole)
        || !inputs.iter().all(all_told)
    {
        return None;
    }
    let taking: Vec<&Reach> = taking.collect();
    let level = Level::FINEST_FIRST.into_iter().find(|level| {
        let names = |component: Component| {
            *level == Level::Whole
                || (taking.iter().filter(|file| file.provides(component, by)))
                    .any(|file| file.places.iter().any(|place| level.of(place).is_some()))
        };
        // What tells it nowhere has no say.
        let is_anywhere = |component: &Component| taking.iter().any(|file| file.provides(*component, by));
        of_inputs.iter().copied().filter(is_anywhere).all(names)
    })?;
    let of = |component: Component| {
        let mut places: BTreeMap<Option<String>, Days> = BTreeMap::new();
        for file in taking.iter().filter(|file| file.provides(component, by)) {
            let names: BTreeSet<Option<&str>> = file.places.iter().map(|place| level.of(place)).collect();
            for name in names {
                places.entry(name.map(str::to_owned)).or_default().add(file);
            }
        }
        places
    };
    let stops = of(Component::Made(Made::StopS));
    let by_files = of(Component::Made(Made::PbtS));
    let plan = match planned {
        None => None,
        // Of which machine rows are that name none, and how many there are, nobody knows.
        Some(_) if !matches!(level, Level::Machine | Level::Line) => return None,
        Some(planned) => Some(Plan::of(planned.clone(), level, &taking, by_files.clone())?),
    };
    let busy = match &plan {
        Some(plan) => either(by_files, plan.places()),
        None => by_files,
    };
    let known = inputs
        .iter()
        .map(|input| match input {
            Input::Plain(Component::Made(Made::PbtS)) => busy.clone(),
            Input::Plain(component) => of(*component),
            Input::Left(made) => either(of(Component::Made(*made)), both(busy.clone(), &stops)),
            Input::Within(component, companion) => either(of(*component), of(Component::Made(*companion))),
        })
        .reduce(|one, other| both(one, &other))?;
    Some(Joined {
        level,
        known,
        stops,
        asks: asks.into_iter().collect(),
        plan,
    })
}

/// The sums of a day of a place.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cell {
    /// Which place, at the level of the join.
    pub place: Option<String>,
    /// Local date.
    pub day: Option<NaiveDate>,
    /// Its sums, with the group that it belongs to.
    pub sums: ComponentGroup,
}

/// The cells of one group, of which some count.
#[derive(Debug, Clone, Default)]
pub struct Together {
    sums: ComponentGroup,
    is_left: bool,
    asked: u64,
    covered: u64,
    places: BTreeMap<Option<String>, bool>,
    days: BTreeMap<NaiveDate, bool>,
    by_calendar: ByCalendar,
}

impl Joined {
    /// What places are told apart by.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Puts a cell to its group.
    pub fn add(&self, group: &mut Together, cell: Cell) {
        let Cell { place, day, mut sums } = cell;
        if !self
            .asks
            .iter()
            .any(|component| sums.components.get(*component).is_some())
        {
            return;
        }
        let is_in = |places: &Places| places.get(&place).is_some_and(|days| days.contains(day));
        let mut counts = is_in(&self.known);
        if let Some(plan) = &self.plan {
            counts &= plan.put(&place, day, &mut sums, counts, &mut group.by_calendar);
        }
        if counts && is_in(&self.stops) {
            group.is_left |= leave(&mut sums.components);
        }
        group.asked += 1;
        group.covered += u64::from(counts);
        *group.places.entry(place).or_default() |= counts;
        if let Some(day) = day {
            *group.days.entry(day).or_default() |= counts;
        }
        if counts {
            group.sums.take(sums);
        }
    }

    /// Puts the days of places to their groups that calendars plan and of which no row tells: they are asked for, and
    /// missing.
    pub fn ask_planned<'a>(
        &self,
        groups: impl Iterator<Item = (&'a BTreeMap<String, Option<String>>, &'a mut Together)>,
    ) {
        let Some(plan) = &self.plan else { return };
        let mut groups: Vec<_> = groups.collect();
        let mut everywhere: BTreeMap<_, BTreeSet<Option<String>>> = BTreeMap::new();
        for (name, group) in &groups {
            let places = everywhere.entry(planned::without_time(name)).or_default();
            places.extend(group.by_calendar.seen.iter().map(|(place, _)| place.clone()));
        }
        for (name, group) in &mut groups {
            let Some((first, last)) = planned::days_of(name, plan.days) else {
                continue;
            };
            let places = everywhere.get(&planned::without_time(name)).into_iter().flatten();
            for place in places {
                let Some((begin, end)) = plan.spans.get(place) else {
                    continue;
                };
                let (first, last) = (first.max(*begin), last.min(*end));
                for day in first.iter_days().take_while(|day| *day <= last) {
                    let at = (place.clone(), day);
                    let is_planned = plan.seconds(place, Some(day), name).is_some_and(|seconds| seconds > 0);
                    if is_planned && !plan.is_by_files(place, Some(day)) && !group.by_calendar.seen.contains(&at) {
                        group.asked += 1;
                        group.places.entry(place.clone()).or_default();
                        group.days.entry(day).or_default();
                        group.by_calendar.idle.push(at);
                    }
                }
            }
        }
    }

    /// The sums of a group and how much of what was asked they are.
    pub fn finish(&self, group: Together) -> ComponentGroup {
        let Together {
            mut sums,
            is_left,
            asked,
            covered,
            places,
            days,
            by_calendar,
        } = group;
        if self.plan.is_some() && !by_calendar.is_told {
            // Nothing plans it: as without calendars.
            return by_calendar.unplanned;
        }
        sums.is_of_calendar = by_calendar.planned > 0;
        sums.is_outside_plan = covered == 0 && by_calendar.outside > 0;
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let (one, _) = self.level.noun();
        let mut missing: Vec<String> = (places.iter())
            .filter(|(_, counts)| !**counts)
            .map(|(place, _)| place.clone().unwrap_or_else(|| format!("rows without a {one}")))
            .collect();
        missing.extend(gaps(&days));
        let counts_elsewhere = |(place, day): &&(Option<String>, NaiveDate)| {
            places.get(place) == Some(&true) && days.get(day) == Some(&true)
        };
        let idle = by_calendar.idle.iter().filter(counts_elsewhere);
        missing.extend(idle.map(|(place, day)| format!("{} on {day}", place.as_deref().unwrap_or(one))));
        let more = missing.len().saturating_sub(MISSING_MOST);
        missing.truncate(MISSING_MOST);
        if more > 0 {
            missing.push(format!("{more} more"));
        }
        sums.is_left = is_left;
        sums.coverage = Some(Coverage {
            rows: None,
            asked: Some(asked),
            covered: Some(covered),
            places: match self.level {
                Level::Whole => String::new(),
                level => level.noun().1.to_owned(),
            },
            places_asked: number(places.len()),
            places_covered: number(places.values().filter(|counts| **counts).count()),
            days_asked: number(days.len()),
            days_covered: number(days.values().filter(|counts| **counts).count()),
            missing,
        });
        sums
    }
}

/// Periods of days that were asked for and of which none counts.
fn gaps(days: &BTreeMap<NaiveDate, bool>) -> Vec<String> {
    let mut gaps: Vec<(NaiveDate, NaiveDate)> = Vec::new();
    let mut is_open = false;
    for (day, counts) in days {
        match gaps.last_mut().filter(|_| is_open) {
            _ if *counts => is_open = false,
            Some((_, last)) => *last = *day,
            None => {
                gaps.push((*day, *day));
                is_open = true;
            }
        }
    }
    gaps.into_iter()
        .map(|(first, last)| match first == last {
            true => first.to_string(),
            false => format!("{first} to {last}"),
        })
        .collect()
}

/// Adds the production time to a cell of which stops are known, where no row tells it itself: what is left of the plan. A day
/// with stops alone takes from the others. Whether it was added.
fn leave(sums: &mut Components) -> bool {
    let is_there = |made: Made| sums.get(Component::Made(made)).is_some();
    if is_there(Made::AptS) || ![Made::PbtS, Made::AustS, Made::AdetS].into_iter().any(is_there) {
        return false;
    }
    let is_operating = is_there(Made::OperatingS);
    let Some(production) = left_of_plan(sums) else {
        return false;
    };
    sums.add(Component::Made(Made::AptS), production);
    if !is_operating {
        sums.add(Component::Made(Made::OperatingS), production);
    }
    true
}

/// Planned busy time less set-up and delay, each of which is none where no row names it; `None` beyond what a decimal holds.
pub(super) fn left_of_plan(sums: &Components) -> Option<Decimal> {
    let made = |made: Made| sums.get(Component::Made(made)).unwrap_or_default();
    made(Made::PbtS).checked_sub(made(Made::AustS).checked_add(made(Made::AdetS))?)
}

#[cfg(test)]
mod tests;

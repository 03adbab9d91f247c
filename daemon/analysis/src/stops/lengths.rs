//! How long each state lasted: by the lengths that the file gives, or by the union of its intervals.
//!
//! A file whose lengths differ from begin to end on more than one row in twenty gives net times: these count as they
//! stand. Otherwise intervals of one machine are united, so that overlapping stops are counted once.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use plant_core::calendar::SiteDays;
use plant_core::component::Dimension;

use super::calendar::Plan;
use super::piece::{Piece, machine_key};
use super::row::{Role, TimeRow};
use super::ticks::{TICKS_PER_S, TICKS_PER_US};
use crate::AnalysisError;
use crate::intervals::{self, Interval};
use crate::planned::PlannedSites;
use crate::table::{Remarks, Table};

/// Days over which one piece is split at midnight; a longer one stays whole beyond them.
const SPLIT_MAX_DAYS: usize = 400;

/// Every piece, and the rows with something to say about them.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    /// In the order of machine and time.
    pub(crate) all: Vec<Piece>,
    /// Time rows that repeat another and do not count.
    pub(crate) dropped: BTreeSet<usize>,
    /// Stops without an end.
    pub(crate) open: BTreeSet<usize>,
}

/// What days are told apart by.
#[derive(Debug)]
pub(crate) struct Days<'a> {
    /// The zone of local days.
    pub(crate) zone: Tz,
    /// The calendars of the sites.
    pub(crate) planned: Option<PlannedSites<'a>>,
    /// Whether only what they plan counts.
    pub(crate) clips: bool,
}

impl<'a> Days<'a> {
    /// Those of the site of a row; `None` where it has no calendar.
    fn of(&mut self, table: &Table, row: &TimeRow) -> Option<&mut SiteDays<'a>> {
        let site = table
            .key(row.row())
            .and_then(|key| table.groups.text(Dimension::Site, key));
        self.planned.as_mut()?.of(site.map(str::trim).unwrap_or_default())
    }
}

/// Cuts the time of all rows into pieces with one owner each.
///
/// # Errors
/// More groups than can be numbered.
pub(crate) fn pieces(
    table: &Table,
    rows: &[TimeRow],
    roles: &[Role],
    plan: &Plan,
    days: &mut Days,
    remarks: &mut Remarks,
) -> Result<Pieces, AnalysisError> {
    let mut pieces = Pieces::default();
    drop_duplicates(table, rows, roles, remarks, &mut pieces);
    let ends = ends_of_open_stops(table, rows, roles);
    let net = lengths_are_net(rows, roles);
    let mut by_machine: BTreeMap<(u32, u32), Vec<Interval>> = BTreeMap::new();
    for (owner, (row, role)) in rows.iter().zip(roles).enumerate() {
        let category = match role {
            Role::Run(category) | Role::Stop { category, .. } => *category,
            Role::Plan | Role::Point | Role::None => continue,
        };
        if pieces.dropped.contains(&owner) {
            continue;
        }
        if matches!(role, Role::Stop { open: true, .. }) {
            pieces.open.insert(owner);
            remarks.add("open_stop", table.at(row.row()));
        }
        let machine = machine_key(table, row);
        let interval = row.interval().or_else(|| row.start.zip(ends.get(&owner).copied()));
        match (interval, machine) {
            (Some((start, end)), Some(machine)) if !net || row.given.is_none() => {
                by_machine.entry(machine).or_default().push(Interval {
                    owner,
                    rank: category.rank(),
                    start,
                    end,
                });
            }
            _ => {
                let length = row
                    .ticks()
                    .or_else(|| interval.map(|(start, end)| i128::from(end.saturating_sub(start)) * TICKS_PER_US));
                if let Some(ticks) = length {
                    pieces.all.push(Piece {
                        owner,
                        ticks,
                        start: row.start,
                        day: None,
                        entry: None,
                    });
                }
            }
        }
    }
    for (machine, all) in by_machine {
        let all = match days.clips {
            true => clip(table, rows, days, all, &mut pieces, remarks),
            false => all,
        };
        let (inside, windowed) = plan.clip(machine, &all);
        if windowed {
            let met: HashSet<usize> = inside.iter().map(|(interval, _)| interval.owner).collect();
            for interval in all.iter().filter(|interval| !met.contains(&interval.owner)) {
                if let (Some(Role::Stop { .. }), Some(row)) = (roles.get(interval.owner), rows.get(interval.owner)) {
                    remarks.add("stop_outside_plan", table.at(row.row()));
                }
            }
        }
        let mut by_entry: BTreeMap<Option<usize>, Vec<Interval>> = BTreeMap::new();
        for (interval, entry) in inside {
            by_entry.entry(entry).or_default().push(interval);
        }
        for (entry, group) in by_entry {
            for piece in intervals::owned(&group) {
                let Some(row) = rows.get(piece.owner) else { continue };
                split(table, row, days, piece, entry, &mut pieces.all);
            }
        }
    }
    Ok(pieces)
}

/// Adds what calendars plan of the intervals of one machine, each piece on its production day; gives those that no calendar
/// is for.
fn clip(
    table: &Table,
    rows: &[TimeRow],
    days: &mut Days,
    all: Vec<Interval>,
    pieces: &mut Pieces,
    remarks: &mut Remarks,
) -> Vec<Interval> {
    let mut whole = Vec::new();
    let mut by_day: BTreeMap<NaiveDate, Vec<Interval>> = BTreeMap::new();
    for interval in all {
        let Some(row) = rows.get(interval.owner) else { continue };
        let span = moment(interval.start).zip(moment(interval.end));
        let (Some(site), Some((start, end))) = (days.of(table, row), span) else {
            whole.push(interval);
            continue;
        };
        let planned = site.planned(start, end);
        if planned.is_empty() && start < end {
            remarks.add("stop_outside_plan", table.at(row.row()));
        }
        for stretch in planned {
            let part = Interval {
                start: stretch.start.timestamp_micros(),
                end: stretch.end.timestamp_micros(),
                ..interval
            };
            match stretch.day {
                Some(day) => by_day.entry(day).or_default().push(part),
                None => whole.push(part),
            }
        }
    }
    for (day, group) in by_day {
        pieces
            .all
            .extend(intervals::owned(&group).into_iter().map(|piece| Piece {
                owner: piece.owner,
                ticks: i128::from(piece.length()) * TICKS_PER_US,
                start: Some(piece.start),
                day: Some(day),
                entry: None,
            }));
    }
    whole
}

fn moment(micros: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_micros(micros)
}

/// The group that a piece of a row counts in: that of its row, on the day of the piece.
///
/// # Errors
/// More groups than can be numbered.
pub(crate) fn group(table: &mut Table, rows: &[TimeRow], piece: &Piece) -> Result<Option<u32>, AnalysisError> {
    let Some(mut key) = rows.get(piece.owner).and_then(|row| table.key(row.row())).copied() else {
        return Ok(None);
    };
    key.day = piece.day.or(key.day);
    table.groups.id(key).map(Some)
}

/// The group of the machine itself, without the reason of the piece.
///
/// # Errors
/// More groups than can be numbered.
pub(crate) fn machine_group(table: &mut Table, rows: &[TimeRow], piece: &Piece) -> Result<Option<u32>, AnalysisError> {
    let Some(mut key) = rows.get(piece.owner).and_then(|row| table.key(row.row())).copied() else {
        return Ok(None);
    };
    key.day = piece.day.or(key.day);
    table.groups.id(key.of_the_machine()).map(Some)
}

/// A stop that stands there twice (machine, begin, end, reason) counts once.
fn drop_duplicates(table: &Table, rows: &[TimeRow], roles: &[Role], remarks: &mut Remarks, pieces: &mut Pieces) {
    let mut seen = HashSet::new();
    for (index, (row, role)) in rows.iter().zip(roles).enumerate() {
        let (Role::Stop { category, .. }, Some(start), Some(key)) = (role, row.start, table.key(row.row())) else {
            continue;
        };
        let Some(machine) = machine_key(table, row) else {
            continue;
        };
        if row.end.is_none() && row.given.is_none() {
            continue;
        }
        let reason = key.code(Dimension::Reason);
        if !seen.insert((machine, start, row.end, row.given, reason, category.rank())) {
            pieces.dropped.insert(index);
            remarks.add("duplicate_stop", table.at(row.row()));
        }
    }
}

/// An open stop ends where the next row of its machine begins, else with the last time of the file.
fn ends_of_open_stops(table: &Table, rows: &[TimeRow], roles: &[Role]) -> BTreeMap<usize, i64> {
    let open = |role: &Role| matches!(role, Role::Stop { open: true, .. });
    if !roles.iter().any(open) {
        return BTreeMap::new();
    }
    let mut starts: BTreeMap<Option<(u32, u32)>, Vec<i64>> = BTreeMap::new();
    for row in rows {
        if let Some(start) = row.start {
            starts.entry(machine_key(table, row)).or_default().push(start);
        }
    }
    for list in starts.values_mut() {
        list.sort_unstable();
    }
    let last = rows.iter().filter_map(|row| row.end.max(row.start)).max();
    rows.iter()
        .zip(roles)
        .enumerate()
        .filter(|(_, (_, role))| open(role))
        .filter_map(|(index, (row, _))| {
            let start = row.start?;
            let list = starts.get(&machine_key(table, row))?;
            let next = list.get(list.partition_point(|other| *other <= start)).copied();
            Some((index, next.or(last)?))
        })
        .collect()
}

/// Whether the lengths of the file are net times, not begin to end.
fn lengths_are_net(rows: &[TimeRow], roles: &[Role]) -> bool {
    let (mut both, mut differ) = (0_u64, 0_u64);
    for (row, role) in rows.iter().zip(roles) {
        if let (Role::Run(_) | Role::Stop { .. }, Some(given), Some(measured)) = (role, row.given, row.measured_ticks())
        {
            both += 1;
            let apart = (given - measured).abs();
            differ += u64::from(apart > TICKS_PER_S && apart > measured / 100);
        }
    }
    differ.saturating_mul(20) > both
}

/// Splits a piece where days end, unless its row belongs to a shift or to another day than its clock says.
fn split(
    table: &Table,
    row: &TimeRow,
    days: &mut Days,
    piece: intervals::Piece,
    entry: Option<usize>,
    out: &mut Vec<Piece>,
) {
    let zone = days.zone;
    let mut site = days.of(table, row);
    let mut day_at = |micros: i64| -> Option<(NaiveDate, Option<i64>)> {
        // Production days, where a calendar holds.
        let of_site = site.as_mut().and_then(|site| {
            let day = site.day_of(moment(micros)?)?;
            Some((day, site.end_of(day)?.timestamp_micros()))
        });
        if let Some((day, end)) = of_site {
            return Some((day, Some(end)));
        }
        let day = local_day(micros, zone)?;
        Some((day, next_midnight(day, zone)))
    };
    let day_of_row = table.key(row.row()).and_then(|key| key.day);
    let by_clock = row.began.and_then(|began| Some(day_at(began)?.0));
    let mut start = piece.start;
    if day_of_row.is_some() && day_of_row == by_clock && !row.belongs_to_shift {
        for _ in 0..SPLIT_MAX_DAYS {
            let Some((day, end)) = day_at(start) else { break };
            let Some(end) = end.filter(|end| start < *end && *end < piece.end) else {
                break;
            };
            out.push(Piece {
                owner: piece.owner,
                ticks: i128::from(end - start) * TICKS_PER_US,
                start: Some(start),
                day: Some(day),
                entry,
            });
            start = end;
        }
        let day = day_at(start).map(|(day, _)| day);
        out.push(Piece {
            owner: piece.owner,
            ticks: i128::from(piece.end - start) * TICKS_PER_US,
            start: Some(start),
            day,
            entry,
        });
    } else {
        let ticks = i128::from(piece.length()) * TICKS_PER_US;
        out.push(Piece {
            owner: piece.owner,
            ticks,
            start: Some(start),
            day: None,
            entry,
        });
    }
}

fn local_day(micros: i64, zone: Tz) -> Option<NaiveDate> {
    Some(
        DateTime::from_timestamp_micros(micros)?
            .with_timezone(&zone)
            .date_naive(),
    )
}

fn next_midnight(day: NaiveDate, zone: Tz) -> Option<i64> {
    let midnight = day.succ_opt()?.and_time(NaiveTime::MIN);
    // In a few zones a summer begins at midnight: then the day begins an hour later.
    let found = zone.from_local_datetime(&midnight).earliest().or_else(|| {
        zone.from_local_datetime(&midnight.checked_add_signed(chrono::TimeDelta::hours(1))?)
            .earliest()
    })?;
    Some(found.timestamp_micros())
}

//! Where the time of the machines went: calendars, stops, failures and repairs as additive components.
//!
//! Invariants: a moment of a machine has one owner, by the priority of [`StopCategory`]; nothing is taken for a calendar
//! that the rows do not give (no 24/7), so without one there is no planned busy and no production time; what is taken
//! from the production time never exceeds it. Lengths are exact, in ticks of 10⁻¹² s.

mod calendar;
mod lengths;
mod piece;
mod row;
mod ticks;

use std::collections::BTreeMap;

use chrono_tz::Tz;
use plant_core::calendar::Calendars;
use plant_core::component::Made;
use plant_core::profile::Intervals;
use plant_core::variable::Variable;
use rust_decimal::Decimal;

pub(crate) use row::TimeRow;

use crate::AnalysisError;
use crate::exact;
use crate::planned::PlannedSites;
use crate::table::{Remarks, Table};
use calendar::Plan;
use lengths::Pieces;
use piece::Piece;
use plant_core::stop::StopCategory;
use row::Role;
use ticks::TICK_SCALE;

/// What tells when the machines were meant to produce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Calendar {
    /// Nothing does.
    None,
    /// Planned time stands on the rows.
    Planned,
    /// The rows are a log of every state, running included.
    StateLog,
}

/// A stop with its time after overlaps are resolved.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stop {
    /// Row of the table.
    pub(crate) row: usize,
    /// Its category.
    pub(crate) category: StopCategory,
    /// Seconds that it owns inside the planned busy time, or at all where there is no calendar.
    pub(crate) seconds: Decimal,
    /// Whether it is a failure.
    pub(crate) failure: bool,
    /// Begin in microseconds since 1970, where known.
    pub(crate) start: Option<i64>,
}

/// What each group adds to components, in ticks or numbers of occurrences.
#[derive(Debug, Default)]
pub(crate) struct GroupSums(BTreeMap<Made, Vec<i128>>);

impl GroupSums {
    /// The mark of a group that adds nothing, which is not zero; no sum can reach it.
    const NOTHING: i128 = i128::MIN;

    fn add(&mut self, group: u32, made: Made, value: i128) {
        let Ok(group) = usize::try_from(group) else { return };
        let sums = self.0.entry(made).or_default();
        if sums.len() <= group {
            sums.resize(group + 1, Self::NOTHING);
        }
        if let Some(sum) = sums.get_mut(group) {
            *sum = match *sum {
                Self::NOTHING => value,
                known => known.saturating_add(value),
            };
        }
    }

    /// The sums of the cells to which groups belong, each with its cell.
    pub(crate) fn by_cell(&self, of_group: &[u32]) -> impl Iterator<Item = (u32, Made, Decimal)> {
        let mut found = Vec::new();
        for (made, sums) in &self.0 {
            let mut cells: BTreeMap<u32, i128> = BTreeMap::new();
            for (sum, cell) in sums.iter().zip(of_group).filter(|(sum, _)| **sum != Self::NOTHING) {
                let of_cell = cells.entry(*cell).or_default();
                *of_cell = of_cell.saturating_add(*sum);
            }
            let scale = if made.unit() == "s" { TICK_SCALE } else { 0 };
            let decimals = cells.into_iter();
            found.extend(decimals.filter_map(|(cell, sum)| Some((cell, *made, exact::decimal(sum, scale)?))));
        }
        found.into_iter()
    }
}

/// What became of the time.
#[derive(Debug)]
pub(crate) struct TimeSums {
    /// What each group adds to a component.
    pub(crate) sums: GroupSums,
    /// What the planned busy time comes from.
    pub(crate) calendar: Calendar,
    /// Every stop, in the order of the rows.
    pub(crate) stops: Vec<Stop>,
    /// Rows of the failures counted.
    pub(crate) failures: Vec<usize>,
    /// Whether the rows tell failures from other stops.
    pub(crate) failures_known: bool,
    /// Planned busy time that neither a run nor a stop accounts for, in seconds, where both are listed.
    pub(crate) gap_s: Option<Decimal>,
}

/// Sums up the time of every row. Where the profile says that rows are `intervals` of every state, they are their own
/// calendar even while a machine only runs, or only stands. Where rows give no calendar, that of their site says which time of
/// a stop is planned at all; how much is planned beside it is asked for with the figures.
///
/// # Errors
/// More groups than can be numbered.
pub(crate) fn assess(
    table: &mut Table,
    zone: Tz,
    intervals: Option<Intervals>,
    calendars: &Calendars,
) -> Result<TimeSums, AnalysisError> {
    let rows = std::mem::take(&mut table.time_rows);
    let mut remarks = Remarks::default();
    let roles = row::roles(&rows, table.has(Variable::EventEnd) || table.has(Variable::Duration));
    let plan = Plan::of(table, &rows, &roles, &mut remarks)?;
    // A file that says itself when its machines were meant to run is no business of the calendar of its site.
    let has_own = plan.is_there() || intervals.is_some() || roles.iter().any(|role| matches!(role, Role::Run(_)));
    let mut days = lengths::Days {
        zone,
        planned: PlannedSites::new(calendars),
        clips: !has_own,
    };
    let pieces = lengths::pieces(table, &rows, &roles, &plan, &mut days, &mut remarks)?;
    let ledger = Ledger {
        failures_known: failures_known(&rows, &roles, intervals),
        intervals,
        rows: &rows,
        roles: &roles,
        sums: GroupSums::default(),
        owned: vec![0; rows.len()],
        remarks,
    };
    let (sums, remarks) = ledger.close(table, plan, &pieces)?;
    table.remarks.extend(remarks);
    table.time_rows = rows;
    Ok(sums)
}

/// Whether failures can be told from other stops: a flag says so, or every stop has a category; a log of every state tells
/// that there was none.
fn failures_known(rows: &[TimeRow], roles: &[Role], intervals: Option<Intervals>) -> bool {
    let flagged = rows.iter().any(|row| row.failure.is_some());
    let stop = |role: &Role| match role {
        Role::Stop { category, .. } => Some(*category),
        _ => None,
    };
    let breakdown = roles
        .iter()
        .filter_map(stop)
        .any(|category| category == StopCategory::Breakdown);
    let unknown = roles
        .iter()
        .filter_map(stop)
        .any(|category| category == StopCategory::Unknown);
    let tells = |role: &Role| stop(role).is_some() || (intervals.is_some() && matches!(role, Role::Run(_)));
    flagged || breakdown || (!unknown && roles.iter().any(tells))
}

struct Ledger<'a> {
    rows: &'a [TimeRow],
    roles: &'a [Role],
    failures_known: bool,
    intervals: Option<Intervals>,
    sums: GroupSums,
    owned: Vec<i128>,
    remarks: Remarks,
}

impl Ledger<'_> {
    fn close(
        mut self,
        table: &mut Table,
        mut plan: Plan,
        pieces: &Pieces,
    ) -> Result<(TimeSums, Remarks), AnalysisError> {
        let any_stop = self.roles.iter().any(|role| matches!(role, Role::Stop { .. }));
        let any_run = pieces
            .all
            .iter()
            .any(|piece| matches!(self.roles.get(piece.owner), Some(Role::Run(_))));
        let calendar = if plan.is_there() {
            Calendar::Planned
        } else if (any_run && any_stop) || (self.intervals.is_some() && (any_run || any_stop)) {
            Calendar::StateLog
        } else {
            Calendar::None
        };
        let mut run = 0_i128;
        // What lies outside the planned time is taken off first: it makes room for nothing else.
        let (outside, inside): (Vec<&Piece>, Vec<&Piece>) = pieces
            .all
            .iter()
            .partition(|piece| self.category(piece).is_some_and(StopCategory::outside_plan));
        for piece in outside.into_iter().chain(inside) {
            let Some(category) = self.category(piece) else { continue };
            if category.runs() {
                run += piece.ticks;
            }
            match calendar {
                Calendar::Planned => self.planned(table, &mut plan, piece, category, any_stop)?,
                Calendar::StateLog => self.logged(table, piece, category)?,
                Calendar::None if category.runs() => {}
                Calendar::None => self.stopped(table, piece, category, piece.ticks)?,
            }
        }
        let mut gap_s = None;
        if calendar == Calendar::Planned {
            let production: i128 = plan.entries.iter().map(|entry| entry.production).sum();
            if any_stop && run > 0 {
                gap_s = exact::decimal((production - run).max(0), TICK_SCALE);
            }
            self.enter_plan(&plan, any_stop);
        }
        let failures = self.count(table, pieces);
        let stops = self.stops();
        let sums = TimeSums {
            sums: self.sums,
            calendar,
            stops,
            failures,
            failures_known: self.failures_known,
            gap_s,
        };
        Ok((sums, self.remarks))
    }

    fn category(&self, piece: &Piece) -> Option<StopCategory> {
        match self.roles.get(piece.owner)? {
            Role::Run(category) | Role::Stop { category, .. } => Some(*category),
            Role::Plan | Role::Point | Role::None => None,
        }
    }

    fn add(&mut self, group: u32, made: Made, value: i128) {
        self.sums.add(group, made, value);
    }

    /// Adds stop time to the components of its category, on the group of the row that owns it.
    fn stopped(
        &mut self,
        table: &mut Table,
        piece: &Piece,
        category: StopCategory,
        ticks: i128,
    ) -> Result<(), AnalysisError> {
        if let Some(group) = lengths::group(table, self.rows, piece)? {
            for made in category.components() {
                self.add(group, *made, ticks);
            }
        }
        if let Some(owned) = self.owned.get_mut(piece.owner)
            && !category.runs()
        {
            *owned = owned.saturating_add(ticks);
        }
        Ok(())
    }

    /// A log of every state is its own calendar: busy is what ran or stopped inside the plan.
    fn logged(&mut self, table: &mut Table, piece: &Piece, category: StopCategory) -> Result<(), AnalysisError> {
        if !category.outside_plan()
            && let Some(group) = lengths::machine_group(table, self.rows, piece)?
        {
            self.add(group, Made::PbtS, piece.ticks);
            let produces = if category.takes_production_time() {
                0
            } else {
                piece.ticks
            };
            self.add(group, Made::AptS, produces);
            if self.failures_known {
                self.add(group, Made::OperatingS, produces);
            }
        }
        self.stopped(table, piece, category, piece.ticks)
    }

    fn planned(
        &mut self,
        table: &mut Table,
        plan: &mut Plan,
        piece: &Piece,
        category: StopCategory,
        any_stop: bool,
    ) -> Result<(), AnalysisError> {
        let Some(row) = self.rows.get(piece.owner) else {
            return Ok(());
        };
        if category.runs() {
            // Runs only count as production time where no stop list says what is missing from the plan.
            if !any_stop && let Some(group) = lengths::machine_group(table, self.rows, piece)? {
                self.add(group, Made::AptS, piece.ticks);
                if self.failures_known {
                    self.add(group, Made::OperatingS, piece.ticks);
                }
            }
            return Ok(());
        }
        let candidates = plan.candidates(table, row, piece);
        if candidates.is_empty() {
            self.remarks.add("stop_outside_plan", table.at(row.row()));
            return Ok(());
        }
        let inside = if category.outside_plan() {
            plan.take_planned_down(&candidates, piece.ticks)
        } else if category.takes_production_time() {
            plan.take_production(&candidates, piece.ticks)
        } else {
            piece.ticks
        };
        if inside < piece.ticks {
            self.remarks.add("stops_exceed_plan", table.at(row.row()));
        }
        self.stopped(table, piece, category, inside)
    }

    fn enter_plan(&mut self, plan: &Plan, any_stop: bool) {
        for entry in &plan.entries {
            self.add(entry.group, Made::PbtS, entry.busy);
            if entry.planned_down > 0 {
                self.add(entry.group, Made::PlannedDownS, entry.planned_down);
            }
            if any_stop {
                self.add(entry.group, Made::AptS, entry.production);
                if self.failures_known {
                    self.add(entry.group, Made::OperatingS, entry.production);
                }
            }
        }
    }

    /// Counts stops, failures and repairs; returns the rows of the failures.
    fn count(&mut self, table: &Table, pieces: &Pieces) -> Vec<usize> {
        let mut failures = Vec::new();
        for (index, (row, role)) in self.rows.iter().zip(self.roles).enumerate() {
            if pieces.dropped.contains(&index) {
                continue;
            }
            // The rest of one that was counted before only lasts.
            let once = i128::from(!row.goes_on);
            let Some(group) = table.group_of.get(row.row()).copied() else {
                continue;
            };
            let stop = match role {
                Role::Stop { category, .. } => Some(*category),
                _ => None,
            };
            if stop.is_some_and(|category| !category.outside_plan()) {
                self.add(group, Made::Stops, once);
            }
            if !self.failures_known || (stop.is_none() && row.failure.is_none()) {
                continue;
            }
            let failure = row.failure.unwrap_or(stop == Some(StopCategory::Breakdown));
            self.add(group, Made::Failures, i128::from(failure) * once);
            if !failure {
                continue;
            }
            if !row.goes_on {
                failures.push(row.row());
            }
            let open = pieces.open.contains(&index);
            let closed = row
                .repair_ticks()
                .or_else(|| stop.filter(|_| !open).and_then(|_| row.closed_ticks()));
            if let Some(repair) = closed {
                self.add(group, Made::ClosedFailures, once);
                self.add(group, Made::RepairS, repair);
            }
        }
        failures
    }

    fn stops(&self) -> Vec<Stop> {
        let rows = self.rows.iter().zip(self.roles).zip(&self.owned);
        rows.filter_map(|((row, role), owned)| match role {
            Role::Stop { category, .. } => Some(Stop {
                row: row.row(),
                category: *category,
                seconds: exact::decimal(*owned, TICK_SCALE)?,
                failure: row.failure.unwrap_or(*category == StopCategory::Breakdown),
                start: row.start,
            }),
            Role::Point if row.failure == Some(true) => Some(Stop {
                row: row.row(),
                category: StopCategory::Breakdown,
                seconds: Decimal::ZERO,
                failure: true,
                start: row.start,
            }),
            _ => None,
        })
        .collect()
    }
}

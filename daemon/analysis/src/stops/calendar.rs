//! The planned time of shifts and orders, and what stops take from it.
//!
//! Planned time that stop rows repeat for their shift counts once. What stops take is taken from the entry that they
//! belong to, by window, machine, day and shift, and never more than is left in it.

use std::collections::{BTreeMap, BTreeSet};

use plant_core::component::Dimension;

use super::piece::{Piece, machine_key};
use super::row::{Role, TimeRow};
use super::ticks::TICKS_PER_S;
use crate::AnalysisError;
use crate::intervals::{self, Interval};
use crate::table::{ABSENT, GroupKey, Remarks, Table};

/// More planned time than this on one machine and day means that rows repeat it (a day has at most 25 hours).
const DAY_MAX: i128 = 25 * 3600 * TICKS_PER_S;

/// One planned stretch of a machine.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Group that it counts in.
    pub(crate) group: u32,
    /// Planned busy time left, in ticks.
    pub(crate) busy: i128,
    /// Production time left.
    pub(crate) production: i128,
    /// Planned down time that no listed stop accounts for.
    pub(crate) planned_down: i128,
    planned: i128,
    key: GroupKey,
    machine: Option<(u32, u32)>,
    window: Option<(i64, i64)>,
}

impl Entry {
    /// Its machine, where the row names one and not only a line.
    fn named_machine(&self) -> Option<u32> {
        self.machine
            .and_then(|(machine, _)| (machine != ABSENT).then_some(machine))
    }
}

/// Every planned stretch.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// In the order of the rows.
    pub(crate) entries: Vec<Entry>,
    by_machine: BTreeMap<Option<(u32, u32)>, Vec<usize>>,
}

impl Plan {
    /// The plan that the rows give.
    ///
    /// # Errors
    /// More groups than can be numbered.
    pub(crate) fn of(
        table: &mut Table,
        rows: &[TimeRow],
        roles: &[Role],
        remarks: &mut Remarks,
    ) -> Result<Plan, AnalysisError> {
        let mut plan = Plan::default();
        let mut repeated: BTreeMap<[u32; 3], BTreeMap<Option<chrono::NaiveDate>, &TimeRow>> = BTreeMap::new();
        let mut own = BTreeSet::new();
        let mut lines = Vec::new();
        for (row, role) in rows.iter().zip(roles) {
            let (Some(planned), Some(key)) = (row.planned, table.key(row.row()).copied()) else {
                continue;
            };
            let shift = [
                key.code(Dimension::Machine),
                key.code(Dimension::Line),
                key.code(Dimension::Shift),
            ];
            if matches!(role, Role::Stop { .. }) {
                // A stop row repeats the planned time of its shift: the largest counts, once.
                let seen = repeated.entry(shift).or_default().entry(key.day).or_insert(row);
                if seen.planned < Some(planned) {
                    *seen = row;
                }
            } else {
                own.insert((shift, key.day));
                lines.push(row.row());
                plan.enter(table, row, *role == Role::Plan)?;
            }
        }
        for (shift, days) in repeated {
            for (day, row) in days {
                if !own.contains(&(shift, day)) {
                    plan.enter(table, row, false)?;
                    lines.push(row.row());
                }
            }
        }
        plan.drop_repeats(table, &lines, remarks);
        for (index, entry) in plan.entries.iter().enumerate() {
            plan.by_machine.entry(entry.machine).or_default().push(index);
        }
        Ok(plan)
    }

    fn enter(&mut self, table: &mut Table, row: &TimeRow, has_window: bool) -> Result<(), AnalysisError> {
        let (Some(planned), Some(key)) = (row.planned, table.key(row.row()).copied()) else {
            return Ok(());
        };
        let key = key.of_the_machine();
        let down = row.planned_down.unwrap_or(0).min(planned);
        self.entries.push(Entry {
            group: table.groups.id(key)?,
            busy: planned - down,
            production: planned - down,
            planned_down: down,
            planned,
            machine: machine_key(table, row),
            key,
            window: row.interval().filter(|(start, end)| has_window && start < end),
        });
        Ok(())
    }

    /// A machine and day with more planned time than the day has: each shift and length counts once. Only where the
    /// rows name the machine: a line has many, each with a planned time of its own.
    fn drop_repeats(&mut self, table: &Table, rows: &[usize], remarks: &mut Remarks) {
        let mut totals: BTreeMap<_, i128> = BTreeMap::new();
        for entry in &self.entries {
            if let (Some(machine), Some(day)) = (entry.named_machine(), entry.key.day) {
                *totals.entry((machine, day)).or_default() += entry.planned;
            }
        }
        let mut seen = BTreeSet::new();
        let mut lines = rows.iter();
        self.entries.retain(|entry| {
            let row = lines.next();
            let (Some(machine), Some(day)) = (entry.named_machine(), entry.key.day) else {
                return true;
            };
            if totals.get(&(machine, day)).is_none_or(|total| *total <= DAY_MAX) {
                return true;
            }
            let first = seen.insert((machine, day, entry.key.code(Dimension::Shift), entry.planned));
            if let (false, Some(row)) = (first, row) {
                remarks.add("planned_time_repeated", table.at(*row));
            }
            first
        });
    }

    /// Whether anything is planned.
    pub(crate) fn is_there(&self) -> bool {
        !self.entries.is_empty()
    }

    /// The parts of a machine's intervals inside its planned windows, each with its entry, and whether it has windows;
    /// without any the intervals come back whole.
    pub(crate) fn clip(&self, machine: (u32, u32), all: &[Interval]) -> (Vec<(Interval, Option<usize>)>, bool) {
        let mut windows: Vec<(i64, i64, usize)> = self
            .by_machine
            .get(&Some(machine))
            .into_iter()
            .flatten()
            .filter_map(|index| {
                let (from, to) = self.entries.get(*index)?.window?;
                Some((from, to, *index))
            })
            .collect();
        if windows.is_empty() {
            return (all.iter().map(|interval| (*interval, None)).collect(), false);
        }
        windows.sort_unstable();
        // The furthest end so far never falls, so the first window that can meet an interval is found by halving.
        let mut furthest = i64::MIN;
        let reach: Vec<i64> = windows
            .iter()
            .map(|(_, end, _)| {
                furthest = furthest.max(*end);
                furthest
            })
            .collect();
        let mut inside = Vec::new();
        for interval in all {
            // Overlapping windows share no moment: each begins where the one before has ended.
            let mut from = interval.start;
            for (start, end, entry) in windows.iter().skip(reach.partition_point(|end| *end <= interval.start)) {
                if *start >= interval.end {
                    break;
                }
                if let Some(part) = intervals::clipped(*interval, from.max(*start), *end) {
                    from = part.end;
                    inside.push((part, Some(*entry)));
                }
            }
        }
        (inside, true)
    }

    /// The entries that a piece may take from, the best first.
    pub(crate) fn candidates(&self, table: &Table, row: &TimeRow, piece: &Piece) -> Vec<usize> {
        if let Some(entry) = piece.entry {
            return vec![entry];
        }
        let Some(key) = table.key(row.row()) else {
            return Vec::new();
        };
        let day = piece.day.or(key.day);
        let machine = machine_key(table, row);
        let none = Vec::new();
        let own = self.by_machine.get(&machine).unwrap_or(&none);
        let line = match machine {
            Some((_, ABSENT)) if key.code(Dimension::Line) != ABSENT => self
                .by_machine
                .get(&Some((ABSENT, key.code(Dimension::Line))))
                .unwrap_or(&none),
            _ => &none,
        };
        let whole = if machine.is_some() {
            self.by_machine.get(&None).unwrap_or(&none)
        } else {
            &none
        };
        let shift = key.code(Dimension::Shift);
        for list in [own, line, whole] {
            let matching = |same: &dyn Fn(&Entry) -> bool| -> Vec<usize> {
                list.iter()
                    .copied()
                    .filter(|index| self.entries.get(*index).is_some_and(same))
                    .collect()
            };
            let same_shift = |entry: &Entry| entry.key.code(Dimension::Shift) == shift;
            let any_shift = |entry: &Entry| shift == ABSENT || entry.key.code(Dimension::Shift) == ABSENT;
            let mut found = matching(&|entry| entry.key.day == day && same_shift(entry));
            if found.is_empty() {
                found = matching(&|entry| entry.key.day == day && any_shift(entry));
            }
            if found.is_empty() {
                // Planned time of more than a day, or without a date, covers stops of other days.
                found = matching(&|entry| {
                    (entry.key.day.is_none() || entry.planned > DAY_MAX) && (same_shift(entry) || any_shift(entry))
                });
            }
            if !found.is_empty() {
                let product = key.code(Dimension::ProductCode);
                found.sort_by_key(|index| {
                    self.entries
                        .get(*index)
                        .is_none_or(|entry| entry.key.code(Dimension::ProductCode) != product)
                });
                return found;
            }
        }
        Vec::new()
    }

    /// Takes production time; returns how much there was to take.
    pub(crate) fn take_production(&mut self, candidates: &[usize], ticks: i128) -> i128 {
        let mut left = ticks;
        for index in candidates {
            if let Some(entry) = self.entries.get_mut(*index) {
                let taken = left.min(entry.production).max(0);
                entry.production -= taken;
                left -= taken;
            }
        }
        ticks - left
    }

    /// Takes a listed stop outside the plan: first from the planned down time that is deducted already, then from the
    /// busy time. Returns how much there was to take.
    pub(crate) fn take_planned_down(&mut self, candidates: &[usize], ticks: i128) -> i128 {
        let mut left = ticks;
        for index in candidates {
            if let Some(entry) = self.entries.get_mut(*index) {
                let taken = left.min(entry.planned_down).max(0);
                entry.planned_down -= taken;
                left -= taken;
            }
        }
        for index in candidates {
            if let Some(entry) = self.entries.get_mut(*index) {
                let taken = left.min(entry.busy.min(entry.production)).max(0);
                entry.busy -= taken;
                entry.production -= taken;
                left -= taken;
            }
        }
        ticks - left
    }
}

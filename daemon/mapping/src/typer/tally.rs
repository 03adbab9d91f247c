//! What is counted over the rows of a file: filled variables, days, failures, remarks.
//!
//! Invariants: memory does not grow with the rows (days are bounded by the calendar, remarks by their kinds).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use plant_core::mark::Mark;
use plant_core::record::Record;
use plant_core::table::Problem;
use plant_core::tier::TierInput;
use plant_core::variable::Variable;

use super::cells::Plan;
use plant_core::words::counted;

use crate::suggest::neighbours::is_count;

/// Remarks of one kind that are given out with their rows; further ones are only counted.
pub const REMARKS_KEPT: u64 = 100;

/// What the typer found over all rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TyperEnd {
    /// Remarks on the file as a whole: how often each kind of remark was made, beyond those given with the rows.
    pub warnings: Vec<Problem>,
    /// How many remarks there were in all.
    pub warning_count: u64,
    /// Variables that count as present: at least 80 % filled, at least 95 % of the filled readable.
    pub present: Vec<Variable>,
    /// First local date.
    pub first_day: Option<NaiveDate>,
    /// Last local date.
    pub last_day: Option<NaiveDate>,
    /// Distinct local dates that carry rows.
    pub days: u64,
    /// Records made.
    pub records: u64,
    /// Rows put aside.
    pub quarantined: u64,
    /// What [`plant_core::tier::assess`] needs.
    pub tier_input: TierInput,
}

/// Share of the rows that must be filled, and of the filled that must be readable, for a variable to be present.
const FILLED: f64 = 0.8;
const READABLE: f64 = 0.95;
/// Days kept to count the distinct ones.
const DAYS_KEPT: usize = 40_000;

#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) quarantined: u64,
    pub(super) error_tokens: u64,
    records: u64,
    filled: Vec<u64>,
    bad: Vec<u64>,
    days: BTreeSet<NaiveDate>,
    failures: u64,
    running: u64,
    running_only: bool,
    stopped: u64,
    kinds: BTreeMap<String, Kind>,
    remarks: u64,
}

/// How often a kind of remark was made.
#[derive(Debug, Default, Clone, Copy)]
struct Kind {
    count: u64,
    first_line: u64,
    /// Made once for many rows rather than given with each.
    shared: bool,
}

impl Tally {
    /// `running_only`: quantities count on running rows only, so that only these have to be filled.
    pub(super) fn new(plans: &[Plan], running_only: bool) -> Tally {
        Tally {
            running_only,
            filled: vec![0; Variable::COUNT],
            bad: vec![0; plans.len()],
            ..Tally::default()
        }
    }

    /// A cell of that column could not be read.
    pub(super) fn bad(&mut self, index: usize) {
        if let Some(count) = self.bad.get_mut(index) {
            *count += 1;
        }
    }

    /// Counts a record; remarks beyond those kept are taken out.
    pub(super) fn record(&mut self, record: &Record, flags: &[&'static str], remarks: &mut Vec<Problem>) {
        self.counted(Mark::of(record), record.day);
        for flag in flags {
            self.count(flag, record.line, true);
        }
        remarks.retain(|remark| self.count(&remark.code, remark.line, false) <= REMARKS_KEPT);
    }

    /// Counts a row by its mark.
    pub(super) fn counted(&mut self, mark: Mark, day: Option<NaiveDate>) {
        self.records += 1;
        let mut bits = mark.filled;
        while bits != 0 {
            if let Some(count) = self.filled.get_mut(bits.trailing_zeros() as usize) {
                *count += 1;
            }
            bits &= bits - 1;
        }
        if let Some(day) = day
            && self.days.len() < DAYS_KEPT
        {
            self.days.insert(day);
        }
        self.failures += u64::from(mark.is_failure());
        self.running += u64::from(mark.runs());
        self.stopped += u64::from(mark.stops());
    }

    /// How many of that kind there are with this one.
    fn count(&mut self, code: &str, line: u64, shared: bool) -> u64 {
        self.remarks += 1;
        match self.kinds.get_mut(code) {
            Some(kind) => {
                kind.count += 1;
                kind.count
            }
            None => {
                let kind = Kind {
                    count: 1,
                    first_line: line,
                    shared,
                };
                self.kinds.insert(code.to_owned(), kind);
                1
            }
        }
    }

    pub(super) fn finish(self, plans: &[Plan]) -> TyperEnd {
        let share = |variable: Variable| {
            let rows = match self.running_only && is_count(variable) {
                true => self.running,
                false => self.records,
            };
            self.filled
                .get(variable.index())
                .map_or(0.0, |count| *count as f64 / rows.max(1) as f64)
        };
        let readable = |variable: Variable| {
            let filled = self.filled.get(variable.index()).copied().unwrap_or(0) as f64;
            let bad: u64 = plans
                .iter()
                .zip(&self.bad)
                .filter(|(plan, _)| plan.variable == Some(variable))
                .map(|(_, bad)| bad)
                .sum();
            filled / (filled + bad as f64).max(1.0)
        };
        let present: Vec<Variable> = Variable::ALL
            .iter()
            .copied()
            .filter(|variable| self.records > 0 && share(*variable) >= FILLED && readable(*variable) >= READABLE)
            .collect();
        let filled = Variable::ALL
            .iter()
            .copied()
            .filter(|variable| plans.iter().any(|plan| plan.variable == Some(*variable)) || share(*variable) > 0.0)
            .map(|variable| (variable, share(variable)))
            .collect();
        let (first_day, last_day) = (self.days.first().copied(), self.days.last().copied());
        let days = self.days.len() as u64;
        let span_days = match (first_day, last_day) {
            (Some(first), Some(last)) => u32::try_from(last.signed_duration_since(first).num_days() + 1).unwrap_or(0),
            _ => 0,
        };
        let tier_input = TierInput {
            present: present.clone(),
            has_calendar: false,
            is_state_log: self.running > 0 && self.stopped > 0,
            span_days,
            day_coverage: if span_days == 0 {
                0.0
            } else {
                days as f64 / f64::from(span_days)
            },
            failures: u32::try_from(self.failures).unwrap_or(u32::MAX),
            baseline_frozen: false,
            filled,
        };
        TyperEnd {
            warnings: self.warnings(),
            warning_count: self.remarks,
            present,
            first_day,
            last_day,
            days,
            records: self.records,
            quarantined: self.quarantined,
            tier_input,
        }
    }

    /// One remark on the file for each kind that is not wholly given with the rows.
    fn warnings(&self) -> Vec<Problem> {
        let file = |code: &str, text: String| Problem {
            line: 0,
            column: None,
            code: code.to_owned(),
            text,
            value: None,
            quarantined: false,
        };
        let mut warnings: Vec<Problem> = self
            .kinds
            .iter()
            .filter(|(_, kind)| kind.shared || kind.count > REMARKS_KEPT)
            .map(|(code, kind)| {
                let words = match code.as_str() {
                    "rolled_midnight" => "an end before its start was read as on the next day",
                    "after_midnight" => "an early time of a shift over midnight was read as of the day after its date",
                    "clock_repeated" => "a local time exists twice because the clocks went back",
                    "clock_skipped" => "a local time does not exist because the clocks went forward; it was moved",
                    _ => code,
                };
                file(
                    code,
                    format!(
                        "{}: {words} (first at line {})",
                        counted(kind.count, "row", "rows"),
                        kind.first_line
                    ),
                )
            })
            .collect();
        if self.error_tokens > 0 {
            let text = format!(
                "{} cells hold an error of a spreadsheet or historian (#DIV/0!, Bad …) and count as missing",
                self.error_tokens
            );
            warnings.push(file("error_tokens", text));
        }
        warnings
    }
}

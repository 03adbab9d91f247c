//! What one row says about time, and which part it plays.

use plant_core::record::{Record, Value};
use plant_core::stop::{StopCategory, tells_a_stop};
use plant_core::variable::Variable;
use rust_decimal::Decimal;

use super::ticks::{TICK_SCALE, TICKS_PER_S, TICKS_PER_US};
use crate::AnalysisError;

/// The time that a row tells.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TimeRow {
    row: u32,
    /// State of the machine, where a column says so.
    pub(crate) category: Option<StopCategory>,
    /// Whether a reason stands there.
    pub(crate) has_reason: bool,
    /// Begin in microseconds since 1970.
    pub(crate) start: Option<i64>,
    /// End in microseconds since 1970.
    pub(crate) end: Option<i64>,
    /// Length in ticks, where the file gives one.
    pub(crate) given: Option<i128>,
    /// Planned time in ticks.
    pub(crate) planned: Option<i128>,
    /// Planned down time inside it, in ticks.
    pub(crate) planned_down: Option<i128>,
    /// Whether the row is a failure.
    pub(crate) failure: Option<bool>,
    /// Length of the repair in microseconds.
    repair_us: Option<i64>,
    /// Whether it carries pieces.
    makes_pieces: bool,
    /// Whether its day is that of a shift, whatever the clock says.
    pub(crate) belongs_to_shift: bool,
    /// Whether it is the rest of a stop that was counted with a former row.
    pub(crate) goes_on: bool,
    /// When what it tells began: its start, and of the rest of a state when that began.
    pub(crate) began: Option<i64>,
}

/// The part that a row plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The machine ran.
    Run(StopCategory),
    /// The machine stood; `open` where its end is not known.
    Stop {
        /// Why.
        category: StopCategory,
        /// Whether it has a begin and no end.
        open: bool,
    },
    /// Planned time of a shift or order.
    Plan,
    /// A failure flag without a length.
    Point,
    /// Nothing about time.
    None,
}

impl TimeRow {
    /// What the record says about time; `None` if nothing. `derived` says that its duration was worked out from begin
    /// and end rather than given.
    ///
    /// # Errors
    /// [`AnalysisError::UnknownWord`] for a state that no row can hold.
    pub(crate) fn of(record: &Record, row: u32, derived: bool) -> Result<Option<TimeRow>, AnalysisError> {
        let micros = |variable| match record.get(variable) {
            Some(Value::Time(time)) => Some(time.timestamp_micros()),
            _ => None,
        };
        let minutes = |variable| {
            record
                .number(variable)
                .and_then(|value| ticks(value.checked_mul(Decimal::from(60))?))
        };
        let filled = |variable| record.text(variable).map(str::trim).filter(|text| !text.is_empty());
        let reason = filled(Variable::ReasonText).or_else(|| filled(Variable::ReasonCode));
        // The words of the plant were translated when the row was taken in.
        let category = filled(Variable::StopCategory)
            .map(str::parse::<StopCategory>)
            .transpose()
            .map_err(|source| AnalysisError::UnknownWord {
                column: Variable::StopCategory.name(),
                line: record.line,
                source,
            })?;
        let failure = match record.get(Variable::IsFailure) {
            Some(Value::Flag(flag)) => Some(*flag),
            _ => None,
        };
        let planned = minutes(Variable::PlannedTime).filter(|planned| *planned > 0);
        if category.is_none() && reason.is_none() && failure.is_none() && planned.is_none() {
            return Ok(None);
        }
        let repair_us = micros(Variable::RepairStart)
            .zip(micros(Variable::RepairEnd))
            .and_then(|(start, end)| end.checked_sub(start))
            .filter(|length| *length >= 0);
        Ok(Some(TimeRow {
            row,
            category,
            has_reason: reason.is_some(),
            start: micros(Variable::EventStart),
            end: micros(Variable::EventEnd),
            given: record
                .number(Variable::Duration)
                .filter(|duration| !derived && *duration >= Decimal::ZERO)
                .and_then(ticks),
            planned,
            planned_down: minutes(Variable::PlannedDowntime).filter(|planned| *planned > 0),
            failure,
            repair_us,
            makes_pieces: record.produced().is_some_and(|pieces| pieces > Decimal::ZERO),
            belongs_to_shift: filled(Variable::Shift).is_some() || record.get(Variable::ShiftDate).is_some(),
            goes_on: false,
            began: micros(Variable::EventStart),
        }))
    }

    /// Its row in the table.
    pub(crate) fn row(&self) -> usize {
        usize::try_from(self.row).unwrap_or(usize::MAX)
    }

    /// Whether it is there for a stop, by its category or, without one, by its reason.
    pub(crate) fn tells_a_stop(&self) -> bool {
        let has_length = self.given.is_some() || self.end.is_some();
        tells_a_stop(self.category, self.has_reason, self.makes_pieces, has_length)
    }

    /// Begin and end, where both are known; the end may come from the length.
    pub(crate) fn interval(&self) -> Option<(i64, i64)> {
        let start = self.start?;
        let end = self
            .end
            .or_else(|| start.checked_add(i64::try_from(self.given? / TICKS_PER_US).ok()?))?;
        (end >= start).then_some((start, end))
    }

    /// Length from begin to end, in ticks.
    pub(crate) fn measured_ticks(&self) -> Option<i128> {
        let (start, end) = self.start.zip(self.end)?;
        Some(i128::from(end.checked_sub(start).filter(|length| *length >= 0)?) * TICKS_PER_US)
    }

    /// Its length in ticks: as given, else from begin to end.
    pub(crate) fn ticks(&self) -> Option<i128> {
        self.given.or_else(|| self.measured_ticks())
    }

    /// Its length in ticks where it is over: a length of zero without an end says nothing about that.
    pub(crate) fn closed_ticks(&self) -> Option<i128> {
        self.ticks().filter(|ticks| *ticks > 0 || self.end.is_some())
    }

    /// Length of the repair in ticks.
    pub(crate) fn repair_ticks(&self) -> Option<i128> {
        self.repair_us.map(|length| i128::from(length) * TICKS_PER_US)
    }
}

fn ticks(seconds: Decimal) -> Option<i128> {
    let seconds = seconds.round_dp(TICK_SCALE);
    seconds
        .mantissa()
        .checked_mul(TICKS_PER_S)
        .map(|ticks| ticks / 10_i128.pow(seconds.scale()))
}

/// The part of every row. `ends_known` says that the file has a column for ends or lengths at all, so that a stop
/// without one is open rather than a mere point in time.
pub(crate) fn roles(rows: &[TimeRow], ends_known: bool) -> Vec<Role> {
    // Where rows without a failure have lengths too, a length is that of the interval and not of the failure.
    let lengths_are_failures = !rows
        .iter()
        .any(|row| row.failure == Some(false) && row.ticks().is_some());
    rows.iter()
        .map(|row| {
            let timed = row.ticks().is_some();
            let open = !timed && row.start.is_some() && ends_known;
            match row.category {
                Some(category) if category.runs() => Role::Run(category),
                Some(StopCategory::Unknown) if row.failure == Some(true) => Role::Stop {
                    category: StopCategory::Breakdown,
                    open,
                },
                Some(category) => Role::Stop { category, open },
                None if row.has_reason && !row.makes_pieces && (timed || open) => {
                    let failed = row.failure == Some(true);
                    Role::Stop {
                        category: if failed {
                            StopCategory::Breakdown
                        } else {
                            StopCategory::Unknown
                        },
                        open,
                    }
                }
                None if row.failure == Some(true) && timed && lengths_are_failures => Role::Stop {
                    category: StopCategory::Breakdown,
                    open: false,
                },
                None if row.planned.is_some() => Role::Plan,
                None if row.failure.is_some() => Role::Point,
                None => Role::None,
            }
        })
        .collect()
}

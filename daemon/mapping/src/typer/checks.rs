//! What follows from the values of a row, and what in it contradicts itself.
//!
//! Invariants: a value that was read is never changed; what is computed is named as derived; after the identities of the
//! data model PQ = GQ + SQ + RQ, duration = end − start, end ≥ start.

use chrono::{DateTime, NaiveDateTime, Utc};
use plant_core::record::{Record, Value, derived_quantity};
use plant_core::table::Problem;
use plant_core::variable::Variable;
use rust_decimal::Decimal;

/// A row while it is typed.
pub(super) struct Draft {
    pub(super) record: Record,
    pub(super) remarks: Vec<Problem>,
    pub(super) derived: Vec<&'static str>,
    pub(super) flags: Vec<&'static str>,
    /// Local times of the row's time variables, for the day.
    pub(super) locals: Vec<(Variable, NaiveDateTime)>,
    /// Variables whose value is a time of day on a date.
    pub(super) of_day: Vec<Variable>,
    /// Whether the row is of a shift that goes over midnight.
    pub(super) night: bool,
    /// Quantities of its line that a row before it told.
    pub(super) counted: Vec<Variable>,
}

/// Hours from which an end before its start is an error and no end on the next day.
pub(super) const ROLL_MOST_H: i64 = 16;

fn time(draft: &Draft, variable: Variable) -> Option<DateTime<Utc>> {
    match draft.record.get(variable) {
        Some(Value::Time(utc)) => Some(*utc),
        _ => None,
    }
}

/// Seconds from start to end, to the microsecond.
fn elapsed(draft: &Draft) -> Option<Decimal> {
    let start = time(draft, Variable::EventStart)?;
    let end = time(draft, Variable::EventEnd)?;
    let micros = end.signed_duration_since(start).num_microseconds()?;
    Some(Decimal::new(micros, 6).normalize())
}

/// Values that follow from others; no quantity where those on the row are `readings` of counters, which say what was made
/// only in their order.
pub(super) fn derive(draft: &mut Draft, readings: bool) {
    use Variable::Duration;
    if !readings && let Some((variable, value)) = derived_quantity(&draft.record, &draft.counted) {
        draft.record.set(variable, Value::Number(value));
        draft.derived.push(variable.name());
    }
    if draft.record.number(Duration).is_none()
        && let Some(seconds) = elapsed(draft).filter(|seconds| *seconds >= Decimal::ZERO)
    {
        draft.record.set(Duration, Value::Number(seconds));
        draft.derived.push(Duration.name());
    }
}

pub(super) fn remark(draft: &mut Draft, code: &str, text: String) {
    let line = draft.record.line;
    draft.remarks.push(Problem {
        line,
        column: None,
        code: code.to_owned(),
        text: format!("line {line}: {text}"),
        value: None,
        quarantined: false,
    });
}

/// A row whose end lies before its start.
pub(super) fn negative(line: u64, start: NaiveDateTime, end: NaiveDateTime) -> Problem {
    Problem {
        line,
        column: None,
        code: "negative_interval".to_owned(),
        text: format!("line {line}: the end {end} lies before the start {start}"),
        value: None,
        quarantined: true,
    }
}

/// Start, end and duration of a row against each other.
pub(super) fn times(draft: &mut Draft) -> Result<(), Problem> {
    if let (Some(start), Some(end)) = (time(draft, Variable::EventStart), time(draft, Variable::EventEnd)) {
        if end < start {
            return Err(negative(draft.record.line, start.naive_utc(), end.naive_utc()));
        }
        if end == start {
            remark(draft, "zero_length", format!("start and end are the same ({start})"));
        }
    }
    let derived = draft.derived.contains(&Variable::Duration.name());
    if let (false, Some(clock), Some(written)) = (derived, elapsed(draft), draft.record.number(Variable::Duration)) {
        let apart = (clock - written).abs();
        let one_percent = clock.abs().max(written.abs()) / Decimal::ONE_HUNDRED;
        if apart > Decimal::ONE && apart > one_percent {
            let text =
                format!("the duration is {written} s, but from start to end it is {clock} s; the duration counts");
            remark(draft, "duration_differs", text);
        }
    }
    if let Some(seconds) = draft.record.number(Variable::Duration)
        && seconds < Decimal::ZERO
    {
        let line = draft.record.line;
        return Err(Problem {
            line,
            column: None,
            code: "negative_interval".to_owned(),
            text: format!("line {line}: the duration is below zero ({seconds} s)"),
            value: Some(seconds.to_string()),
            quarantined: true,
        });
    }
    Ok(())
}

/// Quantities and texts that look wrong, without a guess which is right.
pub(super) fn remarks(draft: &mut Draft) {
    use Variable::{Lsl, QuantityGood, QuantityProduced, QuantityRework, QuantityScrap, Usl};
    let number = |draft: &Draft, variable| draft.record.number(variable);
    if draft
        .derived
        .iter()
        .all(|name| *name != QuantityProduced.name() && *name != QuantityGood.name())
        && let (Some(produced), Some(good), Some(scrap)) = (
            number(draft, QuantityProduced),
            number(draft, QuantityGood),
            number(draft, QuantityScrap),
        )
    {
        let rework = number(draft, QuantityRework).unwrap_or_default();
        let parts = good.saturating_add(scrap).saturating_add(rework);
        let apart = produced.saturating_sub(parts).abs();
        let permille = produced.abs() / Decimal::ONE_THOUSAND;
        if apart > Decimal::ONE && apart > permille {
            let text = format!("{produced} made, but good + scrap + rework are {parts}");
            remark(draft, "quantities_disagree", text);
        }
    }
    if let (Some(produced), Some(scrap)) = (number(draft, QuantityProduced), number(draft, QuantityScrap))
        && scrap > produced
        && produced >= Decimal::ZERO
    {
        remark(
            draft,
            "scrap_exceeds_produced",
            format!("{scrap} scrapped of {produced} made"),
        );
    }
    if let (Some(low), Some(high)) = (number(draft, Lsl), number(draft, Usl))
        && low > high
    {
        remark(
            draft,
            "limits_reversed",
            format!("the lower limit {low} is above the upper limit {high}"),
        );
    }
    for variable in [Variable::WorkOrder, Variable::ProductCode, Variable::Machine] {
        let Some(text) = draft.record.text(variable) else {
            continue;
        };
        let upper = text.to_ascii_uppercase();
        if upper == "TEST"
            || upper.starts_with("TEST ")
            || upper.starts_with("TEST-")
            || upper.starts_with("TEST_")
            || upper.starts_with("ZZZ")
        {
            let text = format!(
                "{} `{}` looks like a test",
                variable.name(),
                plant_core::sanitize::display(text)
            );
            remark(draft, "test_data", text);
        }
    }
    for variable in [QuantityProduced, QuantityGood, QuantityScrap] {
        if number(draft, variable) == Some(Decimal::from(99_999)) && !draft.derived.contains(&variable.name()) {
            remark(
                draft,
                "test_data",
                format!("{} is 99999, as testers type it", variable.name()),
            );
        }
    }
}

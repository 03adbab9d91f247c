//! What a stop costs: nothing in money, unless the machine is the constraint or the idle labour was paid as overtime.

use rust_decimal::Decimal;

use super::{LossKind, rounded};

/// A machine that a person marked as the constraint, with orders waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Constraint {
    /// Ideal rate in units for one minute.
    pub units_per_min: Decimal,
    /// Effectiveness that the plant shows (0 to 1): a stop doesn't lose more than would have been made.
    pub effectiveness: Decimal,
    /// Contribution margin of one unit.
    pub margin: Decimal,
}

/// What a stop costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StopCost {
    /// Minutes lost.
    pub minutes: Decimal,
    /// Money; zero where time is all that was lost.
    pub money: Decimal,
    /// What kind of loss it is.
    pub kind: LossKind,
    /// Pay of the idle crew, for reference only.
    pub labor_reference: Decimal,
}

/// Cost of a stop of `minutes` with a crew paid `crew_rate` an hour in all.
///
/// At a constraint with backlog it is lost units x contribution margin; else the crew's pay, if overtime was paid in
/// that week; else hours and no money. Absent where the figures are out of range.
pub fn stop_cost(
    minutes: Decimal,
    crew_rate: Decimal,
    overtime_was_paid: bool,
    constraint: Option<Constraint>,
) -> Option<StopCost> {
    let labor_reference = minutes
        .checked_mul(crew_rate)?
        .checked_div(Decimal::from(60))
        .map(rounded)?;
    let (money, kind) = match constraint {
        Some(constraint) => {
            let lost = minutes
                .checked_mul(constraint.units_per_min)?
                .checked_mul(constraint.effectiveness.clamp(Decimal::ZERO, Decimal::ONE))?;
            (rounded(lost.checked_mul(constraint.margin)?), LossKind::Capacity)
        }
        None if overtime_was_paid => (labor_reference, LossKind::PaidOvertime),
        None => (Decimal::ZERO, LossKind::FreedTime),
    };
    Some(StopCost {
        minutes,
        money,
        kind,
        labor_reference,
    })
}

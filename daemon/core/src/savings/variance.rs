//! Variances of standard costing. Positive is unfavourable: a loss.
//!
//! Every function is absent where its figures are out of range or a divisor is zero.

use rust_decimal::Decimal;

/// Purchase price variance: (actual - standard price) x quantity bought. Pool `price`.
pub fn purchase_price(actual_price: Decimal, standard_price: Decimal, bought: Decimal) -> Option<Decimal> {
    actual_price.checked_sub(standard_price)?.checked_mul(bought)
}

/// Material usage variance: (used - allowed) x standard price, where allowed is standard quantity x good output.
/// Pool `material`, shared with scrap.
pub fn material_usage(used: Decimal, allowed: Decimal, standard_price: Decimal) -> Option<Decimal> {
    used.checked_sub(allowed)?.checked_mul(standard_price)
}

/// Labour rate variance: (actual - standard rate) x hours worked. Information, never a saving.
pub fn labor_rate(actual_rate: Decimal, standard_rate: Decimal, hours: Decimal) -> Option<Decimal> {
    actual_rate.checked_sub(standard_rate)?.checked_mul(hours)
}

/// Labour efficiency variance: (hours worked - standard hours of the good output) x standard rate. Pool `labor_time`.
pub fn labor_efficiency(hours: Decimal, standard_hours: Decimal, standard_rate: Decimal) -> Option<Decimal> {
    hours.checked_sub(standard_hours)?.checked_mul(standard_rate)
}

/// Overhead spending variance: booked - budget.
pub fn overhead_spending(actual: Decimal, budget: Decimal) -> Option<Decimal> {
    actual.checked_sub(budget)
}

/// Overhead volume variance: budget - budgeted rate x standard hours. Never a saving.
pub fn overhead_volume(budget: Decimal, budget_hours: Decimal, standard_hours: Decimal) -> Option<Decimal> {
    budget.checked_sub(budget.checked_mul(standard_hours)?.checked_div(budget_hours)?)
}

/// Cost of scrap: pieces x (material + value added up to the operation - recovery).
pub fn scrap(pieces: Decimal, material: Decimal, value_added: Decimal, recovery: Decimal) -> Option<Decimal> {
    material
        .checked_add(value_added)?
        .checked_sub(recovery)?
        .checked_mul(pieces)
}

/// Cost of rework: pieces x hours for each x labour rate, and the material that it took.
pub fn rework(pieces: Decimal, hours_each: Decimal, labor_rate: Decimal, material: Decimal) -> Option<Decimal> {
    pieces
        .checked_mul(hours_each)?
        .checked_mul(labor_rate)?
        .checked_add(material)
}

/// Cost per good unit of a baseline, a ratio of sums over `(cost, good pieces)` periods; absent without good pieces.
pub fn cost_per_good_unit(periods: &[(Decimal, Decimal)]) -> Option<Decimal> {
    let (cost, good) = periods.iter().try_fold(
        (Decimal::ZERO, Decimal::ZERO),
        |(cost, good), (more_cost, more_good)| Some((cost.checked_add(*more_cost)?, good.checked_add(*more_good)?)),
    )?;
    cost.checked_div(good)
}

/// Cost now beyond what the good pieces would have cost at the baseline.
pub fn cost_gap(cost: Decimal, good: Decimal, baseline: Decimal) -> Option<Decimal> {
    cost.checked_sub(baseline.checked_mul(good)?)
}

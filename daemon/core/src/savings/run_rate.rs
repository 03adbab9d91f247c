//! From an amount over a period to an amount a year.

use rust_decimal::{Decimal, RoundingStrategy};

/// Decimals that an amount keeps.
const MONEY_DECIMALS: u32 = 6;

/// Days from which a run rate is shown at all.
const INDICATIVE_DAYS: u32 = 28;
/// Days from which a run rate counts.
const COUNTED_DAYS: u32 = 90;
/// Share of scheduled days from which a run rate counts.
const COUNTED_COVERAGE: f64 = 0.8;
/// Most that a period is multiplied by.
const MOST: Decimal = Decimal::from_parts(4, 0, 0, false, 0);

/// An amount a year, stated apart from the observed amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunRate {
    /// The period is below 28 days.
    None,
    /// From 28 days, or with thin coverage: shown as indicative, never counted.
    Indicative(Decimal),
    /// From 90 days with 80 % of the scheduled days.
    Annual(Decimal),
}

/// `amount` over `days` as an amount a year: times 365 / days, at most times 4.
pub fn run_rate(amount: Decimal, days: u32, coverage: f64) -> RunRate {
    if days < INDICATIVE_DAYS {
        return RunRate::None;
    }
    // Multiplied before it is divided, so that no digit is lost.
    let scaled = amount
        .checked_mul(Decimal::from(365))
        .and_then(|year| year.checked_div(Decimal::from(days)));
    let capped = amount.checked_mul(MOST);
    let Some((scaled, capped)) = scaled.zip(capped) else {
        return RunRate::None;
    };
    let yearly = rounded(if scaled.abs() < capped.abs() { scaled } else { capped });
    match days >= COUNTED_DAYS && coverage >= COUNTED_COVERAGE {
        true => RunRate::Annual(yearly),
        false => RunRate::Indicative(yearly),
    }
}

/// An amount with the decimals that it keeps, and no zeros behind them.
pub(super) fn rounded(amount: Decimal) -> Decimal {
    amount
        .round_dp_with_strategy(MONEY_DECIMALS, RoundingStrategy::MidpointAwayFromZero)
        .normalize()
}

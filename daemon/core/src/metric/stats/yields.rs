//! Yields of several kinds, each by its own name.

use rust_decimal::Decimal;

/// (pieces made - scrapped - reworked) / pieces made; absent where none were made. After ISO 22400-2.
pub fn first_pass_yield(produced: Decimal, scrapped: Decimal, reworked: Decimal) -> Option<Decimal> {
    final_yield(produced, scrapped, reworked, Decimal::ZERO)
}

/// First pass yield with the pieces that rework recovered; absent where none were made.
pub fn final_yield(produced: Decimal, scrapped: Decimal, reworked: Decimal, recovered: Decimal) -> Option<Decimal> {
    produced
        .checked_sub(scrapped)?
        .checked_sub(reworked)?
        .checked_add(recovered)?
        .checked_div(produced)
}

/// Product of the first pass yields of the operations in a routing; absent for none.
pub fn rolled_throughput_yield(first_pass: &[Decimal]) -> Option<Decimal> {
    let (first, rest) = first_pass.split_first()?;
    rest.iter()
        .try_fold(*first, |product, share| product.checked_mul(*share))
}

/// Defects per million opportunities; absent where there was none.
pub fn defects_per_million(defects: Decimal, units: Decimal, opportunities: Decimal) -> Option<Decimal> {
    defects
        .checked_mul(Decimal::from(1_000_000))?
        .checked_div(units.checked_mul(opportunities)?)
}

//! Figures in words: grouped digits, shares, durations.

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

/// A number with grouped digits and at most two places, rounded half up: `12,948.92`.
pub(crate) fn number(value: Decimal) -> String {
    places(value, 2)
}

/// The same with a given number of places at most.
pub(crate) fn places(value: Decimal, most: u32) -> String {
    let rounded = value
        .round_dp_with_strategy(most, RoundingStrategy::MidpointAwayFromZero)
        .normalize();
    let plain = rounded.abs().to_string();
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if rounded.is_sign_negative() && !rounded.is_zero() {
        "-"
    } else {
        ""
    };
    let point = if part.is_empty() { "" } else { "." };
    format!("{sign}{grouped}{point}{part}")
}

/// A float with at most four significant places after the point.
pub(crate) fn float(value: f64) -> String {
    Decimal::try_from(value).map_or_else(|_| format!("{value:.4}"), |value| places(value, 4))
}

/// `part` of `whole` in percent with one place: `11.9 %`; empty text where the whole is zero.
pub(crate) fn percent(part: Decimal, whole: Decimal) -> String {
    match part.checked_div(whole) {
        Some(share) => format!("{} %", places(share.saturating_mul(Decimal::ONE_HUNDRED), 1)),
        None => "an unknown share".to_owned(),
    }
}

/// Seconds in the unit that suits them: `47 min`, `12.5 h`.
pub(crate) fn seconds(value: Decimal) -> String {
    let minute = Decimal::from(60);
    let hour = Decimal::from(3600);
    if value.abs() < minute {
        format!("{} s", places(value, 1))
    } else if value.abs() < hour * Decimal::TEN {
        format!("{} min", places(value / minute, 1))
    } else {
        format!("{} h", places(value / hour, 1))
    }
}

/// `1 row`, `2 rows`.
pub(crate) fn count(n: u64, one: &str, many: &str) -> String {
    if n == 1 {
        format!("1 {one}")
    } else {
        format!("{} {many}", number(Decimal::from(n)))
    }
}

/// A decimal for a statistic.
pub(crate) fn to_f64(value: Decimal) -> f64 {
    value.to_f64().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        for (value, expected) in [
            ("0", "0"),
            ("-0.001", "0"),
            ("1234567.895", "1,234,567.9"),
            ("999", "999"),
            ("-1000", "-1,000"),
            ("0.125", "0.13"),
        ] {
            assert_eq!(number(value.parse().unwrap()), expected);
        }
        assert_eq!(percent(Decimal::from(1271), Decimal::from(10651)), "11.9 %");
        assert_eq!(percent(Decimal::ONE, Decimal::ZERO), "an unknown share");
        assert_eq!(seconds(Decimal::from(2820)), "47 min");
        assert_eq!(seconds(Decimal::from(45_000)), "12.5 h");
        assert_eq!(seconds(Decimal::from(12)), "12 s");
        assert_eq!(count(1, "row", "rows"), "1 row");
    }
}

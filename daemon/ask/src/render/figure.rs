//! How a figure is written: thousands separators, at most four decimals that say something, percents for ratios.

use rust_decimal::{Decimal, RoundingStrategy};

/// A value as text with its unit: `1,234.5 kWh`, `3.21 %`, `12.50 USD`.
pub fn figure(value: Decimal, unit: &str) -> String {
    if unit == "ratio" {
        return match value.checked_mul(Decimal::ONE_HUNDRED) {
            Some(percent) => format!("{} %", number(percent)),
            None => number(value),
        };
    }
    let text = match is_currency(unit) {
        true => grouped(&fixed(value, 2)),
        false => number(value),
    };
    match unit {
        "" | "1" => text,
        unit => format!("{text} {unit}"),
    }
}

/// An ISO 4217 code on its own; money by unit keeps its decimals.
fn is_currency(unit: &str) -> bool {
    unit.len() == 3 && unit.bytes().all(|letter| letter.is_ascii_uppercase())
}

/// A number at its displayed precision: two decimals from 1 on, else four that are not leading zeros.
pub(super) fn number(value: Decimal) -> String {
    let size = value.abs();
    let decimals = if size >= Decimal::ONE || size.is_zero() {
        2
    } else {
        let mut leading = 0;
        let mut scaled = size;
        while scaled < Decimal::new(1, 1) && leading < 12 {
            scaled *= Decimal::TEN;
            leading += 1;
        }
        leading + 4
    };
    let rounded = value
        .round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
        .normalize();
    grouped(&rounded.to_string())
}

fn fixed(value: Decimal, decimals: u32) -> String {
    let rounded = value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
    format!("{rounded:.*}", decimals as usize)
}

/// Commas between thousands.
fn grouped(text: &str) -> String {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text),
    };
    let (whole, fraction) = digits
        .split_once('.')
        .map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut out = String::with_capacity(text.len() + 8);
    out.push_str(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

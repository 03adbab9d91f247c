//! Figures as people read them: thousands apart, a unit beside each, and a reason in words where there is none.
//!
//! Times are absolute and in UTC, so that a screen on which nothing happens never changes.

use chrono::{DateTime, NaiveDate, Utc};
use plant_core::model::{LossView, MetricItem, PeriodView, SavingView, TierView};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// What stands where there is no value.
pub const NONE: &str = "-";

/// A count with its thousands apart.
pub fn count(number: u64) -> String {
    thousands(&number.to_string())
}

/// A decimal with its thousands apart and at most so many digits after the point.
pub fn decimal(value: Decimal, places: u32) -> String {
    thousands(&value.round_dp(places).normalize().to_string())
}

/// A decimal at the precision that a reader needs: whole from 1,000 up, four significant digits below.
pub fn plain(value: Decimal) -> String {
    let size = value.abs();
    let places = if size >= Decimal::from(1_000) {
        0
    } else if size >= Decimal::ONE {
        2
    } else {
        4
    };
    decimal(value, places)
}

/// A value with its unit: ratios as percent, money with its currency before it.
pub fn with_unit(value: Decimal, unit: &str) -> String {
    match unit {
        "ratio" => format!("{} %", decimal(value * Decimal::ONE_HUNDRED, 1)),
        "" | "1" => plain(value),
        _ => match symbol(unit) {
            Some(symbol) => format!("{symbol}{}", plain(value)),
            None => format!("{} {unit}", plain(value)),
        },
    }
}

/// Money in a currency, whole.
pub fn money(value: Decimal, currency: &str) -> String {
    match symbol(currency) {
        Some(symbol) => format!("{symbol}{}", decimal(value, 0)),
        None if currency.is_empty() => decimal(value, 0),
        None => format!("{} {currency}", decimal(value, 0)),
    }
}

fn symbol(currency: &str) -> Option<&'static str> {
    match currency {
        "USD" => Some("$"),
        "EUR" => Some("€"),
        "GBP" => Some("£"),
        _ => None,
    }
}

/// The value of a metric, or `-`.
pub fn metric(item: &MetricItem) -> String {
    item.value
        .map_or_else(|| NONE.to_owned(), |value| with_unit(value, &item.unit))
}

/// Why there is no value, in words: `missing_ideal_cycle_time` is "no ideal cycle time in the data".
pub fn why(code: &str) -> String {
    let words = |rest: &str| rest.replace('_', " ");
    if let Some(input) = code.strip_prefix("missing_") {
        format!("no {} in the data", words(input))
    } else if let Some(input) = code.strip_prefix("zero_") {
        format!("{} is zero", words(input))
    } else if code == "mixed_currency" {
        "the rows are in several currencies".to_owned()
    } else if code == "mixed_uom" {
        "the rows are in several units".to_owned()
    } else {
        words(code)
    }
}

/// The same as a sentence of its own.
pub fn null_reason(code: &str) -> String {
    format!("not available: {}", why(code))
}

/// The name of a metric as people write it: `first_pass_yield` is "first pass yield", `oee` is "OEE".
pub fn name(metric: &str) -> String {
    let word = |word: &str| match word {
        "oee" | "nee" | "mtbf" | "mttr" | "teep" | "dpmo" | "copq" => word.to_uppercase(),
        other => other.to_owned(),
    };
    metric.split('_').map(word).collect::<Vec<_>>().join(" ")
}

/// A time to the second, in UTC.
pub fn time(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%SZ").to_string()
}

/// A time to the minute, in UTC, without the year.
pub fn short_time(at: DateTime<Utc>) -> String {
    at.format("%m-%d %H:%M").to_string()
}

/// A size in bytes.
pub fn bytes(size: u64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut value = size.to_f64().unwrap_or_default();
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < units.len() {
        value /= 1024.0;
        unit += 1;
    }
    let name = units.get(unit).copied().unwrap_or_default();
    if unit == 0 {
        format!("{size} {name}")
    } else {
        format!("{value:.1} {name}")
    }
}

/// A share (0-1) in percent.
pub fn percent(share: f64) -> String {
    if share.is_finite() {
        format!("{:.0} %", share * 100.0)
    } else {
        NONE.to_owned()
    }
}

/// A float of a chart, at the precision that its size asks for.
pub fn float(value: f64) -> String {
    Decimal::from_f64_retain(value).map_or_else(|| NONE.to_owned(), plain)
}

/// A period of local dates.
pub fn period(period: &PeriodView) -> String {
    dates(period.from, period.to)
}

/// From the first to the last date.
pub fn dates(from: Option<NaiveDate>, to: Option<NaiveDate>) -> String {
    match (from, to) {
        (Some(from), Some(to)) if from == to => from.to_string(),
        (Some(from), Some(to)) => format!("{from} to {to}"),
        (Some(day), None) | (None, Some(day)) => day.to_string(),
        (None, None) => NONE.to_owned(),
    }
}

/// A loss with its unit.
pub fn loss(loss: &LossView) -> String {
    loss.quantity
        .map_or_else(|| NONE.to_owned(), |quantity| with_unit(quantity, &loss.unit))
}

/// The careful bound of a saving with its grade, or `signal` where the rules allow none.
pub fn saving(saving: Option<&SavingView>) -> String {
    saving.map_or_else(
        || "signal".to_owned(),
        |saving| format!("{} ({})", money(saving.low, &saving.currency), saving.grade),
    )
}

/// The levels of the four analyzers: `C2 E0 Q3 F1`.
pub fn levels(tiers: &TierView) -> String {
    format!(
        "C{} E{} Q{} F{}",
        tiers.cost, tiers.equipment, tiers.quality, tiers.efficiency
    )
}

/// The first eight digits of a hash or the first part of an id.
pub fn prefix(hex: &str) -> &str {
    hex.get(..8).unwrap_or(hex)
}

fn thousands(digits: &str) -> String {
    let (sign, rest) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let (whole, fraction) = rest
        .split_once('.')
        .map_or((rest, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match fraction {
        Some(fraction) => format!("{sign}{grouped}.{fraction}"),
        None => format!("{sign}{grouped}"),
    }
}

#[cfg(test)]
mod tests;

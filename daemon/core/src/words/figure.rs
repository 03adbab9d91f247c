//! Figures with their units.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::model::{LossView, MetricItem, NotCounted, NotCountedWhy, SavingView, SavingsView, TierView};
use crate::unit::{Money, Unit};

/// What stands where there is no value.
pub const NONE: &str = "-";

/// Decimals of a number from 1 up, and of money.
const DECIMALS: u32 = 2;
/// Significant digits of a number below 1.
const SMALL_DIGITS: u32 = 4;
/// Significant digits of a measured value and what is computed from such.
const MEASURED_DIGITS: u32 = 6;

/// A value with its unit: `1,234.5 kWh`, `3.21 %`, `$12.50`, `12.50 CHF/h`, `4.2 per h`.
pub fn figure(value: Decimal, unit: &Unit) -> String {
    match unit {
        Unit::Unnamed | Unit::One => number(value),
        Unit::Ratio => value
            .checked_mul(Decimal::ONE_HUNDRED)
            .map_or_else(|| number(value), |percent| format!("{} %", number(percent))),
        Unit::Money { money, per } => {
            let sign = if value.is_sign_negative() && !value.is_zero() {
                "-"
            } else {
                ""
            };
            // A price may be a small part of a coin.
            let amount = match per {
                None => amount(value.abs(), decimals(*money)),
                Some(_) if value.abs() < Decimal::ONE => number(value.abs()),
                Some(_) => amount(value.abs(), DECIMALS),
            };
            let per = per.as_deref().map(|per| format!("/{per}")).unwrap_or_default();
            match symbol(*money) {
                Ok(symbol) => format!("{sign}{symbol}{amount}{per}"),
                Err(words) if per.is_empty() => format!("{sign}{amount} {words}"),
                Err(words) if words.starts_with('(') => format!("{sign}{amount}{per} {words}"),
                Err(words) => format!("{sign}{amount} {words}{per}"),
            }
        }
        Unit::Other(name) => match name.strip_prefix("1/") {
            Some(per) => format!("{} per {per}", number(value)),
            None => format!("{} {name}", number(value)),
        },
    }
}

/// What a unit is called on its own, as in "[min]" or "in USD"; `None` for a pure number.
pub fn unit(unit: &Unit) -> Option<String> {
    match unit {
        Unit::Unnamed | Unit::One => None,
        Unit::Ratio => Some("%".to_owned()),
        Unit::Money { money, per } => {
            let name = match money {
                Money::Of(currency) => currency.code(),
                Money::OfTheRows => "the currency of the rows",
                Money::NotSet => "a currency that is not set",
                Money::Several => "several currencies",
            };
            Some(match per {
                Some(per) => format!("{name} per {per}"),
                None => name.to_owned(),
            })
        }
        Unit::Other(name) => Some(match name.strip_prefix("1/") {
            Some(per) => format!("per {per}"),
            None => name.clone(),
        }),
    }
}

/// The sign of a currency, or what stands behind the amount.
fn symbol(money: Money) -> Result<&'static str, &'static str> {
    match money {
        Money::Of(currency) => match currency.code() {
            "USD" => Ok("$"),
            "EUR" => Ok("€"),
            "GBP" => Ok("£"),
            code => Err(code),
        },
        Money::OfTheRows => Err("(in the currency of the rows)"),
        Money::NotSet => Err("(no currency)"),
        Money::Several => Err("(several currencies)"),
    }
}

/// The decimals of its coins.
fn decimals(money: Money) -> u32 {
    match money {
        Money::Of(currency) => currency.exponent().map_or(DECIMALS, u32::from),
        Money::OfTheRows | Money::NotSet | Money::Several => DECIMALS,
    }
}

/// An amount of money with so many decimals, none where it is whole.
fn amount(value: Decimal, decimals: u32) -> String {
    let rounded = half_up(value, decimals);
    if rounded.fract().is_zero() {
        grouped(rounded.trunc())
    } else {
        grouped_text(&format!("{rounded:.*}", decimals as usize))
    }
}

/// Money in a currency given by its code; empty is a currency that is not set.
pub fn money(value: Decimal, currency: &str) -> String {
    figure(value, &Unit::currency(Some(currency)))
}

/// A number: at most two decimals from 1 up, four significant digits below, no zeros at the end.
pub fn number(value: Decimal) -> String {
    let size = value.abs();
    grouped(if size >= Decimal::ONE || size.is_zero() {
        half_up(value, DECIMALS)
    } else {
        digits(value, SMALL_DIGITS)
    })
}

/// A decimal with all of its digits, for a formula with the numbers put in, whose result a reader checks.
pub fn exact(value: Decimal) -> String {
    grouped(value)
}

/// A float at the precision of a number, [`NONE`] where it is none.
pub fn float(value: f64) -> String {
    decimal_of(value).map_or_else(|| NONE.to_owned(), number)
}

/// A measured value or a statistic of such: six significant digits, so that narrow limits stay apart, and never fewer
/// than all before the point.
pub fn measured(value: f64) -> String {
    let Some(value) = decimal_of(value) else {
        return NONE.to_owned();
    };
    grouped(if value.abs() >= Decimal::from(100_000) {
        half_up(value, 0)
    } else {
        digits(value, MEASURED_DIGITS)
    })
}

/// A share of counted or measured things, `11.93 %`; "an unknown share" of nothing.
pub fn part(part: Decimal, whole: Decimal) -> String {
    match part.checked_div(whole) {
        Some(share) => figure(share, &Unit::Ratio),
        None => "an unknown share".to_owned(),
    }
}

/// A share (0-1) that is itself an estimate (a confidence, how far a column is filled), in whole percents; 0 and 100 are
/// only said of nothing and all.
pub fn estimate(share: f64) -> String {
    if !share.is_finite() {
        return NONE.to_owned();
    }
    let percent = (share * 100.0).round();
    let percent = if share > 0.0 && share < 1.0 {
        percent.clamp(1.0, 99.0)
    } else {
        percent
    };
    format!("{percent:.0} %")
}

/// A share (0-1) beside the bar that it has to reach, in whole percents rounded down: 79.9 % never looks like the 80 %
/// that it misses.
pub fn floored(share: f64) -> String {
    // The smallest addend keeps 0.29 * 100 = 28.999… at 29.
    format!("{:.0} %", (share.clamp(0.0, 1.0) * 100.0 + 1e-9).floor())
}

/// A count with its thousands apart.
pub fn count(number: u64) -> String {
    grouped(Decimal::from(number))
}

/// A count of something: `1 row`, `2,000 rows`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// Seconds in the unit that suits them: `12 s`, `47 min`, `12.5 h`.
pub fn duration(seconds: Decimal) -> String {
    let minute = Decimal::from(60);
    let hour = Decimal::from(3600);
    let (per, unit) = match seconds.abs() {
        size if size < minute => (Decimal::ONE, "s"),
        size if size < hour * Decimal::TEN => (minute, "min"),
        _ => (hour, "h"),
    };
    format!("{} {unit}", number(seconds / per))
}

/// A size in bytes.
pub fn bytes(size: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let step = Decimal::from(1024);
    let mut value = Decimal::from(size);
    let mut unit = UNITS[0];
    for larger in UNITS.into_iter().skip(1) {
        if value < step {
            break;
        }
        value /= step;
        unit = larger;
    }
    format!("{} {unit}", grouped(half_up(value, 1)))
}

/// The value of a metric, or [`NONE`].
pub fn metric(item: &MetricItem) -> String {
    item.value
        .map_or_else(|| NONE.to_owned(), |value| figure(value, &item.unit))
}

/// A loss with its unit.
pub fn loss(loss: &LossView) -> String {
    loss.quantity
        .map_or_else(|| NONE.to_owned(), |quantity| figure(quantity, &loss.unit))
}

/// The careful bound of a saving with its grade, or `signal` where the rules allow none.
pub fn saving(saving: Option<&SavingView>) -> String {
    saving.map_or_else(
        || "signal".to_owned(),
        |saving| format!("{} ({})", money(saving.low, &saving.currency), saving.grade),
    )
}

/// The line of the guarantee; verified and identified are never added together.
pub fn ledger(savings: &SavingsView) -> String {
    let money = |amount| money(amount, savings.currency.as_deref().unwrap_or_default());
    format!(
        "{} verified · {} identified of {}",
        money(savings.verified_low),
        money(savings.identified_low),
        money(savings.goal)
    )
}

/// What the line of the guarantee leaves out, and why.
pub fn not_counted(left_out: &NotCounted) -> String {
    let amount = money(left_out.low, &left_out.currency);
    match left_out.why {
        NotCountedWhy::DefaultValue => of_grade_d(left_out.findings, &amount),
        NotCountedWhy::OtherCurrency => of_other_currency(left_out.findings, &amount),
    }
}

/// What findings in another currency than the ledger's are worth, and that it is not counted.
pub fn of_other_currency(findings: u64, amount: &str) -> String {
    format!(
        "not counted: {} with {amount}, in another currency than the ledger",
        counted(findings, "finding", "findings")
    )
}

/// What findings of grade D are worth, and that it is not counted.
pub fn of_grade_d(findings: u64, amount: &str) -> String {
    format!(
        "not counted: {} of grade D with {amount}, valued by a default",
        counted(findings, "finding", "findings")
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

fn decimal_of(value: f64) -> Option<Decimal> {
    Decimal::try_from(value).ok()
}

fn half_up(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

fn digits(value: Decimal, significant: u32) -> Decimal {
    value
        .round_sf_with_strategy(significant, RoundingStrategy::MidpointAwayFromZero)
        .unwrap_or(value)
}

/// Commas between thousands, no zeros at the end.
fn grouped(value: Decimal) -> String {
    grouped_text(&value.normalize().to_string())
}

fn grouped_text(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, fraction) = digits.find('.').map_or((digits, ""), |point| digits.split_at(point));
    let mut out = String::with_capacity(text.len() + text.len() / 3);
    out.push_str(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(fraction);
    out
}

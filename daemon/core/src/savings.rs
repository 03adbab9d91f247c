//! Savings in money: conservative, explained, checkable.
//!
//! Only a loss against the plant's own demonstrated level is addressable; only hard money counts; every factor that is
//! not known is taken against the saving, and what fails a gate is a signal without money. Low bounds round down.

mod input;
mod run_rate;

pub use input::{Loss, LossKind, SavingInput, UnitValue};
use run_rate::rounded;
pub use run_rate::{RunRate, run_rate};

use rust_decimal::{Decimal, RoundingStrategy};

use crate::model::{Grade, Pool, SavingView};
use crate::unit::Unit;
use crate::words;

/// Days below which a finding stays a signal.
const LEAST_DAYS: u32 = 28;
/// Occurrences below which a finding stays a signal.
const LEAST_OCCURRENCES: u32 = 8;
/// Comparable runs of the plant's own below which there is no benchmark.
const LEAST_RUNS: usize = 8;
/// Share of an addressable loss that is expected to be saved.
const EXPECTED_SHARE: Decimal = Decimal::from_parts(5, 0, 0, false, 1);
/// Share of an addressable loss that is the low bound.
const LOW_SHARE: Decimal = Decimal::from_parts(25, 0, 0, false, 2);
/// Share of quarantined rows from which a finding stays a signal.
const MOST_QUARANTINED: f64 = 0.05;
/// Decimals of a benchmark rate in the working, enough for millions of pieces.
const RATE_DECIMALS: u32 = 12;

/// Why a finding carries no money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Refusal {
    /// `period_too_short`, `no_currency` …
    pub code: &'static str,
    /// The reason in a sentence with the real figure.
    pub text: String,
}

impl Refusal {
    fn new(code: &'static str, text: impl Into<String>) -> Refusal {
        Refusal {
            code,
            text: text.into(),
        }
    }
}

/// What a finding might save.
///
/// # Errors
/// A [`Refusal`] where a rule forbids an amount: the gate (days, occurrences, quarantined rows, identities), losses that
/// are no savings, a benchmark of fewer than eight own runs, no unit value, no currency, or nothing addressable.
pub fn assess(input: &SavingInput) -> Result<SavingView, Refusal> {
    let parts = compute(input)?;
    Ok(SavingView {
        low: parts.low,
        expected: parts.expected,
        currency: parts.currency.to_owned(),
        grade: parts.grade,
        pool: parts.pool,
        observed: parts.observed,
        run_rate: match parts.run_rate {
            RunRate::Annual(amount) => Some(amount),
            RunRate::Indicative(_) | RunRate::None => None,
        },
        note: note(input, &parts),
    })
}

/// The formula with the numbers put in, or the reason why there is no amount.
pub fn working(input: &SavingInput) -> String {
    let parts = match compute(input) {
        Ok(parts) => parts,
        Err(refusal) => return format!("no amount: {refusal}"),
    };
    let unit = &input.loss_unit;
    format!(
        "addressable = {} = {} {unit}; \
         x {} {}/{unit} ({}) = {} {}; \
         expected x {} = {} {}; low x {} = {} {} (rounded down)",
        sum_over_runs(input, parts.benchmark),
        shown(parts.addressable),
        shown(parts.unit_value),
        parts.currency,
        parts.source,
        shown(parts.addressable_money),
        parts.currency,
        EXPECTED_SHARE,
        shown(parts.expected),
        parts.currency,
        LOW_SHARE,
        shown(parts.low),
        parts.currency,
    )
}

/// The sum over the runs. A rate is put to the pieces that each run made, so the runs above it are also summed up: only
/// then do the numbers of the sentence give its result.
fn sum_over_runs(input: &SavingInput, benchmark: Decimal) -> String {
    let unit = &input.loss_unit;
    let runs = input.losses.len();
    if input.losses.iter().all(|loss| loss.base == Decimal::ONE) {
        return format!("sum of max(0, loss - {} {unit}) over {runs} runs", shown(benchmark));
    }
    let rate = benchmark.round_dp(RATE_DECIMALS).normalize();
    let above: Vec<&Loss> = input
        .losses
        .iter()
        .filter(|loss| {
            // A run at the median may lie above it by the last digit of a division.
            let excess = benchmark
                .checked_mul(loss.base)
                .and_then(|usual| loss.quantity.checked_sub(usual));
            excess.is_some_and(|excess| rounded(excess) > Decimal::ZERO)
        })
        .collect();
    let sum = |of: fn(&Loss) -> Decimal| {
        above
            .iter()
            .try_fold(Decimal::ZERO, |sum, loss| sum.checked_add(of(loss)))
    };
    let formula = format!("sum of max(0, loss - {rate} x pieces made) over {runs} runs");
    match (sum(|loss| loss.quantity), sum(|loss| loss.base)) {
        (Some(lost), Some(made)) => format!(
            "{formula} = {} {unit} - {rate} x {} pieces made, of the {} above it,",
            shown(lost),
            shown(made),
            match above.len() {
                1 => "1 run".to_owned(),
                many => format!("{many} runs"),
            }
        ),
        _ => formula,
    }
}

/// Everything that goes into a saving.
struct Parts<'a> {
    pool: Pool,
    currency: &'a str,
    source: &'a str,
    unit_value: Decimal,
    benchmark: Decimal,
    addressable: Decimal,
    addressable_money: Decimal,
    observed: Decimal,
    expected: Decimal,
    low: Decimal,
    grade: Grade,
    run_rate: RunRate,
}

fn compute(input: &SavingInput) -> Result<Parts<'_>, Refusal> {
    let pool = hard_money(input)?;
    gate(input)?;
    let benchmark = benchmark(input)?;
    let (value, currency) = worth(input)?;
    let addressable = input
        .losses
        .iter()
        .try_fold(Decimal::ZERO, |sum, loss| {
            let usual = benchmark.checked_mul(loss.base)?;
            sum.checked_add(loss.quantity.checked_sub(usual)?.max(Decimal::ZERO))
        })
        .ok_or_else(overflow)?;
    if addressable.is_zero() {
        return Err(Refusal::new(
            "nothing_addressable",
            "no run lost more than the plant's own usual level, so there is nothing to address",
        ));
    }
    let lost = input
        .losses
        .iter()
        .try_fold(Decimal::ZERO, |sum, loss| sum.checked_add(loss.quantity));
    let money = |quantity: Decimal| quantity.checked_mul(value.value).ok_or_else(overflow);
    let observed = money(lost.ok_or_else(overflow)?)?;
    let addressable_money = money(addressable)?;
    let share = |share: Decimal| addressable_money.checked_mul(share).ok_or_else(overflow);
    Ok(Parts {
        pool,
        currency,
        source: &value.source,
        unit_value: value.value,
        benchmark,
        addressable,
        addressable_money,
        observed: rounded(observed),
        expected: rounded(share(EXPECTED_SHARE)?),
        low: share(LOW_SHARE)?.floor(),
        grade: grade(value),
        run_rate: run_rate(observed, input.period_days, input.coverage),
    })
}

/// The pool of the loss, where it is money that an invoice, a payroll or a receipt would show.
fn hard_money(input: &SavingInput) -> Result<Pool, Refusal> {
    let lost: Decimal = input
        .losses
        .iter()
        .try_fold(Decimal::ZERO, |sum, loss| sum.checked_add(loss.quantity))
        .ok_or_else(overflow)?;
    let quantity = format!("{} {}", shown(lost), input.loss_unit);
    match input.kind {
        LossKind::FreedTime => Err(Refusal::new(
            "freed_time",
            format!(
                "{quantity}: the data says nothing of paid overtime and the machine is not known as the constraint, so \
                 freed time is no money"
            ),
        )),
        LossKind::Scrap if input.falling_already => Err(Refusal::new(
            "falling_already",
            "the loss was falling before the finding, so a further fall is not its saving",
        )),
        LossKind::Scrap => Ok(Pool::Material),
    }
}

/// Enough days, enough occurrences, clean rows.
fn gate(input: &SavingInput) -> Result<(), Refusal> {
    if input.period_days < LEAST_DAYS {
        return Err(Refusal::new(
            "period_too_short",
            format!(
                "{} days of data: an amount takes at least {LEAST_DAYS}",
                input.period_days
            ),
        ));
    }
    if input.occurrences < LEAST_OCCURRENCES {
        return Err(Refusal::new(
            "too_few_occurrences",
            format!(
                "{} occurrences: an amount takes at least {LEAST_OCCURRENCES}",
                input.occurrences
            ),
        ));
    }
    // A share that is not a number is refused, too.
    if input.quarantined_share.is_nan() || input.quarantined_share >= MOST_QUARANTINED {
        return Err(Refusal::new(
            "too_many_quarantined",
            format!(
                "{} of the rows are quarantined: an amount takes less than 5 %",
                Decimal::try_from(input.quarantined_share).map_or_else(
                    |_| "an unknown share".to_owned(),
                    |share| words::figure(share, &Unit::Ratio)
                )
            ),
        ));
    }
    if !input.identity_ok {
        return Err(Refusal::new(
            "identity_failed",
            "the quantities of the rows contradict each other (made is not good + scrap + rework)",
        ));
    }
    Ok(())
}

/// Median of the plant's own comparable runs, never the best one and never a world class figure.
fn benchmark(input: &SavingInput) -> Result<Decimal, Refusal> {
    if input.benchmark.len() < LEAST_RUNS {
        return Err(Refusal::new(
            "too_few_runs",
            format!(
                "{} comparable runs: a benchmark takes at least {LEAST_RUNS} of the plant's own",
                input.benchmark.len()
            ),
        ));
    }
    let mut sorted = input.benchmark.clone();
    sorted.sort_unstable();
    let upper = sorted.len() / 2;
    let lower = (sorted.len() - 1) / 2;
    match (sorted.get(lower), sorted.get(upper)) {
        (Some(lower), Some(upper)) => lower
            .checked_add(*upper)
            .and_then(|sum| sum.checked_div(Decimal::TWO))
            .ok_or_else(overflow),
        _ => Err(overflow()),
    }
}

fn worth(input: &SavingInput) -> Result<(&UnitValue, &str), Refusal> {
    let value = input
        .unit_value
        .as_ref()
        .filter(|value| value.value > Decimal::ZERO)
        .ok_or_else(|| {
            Refusal::new(
                "no_unit_value",
                format!("nothing says what one {} is worth", unit_word(&input.loss_unit)),
            )
        })?;
    let currency = input
        .currency
        .as_deref()
        .filter(|currency| !currency.is_empty())
        .ok_or_else(|| {
            Refusal::new(
                "no_currency",
                "neither the rows nor the org say in which currency the money stands",
            )
        })?;
    Ok((value, currency))
}

/// C: own data at own cost; D: a value that is only a fallback.
fn grade(value: &UnitValue) -> Grade {
    if value.is_fallback { Grade::D } else { Grade::C }
}

fn note(input: &SavingInput, parts: &Parts<'_>) -> String {
    let mut notes = Vec::new();
    match parts.run_rate {
        RunRate::Annual(_) => {}
        RunRate::Indicative(amount) => notes.push(format!(
            "{} days at {} coverage: {} a year is indicative only and not counted",
            input.period_days,
            words::estimate(input.coverage),
            words::money(
                amount.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero),
                parts.currency
            )
        )),
        RunRate::None => notes.push("too short for a figure over a year".to_owned()),
    }
    if input.unit_value.as_ref().is_some_and(|value| value.is_fallback) {
        notes.push("valued at the standard unit cost for want of material cost, one grade lower".to_owned());
    }
    if !input.baseline_holds {
        notes.push("baseline shorter than 12 weeks: can't be verified against it".to_owned());
    }
    notes.join("; ")
}

/// A decimal for a sentence: at most six decimals, no trailing zeros.
fn shown(amount: Decimal) -> String {
    words::exact(rounded(amount))
}

fn unit_word(unit: &str) -> &str {
    if unit.is_empty() { "unit" } else { unit }
}

fn overflow() -> Refusal {
    Refusal::new(
        "overflow",
        "the figures are too large to be true: check the columns that feed them",
    )
}

#[cfg(test)]
mod tests;

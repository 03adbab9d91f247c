//! Verification: what a change saved, measured after it, with a lower bound.

use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;

use super::{Refusal, overflow, rounded};
use crate::metric::stats::{self, Line, Null, Welch};

/// Confidence of a verified lower bound.
const CONFIDENCE: f64 = 0.9;
/// Weeks that a baseline has to hold, so that a fall from a bad patch isn't taken for a saving.
const BASELINE_WEEKS: usize = 12;

/// A verified saving from rates before and after.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verified {
    /// Lower bound at 90 %, rounded down to whole money; negative where things may have become worse.
    pub low: Decimal,
    /// (baseline rate - rate after) x volume after x frozen unit value.
    pub point: Decimal,
    /// The comparison of the rates.
    pub welch: Welch,
}

/// Saving of a rate that fell: weekly rates of the frozen baseline and after the change, the volume after it in the base
/// of the rates (four weeks of 10,000 pieces at a rate per 10,000 are 4), and the frozen unit value.
///
/// # Errors
/// `baseline_too_short` below 12 weeks, `too_few_weeks` below two after it, `zero_variance`, `out_of_domain`.
pub fn verify_rate(
    baseline: &[f64],
    after: &[f64],
    volume_after: Decimal,
    unit_value: Decimal,
) -> Result<Verified, Refusal> {
    enough_baseline(baseline.len())?;
    let welch = stats::welch(baseline, after, CONFIDENCE).map_err(|null| unmeasured(null, after.len()))?;
    let worth = volume_after.checked_mul(unit_value).ok_or_else(overflow)?;
    let money = |rate: f64| {
        Decimal::from_f64(rate)
            .and_then(|rate| rate.checked_mul(worth))
            .ok_or_else(overflow)
    };
    Ok(Verified {
        low: money(welch.low)?.floor(),
        point: rounded(money(welch.difference)?),
        welch,
    })
}

/// A verified saving of energy against a model of the baseline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EnergyVerified {
    /// Model of the baseline: energy = base load + slope x output.
    pub model: Line,
    /// Energy that the model expects for the output after the change, less the energy used.
    pub saved_kwh: f64,
    /// One-sided lower bound of it at 90 %, from the residuals of the model.
    pub low_kwh: f64,
    /// Saved energy x price.
    pub point: Decimal,
    /// Lower bound x price, rounded down to whole money.
    pub low: Decimal,
}

/// Saving of energy: `(output, kWh)` of the baseline and after the change, and the price of one kWh.
///
/// # Errors
/// `energy_model_weak` where the model has fewer than 10 points, R² below 0.75 or CV(RMSE) above 20 %; `no_weeks_after`.
pub fn verify_energy(baseline: &[(f64, f64)], after: &[(f64, f64)], price: Decimal) -> Result<EnergyVerified, Refusal> {
    let model = stats::fit_line(baseline).map_err(|null| unmeasured(null, baseline.len()))?;
    if !model.is_usable() {
        return Err(Refusal::new(
            "energy_model_weak",
            format!(
                "the energy model isn't good enough: {} points, R² {:.2}, CV(RMSE) {}",
                model.n,
                model.r_squared,
                model
                    .cv_rmse
                    .map_or("unknown".to_owned(), |cv| format!("{:.0} %", cv * 100.0))
            ),
        ));
    }
    if after.is_empty() || !after.iter().all(|(output, kwh)| output.is_finite() && kwh.is_finite()) {
        return Err(Refusal::new(
            "nothing_after",
            "there is no measured period after the change",
        ));
    }
    let saved_kwh: f64 = after.iter().map(|(output, kwh)| model.at(*output) - kwh).sum();
    let outputs: Vec<f64> = baseline.iter().map(|(output, _)| *output).collect();
    let center = stats::mean(&outputs).ok_or_else(overflow)?;
    let spread: f64 = outputs.iter().map(|output| (output - center).powi(2)).sum();
    let (n, m) = (model.n as f64, after.len() as f64);
    let shift: f64 = after.iter().map(|(output, _)| output - center).sum();
    // Standard error of a sum of m predictions: their own scatter, the level of the line and its slope.
    let error = model.residual_deviation * (m + m * m / n + shift * shift / spread).sqrt();
    let low_kwh = saved_kwh - stats::t_quantile(CONFIDENCE, n - 2.0).ok_or_else(overflow)? * error;
    let money = |kwh: f64| {
        Decimal::from_f64(kwh)
            .and_then(|kwh| kwh.checked_mul(price))
            .ok_or_else(overflow)
    };
    Ok(EnergyVerified {
        model,
        saved_kwh,
        low_kwh,
        point: rounded(money(saved_kwh)?),
        low: money(low_kwh)?.floor(),
    })
}

fn enough_baseline(weeks: usize) -> Result<(), Refusal> {
    match weeks >= BASELINE_WEEKS {
        true => Ok(()),
        false => Err(Refusal::new(
            "baseline_too_short",
            format!("{weeks} weeks of baseline: verification takes at least {BASELINE_WEEKS}"),
        )),
    }
}

fn unmeasured(null: Null, n: usize) -> Refusal {
    match null {
        Null::TooFew => Refusal::new("too_few_weeks", format!("{n} measured periods are too few to compare")),
        other => Refusal::new(
            other.reason(),
            "the measured periods can't be compared: check their values",
        ),
    }
}

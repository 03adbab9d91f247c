//! Careful bounds: what can be said with a stated confidence.

use super::Null;
use super::distribution::{chi_square_quantile, normal_cdf, normal_quantile, t_quantile};
use super::order::mean;

/// One-sided lower bound of a share by Wilson's score method (NIST handbook 7.2.4.1).
///
/// `confidence` is above 0 and below 1, for example 0.9. Absent for no trials or more hits than trials.
pub fn wilson_lower_bound(hits: f64, trials: f64, confidence: f64) -> Option<f64> {
    if !(trials > 0.0 && (0.0..=trials).contains(&hits)) {
        return None;
    }
    let z = normal_quantile(confidence)?;
    let share = hits / trials;
    let half = z * (share * (1.0 - share) / trials + z * z / (4.0 * trials * trials)).sqrt();
    Some(((share + z * z / (2.0 * trials) - half) / (1.0 + z * z / trials)).max(0.0))
}

/// Difference of two means with unequal variances (Welch; NIST handbook 7.3.1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Welch {
    /// Mean before less mean after: positive where the figure fell.
    pub difference: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Degrees of freedom, not whole in general.
    pub df: f64,
    /// Quantile of Student's t at the confidence.
    pub t: f64,
    /// One-sided lower bound of the difference.
    pub low: f64,
}

/// One-sided lower bound of how much lower the mean of `after` lies than the mean of `before`.
///
/// # Errors
/// [`Null::TooFew`] below two values on a side, [`Null::ZeroVariance`] where neither side varies,
/// [`Null::OutOfDomain`] for a confidence outside 0 to 1, [`Null::NotFinite`].
pub fn welch(before: &[f64], after: &[f64], confidence: f64) -> Result<Welch, Null> {
    super::finite(before)?;
    super::finite(after)?;
    let (before, after) = (side(before)?, side(after)?);
    let variance = before.share + after.share;
    if variance <= 0.0 {
        return Err(Null::ZeroVariance);
    }
    let df = variance * variance
        / (before.share * before.share / (before.n - 1.0) + after.share * after.share / (after.n - 1.0));
    let t = t_quantile(confidence, df).ok_or(Null::OutOfDomain)?;
    let difference = before.mean - after.mean;
    let standard_error = variance.sqrt();
    Ok(Welch {
        difference,
        standard_error,
        df,
        t,
        low: difference - t * standard_error,
    })
}

struct Side {
    n: f64,
    mean: f64,
    /// Variance over n.
    share: f64,
}

fn side(values: &[f64]) -> Result<Side, Null> {
    let deviation = super::standard_deviation(values).ok_or(Null::TooFew)?;
    let n = values.len() as f64;
    Ok(Side {
        n,
        mean: mean(values).ok_or(Null::TooFew)?,
        share: deviation * deviation / n,
    })
}

/// One-sided lower bound of the mean time between failures after `time` with `failures` (NIST handbook 8.4.5.1, test
/// ended by time): 2 T / chi-square(c; 2 r + 2), which for no failure is T / -ln(1 - c). In the unit of `time`.
///
/// Absent for a time that is not above zero or a confidence outside 0 to 1.
pub fn mtbf_lower_bound(time: f64, failures: u64, confidence: f64) -> Option<f64> {
    if !(time > 0.0 && time.is_finite() && confidence > 0.0 && confidence < 1.0) {
        return None;
    }
    if failures == 0 {
        return Some(time / -(-confidence).ln_1p());
    }
    Some(2.0 * time / chi_square_quantile(confidence, 2.0 * failures as f64 + 2.0)?)
}

/// Laplace's trend test over failures at `times` (from 0) in a window of length `end` (NIST handbook 8.2.3.4):
/// the standard normal score U, above 1.645 worsening, and the one-sided probability of a score as high by chance.
///
/// # Errors
/// [`Null::TooFew`] below six failures, [`Null::OutOfDomain`] for a time outside 0 to `end`.
pub fn laplace(times: &[f64], end: f64) -> Result<(f64, f64), Null> {
    if !(end > 0.0 && end.is_finite() && times.iter().all(|time| (0.0..=end).contains(time))) {
        return Err(Null::OutOfDomain);
    }
    let n = times.len() as f64;
    let center = mean(times).filter(|_| times.len() >= 6).ok_or(Null::TooFew)?;
    let score = (center - end / 2.0) / (end * (1.0 / (12.0 * n)).sqrt());
    Ok((score, 1.0 - normal_cdf(score)))
}

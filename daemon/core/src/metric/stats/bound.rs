//! Careful bounds: what can be said with a stated confidence.

use super::distribution::{chi_square_quantile, t_quantile};
use super::null::{Null, finite};
use super::order::{mean, standard_deviation};

/// One-sided lower bound of how much lower the mean of `after` lies than the mean of `before`, with unequal
/// variances (Welch; NIST handbook 7.3.1).
///
/// # Errors
/// [`Null::TooFew`] below two values on a side, [`Null::ZeroVariance`] where neither side varies,
/// [`Null::OutOfDomain`] for a confidence outside 0 to 1, [`Null::NotFinite`].
pub fn welch(before: &[f64], after: &[f64], confidence: f64) -> Result<f64, Null> {
    finite(before)?;
    finite(after)?;
    let (before, after) = (side(before)?, side(after)?);
    let variance = before.share + after.share;
    if variance <= 0.0 {
        return Err(Null::ZeroVariance);
    }
    let df = variance * variance
        / (before.share * before.share / (before.n - 1.0) + after.share * after.share / (after.n - 1.0));
    let t = t_quantile(confidence, df).ok_or(Null::OutOfDomain)?;
    Ok(before.mean - after.mean - t * variance.sqrt())
}

struct Side {
    n: f64,
    mean: f64,
    /// Variance over n.
    share: f64,
}

fn side(values: &[f64]) -> Result<Side, Null> {
    let deviation = standard_deviation(values).ok_or(Null::TooFew)?;
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

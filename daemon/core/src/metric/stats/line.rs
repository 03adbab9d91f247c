//! A straight line through points by least squares.

use super::null::{Null, finite};
use super::order::mean;

/// y = a + b x (NIST handbook 4.1.4.1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// Where it meets x = 0: the base load of an energy model.
    pub intercept: f64,
    /// Growth of y for one of x.
    pub slope: f64,
    /// Share of the variance explained, 0 to 1.
    pub r_squared: f64,
    /// Standard deviation of the residuals over n - 2.
    pub residual_deviation: f64,
    /// Residual deviation over the mean of y; absent where that mean is zero.
    pub cv_rmse: Option<f64>,
    /// Points.
    pub n: usize,
}

impl Line {
    /// Whether an energy model may rest on it (ISO 50006 and IPMVP practice): at least 10 points, R² at least 0.75,
    /// CV(RMSE) at most 20 %.
    pub fn is_usable(&self) -> bool {
        self.n >= 10 && self.r_squared >= 0.75 && self.cv_rmse.is_some_and(|cv| (0.0..=0.2).contains(&cv))
    }
}

/// The line of least squares through `(x, y)` points.
///
/// # Errors
/// [`Null::TooFew`] below three points, [`Null::ZeroVariance`] where x or y doesn't vary, [`Null::NotFinite`].
pub fn fit_line(points: &[(f64, f64)]) -> Result<Line, Null> {
    let (xs, ys): (Vec<f64>, Vec<f64>) = points.iter().copied().unzip();
    finite(&xs)?;
    finite(&ys)?;
    let n = points.len();
    if n < 3 {
        return Err(Null::TooFew);
    }
    let (x_mean, y_mean) = (mean(&xs).ok_or(Null::TooFew)?, mean(&ys).ok_or(Null::TooFew)?);
    let sum = |of: &dyn Fn(f64, f64) -> f64| -> f64 { points.iter().map(|(x, y)| of(x - x_mean, y - y_mean)).sum() };
    let (xx, xy, yy) = (sum(&|x, _| x * x), sum(&|x, y| x * y), sum(&|_, y| y * y));
    if xx <= 0.0 || yy <= 0.0 {
        return Err(Null::ZeroVariance);
    }
    let slope = xy / xx;
    let intercept = y_mean - slope * x_mean;
    let residual: f64 = points.iter().map(|(x, y)| (y - intercept - slope * x).powi(2)).sum();
    let residual_deviation = (residual / (n - 2) as f64).sqrt();
    Ok(Line {
        intercept,
        slope,
        r_squared: (1.0 - residual / yy).clamp(0.0, 1.0),
        residual_deviation,
        cv_rmse: (y_mean != 0.0).then(|| residual_deviation / y_mean),
        n,
    })
}

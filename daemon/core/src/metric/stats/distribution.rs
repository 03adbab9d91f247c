//! The distributions behind the bounds: Student's t and chi-square, for probabilities above 0 and below 1 and any, also
//! non-integer, number of degrees of freedom above 0; outside of these there is no value.
//! Good to some ten digits up to a thousand degrees of freedom and to six above.

use statrs::distribution::{ChiSquared, ContinuousCDF, Normal, StudentsT};

/// From here the series of the crate lose digits, and take ever longer; what the normal gives is better by then.
const MANY: f64 = 10_000.0;

/// The value that Student's t with `df` degrees of freedom stays below with probability `p`.
pub fn t_quantile(p: f64, df: f64) -> Option<f64> {
    if known(df)? < MANY {
        return quantile(StudentsT::new(0.0, 1.0, df).ok()?, p);
    }
    // The normal with the first term of Cornish and Fisher.
    let z = quantile(Normal::standard(), p)?;
    Some(z + (z.powi(3) + z) / (4.0 * df))
}

/// The value that chi-square with `df` degrees of freedom stays below with probability `p`.
pub fn chi_square_quantile(p: f64, df: f64) -> Option<f64> {
    if known(df)? < MANY {
        return quantile(ChiSquared::new(df).ok()?, p);
    }
    // Wilson and Hilferty: its cube root is normal.
    let z = quantile(Normal::standard(), p)?;
    let spread = 2.0 / (9.0 * df);
    Some(df * (1.0 - spread + z * spread.sqrt()).powi(3))
}

fn known(df: f64) -> Option<f64> {
    (df > 0.0 && df.is_finite()).then_some(df)
}

/// The crate panics at what is no probability.
fn quantile(distribution: impl ContinuousCDF<f64, f64>, p: f64) -> Option<f64> {
    let value = (p > 0.0 && p < 1.0).then(|| distribution.inverse_cdf(p))?;
    value.is_finite().then_some(value)
}

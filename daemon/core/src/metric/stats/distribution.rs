//! The distributions behind the bounds: Student's t and chi-square, for probabilities above 0 and below 1 and any, also
//! non-integer, number of degrees of freedom above 0; outside of these there is no value.
//! Student's t is good to some ten digits up to a thousand degrees of freedom and to four at a million, where it hardly
//! differs from the normal.

use statrs::distribution::{ChiSquared, ContinuousCDF, StudentsT};

/// The value that Student's t with `df` degrees of freedom stays below with probability `p`.
pub fn t_quantile(p: f64, df: f64) -> Option<f64> {
    quantile(StudentsT::new(0.0, 1.0, known(df)?).ok()?, p)
}

/// The value that chi-square with `df` degrees of freedom stays below with probability `p`.
pub fn chi_square_quantile(p: f64, df: f64) -> Option<f64> {
    quantile(ChiSquared::new(known(df)?).ok()?, p)
}

fn known(df: f64) -> Option<f64> {
    (df > 0.0 && df.is_finite()).then_some(df)
}

/// The crate panics at what is no probability.
fn quantile(distribution: impl ContinuousCDF<f64, f64>, p: f64) -> Option<f64> {
    let value = (p > 0.0 && p < 1.0).then(|| distribution.inverse_cdf(p))?;
    value.is_finite().then_some(value)
}

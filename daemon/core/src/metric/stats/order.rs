//! Mean, median, percentiles and spread.

/// Arithmetic mean; absent for no values.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Middle value, or the mean of the two in the middle; absent for no values.
pub fn median(values: &[f64]) -> Option<f64> {
    percentile(values, 0.5)
}

/// The value below which the share `p` (0 to 1) of the values lies, interpolated between neighbours (NIST handbook
/// 7.2.6.2, the form with n - 1 steps); absent for no values or a share outside its range.
pub fn percentile(values: &[f64], p: f64) -> Option<f64> {
    if !(0.0..=1.0).contains(&p) {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = p * sorted.len().checked_sub(1)? as f64;
    let below = *sorted.get(place.floor() as usize)?;
    let above = *sorted.get(place.ceil() as usize)?;
    Some(below + (above - below) * place.fract())
}

/// Standard deviation over n - 1, exactly zero where all values are the same; absent below two values.
pub fn standard_deviation(values: &[f64]) -> Option<f64> {
    let n = values.len();
    let first = *values.first()?;
    if n < 2 {
        return None;
    }
    // Rounding in the mean would make a tiny spread out of none.
    if values.iter().all(|value| *value == first) {
        return Some(0.0);
    }
    let center = mean(values)?;
    let squares: f64 = values.iter().map(|value| (value - center).powi(2)).sum();
    Some((squares / (n - 1) as f64).sqrt())
}

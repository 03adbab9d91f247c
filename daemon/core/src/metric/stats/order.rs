//! Mean and spread.

/// Arithmetic mean; absent for no values.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
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

//! Process capability: how the spread of a process compares with its specification (NIST handbook 6.1.6).

use super::null::{Null, finite};
use super::order::{mean, standard_deviation};
use crate::metric::Warning;

/// Values below which a capability is flagged.
const SETTLED_VALUES: usize = 30;

/// Specification limits, of which one may be absent.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Spec {
    /// Lower limit.
    pub lower: Option<f64>,
    /// Upper limit.
    pub upper: Option<f64>,
}

/// The four indices, each with its value or the reason why it has none.
#[derive(Debug, Clone, PartialEq)]
pub struct Capability {
    /// Mean of the values.
    pub mean: f64,
    /// Standard deviation of all values over n - 1.
    pub sigma_overall: f64,
    /// Both limits, spread within subgroups.
    pub cp: Result<f64, Null>,
    /// Nearest limit, spread within subgroups.
    pub cpk: Result<f64, Null>,
    /// Both limits, spread of all values.
    pub pp: Result<f64, Null>,
    /// Nearest limit, spread of all values.
    pub ppk: Result<f64, Null>,
    /// Remarks: [`Warning::Unstable`], [`Warning::FewValues`].
    pub warnings: Vec<Warning>,
}

/// Capability of `values` against `spec`.
///
/// `sigma_within` comes from the control chart (R̄ / d₂ or MR̄ / 1.128); `Err` with its reason leaves Cp and Cpk without
/// a value. `stable` tells whether that chart had no point outside its limits.
///
/// # Errors
/// [`Null::TooFew`] below two values, [`Null::NotFinite`].
pub fn capability(
    values: &[f64],
    sigma_within: Result<f64, Null>,
    stable: bool,
    spec: Spec,
) -> Result<Capability, Null> {
    finite(values)?;
    let mean = mean(values).ok_or(Null::TooFew)?;
    let sigma_overall = standard_deviation(values).ok_or(Null::TooFew)?;
    let mut warnings = Vec::new();
    if !stable {
        warnings.push(Warning::Unstable);
    }
    if values.len() < SETTLED_VALUES {
        warnings.push(Warning::FewValues);
    }
    Ok(Capability {
        mean,
        sigma_overall,
        cp: sigma_within.and_then(|sigma| cp(sigma, spec)),
        cpk: sigma_within.and_then(|sigma| cpk(mean, sigma, spec)),
        pp: cp(sigma_overall, spec),
        ppk: cpk(mean, sigma_overall, spec),
        warnings,
    })
}

/// (USL - LSL) / 6 sigma.
///
/// # Errors
/// [`Null::ZeroVariance`], [`Null::MissingSpec`], [`Null::OneSidedSpec`], [`Null::InvertedSpec`].
pub(super) fn cp(sigma: f64, spec: Spec) -> Result<f64, Null> {
    spread(sigma)?;
    match (spec.lower, spec.upper) {
        (Some(lower), Some(upper)) => {
            ordered(spec)?;
            Ok((upper - lower) / (6.0 * sigma))
        }
        (None, None) => Err(Null::MissingSpec),
        _ => Err(Null::OneSidedSpec),
    }
}

/// Distance of the mean from the nearest limit that is given, over 3 sigma.
///
/// # Errors
/// [`Null::ZeroVariance`], [`Null::MissingSpec`], [`Null::InvertedSpec`].
pub(super) fn cpk(mean: f64, sigma: f64, spec: Spec) -> Result<f64, Null> {
    spread(sigma)?;
    ordered(spec)?;
    let above = spec.upper.map(|upper| upper - mean);
    let below = spec.lower.map(|lower| mean - lower);
    let nearest = match (above, below) {
        (Some(above), Some(below)) => above.min(below),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => return Err(Null::MissingSpec),
    };
    Ok(nearest / (3.0 * sigma))
}

fn spread(sigma: f64) -> Result<(), Null> {
    match sigma > 0.0 && sigma.is_finite() {
        true => Ok(()),
        false => Err(Null::ZeroVariance),
    }
}

fn ordered(spec: Spec) -> Result<(), Null> {
    match (spec.lower, spec.upper) {
        (Some(lower), Some(upper)) if lower >= upper => Err(Null::InvertedSpec),
        _ => Ok(()),
    }
}

//! Control charts: center line and three-sigma limits (NIST handbook 6.3; AIAG constants).
//!
//! The values are in time order: a chart over unordered values means nothing, so the caller refuses those.

use super::null::{Null, finite};
use super::order::mean;

/// Constants of an X̄-R chart for one subgroup size.
struct Constants {
    d2: f64,
    a2: f64,
    d3: f64,
    d4: f64,
}

/// Constants for subgroups of 2 to 10 values.
const CONSTANTS: [Constants; 9] = [
    constants(1.128, 1.880, 0.0, 3.267),
    constants(1.693, 1.023, 0.0, 2.574),
    constants(2.059, 0.729, 0.0, 2.282),
    constants(2.326, 0.577, 0.0, 2.114),
    constants(2.534, 0.483, 0.0, 2.004),
    constants(2.704, 0.419, 0.076, 1.924),
    constants(2.847, 0.373, 0.136, 1.864),
    constants(2.970, 0.337, 0.184, 1.816),
    constants(3.078, 0.308, 0.223, 1.777),
];

/// Mean moving range over sigma, for ranges of two.
const MOVING_RANGE_D2: f64 = 1.128;
/// Upper limit of a moving range over its mean.
const MOVING_RANGE_D4: f64 = 3.267;
/// Subgroups below which limits are provisional.
const SETTLED_SUBGROUPS: usize = 20;

const fn constants(d2: f64, a2: f64, d3: f64, d4: f64) -> Constants {
    Constants { d2, a2, d3, d4 }
}

/// Center line and limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Lower control limit.
    pub lower: f64,
    /// Center line.
    pub center: f64,
    /// Upper control limit.
    pub upper: f64,
}

impl Limits {
    /// Whether a value lies strictly outside.
    pub fn excludes(&self, value: f64) -> bool {
        value > self.upper || value < self.lower
    }
}

/// A point of an attribute chart, with its own limits where sample sizes differ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AttributePoint {
    /// Share of defective pieces.
    pub value: f64,
    /// Limits at this sample size.
    pub limits: Limits,
}

/// A p chart.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributeChart {
    /// Center line.
    pub center: f64,
    /// Points in order.
    pub points: Vec<AttributePoint>,
    /// Places (from 0) of the points outside their limits.
    pub out: Vec<usize>,
    /// Whether there are too few points for settled limits.
    pub provisional: bool,
}

/// p chart: share of defective pieces, from `(defective, inspected)` per point.
///
/// # Errors
/// [`Null::TooFew`] for no points, [`Null::OutOfDomain`] for an empty sample or more defectives than pieces.
pub fn p_chart(points: &[(f64, f64)]) -> Result<AttributeChart, Null> {
    if points.iter().any(|(defective, inspected)| defective > inspected) {
        return Err(Null::OutOfDomain);
    }
    if points.is_empty() {
        return Err(Null::TooFew);
    }
    if !points
        .iter()
        .all(|(count, n)| *count >= 0.0 && *n > 0.0 && count.is_finite() && n.is_finite())
    {
        return Err(Null::OutOfDomain);
    }
    let counts: f64 = points.iter().map(|(count, _)| count).sum();
    let units: f64 = points.iter().map(|(_, n)| n).sum();
    let center = counts / units;
    let points: Vec<AttributePoint> = points
        .iter()
        .map(|(count, n)| {
            let sigma = (center * (1.0 - center) / n).sqrt();
            AttributePoint {
                value: count / n,
                limits: Limits {
                    lower: (center - 3.0 * sigma).max(0.0),
                    center,
                    upper: (center + 3.0 * sigma).min(1.0),
                },
            }
        })
        .collect();
    Ok(AttributeChart {
        center,
        out: outside(points.iter().map(|point| point.limits.excludes(point.value))),
        provisional: points.len() < SETTLED_SUBGROUPS,
        points,
    })
}

/// An X̄-R chart.
#[derive(Debug, Clone, PartialEq)]
pub struct SubgroupChart {
    /// Means of the subgroups, in order.
    pub means: Vec<f64>,
    /// Ranges of the subgroups, in order.
    pub ranges: Vec<f64>,
    /// Limits of the means.
    pub mean_limits: Limits,
    /// Limits of the ranges.
    pub range_limits: Limits,
    /// Standard deviation within subgroups: R̄ / d₂.
    pub sigma_within: f64,
    /// Places (from 0) of the subgroups whose mean lies outside.
    pub out: Vec<usize>,
    /// Places (from 0) of the subgroups whose range lies outside.
    pub ranges_out: Vec<usize>,
    /// Whether there are fewer than 20 subgroups.
    pub provisional: bool,
}

impl SubgroupChart {
    /// Distance of each mean from the center, in standard deviations of a mean; for the zone rules.
    pub fn scores(&self) -> Vec<f64> {
        scores(&self.means, self.mean_limits)
    }
}

/// X̄-R chart over subgroups of one size from 2 to 10.
///
/// # Errors
/// [`Null::TooFew`] for no subgroups, [`Null::SubgroupSize`], [`Null::ZeroVariance`] where no subgroup varies,
/// [`Null::NotFinite`].
pub fn xbar_r(subgroups: &[Vec<f64>]) -> Result<SubgroupChart, Null> {
    let size = subgroups.first().ok_or(Null::TooFew)?.len();
    let constants = size
        .checked_sub(2)
        .and_then(|place| CONSTANTS.get(place))
        .ok_or(Null::SubgroupSize)?;
    let mut means = Vec::with_capacity(subgroups.len());
    let mut ranges = Vec::with_capacity(subgroups.len());
    for subgroup in subgroups {
        if subgroup.len() != size {
            return Err(Null::SubgroupSize);
        }
        finite(subgroup)?;
        means.push(mean(subgroup).ok_or(Null::SubgroupSize)?);
        let largest = subgroup.iter().copied().fold(f64::MIN, f64::max);
        let smallest = subgroup.iter().copied().fold(f64::MAX, f64::min);
        ranges.push(largest - smallest);
    }
    let center = mean(&means).ok_or(Null::TooFew)?;
    let range = mean(&ranges).ok_or(Null::TooFew)?;
    if range <= 0.0 {
        return Err(Null::ZeroVariance);
    }
    let mean_limits = Limits {
        lower: center - constants.a2 * range,
        center,
        upper: center + constants.a2 * range,
    };
    let range_limits = Limits {
        lower: constants.d3 * range,
        center: range,
        upper: constants.d4 * range,
    };
    Ok(SubgroupChart {
        out: outside(means.iter().map(|mean| mean_limits.excludes(*mean))),
        ranges_out: outside(ranges.iter().map(|range| range_limits.excludes(*range))),
        provisional: subgroups.len() < SETTLED_SUBGROUPS,
        sigma_within: range / constants.d2,
        means,
        ranges,
        mean_limits,
        range_limits,
    })
}

/// An individuals and moving range chart.
#[derive(Debug, Clone, PartialEq)]
pub struct IndividualsChart {
    /// Values in order.
    pub values: Vec<f64>,
    /// Limits of the values.
    pub limits: Limits,
    /// Distances of neighbours, one fewer than values.
    pub moving_ranges: Vec<f64>,
    /// Limits of the moving ranges.
    pub range_limits: Limits,
    /// Standard deviation from the mean moving range: MR̄ / 1.128.
    pub sigma_within: f64,
    /// Places (from 0) of the values outside.
    pub out: Vec<usize>,
    /// Places (from 0) of the moving ranges outside.
    pub ranges_out: Vec<usize>,
    /// Whether there are fewer than 20 values.
    pub provisional: bool,
}

impl IndividualsChart {
    /// Distance of each value from the center, in standard deviations; for the zone rules.
    pub fn scores(&self) -> Vec<f64> {
        scores(&self.values, self.limits)
    }
}

/// Individuals and moving range chart.
///
/// # Errors
/// [`Null::TooFew`] below two values, [`Null::ZeroVariance`] where nothing moves, [`Null::NotFinite`].
pub fn i_mr(values: &[f64]) -> Result<IndividualsChart, Null> {
    finite(values)?;
    let moving_ranges: Vec<f64> = values
        .iter()
        .zip(values.iter().skip(1))
        .map(|(a, b)| (a - b).abs())
        .collect();
    let range = mean(&moving_ranges).ok_or(Null::TooFew)?;
    let center = mean(values).ok_or(Null::TooFew)?;
    if range <= 0.0 {
        return Err(Null::ZeroVariance);
    }
    let sigma_within = range / MOVING_RANGE_D2;
    let limits = Limits {
        lower: center - 3.0 * sigma_within,
        center,
        upper: center + 3.0 * sigma_within,
    };
    let range_limits = Limits {
        lower: 0.0,
        center: range,
        upper: MOVING_RANGE_D4 * range,
    };
    Ok(IndividualsChart {
        out: outside(values.iter().map(|value| limits.excludes(*value))),
        ranges_out: outside(moving_ranges.iter().map(|range| range_limits.excludes(*range))),
        provisional: values.len() < SETTLED_SUBGROUPS,
        values: values.to_vec(),
        limits,
        moving_ranges,
        range_limits,
        sigma_within,
    })
}

fn scores(values: &[f64], limits: Limits) -> Vec<f64> {
    let sigma = (limits.upper - limits.center) / 3.0;
    values.iter().map(|value| (value - limits.center) / sigma).collect()
}

fn outside(flags: impl Iterator<Item = bool>) -> Vec<usize> {
    flags
        .enumerate()
        .filter_map(|(place, out)| out.then_some(place))
        .collect()
}

//! Statistics over the values of a plant: Pareto, control charts and their rules, capability, bounds, lines, trends.
//!
//! All of it is `f64`: money and quantities stay decimal until a statistic is asked for. Nothing here returns NaN or an
//! infinity; what can't be computed is a [`Null`] with a reason, or absent.

mod bound;
mod capability;
mod chart;
mod distribution;
mod line;
mod order;
mod pareto;
mod rules;
mod yields;

pub use bound::{Welch, laplace, mtbf_lower_bound, welch, wilson_lower_bound};
pub use capability::{Capability, Spec, capability, cp, cpk};
pub use chart::{
    AttributeChart, AttributePoint, IndividualsChart, Limits, SubgroupChart, c_chart, i_mr, p_chart, u_chart, xbar_r,
};
pub use distribution::{chi_square_quantile, normal_cdf, normal_quantile, t_cdf, t_quantile};
pub use line::{Line, fit_line};
pub use order::{mean, median, percentile, standard_deviation};
pub use pareto::{BLANK, Pareto, ParetoItem, pareto};
pub use rules::{ATTRIBUTE_RULES, DEFAULT_RULES, NELSON_RULES, Signal, nelson, western_electric};
pub use yields::{defects_per_million, final_yield, first_pass_yield, rolled_throughput_yield};

/// Why a statistic has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Null {
    /// Fewer values than the statistic needs.
    TooFew,
    /// All values are the same: the sensor is stuck or its resolution too coarse.
    ZeroVariance,
    /// No specification limit is given.
    MissingSpec,
    /// Only one limit is given, and the statistic needs both.
    OneSidedSpec,
    /// The lower limit is not below the upper.
    InvertedSpec,
    /// Subgroups are of different sizes, or not of 2 to 10 values.
    SubgroupSize,
    /// A sample size is zero or negative, a count negative or above its sample size.
    OutOfDomain,
    /// A value is not a finite number.
    NotFinite,
}

impl Null {
    /// Every reason.
    pub const ALL: [Null; 8] = [
        Null::TooFew,
        Null::ZeroVariance,
        Null::MissingSpec,
        Null::OneSidedSpec,
        Null::InvertedSpec,
        Null::SubgroupSize,
        Null::OutOfDomain,
        Null::NotFinite,
    ];

    /// The reason as it stands in results.
    pub fn reason(self) -> &'static str {
        match self {
            Null::TooFew => "too_few",
            Null::ZeroVariance => "zero_variance",
            Null::MissingSpec => "missing_spec",
            Null::OneSidedSpec => "one_sided_spec",
            Null::InvertedSpec => "inverted_spec",
            Null::SubgroupSize => "subgroup_size",
            Null::OutOfDomain => "out_of_domain",
            Null::NotFinite => "not_finite",
        }
    }
}

/// Whether every value is finite.
fn finite(values: &[f64]) -> Result<(), Null> {
    match values.iter().all(|value| value.is_finite()) {
        true => Ok(()),
        false => Err(Null::NotFinite),
    }
}

#[cfg(test)]
mod tests;

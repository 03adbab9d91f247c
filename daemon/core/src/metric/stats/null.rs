//! Why a statistic has no value.

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
pub(super) fn finite(values: &[f64]) -> Result<(), Null> {
    match values.iter().all(|value| value.is_finite()) {
        true => Ok(()),
        false => Err(Null::NotFinite),
    }
}

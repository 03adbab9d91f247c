//! Why a statistic has no value.

use crate::word::words;

words! {
    /// Why a statistic has no value.
    Null, "a reason of a statistic" {
        /// Fewer values than the statistic needs.
        TooFew = "too_few",
        /// All values are the same: the sensor is stuck or its resolution too coarse.
        ZeroVariance = "zero_variance",
        /// No specification limit is given.
        MissingSpec = "missing_spec",
        /// Only one limit is given, and the statistic needs both.
        OneSidedSpec = "one_sided_spec",
        /// The lower limit is not below the upper.
        InvertedSpec = "inverted_spec",
        /// Subgroups are of different sizes, or not of 2 to 10 values.
        SubgroupSize = "subgroup_size",
        /// A sample size is zero or negative, a count negative or above its sample size.
        OutOfDomain = "out_of_domain",
        /// A value is not a finite number.
        NotFinite = "not_finite",
    }
}

/// Whether every value is finite.
pub(super) fn finite(values: &[f64]) -> Result<(), Null> {
    match values.iter().all(|value| value.is_finite()) {
        true => Ok(()),
        false => Err(Null::NotFinite),
    }
}

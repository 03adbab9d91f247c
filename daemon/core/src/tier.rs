//! Tiers: what the columns of the data allow to be computed and claimed.

//! Binary rows.

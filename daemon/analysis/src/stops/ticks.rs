//! The unit in which lengths are exact.

/// Ticks in a second.
pub(super) const TICKS_PER_S: i128 = 1_000_000_000_000;
/// Digits after the point of a length in ticks.
pub(super) const TICK_SCALE: u32 = 12;
/// Ticks in a microsecond.
pub(super) const TICKS_PER_US: i128 = 1_000_000;

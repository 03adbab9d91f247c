//! Cumulative counters: how much a reading has grown since the one before.
//!
//! A counter that goes back has either run over its width or was set to zero; which of the two is decided by what is
//! plausible, and a reset is always flagged.

/// How a counter came from one reading to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It grew or stood still.
    Forward,
    /// It ran over this modulus and went on from zero.
    Rollover {
        /// The counter's range.
        modulus: u64,
    },
    /// It was set to zero; the growth is what it shows since, at least.
    Reset,
}

/// Growth of a counter between two readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delta {
    /// How much it grew.
    pub value: u64,
    /// How.
    pub step: Step,
}

/// Growth from `previous` to `current`.
///
/// A counter that goes back has rolled over at 2^16, 2^32 or a power of ten when the growth that this implies is at most
/// `largest_plausible` (for example the highest rate times the time between the readings); else it was reset, and its
/// growth is the new reading.
pub fn delta(previous: u64, current: u64, largest_plausible: u64) -> Delta {
    if let Some(value) = current.checked_sub(previous) {
        return Delta {
            value,
            step: Step::Forward,
        };
    }
    let powers_of_ten = (1..=19).filter_map(|exponent| 10_u64.checked_pow(exponent));
    let rollover = [1 << 16, 1 << 32]
        .into_iter()
        .chain(powers_of_ten)
        .filter(|modulus| *modulus > previous)
        .filter_map(|modulus| Some((modulus.checked_sub(previous)?.checked_add(current)?, modulus)))
        .min();
    match rollover {
        Some((value, modulus)) if value <= largest_plausible => Delta {
            value,
            step: Step::Rollover { modulus },
        },
        _ => Delta {
            value: current,
            step: Step::Reset,
        },
    }
}

#[cfg(test)]
mod tests;

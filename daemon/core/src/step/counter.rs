//! What the readings of one cumulative counter add, one after the other.
//!
//! Invariant: what readings add follows from where the counter stood before and from them alone, so that it is the same
//! in one piece and in several.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::profile::{Counter, Zero};

/// Steps that are remembered, to know the usual one.
const REMEMBERED: usize = 8;
/// Usual steps that one step may be where it goes over the end of the counter.
const FEW: Decimal = Decimal::from_parts(4, 0, 0, false, 0);
/// Values at which counters begin at 0 again: of 15, 16, 24, 31 and 32 bits, then of five digits and more.
const WIDTHS: [u64; 10] = [
    1 << 15,
    1 << 16,
    100_000,
    1_000_000,
    10_000_000,
    1 << 24,
    100_000_000,
    1_000_000_000,
    1 << 31,
    1 << 32,
];

/// Where a counter stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The last reading that counts.
    reading: Decimal,
    /// Whether readings of 0 came since, which mean nothing before another one comes.
    zero: bool,
    /// The last steps forward, the newest last.
    steps: Vec<Decimal>,
}

/// What a reading is beside the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The first that is known: it adds nothing.
    First,
    /// It went on, or stood still.
    Forward,
    /// It went over its end.
    Rollover,
    /// It began anew at 0.
    Reset,
    /// It fell by no more than its usual step, far above 0: it adds nothing before it is where it was.
    Back,
    /// It went on by more than it may.
    TooFar,
    /// A 0 of which is not known yet what it means.
    Zero,
    /// A 0 between two readings that go on.
    Glitch,
    /// A 0 from which it began anew.
    Began,
}

/// What a reading adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// By how much the counter went on; absent where that is not known.
    pub adds: Option<Decimal>,
    /// What it is.
    pub change: Change,
}

/// What readings (0 or more each, in the order of time) add, and where the counter stands behind them.
pub fn count(rules: &Counter, before: Option<Standing>, readings: &[Decimal]) -> (Vec<Counted>, Option<Standing>) {
    let mut standing = before;
    let mut counted: Vec<Counted> = Vec::with_capacity(readings.len());
    let mut zeros: Vec<usize> = Vec::new();
    for (index, reading) in readings.iter().enumerate() {
        let Some(at) = &mut standing else {
            standing = Some(Standing {
                reading: *reading,
                zero: false,
                steps: Vec::new(),
            });
            counted.push(Counted {
                adds: None,
                change: Change::First,
            });
            continue;
        };
        if reading.is_zero() && at.reading > Decimal::ZERO && rules.zero == Zero::Glitch {
            at.zero = true;
            zeros.push(index);
            counted.push(Counted {
                adds: None,
                change: Change::Zero,
            });
            continue;
        }
        let is_behind_zero = std::mem::take(&mut at.zero);
        let goes_on = *reading >= at.reading;
        for index in zeros.drain(..) {
            if let Some(zero) = counted.get_mut(index) {
                zero.change = if goes_on { Change::Glitch } else { Change::Began };
            }
        }
        counted.push(at.take(rules, *reading, is_behind_zero));
    }
    (counted, standing)
}

impl Standing {
    /// The next reading; a fall behind a 0 is none by mistake.
    fn take(&mut self, rules: &Counter, reading: Decimal, is_behind_zero: bool) -> Counted {
        let (change, step) = if reading >= self.reading {
            (Change::Forward, reading - self.reading)
        } else if let Some(step) = self.over_the_end(rules, reading) {
            (Change::Rollover, step)
        } else if !is_behind_zero && self.is_slip(reading) {
            return Counted {
                adds: None,
                change: Change::Back,
            };
        } else {
            (Change::Reset, reading)
        };
        self.reading = reading;
        if rules.max_step.is_some_and(|most| step > most) {
            return Counted {
                adds: None,
                change: Change::TooFar,
            };
        }
        if step > Decimal::ZERO {
            if self.steps.len() == REMEMBERED {
                self.steps.remove(0);
            }
            self.steps.push(step);
        }
        Counted {
            adds: Some(step),
            change,
        }
    }

    /// The usual step: the median of the last ones.
    fn usual(&self) -> Option<Decimal> {
        let mut steps = self.steps.clone();
        steps.sort_unstable();
        steps.get(steps.len() / 2).copied()
    }

    /// The step to a lower reading where the counter went over its end: at the value that was said, else at one where
    /// counters end, if it stood close below. It has to be a step like those before.
    fn over_the_end(&self, rules: &Counter, reading: Decimal) -> Option<Decimal> {
        let usual = self.usual();
        let step = |end: Decimal| {
            let step = end.checked_sub(self.reading)?.checked_add(reading)?;
            (self.reading < end).then_some(step)
        };
        let is_few = |step: Decimal, otherwise: Option<Decimal>| {
            let most = usual.and_then(|usual| usual.checked_mul(FEW)).or(otherwise);
            most.is_some_and(|most| step <= most)
        };
        if let Some(end) = rules.rollover {
            let quarter = end.checked_div(Decimal::from(4));
            return step(end).filter(|step| match rules.max_step {
                Some(most) => *step <= most,
                None => is_few(*step, quarter),
            });
        }
        let end = WIDTHS.into_iter().map(Decimal::from).find(|end| *end > self.reading)?;
        let is_near = end.checked_sub(self.reading)? <= end.checked_div(Decimal::from(16))?;
        step(end).filter(|step| is_near && is_few(*step, end.checked_div(Decimal::from(64))))
    }

    /// Whether a fall is too small to be a new beginning: no more than the usual step (a thousandth, where none is known),
    /// to a reading that no counter reaches from 0 in a few steps.
    fn is_slip(&self, reading: Decimal) -> bool {
        let fall = self.reading.saturating_sub(reading);
        match self.usual() {
            Some(usual) => fall <= usual && reading > usual.saturating_mul(FEW),
            None => fall <= self.reading.checked_div(Decimal::ONE_THOUSAND).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests;

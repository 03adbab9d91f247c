//! What is derived of rows in their order, as people read it.

use super::figure::number;
use crate::profile::{Counter, Intervals, Zero};

/// What a counter means: "readings of a counter: quantity made by how much it goes on".
pub fn counts(counter: &Counter) -> String {
    let made = counter.adds_to().unwrap_or(counter.variable).noun();
    let mut said = format!("readings of a counter: {made} by how much it goes on");
    if let Some(rollover) = counter.rollover {
        said.push_str(&format!("; at {} it begins at 0", number(rollover)));
    }
    if let Some(step) = counter.max_step {
        said.push_str(&format!("; more than {} at once is not counted", number(step)));
    }
    match counter.zero {
        Zero::Glitch => {}
        Zero::Reset => said.push_str("; each reading of 0 is a new beginning"),
    }
    said
}

/// What intervals mean.
pub fn lasts(intervals: Intervals) -> &'static str {
    match intervals {
        Intervals::State => "a state lasts until the next row of its machine, also in the next file",
    }
}

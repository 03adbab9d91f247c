//! How everything is written for people: the one home of figures, units, money, shares, counts, times and reasons.
//!
//! Invariants: a value has one text, on every screen, in every line command, answer, summary and report; it is rounded
//! half up (away from zero) once; commas stand between thousands; no name of the code stands in a text. A sentence is
//! given without its capital and its full stop, so that it fits where it is put.

mod family;
mod figure;
mod reason;
mod reference;
mod step;
mod time;

pub use crate::fold::capital;
pub use family::not_kept;
pub use figure::{
    NONE, bytes, count, counted, duration, estimate, exact, figure, float, floored, ledger, levels, loss, measured,
    metric, money, not_counted, number, of_grade_d, of_other_currency, part, prefix, saving, unit,
};
pub use reason::{coverage, covered, covered_in_short, either, explain, name, plain, reason, remark, remedy, warning};
pub use reference::{taken, use_of};
pub use step::{counts, lasts};
pub use time::{dates, period, short_time, time};

#[cfg(test)]
mod tests;

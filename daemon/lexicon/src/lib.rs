//! The words of plants, once: what columns, metrics, dimensions, stops and units are called in each language.
//!
//! The words stand in `words/*.toml`, compiled in; the mapping and the questions read them here. It is a crate of its
//! own and no part of core, because whatever else depends on core needs neither the words nor a parser for them.
//!
//! Invariants: every file parses and names only things that exist (a test, so that reading one can't fail later); a
//! word means one thing of its kind, or stands in one entry that names all that it can mean.

mod columns;
mod counters;
mod dimensions;
mod logs;
mod marks;
pub mod measures;
mod metrics;
mod plans;
mod rework;
mod shifts;
pub mod stops;
pub mod units;
mod words;

pub use columns::{Column, columns};
pub use counters::{names_a_counter, names_an_hour};
pub use dimensions::{Grouping, dimensions};
pub use logs::{LogPart, is_log_part};
pub use marks::is_mark;
pub use metrics::{Metric, metrics};
pub use plans::{names_a_plan, names_what_lies_ahead};
pub use rework::is_rework;
pub use shifts::{ShiftHours, shift_hours};
pub use words::Words;

#[cfg(test)]
mod tests;

//! What rows mean only in their order: how far a counter went on, and how long a state lasted.
//!
//! Invariants: rows are taken in the order of time, each place by itself (a machine; a line where no machine is named). What
//! a file adds follows from its own rows and from one edge, what the file before it left behind; whatever the order in
//! which files come, and however they overlap, each moment of a place belongs to one file. So the sums of files are the
//! sums of all their rows in one file, where each of them is whole for its time.

mod counter;
mod edge;
mod log;

pub use counter::{Change, Counted, Standing, count};
pub use edge::{
    Carried, CarriedIn, Edge, Kind, Left, Place, carried_in, is_reading, moments, outdated, place, state_since,
};
pub use log::{Before, Former, Lasting, Lasts, Log, Open, lasting};

#[cfg(test)]
mod tests;

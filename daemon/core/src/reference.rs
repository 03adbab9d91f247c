//! Reference lists: what files tell of things (products, machines, steps of a routing) and not of events, and which of it
//! holds for a row.
//!
//! Invariants: what holds follows from the set of entries and the ranks of their files, not from the order in which these
//! came; a list never adds a quantity; where no entry fits, there is no value.

mod book;
mod entry;
mod nature;
mod need;

pub use book::{Book, subjects};
pub use entry::{Entry, Fact, Known, ReferenceUse, Source, Subject};
pub use nature::{Nature, is_fact, is_key, list_key, nature};
pub use need::{Lookup, could_use};

#[cfg(test)]
mod tests;

//! The domain of Plant Intel and every decision in it, without I/O.
//!
//! Invariants: nothing here reads a clock, the environment, a file, a socket or randomness; what a function needs of
//! these comes in as an argument. Every stage of the way of the data has its module here or its plain types here.

pub mod access;
pub mod ask;
pub mod balance;
pub mod component;
pub mod ids;
pub mod job;
pub mod mapping;
pub mod metric;
pub mod number;
pub mod place;
pub mod profile;
pub mod quiet;
pub mod record;
pub mod sample;
pub mod sanitize;
pub mod savings;
pub mod state;
pub mod table;
pub mod tier;
pub mod time;
pub mod trouble;
pub mod unit;
pub mod variable;
pub mod view;
pub mod weight;
pub mod words;

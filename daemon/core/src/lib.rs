//! The domain of Plant Intel and the decisions that its stages share, without I/O.
//!
//! Invariants: nothing here reads a clock, the environment, a file, a socket or randomness; what a function needs of
//! these comes in as an argument. A stage of the way of the data that decides much (mapping, ask) is a crate of its own
//! above this one; what stages pass to each other has its plain types here.

pub mod access;
pub mod alias;
pub mod balance;
pub mod calendar;
pub mod code;
pub mod component;
pub mod derived;
pub mod family;
pub mod fold;
pub mod hashed;
pub mod header;
pub mod ids;
pub mod job;
pub mod learned;
pub mod mark;
pub mod measure;
pub mod metric;
pub mod model;
pub mod number;
pub mod operator;
pub mod place;
pub mod plan;
pub mod profile;
pub mod quiet;
pub mod record;
pub mod reference;
pub mod rollup;
pub mod sanitize;
pub mod savings;
pub mod says;
pub mod series;
pub mod state;
pub mod step;
pub mod stop;
pub mod table;
pub mod tier;
pub mod time;
pub mod trouble;
pub mod unit;
pub mod variable;

pub mod weight;
pub mod word;
pub mod words;

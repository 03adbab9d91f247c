//! The shell of Plant Intel that does things: watches folders, runs jobs, owns the database, serves the terminal.
//!
//! Invariants: bytes from outside are parsed and polars runs only in a worker process; a file's rows, ledger, audit and
//! analysis job are committed in one transaction; nothing is marked done before its commit.

pub mod app;
pub mod assistant;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod environment;
pub mod inbox;
pub mod intake;
pub mod lifecycle;
pub mod metrics;
pub mod originals;
pub mod patient;
pub mod quotas;
pub mod rebuild;
pub mod room;
pub mod rpc;
pub mod sample;
pub mod watch;
pub mod worker;

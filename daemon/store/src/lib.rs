//! The only SQL of Plant Intel: the database's life, roles and migrations, and everything that is read or written in it.
//!
//! Invariants: a tenant table is reached through [`OrgTx`] alone, whose org is set for its transaction only; what looks
//! across orgs calls a function of the database that returns ids. A change and its audit entry share a transaction. No
//! future that holds a connection is dropped by a cancelled caller: [`Store::run`] and [`Store::begin`] work in tasks
//! of their own. No clock is read here: times are arguments, leases run on the database's clock.

mod access;
pub mod aliases;
pub mod analyses;
pub mod audit;
pub mod base;
mod blocks;
pub mod calendars;
pub mod canonical;
pub mod cluster;
pub mod components;
pub mod edges;
mod error;
mod families;
pub mod files;
pub mod findings;
pub mod folders;
pub mod ingest;
pub mod jobs;
pub mod learned;
mod migrate;
pub mod operators;
pub mod orgs;
pub mod originals;
mod paging;
pub mod planned;
mod prefix;
pub mod profiles;
pub mod questions;
pub mod reckon;
pub mod records;
pub mod references;
pub mod rollups;
mod safety;
pub mod series;
mod store;
mod text;
mod timeline;
pub mod trial;
mod tx;
pub mod usage;
pub mod verify;

#[cfg(test)]
mod tests;

pub use access::Access;
pub use error::{Result, StoreError};
pub use store::{Connections, Store};
pub use tx::OrgTx;

//! The store on a real Postgres: one cluster per process, a fresh database per test.

mod audit;
mod catalog;
mod edges;
mod families;
mod figures;
pub(crate) mod harness;
mod ingest;
mod listing;
mod orgs;
mod queue;
mod references;
mod roles;
mod rollups;
mod sightings;
mod transactions;
pub(crate) use harness::programs;

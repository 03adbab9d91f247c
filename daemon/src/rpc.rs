//! The door to the daemon: gRPC over a unix socket, one file per call under the file of its service.
//!
//! Invariants: every call passes [`door`], which denies what its table doesn't name; a handler gets its org from the
//! door, never from a message; what belongs to another org is not there; a client never reads what went wrong inside,
//! only an incident id.

mod accept;
mod alias;
mod analysis;
mod assistant;
mod bounded;
mod calendar;
mod call;
mod connections;
mod door;
mod file;
mod finding;
mod folder;
mod methods;
mod metric;
mod org;
mod paging;
mod peer;
mod profile;
mod record;
mod reference;
mod refusal;
mod series;
mod server;
mod service;
mod system;
mod trial;
mod usage;

pub use call::Ctx;
pub use server::serve;

#[cfg(test)]
mod tests;

//! The generated messages, clients and servers of package `plant.v1`.
//!
//! Named only here, in [`crate::convert`], in [`crate::client`] and in the rpc modules of the daemon.

#![allow(
    missing_docs,
    clippy::all,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "generated; the .proto files carry the documentation"
)]

tonic::include_proto!("plant.v1");

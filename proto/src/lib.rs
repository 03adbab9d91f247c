//! The only home of protobuf: the messages, their conversion to plain types, the client that hides them, and the
//! mapping of faults to status codes.
//!
//! Invariants: a terminal sees [`client`] and the plain types of `plant-core` only; a status code is made and read in
//! [`status`] alone; no request carries an org.

pub mod client;
pub mod convert;
pub mod fault;
pub mod status;
pub mod wire;

/// The description of every message and service, as an encoded `FileDescriptorSet`, for tests that walk it.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/plant.v1.bin"));

/// Largest request that is sent or accepted, in bytes.
pub const REQUEST_MAX_BYTES: usize = 4 * 1024 * 1024;

/// Largest response that is sent or accepted, in bytes.
pub const RESPONSE_MAX_BYTES: usize = 16 * 1024 * 1024;

/// Most items on one page of a list.
pub const PAGE_MAX: u32 = 500;

/// Items on a page where the caller doesn't say.
pub const PAGE_DEFAULT: u32 = 50;

/// The metadata that selects among the orgs that the caller has a grant in.
pub const ORG_METADATA: &str = "x-plant-org";

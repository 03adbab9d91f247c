//! The screens' logic: a state, the messages that change it, and the effects that it asks for.
//!
//! Invariants: [`update::update`] is pure and total: no clock, no I/O, no layout, every message is fine in every state;
//! a late answer (one whose request was replaced or cancelled) changes nothing.

mod answers;
pub mod chat;
pub mod input;
mod keys;
pub mod message;
mod navigate;
pub mod place;
pub mod resource;
pub mod scroll;
pub mod state;
pub mod update;

pub use keys::commands;
pub use message::{Act, Answer, Effect, Link, Msg, Request, RequestId, Trouble};
pub use place::{Place, Tab};
pub use resource::Resource;
pub use scroll::{Drawn, Extent, Scroll};
pub use state::{Overlay, State};
pub use update::update;

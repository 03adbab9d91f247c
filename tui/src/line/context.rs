//! What the line commands have in common.

use plant_proto::client::{Client, Listing};

use super::output::Output;

/// What every command needs.
pub struct Context<W> {
    /// The daemon.
    pub client: Client,
    /// Where and how to print.
    pub output: Output<W>,
    /// Which page of a list.
    pub listing: Listing,
    /// Whether standard output is a terminal.
    pub on_terminal: bool,
    /// The person's editor.
    pub editor: Option<String>,
}

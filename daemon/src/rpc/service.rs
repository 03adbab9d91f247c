//! What every service of the door has.

use crate::app::App;

/// Implements the services; cheap to clone.
#[derive(Clone)]
pub(super) struct Rpc {
    /// The daemon.
    pub(super) app: App,
}

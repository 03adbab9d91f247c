//! What systemd is told.

use tracing::warn;

/// Tells systemd how the daemon stands; without systemd nobody hears it.
pub(super) fn told_systemd(states: &[sd_notify::NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        warn!(%error, "cannot tell systemd");
    }
}

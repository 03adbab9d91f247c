//! Accepting connections: a failure to accept one (no descriptors left, a client that is gone) never ends the server.

use std::time::Duration;

use futures::Stream;
use tokio::net::{UnixListener, UnixStream};
use tracing::warn;

/// How long to wait after a failure, so that a lasting one doesn't fill a processor.
const PAUSE: Duration = Duration::from_millis(100);

/// Every connection, for ever.
pub(super) fn connections(listener: UnixListener) -> impl Stream<Item = std::io::Result<UnixStream>> {
    futures::stream::unfold(listener, |listener| async move {
        loop {
            match listener.accept().await {
                Ok((connection, _)) => return Some((Ok(connection), listener)),
                Err(error) => {
                    warn!(%error, "cannot accept a connection; going on");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    })
}

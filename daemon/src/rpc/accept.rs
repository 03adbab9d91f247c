//! Accepting connections: a failure to accept one (no descriptors left, a client that is gone) never ends the server,
//! and each connection has a place among [`Connections`] that it may lose.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::Stream;
use rustix::io::Errno;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::oneshot;
use tonic::transport::server::Connected;
use tracing::warn;

use super::connections::{Connections, Link, Place};
use super::peer::Peer;

/// How long to wait after a failure, so that a lasting one doesn't fill a processor.
const PAUSE: Duration = Duration::from_millis(100);

/// Every connection that finds a place, for ever; those that say nothing for too long are closed meanwhile.
pub(super) fn connections(
    listener: UnixListener,
    connections: Connections,
) -> impl Stream<Item = std::io::Result<Connection>> {
    futures::stream::unfold((listener, connections), |(listener, connections)| async move {
        loop {
            let look = connections.next_look();
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = tokio::time::sleep(look.unwrap_or_default()), if look.is_some() => {
                    connections.close_overdue();
                    continue;
                }
            };
            match accepted {
                Ok((io, _)) => {
                    if let Some(connection) = Connection::admit(io, &connections) {
                        return Some((Ok(connection), (listener, connections)));
                    }
                }
                Err(error) => {
                    warn!(%error, "cannot accept a connection; going on");
                    if matches!(Errno::from_io_error(&error), Some(Errno::MFILE | Errno::NFILE)) {
                        connections.shed();
                    }
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    })
}

/// A connection with its place; told to close, it reads as ended.
#[derive(Debug)]
pub(super) struct Connection {
    io: UnixStream,
    place: Place,
    /// Absent once it was told to close.
    closed: Option<oneshot::Receiver<()>>,
}

impl Connection {
    /// `None`: there is no place for it, or the kernel doesn't tell whose it is.
    fn admit(io: UnixStream, connections: &Connections) -> Option<Connection> {
        let credentials = match io.peer_cred() {
            Ok(credentials) => credentials,
            Err(error) => {
                warn!(%error, "a connection whose account is not told is closed");
                return None;
            }
        };
        let peer = Peer {
            uid: credentials.uid(),
            gid: credentials.gid(),
        };
        let (place, closed) = connections.admit(peer)?;
        Some(Connection {
            io,
            place,
            closed: Some(closed),
        })
    }

    fn is_closed(&mut self, context: &mut Context<'_>) -> bool {
        if let Some(closed) = &mut self.closed
            && Pin::new(closed).poll(context).is_ready()
        {
            self.closed = None;
        }
        self.closed.is_none()
    }
}

impl Connected for Connection {
    type ConnectInfo = Link;

    fn connect_info(&self) -> Link {
        self.place.link()
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if self.is_closed(context) {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.io).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        if self.is_closed(context) {
            return Poll::Ready(Err(std::io::ErrorKind::BrokenPipe.into()));
        }
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        if self.is_closed(context) {
            return Poll::Ready(Err(std::io::ErrorKind::BrokenPipe.into()));
        }
        Pin::new(&mut self.io).poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }
}

//! What the daemon writes to a worker: its order with the descriptor of its file, then rows.

use std::fs::File;
use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;

use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};
use tokio::io::{AsyncWriteExt, Interest};
use tokio::net::UnixStream;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::error::JobError;
use super::patience::Supply;

/// Hands over the order and the open file. The worker can read it whoever it runs as, and no other.
///
/// # Errors
/// When the worker is gone (`BrokenPipe`), or the system refuses.
pub async fn hand_over(stream: &UnixStream, order: &[u8], file: Option<File>) -> io::Result<()> {
    let length = u32::try_from(order.len()).map_err(io::Error::other)?.to_be_bytes();
    let descriptors: Vec<_> = file.iter().map(AsFd::as_fd).collect();
    let sent = stream
        .async_io(Interest::WRITABLE, || {
            let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
            let mut ancillary = SendAncillaryBuffer::new(&mut space);
            if !descriptors.is_empty() {
                ancillary.push(SendAncillaryMessage::ScmRights(&descriptors));
            }
            Ok(sendmsg(
                stream,
                &[IoSlice::new(&length)],
                &mut ancillary,
                SendFlags::NOSIGNAL,
            )?)
        })
        .await?;
    if sent != length.len() {
        return Err(io::Error::other("the length of the order was cut"));
    }
    let mut rest = order;
    while !rest.is_empty() {
        stream.writable().await?;
        match stream.try_write(rest) {
            Ok(written) => rest = rest.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The stream of rows to a worker.
pub struct Feed {
    stream: UnixStream,
    supply: Arc<Supply>,
    stall: Duration,
}

impl Feed {
    /// Rows for the worker whose supply that is; one that takes none for the time `stall` is given up.
    pub fn new(stream: UnixStream, supply: Arc<Supply>, stall: Duration) -> Feed {
        supply.set_short(true);
        Feed { stream, supply, stall }
    }

    /// Writes chunks until they end.
    ///
    /// # Errors
    /// When the worker closed its end, or takes nothing.
    pub async fn run(mut self, mut chunks: mpsc::Receiver<Vec<u8>>) -> Result<(), JobError> {
        while let Some(chunk) = chunks.recv().await {
            self.supply.set_short(false);
            timeout(self.stall, self.stream.write_all(&chunk))
                .await
                .map_err(|_| JobError::Worker("the worker takes no more rows".to_owned()))?
                .map_err(JobError::system("the worker closed its input"))?;
            self.supply.set_short(true);
        }
        self.supply.set_short(false);
        self.stream
            .shutdown()
            .await
            .map_err(JobError::system("the worker closed its input"))
    }
}

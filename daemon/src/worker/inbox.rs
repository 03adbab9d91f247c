//! What the daemon hands to a worker over the socket that is the worker's standard input: the length of the order in
//! four bytes of network order, with the descriptor of the file where there is one; the order as JSON; then the rows
//! where there are any.

use std::fs::File;
use std::io::{self, IoSliceMut, Read};
use std::mem::MaybeUninit;
use std::os::fd::AsFd;

use anyhow::{Context, bail};
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};

/// What arrived.
pub struct Inbox {
    /// The order, not parsed yet.
    pub order: Vec<u8>,
    /// The file to read.
    pub file: Option<File>,
    /// The rest of the stream.
    pub rows: File,
}

/// Waits for the order and its file.
///
/// # Errors
/// When the daemon is gone, or standard input is no socket of the daemon.
pub fn receive() -> anyhow::Result<Inbox> {
    // Plain reads from here on: what std calls for sockets is forbidden to a confined worker.
    let mut rows = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let mut length = [0_u8; 4];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let received = recvmsg(
        &rows,
        &mut [IoSliceMut::new(&mut length)],
        &mut ancillary,
        RecvFlags::CMSG_CLOEXEC | RecvFlags::WAITALL,
    )
    .context("standard input is not the daemon's socket")?;
    if received.bytes != length.len() {
        bail!("the daemon gave no order");
    }
    let file = ancillary
        .drain()
        .filter_map(|message| match message {
            RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
            _ => None,
        })
        .next()
        .map(File::from);
    let mut order = vec![0_u8; u32::from_be_bytes(length) as usize];
    rows.read_exact(&mut order).context("the daemon broke off the order")?;
    Ok(Inbox { order, file, rows })
}

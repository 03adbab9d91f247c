//! Frames between worker and daemon: one tag byte, a length of four bytes in network order, the payload.

use std::io::Write;

use plant_core::job::{FRAME_MAX_BYTES, FrameTag};
use serde::Serialize;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Why a frame can't be read.
#[derive(Debug, Error)]
pub enum FrameError {
    /// The worker ended in the middle of a frame, or the pipe broke.
    #[error("the worker stopped in the middle of a frame: {0}")]
    Broken(#[from] std::io::Error),
    /// A byte that is no tag.
    #[error("the worker sent an unknown frame `{0:#04x}`")]
    UnknownTag(u8),
    /// A frame over the limit.
    #[error("the worker sent a frame of {bytes} bytes; at most {FRAME_MAX_BYTES} are accepted")]
    TooLong {
        /// Its length.
        bytes: u32,
    },
}

/// Reads the next frame; `None` when the worker closed its end between frames.
///
/// # Errors
/// When the stream breaks inside a frame, or the frame is unknown or too long.
pub async fn read_frame<R: AsyncRead + Unpin>(reader: &mut R) -> Result<Option<(FrameTag, Vec<u8>)>, FrameError> {
    let mut tag = [0_u8; 1];
    if reader.read(&mut tag).await? == 0 {
        return Ok(None);
    }
    let [tag] = tag;
    let tag = FrameTag::from_byte(tag).ok_or(FrameError::UnknownTag(tag))?;
    let bytes = reader.read_u32().await?;
    if bytes > FRAME_MAX_BYTES {
        return Err(FrameError::TooLong { bytes });
    }
    let mut payload = vec![0_u8; bytes as usize];
    reader.read_exact(&mut payload).await?;
    Ok(Some((tag, payload)))
}

/// Writes frames.
pub struct FrameWriter<W: Write> {
    out: W,
}

impl<W: Write> FrameWriter<W> {
    /// A writer on that stream.
    pub fn new(out: W) -> FrameWriter<W> {
        FrameWriter { out }
    }

    /// Writes one frame.
    ///
    /// # Errors
    /// When the daemon closed its end, or the payload is over the limit.
    pub fn bytes(&mut self, tag: FrameTag, payload: &[u8]) -> std::io::Result<()> {
        let bytes = u32::try_from(payload.len())
            .ok()
            .filter(|bytes| *bytes <= FRAME_MAX_BYTES);
        let bytes =
            bytes.ok_or_else(|| std::io::Error::other(format!("a frame of {} bytes is too long", payload.len())))?;
        self.out.write_all(&[tag as u8])?;
        self.out.write_all(&bytes.to_be_bytes())?;
        self.out.write_all(payload)
    }

    /// Writes one frame with a JSON payload.
    ///
    /// # Errors
    /// When the daemon closed its end, or the payload is over the limit.
    pub fn json<T: Serialize>(&mut self, tag: FrameTag, value: &T) -> std::io::Result<()> {
        let payload = serde_json::to_vec(value)?;
        self.bytes(tag, &payload)
    }

    /// Hands everything to the daemon.
    ///
    /// # Errors
    /// When the daemon closed its end.
    pub fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check(bytes: &[u8]) -> Result<Option<(FrameTag, Vec<u8>)>, String> {
        read_frame(&mut &*bytes).await.map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn a_written_frame_is_read_back_and_the_end_is_told() {
        let mut bytes = Vec::new();
        FrameWriter::new(&mut bytes).bytes(FrameTag::Block, b"abc").unwrap();
        let mut reader = bytes.as_slice();
        assert_eq!(
            read_frame(&mut reader).await.unwrap(),
            Some((FrameTag::Block, b"abc".to_vec()))
        );
        assert_eq!(read_frame(&mut reader).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_cut_unknown_or_giant_frame_is_refused() {
        assert!(check(b"B\0\0\0\x05ab").await.unwrap_err().contains("middle"));
        assert!(check(b"Z\0\0\0\0").await.unwrap_err().contains("unknown"));
        assert!(check(b"B\xff\xff\xff\xff").await.unwrap_err().contains("at most"));
    }
}

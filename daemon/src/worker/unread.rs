//! What is told of a file that can't be read.

use std::io::Write;

use plant_core::job::{FrameTag, Refusal, Unread};
use plant_core::state::ReasonCode;
use plant_tabular::ReadError;

use super::frames::FrameWriter;

/// The daemon decides what an error of the system is worth, here as where it reads itself.
pub fn tell_unread<W: Write>(frames: &mut FrameWriter<W>, error: &std::io::Error) -> anyhow::Result<()> {
    let unread = Unread {
        errno: error.raw_os_error(),
        text: error.to_string(),
    };
    frames.json(FrameTag::Unread, &unread)?;
    frames.flush()?;
    Ok(())
}

/// How a file ends that can't be read.
pub fn unreadable(error: &ReadError) -> Refusal {
    match error.reason() {
        (true, reason) => Refusal::Unsupported(reason),
        // A sheet that a mapping names is no fault of the file: another mapping may read it.
        (false, reason) if reason.code == ReasonCode::RequiredColumnMissing => Refusal::Hold(reason),
        (false, reason) => Refusal::Fail(reason),
    }
}

//! One physical line of a file.

use std::fs::File;
use std::io::Write;

use plant_core::job::{FrameTag, LineFound, LineOrder};
use plant_tabular::{Limits, ReadError, Shown};

use super::frames::FrameWriter;
use super::unread::tell_unread;

/// What a line takes as JSON at most, so that a frame has room for it.
const JSON_MOST_BYTES: usize = 8 << 20;
/// What is given of a line that takes more: as JSON it is six times as long at most.
const CUT_BYTES: usize = 1 << 20;

/// Sends the line that is wanted.
pub fn show<W: Write>(order: &LineOrder, file: File, frames: &mut FrameWriter<W>) -> anyhow::Result<()> {
    let limits = Limits::default();
    let found = match plant_tabular::physical_line(file, &order.name, order.layout.as_ref(), order.line, &limits) {
        Ok(Shown::Text { text, is_cut }) => fitting(text, is_cut),
        Ok(Shown::Beyond { lines }) => LineFound::Beyond { lines },
        Err(ReadError::Io(error)) => return tell_unread(frames, &error),
        Err(error) => LineFound::Unreadable(error.reason().1),
    };
    frames.json(FrameTag::Line, &found)?;
    frames.flush()?;
    Ok(())
}

fn fitting(mut text: String, mut is_cut: bool) -> LineFound {
    let json_bytes = serde_json::to_string(&text).map_or(usize::MAX, |json| json.len());
    if json_bytes > JSON_MOST_BYTES {
        text.truncate(text.floor_char_boundary(CUT_BYTES));
        is_cut = true;
    }
    LineFound::Text { text, is_cut }
}

#[cfg(test)]
mod tests {
    use plant_core::job::FRAME_MAX_BYTES;

    use super::*;

    #[test]
    fn whatever_stands_in_a_line_it_fits_into_a_frame() {
        for (text, expected) in [
            ("x".repeat(4 << 20), 4 << 20),
            ("\u{1}".repeat(4 << 20), 1 << 20),
            ("ü\u{1}".repeat((4 << 20) / 3), (1 << 20) - 1),
        ] {
            let found = fitting(text.clone(), false);
            assert!(serde_json::to_vec(&found).unwrap().len() < FRAME_MAX_BYTES as usize);
            let LineFound::Text { text: given, is_cut } = found else {
                panic!("{found:?}")
            };
            assert_eq!((given.len(), is_cut), (expected, expected < text.len()));
            assert!(text.starts_with(&given));
        }
    }
}

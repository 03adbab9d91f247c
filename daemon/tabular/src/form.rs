//! The forms of a file that are read. Which one a file has is told from its contents, never from its name.

use crate::error::ReadError;
use crate::reader::{Open, Reader, Unread};
use crate::{foreign, json_lines, text, workbook};

/// The forms in the order in which they are tried; text takes what no other form took.
const FORMS: &[Open] = &[workbook::open, json_lines::open, text::open];

/// Tells the form of a file and decides its layout.
///
/// # Errors
/// It is of no form that is read, damaged, or over a limit.
pub(crate) fn open(unread: &Unread<'_>) -> Result<Box<dyn Reader>, ReadError> {
    foreign::refuse(unread)?;
    for open in FORMS {
        if let Some(reader) = open(unread)? {
            return Ok(reader);
        }
    }
    Err(ReadError::Unsupported {
        form: "a file of a form that is not known",
    })
}

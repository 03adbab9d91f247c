//! What every form of file is to the rest: something that is opened, has a layout and gives its lines.

use std::io::Read;
use std::sync::Arc;

use plant_core::balance::Balance;
use plant_core::table::{Layout, LayoutHints, Problem};

use crate::error::ReadError;
use crate::limits::Limits;
use crate::sieve::{Each, Known};
use crate::source::{Medium, Positioned};

/// Opens a file if it is of one form; `None` where it is of another.
///
/// # Errors
/// It is of this form and can't be read, or is refused.
pub(crate) type Open = fn(&Unread<'_>) -> Result<Option<Box<dyn Reader>>, ReadError>;

/// A file of one form whose layout is decided.
pub(crate) trait Reader {
    /// How it is laid out.
    fn layout(&self) -> &Layout;

    /// Whether no other text encoding would fit the bytes as well.
    fn encoding_is_certain(&self) -> bool {
        true
    }

    /// Reads it from its start and gives every physical line with its fate; what is said of the file as a whole comes
    /// with the balance. Where `each` breaks, the balance covers what was read until then.
    ///
    /// # Errors
    /// Reading fails or a limit is reached.
    fn scan(&mut self, each: Each<'_>) -> Result<(Balance, Vec<Problem>), ReadError>;

    /// The same, where lines that `known` takes are counted as rows and not taken apart. A form whose rows are no lines
    /// asks for none.
    ///
    /// # Errors
    /// See [`Reader::scan`].
    fn scan_knowing(&mut self, _known: Known<'_>, each: Each<'_>) -> Result<(Balance, Vec<Problem>), ReadError> {
        self.scan(each)
    }
}

/// A file whose form is still to be told.
pub(crate) struct Unread<'a> {
    pub file: Arc<Medium>,
    pub bytes: u64,
    /// Used in messages only.
    pub name: &'a str,
    pub hints: &'a LayoutHints,
    /// Sheets of a workbook that are read one after another; none where one is chosen.
    pub sheets: &'a [String],
    pub limits: &'a Limits,
}

impl Unread<'_> {
    /// Some bytes of it, as many as there are.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn part(&self, from: u64, length: u64) -> std::io::Result<Vec<u8>> {
        let mut part = Vec::new();
        Positioned::new(self.file.clone(), from, self.bytes)
            .take(length)
            .read_to_end(&mut part)?;
        Ok(part)
    }
}

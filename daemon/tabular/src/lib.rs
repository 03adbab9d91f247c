//! Bytes of a plant export to a table of text: encodings, dialects, preambles, totals, workbooks, limits.
//!
//! - A file is read as a stream, any number of times, in flat memory for text and without moving the descriptor.
//! - Every physical line has exactly one fate, and [`Document::scan`] gives the count of each.
//! - A row that can't be used is a [`Line::Bad`]; only a file that can't be read as a whole is a [`ReadError`].
//! - Cells are texts. Nothing is interpreted here but the layout; types belong to the mapping.

use std::fs::File;
use std::ops::ControlFlow;
use std::sync::Arc;

use plant_core::balance::Balance;
use plant_core::table::{Layout, LayoutHints, Problem};

mod cell;
mod container;
mod dialect;
mod encoding;
mod error;
mod foreign;
mod form;
mod head;
mod json_lines;
mod limits;
mod line;
mod names;
mod physical;
mod plan;
mod reader;
mod records;
mod sheet;
mod sieve;
mod source;
mod split;
mod text;
mod totals;
mod value;
mod words;
mod workbook;

#[cfg(test)]
mod tests;

pub use error::ReadError;
pub use limits::Limits;
pub use line::{Line, SetAsideKind};
pub use physical::{Shown, physical_line};

/// An opened file whose layout is decided.
pub struct Document {
    file: Arc<source::Medium>,
    reader: Box<dyn reader::Reader>,
    problems: Vec<Problem>,
}

/// Opens a file and decides its layout from its contents; `name` is used in messages only, never to guess a form.
///
/// # Errors
/// [`ReadError`] when the file as a whole can't be read, is of a form that is not read, or is over a limit.
pub fn open(file: File, name: &str, hints: &LayoutHints, limits: &Limits) -> Result<Document, ReadError> {
    open_sheets(file, name, hints, &[], limits)
}

/// The same; of a workbook the sheets of these names (`*` stands for any text) are read one after another, where any are
/// named.
///
/// # Errors
/// See [`open`]; sheets that have other columns than the first.
pub fn open_sheets(
    file: File,
    name: &str,
    hints: &LayoutHints,
    sheets: &[String],
    limits: &Limits,
) -> Result<Document, ReadError> {
    let bytes = file.metadata()?.len();
    if bytes == 0 {
        return Err(ReadError::Empty { bytes });
    }
    if bytes > limits.file_bytes {
        return Err(ReadError::FileTooLarge {
            bytes,
            limit: limits.file_bytes,
        });
    }
    open_medium(Arc::new(source::Medium::new(file)), bytes, name, hints, sheets, limits)
}

fn open_medium(
    file: Arc<source::Medium>,
    bytes: u64,
    name: &str,
    hints: &LayoutHints,
    sheets: &[String],
    limits: &Limits,
) -> Result<Document, ReadError> {
    let unread = reader::Unread {
        file: file.clone(),
        bytes,
        name,
        hints,
        sheets,
        limits,
    };
    Ok(Document {
        reader: file.unless_failed(form::open(&unread))?,
        file,
        problems: Vec::new(),
    })
}

impl Document {
    /// How the file is laid out.
    pub fn layout(&self) -> &Layout {
        self.reader.layout()
    }

    /// Whether no other text encoding would fit the bytes as well; always so for a workbook.
    pub fn encoding_is_certain(&self) -> bool {
        self.reader.encoding_is_certain()
    }

    /// Reads the file from its start and gives each line; may be called again. `taken` of the balance counts the rows
    /// given, `quarantined` the bad ones. Where `each` breaks, the reading stops and the balance covers only what was
    /// read until then, so that it need not close.
    ///
    /// # Errors
    /// [`ReadError`] when reading fails or a limit is reached; [`ReadError::Io`] whenever the system failed to read,
    /// whatever was made of that.
    pub fn scan(&mut self, each: &mut dyn FnMut(Line<'_>) -> ControlFlow<()>) -> Result<Balance, ReadError> {
        let (balance, problems) = self.file.unless_failed(self.reader.scan(each))?;
        self.problems = problems;
        Ok(balance)
    }

    /// The same. `known` first sees the text of each line that may be a row, without its end; where it says yes, the line
    /// is counted as a row and not given.
    ///
    /// # Errors
    /// See [`Document::scan`].
    pub fn scan_knowing(
        &mut self,
        known: &mut dyn FnMut(u64, &[u8]) -> bool,
        each: &mut dyn FnMut(Line<'_>) -> ControlFlow<()>,
    ) -> Result<Balance, ReadError> {
        let (balance, problems) = self.file.unless_failed(self.reader.scan_knowing(known, each))?;
        self.problems = problems;
        Ok(balance)
    }

    /// Remarks on the file as a whole after a scan: totals that do not agree (`total_mismatch`, `total_unchecked`), a
    /// footer that counts other rows (`truncated`), repaired quotes (`quote_repaired`), sheets left out
    /// (`sheet_not_read`), formulas without a value (`formula_without_value`) and unknown cells (`unknown_cell`).
    pub fn problems(&self) -> Vec<Problem> {
        self.problems.clone()
    }
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document")
            .field("layout", self.layout())
            .finish_non_exhaustive()
    }
}

//! One physical line of a file, as a person who looks into the file would find it.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::ops::ControlFlow;
use std::sync::Arc;

use memchr::memchr2;
use plant_core::table::{Form, Layout, LayoutHints};

use crate::error::ReadError;
use crate::limits::Limits;
use crate::line::Line;
use crate::reader::Unread;
use crate::source::{BLOCK_BYTES, Medium, Positioned, Text};
use crate::{encoding, form};

/// What stands in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// Its text, without its end; a row of a sheet as its cells with tabs between them.
    Text {
        /// The text.
        text: String,
        /// Whether it is longer.
        is_cut: bool,
    },
    /// The file ends before; it has so many lines.
    Beyond {
        /// Physical lines (rows of the sheet).
        lines: u64,
    },
}

/// The physical line of that number (1-based), counted as [`crate::Document::scan`] counts. `layout` is how the file was
/// read, where it was. At most [`Limits::line_bytes`] of it are given, whatever other lines hold.
///
/// # Errors
/// [`ReadError`] when reading fails, or a workbook can't be read.
pub fn physical_line(
    file: File,
    name: &str,
    layout: Option<&Layout>,
    line: u64,
    limits: &Limits,
) -> Result<Shown, ReadError> {
    if let Some(layout) = layout.filter(|layout| layout.form == Form::Xlsx) {
        return row_of_sheet(file, name, layout, line, limits);
    }
    let bytes = file.metadata()?.len();
    let medium = Arc::new(Medium::new(file));
    let survey = encoding::survey(&medium, bytes, layout.map(|layout| layout.encoding.as_str()), limits);
    let survey = medium.unless_failed(survey)?;
    let mut text = Text::new(
        Positioned::new(medium.clone(), survey.bom_bytes, bytes),
        survey.encoding,
    );
    let mut cut = Cut::new(line, limits.line_bytes);
    let mut block = vec![0; BLOCK_BYTES];
    loop {
        let read = match text.read(&mut block) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return medium.unless_failed(Err(error.into())),
        };
        if cut.block(block.get(..read).unwrap_or_default()).is_break() {
            return Ok(cut.shown());
        }
    }
    if cut.is_open && cut.at == line {
        return Ok(cut.shown());
    }
    Ok(Shown::Beyond {
        lines: cut.at - u64::from(!cut.is_open),
    })
}

/// Finds one line in blocks of text.
struct Cut {
    wanted: u64,
    most: usize,
    /// The line that the next byte belongs to.
    at: u64,
    /// Whether that line has a byte already.
    is_open: bool,
    after_return: bool,
    found: Vec<u8>,
    is_cut: bool,
}

impl Cut {
    fn new(wanted: u64, most: usize) -> Cut {
        Cut {
            wanted,
            most,
            at: 1,
            is_open: false,
            after_return: false,
            found: Vec::new(),
            is_cut: false,
        }
    }

    /// Breaks when the line has ended.
    fn block(&mut self, block: &[u8]) -> ControlFlow<()> {
        let mut rest = block;
        if self.after_return && !rest.is_empty() {
            self.after_return = false;
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        while let Some(end) = memchr2(b'\n', b'\r', rest) {
            self.take(rest.get(..end).unwrap_or_default());
            if self.at == self.wanted {
                return ControlFlow::Break(());
            }
            self.at += 1;
            self.is_open = false;
            let is_return = rest.get(end) == Some(&b'\r');
            rest = rest.get(end + 1..).unwrap_or_default();
            if is_return {
                // Its second half may come with the next block.
                self.after_return = rest.is_empty();
                rest = rest.strip_prefix(b"\n").unwrap_or(rest);
            }
        }
        if !rest.is_empty() {
            self.is_open = true;
            self.take(rest);
        }
        ControlFlow::Continue(())
    }

    fn take(&mut self, piece: &[u8]) {
        if self.at != self.wanted {
            return;
        }
        let room = self.most - self.found.len();
        self.is_cut |= piece.len() > room;
        self.found.extend_from_slice(piece.get(..room).unwrap_or(piece));
    }

    fn shown(mut self) -> Shown {
        if self.is_cut
            && let Err(error) = std::str::from_utf8(&self.found)
            && error.error_len().is_none()
        {
            // Half a character at the cut.
            self.found.truncate(error.valid_up_to());
        }
        Shown::Text {
            text: String::from_utf8_lossy(&self.found).into_owned(),
            is_cut: self.is_cut,
        }
    }
}

fn row_of_sheet(file: File, name: &str, layout: &Layout, wanted: u64, limits: &Limits) -> Result<Shown, ReadError> {
    let hints = LayoutHints {
        sheet: layout.sheet.clone(),
        ..LayoutHints::default()
    };
    let sheets: Vec<String> = layout.sheets.iter().map(|(name, _)| name.clone()).collect();
    let bytes = file.metadata()?.len();
    let medium = Arc::new(Medium::new(file));
    let unread = Unread {
        file: medium.clone(),
        bytes,
        name,
        hints: &hints,
        sheets: &sheets,
        limits,
    };
    let mut reader = medium.unless_failed(form::open(&unread))?;
    let mut found = None;
    let scanned = reader.scan(&mut |line| {
        let (at, text, is_cut) = match &line {
            Line::Row { line, cells } => (*line, cells.join("\t"), false),
            // These are given cut.
            Line::SetAside { line, text, .. } => (*line, (*text).to_owned(), text.ends_with('…')),
            Line::Bad(problem) => (problem.line, problem.value.clone().unwrap_or_default(), true),
        };
        if at != wanted {
            return ControlFlow::Continue(());
        }
        found = Some(Shown::Text { text, is_cut });
        ControlFlow::Break(())
    });
    let (balance, _) = medium.unless_failed(scanned)?;
    Ok(found.unwrap_or(Shown::Beyond {
        lines: balance.physical,
    }))
}

#[cfg(test)]
mod tests;

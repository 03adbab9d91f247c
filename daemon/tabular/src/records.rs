//! Physical lines to records: a quoted cell may hold line breaks, and a stray quote costs its own line only.
//!
//! The strict reading comes first. Where it fails, or runs over several lines into a width that does not fit, the
//! first line is read again alone and leniently; it counts only if that restores the expected number of cells.
//! Otherwise that line is bad and the next line starts afresh, so that no quote can swallow the rest of a file.

use std::ops::RangeInclusive;

use memchr::memchr2;

use crate::error::ReadError;
use crate::limits::Limits;
use crate::source::{LineSource, Span};
use crate::split::{Cells, Outcome, Strict, lenient, literal, unguarded};

/// One record and how it was read.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// First physical line, 1-based.
    pub(crate) line: u64,
    /// Physical lines that it covers.
    pub(crate) lines: u64,
    /// Whether a line end follows.
    pub(crate) terminated: bool,
    pub(crate) shape: Shape,
}

/// Where the cells are, or why there are none.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    /// A line without quotes, not checked for UTF-8 yet.
    Plain(Span),
    /// Cells with quotes.
    Quoted,
    /// Cells of a line whose quotes were repaired.
    Repaired,
    /// No cells can be given.
    Bad {
        code: &'static str,
        text: String,
        value: String,
    },
}

/// Reads records one by one.
pub(crate) struct Records<S> {
    source: S,
    delimiter: char,
    strict: Strict,
    repaired: Cells,
    limits: Limits,
}

impl<S: LineSource> Records<S> {
    pub(crate) fn new(source: S, delimiter: char, limits: &Limits) -> Records<S> {
        Records {
            source,
            delimiter,
            strict: Strict::new(delimiter),
            repaired: Cells::default(),
            limits: limits.clone(),
        }
    }

    pub(crate) fn source(&self) -> &S {
        &self.source
    }

    pub(crate) fn source_mut(&mut self) -> &mut S {
        &mut self.source
    }

    pub(crate) fn into_source(self) -> S {
        self.source
    }

    /// Whether quotes enclosed a cell of the last record.
    pub(crate) fn quoted(&self) -> bool {
        self.strict.quoted
    }

    /// The next record; `fits` gives the widths that need no repair, `None` takes any.
    pub(crate) fn next(&mut self, fits: Option<&RangeInclusive<usize>>) -> Result<Option<Step>, ReadError> {
        let Some(span) = self.source.next_line()? else {
            return Ok(None);
        };
        self.strict.quoted = false;
        let bytes = self.source.bytes(&span);
        let special = memchr2(b'"', 0, bytes).and_then(|at| bytes.get(at));
        let nul = special.is_some() && memchr::memchr(0, bytes).is_some();
        if nul {
            return Ok(Some(bad_nul(&span, &String::from_utf8_lossy(bytes), self.delimiter)));
        }
        if special.is_none() {
            if bytes.len() > self.limits.cell_bytes {
                self.long_plain_cell(&span)?;
            }
            let (line, terminated) = (span.line, span.terminated);
            return Ok(Some(Step {
                line,
                lines: 1,
                terminated,
                shape: Shape::Plain(span),
            }));
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Ok(Some(bad_encoding(&span, 1, bytes)));
        };
        let first = text.to_owned();
        self.strict.restart();
        let outcome = self.strict.line(&first);
        if outcome == Outcome::Complete {
            self.long_cell(span.line)?;
            let widths = fits.is_none_or(|fits| fits.contains(&self.strict.cells.len()));
            if !widths && self.repair(&first, fits) {
                return Ok(Some(step(&span, 1, span.terminated, Shape::Repaired)));
            }
            return Ok(Some(step(&span, 1, span.terminated, Shape::Quoted)));
        }
        self.source.mark();
        let (outcome, lines, terminated, invalid) = match outcome {
            Outcome::Open => self.continue_quoted()?,
            other => (other, 1, span.terminated, false),
        };
        let fitting = outcome == Outcome::Complete && fits.is_none_or(|fits| fits.contains(&self.strict.cells.len()));
        if fitting {
            self.source.unmark();
            return Ok(Some(self.several(&span, lines, terminated, invalid)));
        }
        if self.repair(&first, fits) {
            self.source.reset();
            return Ok(Some(step(&span, 1, true, Shape::Repaired)));
        }
        if outcome == Outcome::Complete {
            self.source.unmark();
            return Ok(Some(self.several(&span, lines, terminated, invalid)));
        }
        self.source.reset();
        let (code, text) = match outcome {
            Outcome::Open => ("unclosed_quote", "the quote that opens in this line never closes"),
            _ => (
                "bad_quote",
                "a quote stands inside a cell, and no reading of it gives the expected columns",
            ),
        };
        let shape = Shape::Bad {
            code,
            text: text.to_owned(),
            value: first,
        };
        Ok(Some(step(&span, 1, span.terminated, shape)))
    }

    /// Reads on until the quote closes, something odd follows it, a limit is reached or the text ends.
    fn continue_quoted(&mut self) -> Result<(Outcome, u64, bool, bool), ReadError> {
        let (mut lines, mut terminated, mut invalid) = (1, true, false);
        loop {
            if self.strict.cell_bytes() > self.limits.cell_bytes || self.strict.bytes() > self.limits.line_bytes {
                return Ok((Outcome::Open, lines, terminated, invalid));
            }
            let Some(span) = self.source.next_line()? else {
                return Ok((Outcome::Open, lines, terminated, invalid));
            };
            lines += 1;
            terminated = span.terminated;
            let text = String::from_utf8_lossy(self.source.bytes(&span));
            invalid |= matches!(text, std::borrow::Cow::Owned(_));
            let outcome = self.strict.line(&text);
            if outcome != Outcome::Open {
                return Ok((outcome, lines, terminated, invalid));
            }
        }
    }

    /// A record over several lines, with its cells or the reason why they can't be used.
    fn several(&mut self, span: &Span, lines: u64, terminated: bool, invalid: bool) -> Step {
        let text: String = self.strict.cells.iter().collect::<Vec<_>>().join(" | ");
        let shape = if text.contains('\0') {
            let text = "a NUL byte stands in one of the lines of this row".to_owned();
            Shape::Bad {
                code: "nul_byte",
                text,
                value: String::new(),
            }
        } else if invalid {
            let told = "the bytes of one of the lines of this row are no valid UTF-8".to_owned();
            Shape::Bad {
                code: "bad_encoding",
                text: told,
                value: text,
            }
        } else {
            Shape::Quoted
        };
        step(span, lines, terminated, shape)
    }

    /// Whether one of the lenient readings of the line alone gives the expected width.
    fn repair(&mut self, line: &str, fits: Option<&RangeInclusive<usize>>) -> bool {
        for read in [lenient, literal] {
            read(line, self.delimiter, &mut self.repaired);
            let width = self.repaired.len();
            if fits.map_or(width > 1, |fits| fits.contains(&width)) {
                return true;
            }
        }
        false
    }

    fn long_plain_cell(&self, span: &Span) -> Result<(), ReadError> {
        let text = String::from_utf8_lossy(self.source.bytes(span));
        let longest = text.split(self.delimiter).map(str::len).max().unwrap_or_default();
        self.check_cell(span.line, longest)
    }

    fn long_cell(&self, line: u64) -> Result<(), ReadError> {
        if self.strict.bytes() <= self.limits.cell_bytes {
            return Ok(());
        }
        self.check_cell(line, self.strict.cells.iter().map(str::len).max().unwrap_or_default())
    }

    fn check_cell(&self, line: u64, bytes: usize) -> Result<(), ReadError> {
        let limit = self.limits.cell_bytes;
        if bytes > limit {
            Err(ReadError::CellTooLong { line, bytes, limit })
        } else {
            Ok(())
        }
    }

    /// How many cells a line without quotes has.
    pub(crate) fn width(&self, span: &Span) -> usize {
        let bytes = self.source.bytes(span);
        match u8::try_from(self.delimiter) {
            Ok(delimiter) if delimiter.is_ascii() => memchr::memchr_iter(delimiter, bytes).count() + 1,
            _ => String::from_utf8_lossy(bytes).split(self.delimiter).count(),
        }
    }

    /// Puts the cells of a record into `cells`; the reason instead when the line is no valid text.
    pub(crate) fn cells<'r>(&'r self, record: &'r Step, cells: &mut Vec<&'r str>) -> Option<Step> {
        match &record.shape {
            Shape::Plain(span) => {
                let bytes = self.source.bytes(span);
                let Ok(text) = std::str::from_utf8(bytes) else {
                    return Some(bad_encoding(span, 1, bytes));
                };
                if self.source.replaced() && text.contains('\u{fffd}') {
                    return Some(bad_encoding(span, 1, bytes));
                }
                parts(text, self.delimiter, cells);
            }
            Shape::Quoted => cells.extend(self.strict.cells.iter().map(unguarded)),
            Shape::Repaired => cells.extend(self.repaired.iter().map(unguarded)),
            Shape::Bad { .. } => return Some(record.clone()),
        }
        None
    }
}

/// Adds the parts of a line between the delimiters.
fn parts<'t>(text: &'t str, delimiter: char, cells: &mut Vec<&'t str>) {
    let Some(byte) = u8::try_from(delimiter).ok().filter(u8::is_ascii) else {
        cells.extend(text.split(delimiter));
        return;
    };
    let mut start = 0;
    for end in memchr::memchr_iter(byte, text.as_bytes()) {
        cells.push(text.get(start..end).unwrap_or_default());
        start = end + 1;
    }
    cells.push(text.get(start..).unwrap_or_default());
}

fn step(span: &Span, lines: u64, terminated: bool, shape: Shape) -> Step {
    Step {
        line: span.line,
        lines,
        terminated,
        shape,
    }
}

fn bad_nul(span: &Span, text: &str, delimiter: char) -> Step {
    let before = text.split('\0').next().unwrap_or_default();
    let column = before.matches(delimiter).count() + 1;
    let zeros = text.matches('\0').count();
    let told = format!("{zeros} NUL bytes, the first in column {column}");
    let shape = Shape::Bad {
        code: "nul_byte",
        text: told,
        value: text.replace('\0', "\u{2400}"),
    };
    step(span, 1, span.terminated, shape)
}

fn bad_encoding(span: &Span, lines: u64, bytes: &[u8]) -> Step {
    let value = String::from_utf8_lossy(bytes).into_owned();
    let text = "the bytes of this line are not valid in the encoding of the file".to_owned();
    step(
        span,
        lines,
        span.terminated,
        Shape::Bad {
            code: "bad_encoding",
            text,
            value,
        },
    )
}

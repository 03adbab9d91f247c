//! Rows of a sheet from the stream of its cells, as texts in buffers that are used again.

use std::io::BufReader;

use calamine::{DataRef, Xlsx, XlsxCellReader, XlsxError};
use plant_core::table::Problem;

use crate::error::ReadError;
use crate::limits::Limits;
use crate::source::Positioned;
use crate::value;

/// What a workbook is read from.
pub(crate) type Input = BufReader<Positioned>;

/// Cells of an unknown kind after which a sheet is damaged.
const UNKNOWN_CELLS: u64 = 10_000;

/// Rows of a sheet, assembled from its stream of cells.
pub(crate) struct Rows<'b> {
    cells: XlsxCellReader<'b, Input>,
    texts: Vec<String>,
    used: usize,
    /// The first cell of the next row: row and column, 0-based.
    waiting: Option<(u32, u32)>,
    waiting_text: String,
    /// Whether the stream of cells has ended; it must not be asked again.
    ended: bool,
    /// Number of the last row given, 1-based.
    pub(crate) last_line: u64,
    date_1904: bool,
    timed: Vec<bool>,
    /// Columns with a time of day beside a date.
    pub(crate) seen_times: Vec<bool>,
    /// What the cells of the rows read so far left unsaid.
    pub(crate) remarks: Vec<Problem>,
    unknown: u64,
    limits: Limits,
}

impl<'b> Rows<'b> {
    pub(crate) fn open(
        book: &'b mut Xlsx<Input>,
        sheet: &str,
        date_1904: bool,
        timed: &[bool],
        limits: &Limits,
    ) -> Result<Rows<'b>, ReadError> {
        let cells = book.worksheet_cells_reader(sheet).map_err(damaged)?;
        Ok(Rows {
            cells,
            texts: Vec::new(),
            used: 0,
            waiting: None,
            waiting_text: String::new(),
            ended: false,
            last_line: 0,
            date_1904,
            timed: timed.to_vec(),
            seen_times: Vec::new(),
            remarks: Vec::new(),
            unknown: 0,
            limits: limits.clone(),
        })
    }

    /// Texts of the row.
    pub(crate) fn cells(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator {
        self.texts
            .get(..self.used)
            .unwrap_or_default()
            .iter()
            .map(String::as_str)
    }

    /// Assembles the next row and gives its number.
    pub(crate) fn next(&mut self) -> Result<Option<u64>, ReadError> {
        for text in self.texts.iter_mut().take(self.used) {
            text.clear();
        }
        self.used = 0;
        let mut row = None;
        if let Some((waiting_row, column)) = self.waiting.take() {
            row = Some(waiting_row);
            let text = std::mem::take(&mut self.waiting_text);
            self.put(waiting_row, column, text)?;
        }
        while !self.ended {
            let mut text = std::mem::take(&mut self.waiting_text);
            text.clear();
            let (at, column) = match self.cells.next_cell_with_formula_metadata() {
                Ok(Some(record)) => {
                    let column = record.pos.1 as usize;
                    let timed = self.timed.get(column).copied().unwrap_or_default();
                    value::write(&record.value, self.date_1904, timed, &mut text);
                    if value::has_time(&record.value) {
                        if self.seen_times.len() <= column && column < self.limits.columns {
                            self.seen_times.resize(column + 1, false);
                        }
                        if let Some(seen) = self.seen_times.get_mut(column) {
                            *seen = true;
                        }
                    }
                    if record.formula.is_some() && matches!(record.value, DataRef::Empty) {
                        let line = u64::from(record.pos.0) + 1;
                        let told = format!(
                            "the formula in row {line}, column {} was saved without its value",
                            column + 1
                        );
                        self.note(problem(line, "formula_without_value", told, None));
                    }
                    record.pos
                }
                Ok(None) => {
                    self.ended = true;
                    break;
                }
                Err(error) => {
                    self.waiting_text = text;
                    self.unknown_cell(error)?;
                    continue;
                }
            };
            match row {
                Some(row) if at < row => {
                    return Err(ReadError::Damaged {
                        what: format!("row {} stands below row {}", at + 1, row + 1),
                    });
                }
                Some(row) if at > row => {
                    self.waiting = Some((at, column));
                    self.waiting_text = text;
                    break;
                }
                _ => {
                    row = Some(at);
                    self.put(at, column, text)?;
                }
            }
        }
        let Some(row) = row else { return Ok(None) };
        let line = u64::from(row) + 1;
        if line <= self.last_line {
            return Err(ReadError::Damaged {
                what: format!("row {line} stands below row {}", self.last_line),
            });
        }
        self.last_line = line;
        Ok(Some(line))
    }

    fn put(&mut self, row: u32, column: u32, text: String) -> Result<(), ReadError> {
        let (line, column) = (u64::from(row) + 1, column as usize);
        if text.is_empty() {
            self.waiting_text = text;
            return Ok(());
        }
        if column >= self.limits.columns {
            return Err(ReadError::TooManyColumns {
                line,
                columns: column + 1,
                limit: self.limits.columns,
            });
        }
        if text.len() > self.limits.cell_bytes {
            return Err(ReadError::CellTooLong {
                line,
                bytes: text.len(),
                limit: self.limits.cell_bytes,
            });
        }
        if self.texts.len() <= column {
            self.texts.resize(column + 1, String::new());
        }
        self.used = self.used.max(column + 1);
        if let Some(place) = self.texts.get_mut(column) {
            // The buffer that was there serves the next cell.
            self.waiting_text = std::mem::replace(place, text);
        }
        Ok(())
    }

    /// A cell that the reader of workbooks does not know is left empty and told; a broken sheet ends the reading.
    fn unknown_cell(&mut self, error: XlsxError) -> Result<(), ReadError> {
        let known = matches!(
            error,
            XlsxError::CellError(_)
                | XlsxError::ParseFloat(_)
                | XlsxError::CellTAttribute(_)
                | XlsxError::Unrecognized { .. }
        );
        self.unknown += 1;
        if !known || self.unknown > UNKNOWN_CELLS {
            return Err(damaged(error));
        }
        let line = self.last_line + 1;
        let text = format!("a cell in or after row {line} was left empty: {error}");
        self.note(problem(line, "unknown_cell", text, None));
        Ok(())
    }

    fn note(&mut self, problem: Problem) {
        if self.remarks.len() < 1_000 {
            self.remarks.push(problem);
        }
    }
}

pub(crate) fn problem(line: u64, code: &str, text: String, value: Option<String>) -> Problem {
    Problem {
        line,
        column: None,
        code: code.to_owned(),
        text,
        value,
        quarantined: false,
    }
}

pub(crate) fn damaged(error: XlsxError) -> ReadError {
    match error {
        XlsxError::Password => ReadError::Encrypted,
        other => ReadError::Damaged {
            what: other.to_string(),
        },
    }
}

//! Delimited text: the layout is decided from a sample, then every line is read and given its fate.

use std::ops::ControlFlow;
use std::sync::Arc;

use encoding_rs::Encoding;
use plant_core::balance::Balance;
use plant_core::table::{Form, Layout, Problem};

use crate::SetAsideKind;
use crate::cell::{is_blank, shortened};
use crate::dialect::{self, Dialect};
use crate::encoding;
use crate::error::ReadError;
use crate::foreign;
use crate::head::{self, Head, NoTable, Row};
use crate::limits::Limits;
use crate::line::recycled;
use crate::names;
use crate::plan::{Plan, Survey};
use crate::reader::{Reader, Unread};
use crate::records::{Records, Shape, Step};
use crate::sieve::{Each, Known, Sieve, words_are_totals};
use crate::source::{LineSource, Lines, Medium, Positioned, Sample, Text};

/// Records from which the header is decided.
const HEAD_ROWS: usize = 400;

/// A text file whose layout is decided.
pub(crate) struct TextDocument {
    file: Arc<Medium>,
    bytes: u64,
    encoding: &'static Encoding,
    bom_bytes: u64,
    certain: bool,
    delimiter: char,
    head: Head,
    plan: Plan,
    layout: Layout,
    limits: Limits,
}

/// Takes every file for delimited text.
///
/// # Errors
/// It is another text, or none.
pub(crate) fn open(unread: &Unread<'_>) -> Result<Option<Box<dyn Reader>>, ReadError> {
    Ok(Some(Box::new(TextDocument::open(unread)?)))
}

impl TextDocument {
    fn open(unread: &Unread<'_>) -> Result<TextDocument, ReadError> {
        let (file, bytes, hints, limits) = (unread.file.clone(), unread.bytes, unread.hints, unread.limits);
        let survey = encoding::survey(&file, bytes, hints.encoding.as_deref(), limits)?;
        let read = |from: u64, length: usize, skip_first: bool| {
            let text = Text::new(Positioned::new(file.clone(), from, bytes), survey.encoding);
            Sample::read(&mut Lines::new(text, limits.line_bytes), length, skip_first)
        };
        let mut sample = read(survey.bom_bytes, limits.sample_head_bytes, false)?;
        if sample.whole && sample.lines().all(|line| is_blank(&line)) {
            return Err(ReadError::Empty { bytes });
        }
        let mut tail = None;
        if !sample.whole {
            let from = bytes
                .saturating_sub(limits.sample_tail_bytes as u64)
                .max(survey.bom_bytes);
            tail = Some(read(
                from - (from - survey.bom_bytes) % 2,
                limits.sample_tail_bytes,
                true,
            )?);
        }
        if let Some(form) = foreign::text_form(&sample) {
            return Err(ReadError::Unsupported { form });
        }
        let named = sample.line(1).and_then(|line| dialect::named_separator(&line));
        let given = hints.delimiter.or(named);
        let dialect = dialect::sniff(&mut sample, tail.as_mut(), given, limits)?;
        let unparted = given.is_none() && (dialect.width == 1 || dialect.confidence < 0.25);
        if let Some(form) = unparted.then(|| foreign::blank_separated(&sample)).flatten() {
            return Err(ReadError::Unsupported { form });
        }
        let rows = first_rows(&mut sample, &dialect, named.is_some(), limits)?;
        let head = head::find(&rows, dialect.width, hints.header_line).map_err(|none| match none {
            NoTable::Prose => ReadError::Unsupported {
                form: "text with prose before fixed-width numbers",
            },
            NoTable::Nothing => ReadError::Unsupported {
                form: "text without a table in its first 31 lines",
            },
            NoTable::NotThere(line) => ReadError::NoHeaderLine { line },
        })?;
        let plan = plan(&mut sample, tail.as_mut(), &dialect, &head, limits)?;
        let preamble = (1..head.first_line)
            .filter_map(|line| sample.line(line))
            .filter(|line| !is_blank(line))
            .map(|line| shortened(line.trim_end(), 500))
            .collect();
        let mut notes = survey.notes;
        notes.extend(dialect.notes.iter().cloned());
        notes.push(head.note.clone());
        let layout = Layout {
            form: Form::Delimited,
            encoding: survey.encoding.name().to_ascii_lowercase(),
            bom: survey.bom_bytes > 0,
            delimiter: Some(dialect.delimiter).filter(|delimiter| *delimiter != dialect::NO_DELIMITER),
            quote: Some('"'),
            header_line: head.header_line,
            sheet: None,
            twins: Vec::new(),
            sheets: Vec::new(),
            header: plan.header.clone(),
            written: Vec::new(),
            preamble,
            confidence: if survey.certain {
                dialect.confidence
            } else {
                dialect.confidence * 0.4
            },
            notes,
            date_1904: false,
        };
        Ok(TextDocument {
            file,
            bytes,
            encoding: survey.encoding,
            bom_bytes: survey.bom_bytes,
            certain: survey.certain,
            delimiter: dialect.delimiter,
            head,
            plan,
            layout,
            limits: limits.clone(),
        })
    }
}

impl Reader for TextDocument {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn encoding_is_certain(&self) -> bool {
        self.certain
    }

    fn scan(&mut self, each: Each<'_>) -> Result<(Balance, Vec<Problem>), ReadError> {
        self.scan_knowing(&mut |_, _| false, each)
    }

    fn scan_knowing(&mut self, known: Known<'_>, each: Each<'_>) -> Result<(Balance, Vec<Problem>), ReadError> {
        let text = Text::new(
            Positioned::new(self.file.clone(), self.bom_bytes, self.bytes),
            self.encoding,
        );
        let lines = Lines::new(text, self.limits.line_bytes);
        let mut records = Records::new(lines, self.delimiter, &self.limits);
        let mut sieve = Sieve::new(&self.plan);
        let flow = read_head(&mut records, &self.head, &mut sieve, each)?;
        let flow = match flow {
            ControlFlow::Continue(()) => read_body(&mut records, &self.plan, &mut sieve, known, each)?,
            stop => stop,
        };
        if flow.is_continue() {
            // A break in the last rows leaves the balance as open as one before.
            let _: ControlFlow<()> = sieve.end(each);
        }
        let mut balance = sieve.balance;
        balance.physical = records.source().physical();
        Ok((balance, sieve.remarks))
    }
}

/// Preamble and header: physical lines before the first row.
fn read_head<S: LineSource>(
    records: &mut Records<S>,
    head: &Head,
    sieve: &mut Sieve<'_>,
    each: Each<'_>,
) -> Result<ControlFlow<()>, ReadError> {
    for line in 1..head.body_line {
        let Some(span) = records.source_mut().next_line()? else {
            break;
        };
        let text = String::from_utf8_lossy(records.source().bytes(&span));
        let kind = if line >= head.first_line {
            SetAsideKind::Header
        } else if is_blank(&text) {
            SetAsideKind::Blank
        } else {
            SetAsideKind::Preamble
        };
        if sieve.aside(line, kind, &shortened(&text, 200), each).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// The rows and what stands between and below them.
fn read_body<S: LineSource>(
    records: &mut Records<S>,
    plan: &Plan,
    sieve: &mut Sieve<'_>,
    known: Known<'_>,
    each: Each<'_>,
) -> Result<ControlFlow<()>, ReadError> {
    let mut spare: Vec<&str> = Vec::new();
    while let Some(step) = records.next(Some(&plan.fits))? {
        // A line with quotes may go on in the next; it is read as it stands.
        if let Shape::Plain(span) = &step.shape
            && step.terminated
            && sieve.takes_known()
            && plan.fits.contains(&records.width(span))
            && known(step.line, records.source().bytes(span))
        {
            sieve.known();
            continue;
        }
        let mut cells = recycled(spare);
        let bad = records.cells(&step, &mut cells);
        let flow = match bad {
            Some(Step {
                line,
                lines,
                shape: Shape::Bad { code, text, value },
                ..
            }) => sieve.bad(line, lines, code, text, &value, each),
            _ => {
                if matches!(step.shape, Shape::Repaired) {
                    let text = format!("a stray quote in line {} was read as a character", step.line);
                    sieve.remark(step.line, "quote_repaired", text);
                }
                sieve.row(step.line, step.lines, &mut cells, step.terminated, each)?
            }
        };
        spare = recycled(cells);
        if flow.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// The first records, from which the header is decided.
fn first_rows(
    sample: &mut Sample,
    dialect: &Dialect,
    separator_line: bool,
    limits: &Limits,
) -> Result<Vec<Row>, ReadError> {
    let mut rows = Vec::new();
    let mut unclosed = None;
    sample.rewind();
    let mut records = Records::new(std::mem::take(sample), dialect.delimiter, limits);
    while rows.len() < HEAD_ROWS {
        let Some(step) = records.next(None)? else { break };
        let mut cells = Vec::new();
        if let Some(bad) = records.cells(&step, &mut cells) {
            if matches!(
                bad.shape,
                Shape::Bad {
                    code: "unclosed_quote",
                    ..
                }
            ) {
                unclosed = unclosed.or(Some(bad.line));
            }
            continue;
        }
        if cells.len() > limits.columns {
            return Err(ReadError::TooManyColumns {
                line: step.line,
                columns: cells.len(),
                limit: limits.columns,
            });
        }
        if !(separator_line && step.line == 1) {
            rows.push(Row::new(step.line, step.lines, &cells));
        }
    }
    *sample = records.into_source();
    sample.rewind();
    match unclosed {
        Some(line) if rows.iter().all(|row| row.line > line) => Err(ReadError::UnclosedQuote { line }),
        _ => Ok(rows),
    }
}

/// Reads the sample with the header known, and then once more for totals.
fn plan(
    sample: &mut Sample,
    mut tail: Option<&mut Sample>,
    dialect: &Dialect,
    head: &Head,
    limits: &Limits,
) -> Result<Plan, ReadError> {
    let named = head.names.as_ref().map_or(dialect.width, Vec::len);
    let trimmed = match &head.names {
        Some(names) => names
            .iter()
            .rposition(|name| !is_blank(name))
            .map_or(1, |last| last + 1),
        None => named,
    };
    // Columns without a name that hold something all the same.
    let mut width = trimmed;
    for_rows(sample, dialect.delimiter, head.body_line, limits, &mut |_, cells| {
        if cells.len() <= named {
            let last = cells
                .iter()
                .rposition(|cell| !is_blank(cell))
                .map_or(0, |last| last + 1);
            width = width.max(last);
        }
    })?;
    let raw = head.names.clone().unwrap_or_default();
    let header = names::unique(&raw, width);
    let mut survey = Survey::new(width);
    for_rows(sample, dialect.delimiter, head.body_line, limits, &mut |_, cells| {
        survey.row(cells)
    })?;
    let narrowest = if survey.any_full() { survey.narrowest() } else { width };
    let mut plan = survey.plan(header, raw, narrowest.min(dialect.width), limits);
    let (mut candidates, mut totals, mut unconfirmed) = (0, 0, 0);
    let trial = plan.clone();
    for (part, from) in [(Some(sample), head.body_line), (tail.take(), 1)] {
        let Some(part) = part else { continue };
        let mut sieve = Sieve::new(&trial);
        let mut failed = None;
        for_rows(part, dialect.delimiter, from, limits, &mut |step, cells| {
            let read = sieve.row(step.line, step.lines, cells, true, &mut |_| ControlFlow::Continue(()));
            failed = failed.take().or(read.err());
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        candidates += sieve.candidates;
        unconfirmed += sieve.unconfirmed_words;
        totals += sieve.balance.total;
    }
    plan.sums = candidates > 0;
    plan.trust_words = words_are_totals(totals, unconfirmed);
    Ok(plan)
}

/// Gives the readable records of a sample from a line on.
fn for_rows(
    sample: &mut Sample,
    delimiter: char,
    from: u64,
    limits: &Limits,
    each: &mut dyn FnMut(&Step, &mut Vec<&str>),
) -> Result<(), ReadError> {
    sample.rewind();
    let mut records = Records::new(std::mem::take(sample), delimiter, limits);
    for _ in 1..from {
        records.source_mut().next_line()?;
    }
    let mut spare: Vec<&str> = Vec::new();
    while let Some(step) = records.next(None)? {
        let mut cells = recycled(spare);
        if records.cells(&step, &mut cells).is_none() {
            each(&step, &mut cells);
        }
        spare = recycled(cells);
    }
    *sample = records.into_source();
    sample.rewind();
    Ok(())
}

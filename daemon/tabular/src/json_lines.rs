//! JSON lines: one object for each physical line, whose keys are the columns.
//!
//! - It is told by its lines: most of the first ones are whole objects. A document over several lines has none such.
//! - The keys are gathered from the whole file before the first row is given, in the order in which they first stand.
//! - Rows go through the same sieve as those of other forms: exports that were turned into JSON lines keep their totals
//!   and repeated headers. The text is UTF-8, as JSON is by its standard; a hint on the encoding changes nothing.

mod object;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use plant_core::balance::Balance;
use plant_core::table::{Form, Layout, Problem};

use self::object::{Cell, Fault, cells};
use crate::SetAsideKind;
use crate::cell::{is_blank, is_margin};
use crate::error::ReadError;
use crate::limits::Limits;
use crate::names;
use crate::plan::{Plan, Survey};
use crate::reader::{Reader, Unread};
use crate::sieve::{Each, Sieve, words_are_totals};
use crate::source::{LineSource, Lines, Medium, Positioned, Text};

/// Lines with something in them from which the form is told.
const TELLING_LINES: u32 = 100;
const MARK: &[u8] = b"\xef\xbb\xbf";

/// JSON lines whose columns are known.
struct JsonLines {
    source: Source,
    keys: Keys,
    plan: Plan,
    layout: Layout,
}

/// Where the lines come from, any number of times.
struct Source {
    file: Arc<Medium>,
    bytes: u64,
    mark_bytes: u64,
    limits: Limits,
}

/// The columns by their keys.
#[derive(Default)]
struct Keys(HashMap<String, usize>);

/// What one line is.
enum Read<'l> {
    Blank,
    Row(Vec<Cell<'l>>),
    Bad {
        code: &'static str,
        text: String,
        value: Cow<'l, str>,
    },
}

/// Takes a file of which most of the first lines are JSON objects.
///
/// # Errors
/// A limit is reached, or reading fails.
pub(crate) fn open(unread: &Unread<'_>) -> Result<Option<Box<dyn Reader>>, ReadError> {
    let mark = unread.part(0, MARK.len() as u64)? == MARK;
    let source = Source {
        file: unread.file.clone(),
        bytes: unread.bytes,
        mark_bytes: if mark { MARK.len() as u64 } else { 0 },
        limits: unread.limits.clone(),
    };
    if !source.has_rows()? {
        return Ok(None);
    }
    let (keys, survey) = source.survey()?;
    let raw = keys.in_order();
    let header = names::unique(&raw, raw.len());
    let mut plan = survey.plan(header.clone(), raw, 1, unread.limits);
    if let Some(decimal) = Form::JsonLines.decimal() {
        plan.decimal = decimal;
    }
    plan.trust_words = source.words_are_totals(&keys, &plan)?;
    let layout = Layout {
        form: Form::JsonLines,
        encoding: "utf-8".to_owned(),
        bom: mark,
        delimiter: None,
        quote: None,
        header_line: None,
        sheet: None,
        twins: Vec::new(),
        sheets: Vec::new(),
        preamble: Vec::new(),
        confidence: 1.0,
        notes: vec![format!(
            "Each line is a JSON object; the columns are its keys, {} in the whole file.",
            header.len()
        )],
        header,
        written: Vec::new(),
        date_1904: false,
    };
    Ok(Some(Box::new(JsonLines {
        source,
        keys,
        plan,
        layout,
    })))
}

impl Reader for JsonLines {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn scan(&mut self, each: Each<'_>) -> Result<(Balance, Vec<Problem>), ReadError> {
        let mut lines = self.source.lines();
        let mut sieve = Sieve::new(&self.plan);
        let mut flow = ControlFlow::Continue(());
        while flow.is_continue()
            && let Some(next) = self.source.sift(&mut lines, &self.keys, &mut sieve, each)?
        {
            flow = next;
        }
        if flow.is_continue() {
            // A break in the last rows leaves the balance as open as one before.
            let _: ControlFlow<()> = sieve.end(each);
        }
        let mut balance = sieve.balance;
        balance.physical = lines.physical();
        Ok((balance, sieve.remarks))
    }
}

impl Source {
    fn lines(&self) -> Lines<Text> {
        let input = Positioned::new(self.file.clone(), self.mark_bytes, self.bytes);
        Lines::new(Text::new(input, encoding_rs::UTF_8), self.limits.line_bytes)
    }

    /// Whether most of the first lines are objects. A single line that holds a list of objects is a document around a
    /// table and no row of one.
    fn has_rows(&self) -> Result<bool, ReadError> {
        let mut lines = self.lines();
        let (mut rows, mut others, mut document) = (0_u32, 0_u32, false);
        while rows + others < TELLING_LINES {
            let line = match lines.next_line() {
                Ok(Some(line)) => line,
                Ok(None) => break,
                // Whatever form the file has, its reader meets this line and names it.
                Err(ReadError::LineTooLong { .. }) => break,
                Err(error) => return Err(error),
            };
            match parse(lines.bytes(&line), self.limits.columns) {
                Ok(Read::Blank) => {}
                Ok(Read::Row(cells)) if !cells.is_empty() => {
                    rows += 1;
                    document = cells.iter().any(|cell| cell.holds_table);
                }
                Ok(Read::Row(_) | Read::Bad { .. }) => others += 1,
                Err(TooManyColumns) => rows += 1,
            }
        }
        let single = rows == 1 && others == 0;
        Ok(rows > others && !(single && document))
    }

    /// The columns of the whole file, and what they hold.
    fn survey(&self) -> Result<(Keys, Survey), ReadError> {
        let mut lines = self.lines();
        let mut keys = Keys::default();
        let mut survey = Survey::new(0);
        while let Some(line) = lines.next_line()? {
            let Read::Row(cells) = self.read(lines.bytes(&line), line.line)? else {
                continue;
            };
            keys.add(&cells, line.line, self.limits.columns)?;
            survey.widen(keys.0.len());
            survey.row(&keys.row(&cells).unwrap_or_default());
        }
        Ok((keys, survey))
    }

    /// Whether words for a total are totals and no data, by the head of the file.
    fn words_are_totals(&self, keys: &Keys, plan: &Plan) -> Result<bool, ReadError> {
        let mut lines = self.lines();
        let mut sieve = Sieve::new(plan);
        let pass = &mut |_: crate::Line<'_>| ControlFlow::Continue(());
        let head = self.limits.sample_head_bytes as u64;
        while lines.bytes_read() < head && self.sift(&mut lines, keys, &mut sieve, pass)?.is_some() {}
        Ok(words_are_totals(sieve.balance.total, sieve.unconfirmed_words))
    }

    /// Gives the next line its fate; `None` after the last.
    fn sift(
        &self,
        lines: &mut Lines<Text>,
        keys: &Keys,
        sieve: &mut Sieve<'_>,
        each: Each<'_>,
    ) -> Result<Option<ControlFlow<()>>, ReadError> {
        let Some(span) = lines.next_line()? else {
            return Ok(None);
        };
        let line = span.line;
        let bytes = lines.bytes(&span);
        let flow = match self.read(bytes, line)? {
            Read::Blank => sieve.aside(line, SetAsideKind::Blank, "", each),
            Read::Bad { code, text, value } => sieve.bad(line, 1, code, text, &value, each),
            Read::Row(cells) => match keys.row(&cells) {
                Some(mut row) => sieve.row(line, 1, &mut row, true, each)?,
                None => {
                    let text = "a key that was not there when the columns were gathered".to_owned();
                    sieve.bad(line, 1, "unknown_key", text, &String::from_utf8_lossy(bytes), each)
                }
            },
        };
        Ok(Some(flow))
    }

    /// Reads a line within the limits.
    fn read<'l>(&self, bytes: &'l [u8], line: u64) -> Result<Read<'l>, ReadError> {
        let limit = self.limits.columns;
        let read = parse(bytes, limit).map_err(|TooManyColumns| ReadError::TooManyKeys { line, limit })?;
        let limit = self.limits.cell_bytes;
        if let Read::Row(cells) = &read
            && let Some(bytes) = cells.iter().map(|cell| cell.text.len()).find(|bytes| *bytes > limit)
        {
            return Err(ReadError::CellTooLong { line, bytes, limit });
        }
        Ok(read)
    }
}

/// A line has more keys than columns are read.
struct TooManyColumns;

fn parse(bytes: &[u8], columns: usize) -> Result<Read<'_>, TooManyColumns> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Ok(Read::Bad {
            code: "bad_encoding",
            text: "the bytes of this line are no valid UTF-8".to_owned(),
            value: String::from_utf8_lossy(bytes),
        });
    };
    if is_blank(text) {
        return Ok(Read::Blank);
    }
    match cells(text.trim_matches(is_margin), columns) {
        Ok(cells) => Ok(Read::Row(cells)),
        Err(Fault::TooManyColumns) => Err(TooManyColumns),
        Err(Fault::Bad { code, text: told }) => Ok(Read::Bad {
            code,
            text: told,
            value: if text.contains('\0') {
                Cow::Owned(text.replace('\0', "\u{2400}"))
            } else {
                Cow::Borrowed(text)
            },
        }),
    }
}

impl Keys {
    fn add(&mut self, cells: &[Cell<'_>], line: u64, limit: usize) -> Result<(), ReadError> {
        for cell in cells {
            let next = self.0.len();
            if self.0.contains_key(&cell.key) {
                continue;
            }
            if next >= limit {
                return Err(ReadError::TooManyKeys { line, limit });
            }
            self.0.insert(cell.key.clone(), next);
        }
        Ok(())
    }

    fn in_order(&self) -> Vec<String> {
        let mut keys: Vec<(&String, &usize)> = self.0.iter().collect();
        keys.sort_by_key(|(_, at)| **at);
        keys.into_iter().map(|(key, _)| key.clone()).collect()
    }

    /// The texts in the order of the columns, empty where a key is missing; `None` with a key that is no column.
    fn row<'c>(&self, cells: &'c [Cell<'_>]) -> Option<Vec<&'c str>> {
        let mut row = vec![""; self.0.len()];
        for cell in cells {
            *row.get_mut(*self.0.get(&cell.key)?)? = &cell.text;
        }
        Some(row)
    }
}

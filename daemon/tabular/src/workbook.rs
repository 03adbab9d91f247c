//! Office Open XML workbooks: a sheet is chosen, then its rows stream through the same sieve as lines of text.
//!
//! - Cells stream; the table of shared strings is held in memory, within the limit on unpacked bytes.
//! - A physical line is a row number of the sheet: rows that are not written count as blank.

use std::io::BufReader;
use std::ops::ControlFlow;

use calamine::{Reader as _, SheetType, SheetVisible, Xlsx};
use plant_core::balance::Balance;
use plant_core::header::is_like;
use plant_core::table::{Form, Layout, Problem};

use crate::cell::{is_blank, shortened};
use crate::container;
use crate::error::ReadError;
use crate::head::{self, Head, Row};
use crate::limits::Limits;
use crate::line::recycled;
use crate::names;
use crate::plan::{Plan, Survey};
use crate::reader::{Reader, Unread};
use crate::sheet::{Input, Rows, damaged, problem};
use crate::sieve::{Each, Sieve, words_are_totals};
use crate::source::Positioned;
use crate::{Line, SetAsideKind};

const NO_TABLE: &str = "a workbook without a table in the first 31 rows of a sheet";
/// Rows from which the header is decided.
const HEAD_ROWS: usize = 400;
/// A workbook whose sheet is chosen.
pub(crate) struct WorkbookDocument {
    book: Xlsx<Input>,
    parts: Vec<Part>,
    plan: Plan,
    layout: Layout,
    left_out: Vec<Problem>,
    limits: Limits,
}

/// A sheet that is read.
struct Part {
    sheet: String,
    timed: Vec<bool>,
    head: Head,
    /// Lines of the sheets before it.
    before: u64,
}

impl Part {
    /// Its rows from the first one on.
    fn rows<'b>(&self, book: &'b mut Xlsx<Input>, date_1904: bool, limits: &Limits) -> Result<Rows<'b>, ReadError> {
        Rows::open(book, &self.sheet, date_1904, &self.timed, limits)
    }
}

/// The sheet that is read, and what is not.
struct Chosen {
    seen: Seen,
    head: Head,
    /// Further ones that are read after it.
    more: Vec<(Seen, Head)>,
    left_out: Vec<Problem>,
    /// Other sheets with its header.
    twins: Vec<String>,
}

/// What one reading of a sheet found.
struct Seen {
    name: String,
    rows: Vec<Row>,
    filled_rows: u64,
    width: usize,
    last_column: usize,
    timed: Vec<bool>,
}

/// Takes a file that begins as a ZIP container.
///
/// # Errors
/// The container holds no workbook, or one that can't be read.
pub(crate) fn open(unread: &Unread<'_>) -> Result<Option<Box<dyn Reader>>, ReadError> {
    Ok(match unread.part(0, 4)?.as_slice() {
        b"PK\x03\x04" | b"PK\x05\x06" | b"PK\x07\x08" => Some(Box::new(WorkbookDocument::open(unread)?)),
        _ => None,
    })
}

impl WorkbookDocument {
    fn open(unread: &Unread<'_>) -> Result<WorkbookDocument, ReadError> {
        let (file, bytes, limits) = (unread.file.clone(), unread.bytes, unread.limits);
        container::check(&file, bytes, limits)?;
        let input = BufReader::new(Positioned::new(file, 0, bytes));
        let mut book: Xlsx<Input> = Xlsx::new(input).map_err(damaged)?;
        let date_1904 = book.has_1904_epoch();
        let sheets: Vec<(String, bool)> = book
            .sheets_metadata()
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
            .map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible))
            .collect();
        let Chosen {
            seen: chosen,
            head,
            more,
            left_out,
            twins,
        } = choose(&mut book, &sheets, unread, date_1904)?;
        let raw = head.names.clone().unwrap_or_default();
        let (sheet, header_line, note) = (chosen.name.clone(), head.header_line, head.note.clone());
        let is_several = !more.is_empty();
        let all = || std::iter::once(&chosen).chain(more.iter().map(|(seen, _)| seen));
        let last_column = all().map(|seen| seen.last_column).max().unwrap_or_default();
        let mut parts: Vec<Part> = Vec::new();
        let trimmed = raw.iter().rposition(|name| !is_blank(name)).map_or(0, |last| last + 1);
        let width = trimmed.max(last_column).max(1);
        let mut survey = Survey::new(width);
        let mut before = 0;
        for (seen, head) in std::iter::once((chosen, head)).chain(more) {
            let mut rows = Rows::open(&mut book, &seen.name, date_1904, &seen.timed, limits)?;
            let mut spare = Vec::new();
            while let Some(line) = rows.next()? {
                let mut cells = recycled(spare);
                cells.extend(rows.cells());
                if line >= head.body_line {
                    cells.resize(width.max(cells.len()), "");
                    survey.row(&cells);
                }
                spare = recycled(cells);
            }
            let lines = rows.last_line;
            parts.push(Part {
                sheet: seen.name,
                timed: seen.timed,
                head,
                before,
            });
            before += lines;
        }
        let mut plan = survey.plan(names::unique(&raw, width), raw.clone(), 1, limits);
        plan.decimal = '.';
        let mut notes = vec![
            format!("Sheet {sheet:?} of {}.", shortened(&names::clean(unread.name), 80)),
            note,
        ];
        if is_several {
            let each = parts.iter().map(|part| match part.before {
                0 => format!("{:?}", part.sheet),
                before => format!("{:?} (its row 1 is line {})", part.sheet, before + 1),
            });
            notes.push(format!(
                "Read one after another: {}.",
                each.collect::<Vec<_>>().join(", ")
            ));
        }
        if !left_out.is_empty() {
            notes.push(format!("{} other sheets were not read.", left_out.len()));
        }
        let layout = Layout {
            form: Form::Xlsx,
            encoding: "utf-8".to_owned(),
            bom: false,
            delimiter: None,
            quote: None,
            header_line,
            sheet: Some(sheet),
            twins,
            sheets: match is_several {
                true => parts.iter().map(|part| (part.sheet.clone(), part.before)).collect(),
                false => Vec::new(),
            },
            header: plan.header.clone(),
            written: Vec::new(),
            preamble: Vec::new(),
            confidence: if left_out.iter().any(|problem| problem.value.is_some()) {
                0.8
            } else {
                1.0
            },
            notes,
            date_1904,
        };
        let mut document = WorkbookDocument {
            book,
            parts,
            plan,
            layout,
            left_out,
            limits: limits.clone(),
        };
        document.try_out()?;
        Ok(document)
    }

    /// Reads once to know the preamble and whether words for totals are data.
    fn try_out(&mut self) -> Result<(), ReadError> {
        let mut preamble = Vec::new();
        let (mut unconfirmed, mut totals) = (0, 0);
        for part in &self.parts {
            let mut rows = part.rows(&mut self.book, self.layout.date_1904, &self.limits)?;
            let mut sieve = Sieve::new(&self.plan);
            let _: ControlFlow<()> = read(&mut rows, part, &mut sieve, &mut |line| {
                if let Line::SetAside {
                    kind: SetAsideKind::Preamble,
                    text,
                    ..
                } = line
                {
                    preamble.push(text.to_owned());
                }
                ControlFlow::Continue(())
            })?;
            unconfirmed += sieve.unconfirmed_words;
            totals += sieve.balance.total;
        }
        self.layout.preamble = preamble;
        self.plan.trust_words = words_are_totals(totals, unconfirmed);
        Ok(())
    }
}

impl Reader for WorkbookDocument {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn scan(&mut self, each: Each<'_>) -> Result<(Balance, Vec<Problem>), ReadError> {
        let mut balance = Balance::default();
        let mut problems = self.left_out.clone();
        for part in &self.parts {
            let mut rows = part.rows(&mut self.book, self.layout.date_1904, &self.limits)?;
            let mut sieve = Sieve::new(&self.plan);
            let mut flow = read(&mut rows, part, &mut sieve, each)?;
            if flow.is_continue() {
                // A break in the last rows leaves the balance as open as one before.
                flow = sieve.end(each);
            }
            sieve.balance.physical = rows.last_line;
            balance += sieve.balance;
            problems.append(&mut sieve.remarks);
            if balance.taken > self.limits.rows {
                return Err(ReadError::TooManyRows {
                    line: balance.physical,
                    limit: self.limits.rows,
                });
            }
            if flow.is_break() {
                break;
            }
        }
        Ok((balance, problems))
    }
}

/// The sheet that is asked for, or the visible one with the most rows below a header.
fn choose(
    book: &mut Xlsx<Input>,
    sheets: &[(String, bool)],
    unread: &Unread<'_>,
    date_1904: bool,
) -> Result<Chosen, ReadError> {
    let (hints, limits) = (unread.hints, unread.limits);
    let present = || {
        sheets
            .iter()
            .map(|(name, _)| format!("{name:?}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    if !unread.sheets.is_empty() {
        return several(book, sheets, unread, date_1904, present);
    }
    let wanted: Vec<&String> = match &hints.sheet {
        Some(sheet) => {
            let same = |name: &&String| name.trim().to_lowercase() == sheet.trim().to_lowercase();
            let found = sheets.iter().map(|(name, _)| name).find(same);
            vec![found.ok_or_else(|| ReadError::NoSuchSheet {
                sheet: sheet.clone(),
                present: present(),
            })?]
        }
        None => sheets
            .iter()
            .filter(|(_, visible)| *visible)
            .map(|(name, _)| name)
            .collect(),
    };
    let mut best: Option<(Seen, Head, u64)> = None;
    let mut counts = Vec::new();
    let mut headers: Vec<(&String, Vec<String>)> = Vec::new();
    for name in wanted {
        let seen = match look(book, name, date_1904, limits) {
            Ok(seen) => seen,
            Err(error) if hints.sheet.is_some() || !matches!(error, ReadError::Damaged { .. }) => return Err(error),
            Err(error) => {
                counts.push((name.clone(), None, error.to_string()));
                continue;
            }
        };
        counts.push((name.clone(), Some(seen.filled_rows), String::new()));
        let Ok(head) = head::find(&seen.rows, seen.width.max(1), hints.header_line) else {
            continue;
        };
        let above = seen.rows.iter().filter(|row| row.line < head.body_line).count() as u64;
        let rows = seen.filled_rows.saturating_sub(above);
        let named = head.names.is_some();
        headers.extend(
            head.names
                .as_ref()
                .filter(|_| rows > 0)
                .map(|names| (name, filled(names))),
        );
        let better = match &best {
            None => seen.filled_rows > 0,
            Some((_, other, most)) => (named, rows) > (other.names.is_some(), *most),
        };
        if better {
            best = Some((seen, head, rows));
        }
    }
    let Some((seen, head, _)) = best else {
        if let Some((name, _, error)) = counts.iter().find(|(_, rows, _)| rows.is_none()) {
            return Err(ReadError::Damaged {
                what: format!("sheet {name:?}: {error}"),
            });
        }
        if counts.iter().any(|(_, rows, _)| rows.is_some_and(|rows| rows > 0)) {
            return Err(ReadError::Unsupported { form: NO_TABLE });
        }
        return Err(ReadError::Empty { bytes: 0 });
    };
    let own = head.names.as_ref().map(|names| filled(names));
    let alike = headers
        .iter()
        .filter(|(name, names)| **name != seen.name && Some(names) == own.as_ref());
    let twins = alike.map(|(name, _)| (*name).clone()).collect();
    let mut left_out = Vec::new();
    for (name, rows, error) in counts.iter().filter(|(name, _, _)| *name != seen.name) {
        if *rows == Some(0) {
            continue;
        }
        let text = match rows {
            Some(rows) => format!("sheet {name:?} with {rows} rows was not read"),
            None => format!("sheet {name:?} was not read: {error}"),
        };
        left_out.push(problem(0, "sheet_not_read", text, rows.map(|rows| rows.to_string())));
    }
    if hints.sheet.is_none() {
        for (name, _) in sheets.iter().filter(|(_, visible)| !visible) {
            left_out.push(problem(
                0,
                "sheet_not_read",
                format!("the hidden sheet {name:?} was not read"),
                None,
            ));
        }
    }
    Ok(Chosen {
        seen,
        head,
        more: Vec::new(),
        left_out,
        twins,
    })
}

/// The sheets with rows whose names are like what is asked for, in the order of the workbook.
fn several(
    book: &mut Xlsx<Input>,
    sheets: &[(String, bool)],
    unread: &Unread<'_>,
    date_1904: bool,
    present: impl Fn() -> String,
) -> Result<Chosen, ReadError> {
    let mut read: Vec<(Seen, Head)> = Vec::new();
    let mut left_out = Vec::new();
    for (name, _) in sheets {
        if !unread.sheets.iter().any(|wanted| is_like(name, wanted)) {
            left_out.push(problem(
                0,
                "sheet_not_read",
                format!("sheet {name:?} was not asked for"),
                None,
            ));
            continue;
        }
        let seen = look(book, name, date_1904, unread.limits)?;
        if seen.filled_rows == 0 {
            continue;
        }
        let Ok(head) = head::find(&seen.rows, seen.width.max(1), unread.hints.header_line) else {
            return Err(ReadError::Unsupported { form: NO_TABLE });
        };
        let names = |head: &Head| head.names.as_ref().map(|names| filled(names));
        if let Some((first, _)) = read.first().filter(|(_, first)| names(first) != names(&head)) {
            return Err(ReadError::SheetsDiffer {
                first: first.name.clone(),
                other: name.clone(),
            });
        }
        read.push((seen, head));
    }
    let mut read = read.into_iter();
    let Some((seen, head)) = read.next() else {
        return Err(ReadError::NoSuchSheet {
            sheet: unread.sheets.join(" or "),
            present: present(),
        });
    };
    Ok(Chosen {
        seen,
        head,
        more: read.collect(),
        left_out,
        twins: Vec::new(),
    })
}

/// The names of a header without what is empty behind them, as they are compared.
fn filled(names: &[String]) -> Vec<String> {
    let end = names
        .iter()
        .rposition(|name| !is_blank(name))
        .map_or(0, |last| last + 1);
    names.iter().take(end).map(|name| name.trim().to_lowercase()).collect()
}

/// Reads a sheet once: its first rows, its extent, its columns with times.
fn look(book: &mut Xlsx<Input>, name: &str, date_1904: bool, limits: &Limits) -> Result<Seen, ReadError> {
    let mut rows = Rows::open(book, name, date_1904, &[], limits)?;
    let mut first = Vec::new();
    let mut extents = std::collections::BTreeMap::new();
    let mut filled_rows = 0;
    while let Some(line) = rows.next()? {
        let extent = rows
            .cells()
            .rposition(|cell| !is_blank(cell))
            .map_or(0, |last| last + 1);
        if extent == 0 {
            continue;
        }
        filled_rows += 1;
        *extents.entry(extent).or_insert(0_u64) += 1;
        if first.len() < HEAD_ROWS {
            first.push((line, rows.cells().map(str::to_owned).collect::<Vec<_>>()));
        }
    }
    // The width that all but a twentieth of the rows keep within.
    let mut within = 0;
    let width = extents
        .iter()
        .find(|(_, rows)| {
            within += **rows;
            within * 20 >= filled_rows * 19
        })
        .map_or(0, |(extent, _)| *extent);
    let last_column = extents.keys().next_back().copied().unwrap_or_default();
    let first = first.into_iter().map(|(line, mut cells)| {
        cells.resize(cells.len().max(width), String::new());
        Row::new(line, 1, &cells.iter().map(String::as_str).collect::<Vec<_>>())
    });
    Ok(Seen {
        name: name.to_owned(),
        rows: first.collect(),
        filled_rows,
        width,
        last_column,
        timed: rows.seen_times,
    })
}

/// Gives every row its fate, those that are not written included.
fn read(rows: &mut Rows<'_>, part: &Part, sieve: &mut Sieve<'_>, each: Each<'_>) -> Result<ControlFlow<()>, ReadError> {
    let (head, before) = (&part.head, part.before);
    let mut expected = 1;
    let mut spare = Vec::new();
    while let Some(line) = rows.next()? {
        for missing in expected..line {
            if sieve.aside(before + missing, SetAsideKind::Blank, "", each).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        expected = line + 1;
        for problem in rows.remarks.drain(..) {
            sieve.remark(before + problem.line, &problem.code, problem.text);
        }
        let mut cells = recycled(spare);
        cells.extend(rows.cells());
        let flow = if line >= head.body_line {
            sieve.row(before + line, 1, &mut cells, true, each)?
        } else {
            let filled: Vec<&str> = cells
                .iter()
                .map(|cell| cell.trim())
                .filter(|cell| !cell.is_empty())
                .collect();
            let kind = match (line >= head.first_line, filled.is_empty()) {
                (true, _) => SetAsideKind::Header,
                (false, true) => SetAsideKind::Blank,
                (false, false) => SetAsideKind::Preamble,
            };
            sieve.aside(before + line, kind, &shortened(&filled.join(" | "), 200), each)
        };
        spare = recycled(cells);
        if flow.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

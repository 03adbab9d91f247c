//! Finds the header, what stands before it, and where the rows begin.
//!
//! - The header is looked for in the first 31 lines; what is above it is kept as the preamble.
//! - No line of the table's width is ever dropped: a first line that is data makes a table without a header.

use std::collections::HashSet;

use crate::cell::{Kind, is_blank, kind};
use crate::words;

/// Lines in which a header is looked for.
pub(crate) const HEADER_LINES: u64 = 31;

/// One of the first records.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// First physical line, 1-based.
    pub(crate) line: u64,
    /// Physical lines that it covers.
    pub(crate) lines: u64,
    pub(crate) cells: Vec<String>,
    pub(crate) kinds: Vec<Kind>,
}

impl Row {
    pub(crate) fn new(line: u64, lines: u64, cells: &[&str]) -> Row {
        Row {
            line,
            lines,
            kinds: cells.iter().map(|cell| kind(cell)).collect(),
            cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
        }
    }

    fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !is_blank(cell)).count()
    }

    fn text(&self, column: usize) -> &str {
        self.cells.get(column).map(String::as_str).unwrap_or_default().trim()
    }

    fn is_ruler(&self) -> bool {
        words::is_ruler(&self.cells.iter().map(String::as_str).collect::<Vec<_>>())
    }
}

/// Where the parts of the file are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    /// Cells of the header, joined where it has two lines; `None` when there is none.
    pub(crate) names: Option<Vec<String>>,
    /// First line of the header.
    pub(crate) first_line: u64,
    /// Line with the names themselves.
    pub(crate) header_line: Option<u64>,
    /// First line after the header (or the first row).
    pub(crate) body_line: u64,
    pub(crate) note: String,
}

/// Why no table begins in the first lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoTable {
    /// Prose before fixed-width numbers.
    Prose,
    /// Nothing of the usual width.
    Nothing,
    /// The line that a person named for the header is blank, or none of the first ones.
    NotThere(u64),
}

/// Decides from the first records; `given` is the header line that a person named (0: none).
pub(crate) fn find(rows: &[Row], width: usize, given: Option<u64>) -> Result<Head, NoTable> {
    let rows: Vec<&Row> = rows.iter().filter(|row| row.filled() > 0).collect();
    match given {
        Some(0) => {
            return Ok(headerless(
                rows.first().map_or(1, |row| row.line),
                "No header: said so by the profile.",
            ));
        }
        Some(line) => {
            if let Some(at) = rows
                .iter()
                .position(|row| (row.line..row.line + row.lines).contains(&line))
            {
                return Ok(with_group(&rows, at, "The header line was given."));
            }
            return Err(NoTable::NotThere(line));
        }
        None => {}
    }
    let near = rows.iter().take_while(|row| row.line <= HEADER_LINES).count();
    let typed = typed_columns(&rows, width);
    let is_names = |row: &Row| is_header_like(row, width) || names_days(row, &typed);
    let body = rows
        .iter()
        .take(near)
        .position(|row| is_body(row, &typed) && !names_days(row, &typed));
    let above = body.unwrap_or(near);
    let widest = rows
        .iter()
        .take(above)
        .filter(|row| is_names(row))
        .map(|row| row.filled())
        .max();
    let mut candidates = (0..above).filter(|&at| {
        let Some(row) = rows.get(at) else { return false };
        is_names(row) && row.filled() * 5 >= widest.unwrap_or(0) * 4
    });
    // Two columns: names and values before the table look like a header, so the last one counts.
    let at = if width == 2 && body.is_some() {
        candidates.next_back()
    } else {
        candidates.next()
    };
    if width == 1 && !typed.is_empty() {
        let prose = rows.iter().take(above).filter(|row| !row.is_ruler()).count();
        if prose > 2 || (body.is_none() && rows.len() > near) {
            return Err(NoTable::Prose);
        }
    }
    if let Some(at) = at {
        let recurring = typed.is_empty() && recurs(&rows, at);
        if !recurring {
            return Ok(with_group(&rows, at, ""));
        }
    }
    let first_wide = rows.iter().take(near).find(|row| {
        row.cells.len() == width
            || (width > 2 && row.cells.len() + 1 == width)
            || (width > 2 && row.filled() + 1 >= width)
    });
    match first_wide {
        Some(row) => {
            let note = "No header: the first line looks like the rows below it; columns are named by position.";
            Ok(headerless(row.line, note))
        }
        None => Err(NoTable::Nothing),
    }
}

fn headerless(line: u64, note: &str) -> Head {
    Head {
        names: None,
        first_line: line,
        header_line: None,
        body_line: line,
        note: note.to_owned(),
    }
}

/// The header at a row, with the group names above it or the units below it.
fn with_group(rows: &[&Row], at: usize, note: &str) -> Head {
    let Some(row) = rows.get(at) else {
        return headerless(1, note);
    };
    let mut note = match note {
        "" => format!("Header in line {}.", row.line),
        given => given.to_owned(),
    };
    let mut names = row.cells.clone();
    let mut first_line = row.line;
    let mut body_line = row.line + row.lines;
    let below = rows.get(at + 1).filter(|below| below.line == row.line + row.lines);
    let above = at
        .checked_sub(1)
        .and_then(|above| rows.get(above))
        .filter(|up| up.line + up.lines == row.line);
    if let Some(units) = below.filter(|below| is_units(below)) {
        for (column, name) in names.iter_mut().enumerate() {
            let unit = units.text(column);
            if !unit.is_empty() {
                *name = format!("{} / {unit}", name.trim());
            }
        }
        body_line = units.line + units.lines;
        note.push_str(" The line below holds the units.");
    } else if let Some(groups) = above.filter(|above| has_duplicates(row) && is_group(above)) {
        let mut group = String::new();
        for (column, name) in names.iter_mut().enumerate() {
            let own = groups.text(column);
            if !own.is_empty() {
                group = own.to_owned();
            }
            if !group.is_empty() && !name.trim().is_empty() {
                *name = format!("{group} / {}", name.trim());
            }
        }
        first_line = groups.line;
        note.push_str(" The line above holds the groups.");
    }
    Head {
        names: Some(names),
        first_line,
        header_line: Some(row.line),
        body_line,
        note,
    }
}

/// Columns that hold numbers or dates in the lower half of the rows.
fn typed_columns(rows: &[&Row], width: usize) -> Vec<(usize, Kind)> {
    // A logger that starts anew writes its header again.
    let is_again = |at: usize, row: &Row| {
        let texts = row.kinds.iter().all(|kind| matches!(kind, Kind::Text | Kind::Blank));
        texts && rows.iter().take(at).any(|other| other.cells == row.cells)
    };
    let half = rows.len() / 2;
    let lower = rows.iter().enumerate().skip(half);
    let lower: Vec<&&Row> = lower
        .filter(|(at, row)| !is_again(*at, row))
        .map(|(_, row)| row)
        .collect();
    let mut typed = Vec::new();
    for column in 0..width {
        let (mut numbers, mut dates, mut filled) = (0_usize, 0_usize, 0_usize);
        for row in lower.iter().filter(|row| row.cells.len() + 1 >= width) {
            match row.kinds.get(column) {
                Some(Kind::Number) => numbers += 1,
                Some(Kind::Date) => dates += 1,
                Some(Kind::Text) => {}
                Some(Kind::Blank) | None => continue,
            }
            filled += 1;
        }
        if filled > 0 && (numbers + dates) * 10 >= filled * 9 {
            typed.push((column, if numbers >= dates { Kind::Number } else { Kind::Date }));
        }
    }
    typed
}

/// Whether a row has numbers and dates where the rows below have them.
fn is_body(row: &Row, typed: &[(usize, Kind)]) -> bool {
    let (mut filled, mut alike) = (0_usize, 0_usize);
    for (column, kind) in typed {
        match row.kinds.get(*column) {
            Some(Kind::Blank) | None => {}
            Some(seen) => {
                filled += 1;
                alike += usize::from(seen == kind || (seen.is_typed() && typed.len() > 2));
            }
        }
    }
    alike > 0 && alike * 5 >= filled * 3 && filled * 2 >= typed.len().min(row.cells.len()) && !is_numbered(row)
}

/// Mostly distinct texts over most of the width.
fn is_header_like(row: &Row, width: usize) -> bool {
    let filled = row.filled();
    let texts = row.kinds.iter().filter(|kind| **kind == Kind::Text).count();
    let distinct: HashSet<String> = row
        .cells
        .iter()
        .map(|cell| cell.trim().to_lowercase())
        .filter(|cell| !cell.is_empty())
        .collect();
    filled * 2 >= width
        && filled > 0
        && (texts * 5 >= filled * 4 || is_numbered(row))
        && distinct.len() * 2 >= filled
        && row.cells.iter().all(|cell| cell.chars().count() <= 200)
        && !row.is_ruler()
}

/// Texts, and two or more days over columns that hold numbers: a table with a column for each day.
fn names_days(row: &Row, typed: &[(usize, Kind)]) -> bool {
    let days: Vec<&str> = (row.kinds.iter().enumerate())
        .filter(|(_, kind)| **kind == Kind::Date)
        .map(|(column, _)| row.text(column))
        .collect();
    let over = |column: usize, kind: Kind| typed.contains(&(column, kind));
    let mut dated = row.kinds.iter().enumerate().filter(|(_, kind)| **kind == Kind::Date);
    days.len() >= 2
        && dated.any(|(column, _)| over(column, Kind::Number))
        && days.iter().collect::<HashSet<_>>().len() == days.len()
        && row.kinds.contains(&Kind::Text)
        && row.kinds.iter().enumerate().all(|(column, kind)| match kind {
            Kind::Date => !over(column, Kind::Date),
            Kind::Number => false,
            Kind::Text | Kind::Blank => true,
        })
}

/// A text and then consecutive whole numbers: months, days or factors as names.
fn is_numbered(row: &Row) -> bool {
    let mut numbers = row
        .cells
        .iter()
        .filter(|cell| !is_blank(cell))
        .map(|cell| cell.trim().parse::<i64>());
    if !matches!(numbers.next(), Some(Err(_))) || row.kinds.first() == Some(&Kind::Date) {
        return false;
    }
    let mut last = None;
    let mut count = 0;
    for number in numbers {
        match (number, last) {
            (Ok(number), None) => last = Some(number),
            (Ok(number), Some(before)) if number == before + 1 => last = Some(number),
            _ => return false,
        }
        count += 1;
    }
    count >= 3
}

/// Whether the cells of a row come again below, in their own columns, so that it is a row itself.
fn recurs(rows: &[&Row], at: usize) -> bool {
    let Some(row) = rows.get(at) else { return false };
    let below = rows.get(at + 1..).unwrap_or_default();
    let again = (0..row.cells.len()).filter(|&column| {
        let text = row.text(column);
        !text.is_empty() && below.iter().any(|other| other.text(column) == text)
    });
    !below.is_empty() && again.count() * 2 >= row.filled()
}

fn has_duplicates(row: &Row) -> bool {
    let mut seen = HashSet::new();
    row.cells
        .iter()
        .map(|cell| cell.trim())
        .filter(|cell| !cell.is_empty())
        .any(|cell| !seen.insert(cell))
}

/// Several distinct texts with room between them.
fn is_group(row: &Row) -> bool {
    let filled = row.filled();
    let texts = row.kinds.iter().filter(|kind| **kind == Kind::Text).count();
    filled >= 2 && filled < row.cells.len() && texts == filled && !has_duplicates(row)
}

/// Units in brackets, or bare ones, under the names.
fn is_units(row: &Row) -> bool {
    const UNITS: &[&str] = &[
        "kg", "g", "t", "mt", "lb", "pcs", "pc", "stk", "st", "h", "min", "s", "sec", "ms", "mm", "cm", "m", "m2",
        "m3", "l", "kw", "kwh", "mwh", "%", "°c", "c", "k", "bar", "mbar", "pa", "kpa", "mpa", "rpm", "nm", "v", "a",
        "hz", "nos", "mtrs", "eur", "usd", "€", "$", "uom", "-",
    ];
    let mut units = 0;
    for cell in &row.cells {
        let cell = cell.trim();
        if cell.is_empty() {
            continue;
        }
        let bracketed =
            (cell.starts_with('[') && cell.ends_with(']')) || (cell.starts_with('(') && cell.ends_with(')'));
        if !bracketed && !UNITS.contains(&cell.to_lowercase().as_str()) {
            return false;
        }
        units += 1;
    }
    units >= 2
}

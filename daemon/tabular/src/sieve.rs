//! Gives every row its fate: data, blank, ruler, repeated header, total, footer, or bad.
//!
//! - A row leaves the data only for a reason that can be told: nothing in it, drawn lines, the header again, a word for
//!   a total, or numbers that equal the sum of the rows above while every key cell is empty.
//! - A row that only looks like a total is held back until the next row decides: in the middle it is data; at the end
//!   it is a total that does not agree, and the file says so.

use std::ops::ControlFlow;

use plant_core::balance::Balance;
use plant_core::table::Problem;

use crate::cell::{Kind, is_blank, kind, shortened};
use crate::plan::Plan;
use crate::totals::{Check, Totals};
use crate::words::{self, Footer, Word};
use crate::{Line, ReadError, SetAsideKind};

/// Ragged rows that a total may name.
const RAGGED_NAMED: usize = 5;
/// Rows that may be held back as possible totals.
const HELD_ROWS: usize = 1_000;
/// Remarks about single lines that are kept; more are counted.
const REMARKS: u64 = 100;
/// Characters of an offending text that are kept.
const VALUE_CHARACTERS: usize = 200;

/// Unconfirmed words for a total from which such words are taken for data.
const WORDS_AS_DATA: u64 = 3;

/// Whether words for a total are totals and no data, where so many rows have one, so many of them without a sum that
/// confirms it.
pub(crate) fn words_are_totals(all: u64, unconfirmed: u64) -> bool {
    unconfirmed < WORDS_AS_DATA || all > unconfirmed * 2
}

/// Where rows go.
pub(crate) type Each<'e> = &'e mut dyn FnMut(Line<'_>) -> ControlFlow<()>;

/// Sees the text of a line that may be a row; takes it where it is known to be one, however it stands.
pub(crate) type Known<'k> = &'k mut dyn FnMut(u64, &[u8]) -> bool;

/// A row held back.
#[derive(Debug)]
struct Held {
    line: u64,
    lines: u64,
    cells: Vec<String>,
    check: Check,
}

/// One reading of the rows.
#[derive(Debug)]
pub(crate) struct Sieve<'p> {
    plan: &'p Plan,
    totals: Totals,
    /// The sums with the rows that were put aside for their number of cells, once there is one, and the lines of those.
    ragged: Option<(Totals, Vec<u64>)>,
    held: Vec<Held>,
    footer: Option<(u64, u64)>,
    pub(crate) balance: Balance,
    pub(crate) remarks: Vec<Problem>,
    remarks_seen: u64,
    /// Rows with a word for a total that no sum confirms.
    pub(crate) unconfirmed_words: u64,
    /// Rows that looked like totals.
    pub(crate) candidates: u64,
}

impl<'p> Sieve<'p> {
    pub(crate) fn new(plan: &'p Plan) -> Sieve<'p> {
        Sieve {
            plan,
            totals: Totals::new(&plan.numeric, &plan.texts, plan.decimal),
            ragged: None,
            held: Vec::new(),
            footer: None,
            balance: Balance::default(),
            remarks: Vec::new(),
            remarks_seen: 0,
            unconfirmed_words: 0,
            candidates: 0,
        }
    }

    /// A line that was decided before: header or preamble.
    pub(crate) fn aside(&mut self, line: u64, kind: SetAsideKind, text: &str, each: Each<'_>) -> ControlFlow<()> {
        *match kind {
            SetAsideKind::Preamble => &mut self.balance.preamble,
            SetAsideKind::Header => &mut self.balance.header,
            SetAsideKind::Ruler => &mut self.balance.ruler,
            SetAsideKind::Total | SetAsideKind::Footer => &mut self.balance.total,
            SetAsideKind::Blank => &mut self.balance.blank,
        } += 1;
        each(Line::SetAside { line, kind, text })
    }

    /// A line without usable cells.
    pub(crate) fn bad(
        &mut self,
        line: u64,
        lines: u64,
        code: &str,
        text: String,
        value: &str,
        each: Each<'_>,
    ) -> ControlFlow<()> {
        self.balance.quarantined += 1;
        self.balance.continued += lines.saturating_sub(1);
        each(Line::Bad(Problem {
            line,
            column: None,
            code: code.to_owned(),
            text: format!("line {line}: {text}"),
            value: Some(shortened(value, VALUE_CHARACTERS)),
            quarantined: true,
        }))
    }

    /// A row of cells. `whole` is false for a last line without a line end.
    pub(crate) fn row(
        &mut self,
        line: u64,
        lines: u64,
        cells: &mut Vec<&str>,
        whole: bool,
        each: Each<'_>,
    ) -> Result<ControlFlow<()>, ReadError> {
        let width = self.plan.header.len();
        if cells.iter().all(|cell| is_blank(cell)) {
            self.balance.continued += lines.saturating_sub(1);
            return Ok(self.aside(line, SetAsideKind::Blank, "", each));
        }
        if let Some(kind) = self.furniture(line, cells) {
            return Ok(self.set(line, lines, kind, cells, each));
        }
        let seen = cells.len();
        while cells.len() > width && cells.last().is_some_and(|cell| is_blank(cell)) {
            cells.pop();
        }
        let cut = !whole && cells.len() < width && self.plan.keys.iter().any(|key| *key >= cells.len());
        if cells.len() > width || !self.plan.fits.contains(&cells.len()) || cut {
            let text = if seen == 1 && width > 1 {
                format!("1 cell where the header has {width}: no row of the table")
            } else {
                format!("{seen} cells where the header has {width}")
            };
            let value = cells.join(" | ");
            self.ragged(line, cells);
            return Ok(self.bad(line, lines, "ragged_row", text, &value, each));
        }
        cells.resize(width, "");
        if self.balance.taken >= self.plan.rows_limit {
            return Err(ReadError::TooManyRows {
                line,
                limit: self.plan.rows_limit,
            });
        }
        if let Some(flow) = self.total(line, lines, cells, each) {
            return Ok(flow);
        }
        if self.give_held(each).is_break() {
            return Ok(ControlFlow::Break(()));
        }
        Ok(self.give(line, lines, cells, each))
    }

    /// Whether a line may be a row by what is known of it alone: nothing depends on its cells.
    pub(crate) fn takes_known(&self) -> bool {
        !self.plan.sums && self.held.is_empty() && self.balance.taken < self.plan.rows_limit
    }

    /// Counts a line that is known to be a row.
    pub(crate) fn known(&mut self) {
        self.balance.taken += 1;
    }

    fn give(&mut self, line: u64, lines: u64, cells: &[&str], each: Each<'_>) -> ControlFlow<()> {
        if self.plan.sums {
            self.totals.add(cells);
            if let Some((totals, _)) = &mut self.ragged {
                totals.add(cells);
            }
        }
        self.balance.taken += 1;
        self.balance.continued += lines.saturating_sub(1);
        each(Line::Row { line, cells })
    }

    fn set(&mut self, line: u64, lines: u64, kind: SetAsideKind, cells: &[&str], each: Each<'_>) -> ControlFlow<()> {
        self.balance.continued += lines.saturating_sub(1);
        let filled: Vec<&str> = cells
            .iter()
            .map(|cell| cell.trim())
            .filter(|cell| !cell.is_empty())
            .collect();
        let text = shortened(&filled.join(" | "), VALUE_CHARACTERS);
        self.aside(line, kind, &text, each)
    }

    /// Rulers, the header again, page marks and footers.
    fn furniture(&mut self, line: u64, cells: &[&str]) -> Option<SetAsideKind> {
        let mut filled = cells.iter().filter(|cell| !is_blank(cell));
        let first = filled.next()?;
        let lead = first.trim_start().chars().next()?;
        if (matches!(lead, '-' | '=' | '_' | '|' | '+') || lead > '\u{24ff}') && words::is_ruler(cells) {
            return Some(SetAsideKind::Ruler);
        }
        if !self.plan.raw_header.is_empty() && self.is_header(cells) {
            return Some(SetAsideKind::Ruler);
        }
        let second = filled.next();
        if filled.next().is_some() || (second.is_some() && self.plan.header.len() < 3) || first.len() > 120 {
            return None;
        }
        let text = match second {
            Some(second) => format!("{} {}", first.trim(), second.trim()),
            None => (*first).trim().to_owned(),
        };
        match words::footer(&text)? {
            Footer::Page => Some(SetAsideKind::Ruler),
            Footer::End => Some(SetAsideKind::Footer),
            Footer::Rows(rows) => {
                self.footer = Some((line, rows));
                Some(SetAsideKind::Footer)
            }
        }
    }

    fn is_header(&self, cells: &[&str]) -> bool {
        let header = &self.plan.raw_header;
        let empty = String::new();
        let same = |at: usize| {
            let cell = cells.get(at).map(|cell| cell.trim()).unwrap_or_default();
            cell == header.get(at).unwrap_or(&empty).trim()
        };
        (0..header.len().max(cells.len())).all(same)
    }

    /// Decides whether a row is a total; `None` for data.
    fn total(&mut self, line: u64, lines: u64, cells: &[&str], each: Each<'_>) -> Option<ControlFlow<()>> {
        // Without sums nothing can confirm a row that has no word for a total.
        let keyless = self.plan.sums && self.is_keyless(cells);
        let word = if keyless { Word::None } else { self.word(cells) };
        if word == Word::None && !keyless {
            return None;
        }
        self.candidates += 1;
        let check = if self.plan.sums {
            self.totals.check(cells, word != Word::None)
        } else {
            Check::default()
        };
        let agrees = check.telling && check.different.is_empty();
        if agrees {
            self.close_groups();
            return Some(self.set(line, lines, SetAsideKind::Total, cells, each));
        }
        if let Some(lines_of) = self.sums_ragged(cells, word != Word::None) {
            let text = format!(
                "the total in line {line} is right with the numbers of {lines_of}, which {} put aside and not counted",
                if lines_of.starts_with("lines") { "were" } else { "was" }
            );
            self.remark(line, "total_mismatch", text);
            self.close_groups();
            return Some(self.set(line, lines, SetAsideKind::Total, cells, each));
        }
        if word == Word::Whole {
            self.unconfirmed_words += u64::from(!check.telling);
            if !self.plan.trust_words && !check.telling {
                return None;
            }
            self.mismatch(line, &check);
            self.close_groups();
            return Some(self.set(line, lines, SetAsideKind::Total, cells, each));
        }
        if keyless && self.held.len() < HELD_ROWS {
            let cells = cells.iter().map(|cell| (*cell).to_owned()).collect();
            self.held.push(Held {
                line,
                lines,
                cells,
                check,
            });
            return Some(ControlFlow::Continue(()));
        }
        None
    }

    fn close_groups(&mut self) {
        self.totals.close_group();
        if let Some((totals, _)) = &mut self.ragged {
            totals.close_group();
        }
    }

    /// A row with too many or too few cells: a total below it may have its numbers.
    fn ragged(&mut self, line: u64, cells: &[&str]) {
        if !self.plan.sums {
            return;
        }
        let (totals, lines) = self.ragged.get_or_insert_with(|| (self.totals.clone(), Vec::new()));
        totals.add(cells);
        if lines.len() < RAGGED_NAMED {
            lines.push(line);
        }
    }

    /// The ragged rows whose numbers a total has, in words, where it has just those.
    fn sums_ragged(&self, cells: &[&str], has_word: bool) -> Option<String> {
        let (totals, lines) = self.ragged.as_ref()?;
        let check = totals.check(cells, has_word);
        (check.telling && check.different.is_empty()).then_some(())?;
        let named: Vec<String> = lines.iter().map(u64::to_string).collect();
        Some(match named.as_slice() {
            [one] => format!("line {one}"),
            several if several.len() < RAGGED_NAMED => format!("lines {}", several.join(", ")),
            several => format!("lines {} and perhaps more", several.join(", ")),
        })
    }

    /// The word for a total in the first filled cell of a row that has only numbers beside it.
    fn word(&self, cells: &[&str]) -> Word {
        let mut filled = cells.iter().filter(|cell| !is_blank(cell));
        let Some(first) = filled.next().filter(|first| first.len() <= 60) else {
            return Word::None;
        };
        let mut word = words::total(first);
        // A pivot table repeats the label of the group before that of its total; the sums must confirm such a row.
        let second = filled.clone().next().filter(|second| second.len() <= 60);
        if word == Word::None
            && let Some(second) = second
            && cells.iter().any(|cell| is_blank(cell))
            && kind(second) == Kind::Text
            && words::total(second) != Word::None
        {
            filled.next();
            word = Word::Part;
        }
        if word == Word::None || (cells.len() == 1 && kind(first) != Kind::Text) {
            return Word::None;
        }
        let short = |cell: &&str| cell.trim().chars().count() <= 3 || words::total(cell) == Word::Whole;
        if filled.all(|cell| kind(cell) != Kind::Text || short(cell)) {
            word
        } else {
            Word::None
        }
    }

    /// Whether the key cells are empty and only numbers are left, with the unit or the currency beside them.
    fn is_keyless(&self, cells: &[&str]) -> bool {
        let filled = |at: usize| cells.get(at).is_some_and(|cell| !is_blank(cell));
        let blank_keys = self.plan.keys.iter().filter(|key| !filled(**key)).count();
        if blank_keys * 2 <= self.plan.keys.len() {
            return false;
        }
        let number = |at: usize| filled(at) && self.plan.numeric.contains(&at);
        cells
            .iter()
            .enumerate()
            .filter(|(_, cell)| !is_blank(cell))
            .all(|(at, cell)| {
                let beside = at.checked_sub(1).is_some_and(number) || number(at + 1);
                kind(cell) == Kind::Number
                    || (beside && cell.trim().chars().count() <= 4 && !self.plan.numeric.contains(&at))
            })
    }

    /// Rows that were held back are data: a row of the table follows them.
    fn give_held(&mut self, each: Each<'_>) -> ControlFlow<()> {
        if self.held.is_empty() {
            return ControlFlow::Continue(());
        }
        for held in std::mem::take(&mut self.held) {
            let cells: Vec<&str> = held.cells.iter().map(String::as_str).collect();
            self.give(held.line, held.lines, &cells, each)?;
        }
        ControlFlow::Continue(())
    }

    /// Ends the reading: what was held back stands at the end and is a total, if it is as sparse as one.
    pub(crate) fn end(&mut self, each: Each<'_>) -> ControlFlow<()> {
        for held in std::mem::take(&mut self.held) {
            let cells: Vec<&str> = held.cells.iter().map(String::as_str).collect();
            let filled = cells.iter().filter(|cell| !is_blank(cell)).count();
            let sparse = filled <= 2 && filled * 3 <= cells.len() && self.plan.keys.len() >= 3;
            if sparse {
                if !held.check.different.is_empty() {
                    self.mismatch(held.line, &held.check);
                }
                self.set(held.line, held.lines, SetAsideKind::Total, &cells, each)?;
            } else {
                self.give(held.line, held.lines, &cells, each)?;
            }
        }
        if let Some((line, stated)) = self.footer {
            let rows = self.balance.taken + self.balance.quarantined;
            if rows != stated {
                let text = format!("line {line} says {stated} rows, but the file has {rows}");
                self.remarks.push(remark(line, "truncated", text));
            }
        }
        if self.remarks_seen > REMARKS {
            let text = format!(
                "{} remarks about single lines in all; the first {REMARKS} are listed",
                self.remarks_seen
            );
            self.remarks.push(remark(0, "more_remarks", text));
        }
        ControlFlow::Continue(())
    }

    fn mismatch(&mut self, line: u64, check: &Check) {
        if !self.plan.sums {
            self.remark(
                line,
                "total_unchecked",
                format!("the total in line {line} was set aside without a check"),
            );
            return;
        }
        for (column, sum) in &check.different {
            let name = self.plan.header.get(*column).cloned().unwrap_or_default();
            let text =
                format!("the total in line {line} does not equal the sum of the rows of {name:?}, which is {sum}");
            let mut problem = remark(line, "total_mismatch", text);
            problem.column = Some(name);
            self.push_remark(problem);
        }
    }

    /// Notes something about a line that is taken or set aside all the same.
    pub(crate) fn remark(&mut self, line: u64, code: &str, text: String) {
        self.push_remark(remark(line, code, text));
    }

    fn push_remark(&mut self, problem: Problem) {
        self.remarks_seen += 1;
        if self.remarks_seen <= REMARKS {
            self.remarks.push(problem);
        }
    }
}

fn remark(line: u64, code: &str, text: String) -> Problem {
    Problem {
        line,
        column: None,
        code: code.to_owned(),
        text,
        value: None,
        quarantined: false,
    }
}

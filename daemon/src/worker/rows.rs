//! The rows of a file on their way to the daemon: typed, or known from an earlier version of it.

use std::io::{Read, Write};
use std::ops::ControlFlow;

use plant_core::balance::Balance;
use plant_core::job::{FrameTag, IngestEnd, Refusal};
use plant_core::mark::Mark;
use plant_core::state::{Reason, ReasonCode};
use plant_core::table::Problem;
use plant_mapping::shape::Row;
use plant_mapping::{Typed, Typer};
use plant_rows::{BLOCK_ROWS, Sheet, Writer, line_hash};
use plant_tabular::{Line, ReadError};

use super::frames::FrameWriter;
use super::unread::{tell_unread, unreadable};
use super::window::Window;

/// Problems sent in one frame.
const PROBLEM_CHUNK: usize = 500;
/// Problems kept in detail; the rest is counted only.
const PROBLEMS_KEPT: u64 = 10_000;
/// A file with a larger share of unusable rows is held (when there are at least as many as the next figure).
const BAD_ROWS_SHARE: f64 = 0.2;
/// See [`BAD_ROWS_SHARE`].
const BAD_ROWS_LEAST: u64 = 3;
/// Collects rows and sends them in blocks.
pub struct Rows<'o, W: Write, R> {
    frames: &'o mut FrameWriter<W>,
    typer: Typer,
    /// Lines of an earlier version.
    earlier: Option<Window<R>>,
    /// Room that a block keeps, so that the rows of a line stand in one.
    reserve: usize,
    block: Writer,
    sheet: Sheet,
    /// The line that is read, and the hash of its text.
    at: (u64, u64),
    problems: Vec<Problem>,
    problems_seen: u64,
    /// Lines of which no row is taken in.
    quarantined: u64,
    /// Lines of which a row is.
    taken: u64,
    /// Rows that are.
    made: u64,
    /// Rows that are put aside.
    aside: u64,
    /// The line of the last row, and whether a row of it is taken in.
    last: (u64, bool),
    known: u64,
    broken: Option<std::io::Error>,
    /// Whether no line may be quoted, because some cell names an operator.
    hides: bool,
}

impl<'o, W: Write, R: Read> Rows<'o, W, R> {
    /// `reserve` is how many rows more a line may become.
    pub fn new(
        frames: &'o mut FrameWriter<W>,
        typer: Typer,
        earlier: Option<Window<R>>,
        reserve: usize,
    ) -> Rows<'o, W, R> {
        Rows {
            frames,
            hides: typer.hidden().contains(&true),
            typer,
            earlier,
            reserve,
            block: Writer::default(),
            sheet: Sheet::default(),
            at: (0, 0),
            problems: Vec::new(),
            problems_seen: 0,
            quarantined: 0,
            taken: 0,
            made: 0,
            aside: 0,
            last: (0, false),
            known: 0,
            broken: None,
        }
    }

    /// Takes a line by its text where an earlier version has it.
    pub fn knows(&mut self, line: u64, text: &[u8]) -> bool {
        self.at = (line, line_hash(text));
        let Some(earlier) = self.earlier.as_mut().filter(|_| self.broken.is_none()) else {
            return false;
        };
        let (number, seen) = match earlier.find(self.at.1) {
            Ok(Some(found)) => found,
            Ok(None) => return false,
            Err(error) => {
                self.broken = Some(error);
                return false;
            }
        };
        self.typer.known(seen);
        self.taken += 1;
        self.made += 1;
        self.known += 1;
        self.sheet.lines.push(line);
        // A version with more lines is followed by none.
        self.sheet.known.push(u32::try_from(number + 1).unwrap_or_default());
        self.block.leave(text.len());
        if let Err(error) = self.send_full() {
            self.broken = Some(error);
        }
        true
    }

    pub fn line(&mut self, line: Line<'_>, repeats: &[bool]) -> ControlFlow<()> {
        if self.broken.is_some() {
            return ControlFlow::Break(());
        }
        let written = match line {
            Line::Row { line, cells } => self.row(line, Row { cells, repeats }),
            Line::Bad(mut problem) => {
                // It quotes the line, and where in it an operator is named is not known.
                problem.value = problem.value.filter(|_| !self.hides);
                self.remark(vec![problem])
            }
            Line::SetAside { .. } => Ok(()),
        };
        match written {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.broken = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn row(&mut self, line: u64, row: Row<'_>) -> std::io::Result<()> {
        if self.sheet.lines.last().is_some_and(|last| *last != line) {
            self.send_full()?;
        }
        match self.typer.made(line, row) {
            Typed::Record(record, remarks) => {
                self.count(line, true);
                self.sheet.lines.push(line);
                self.sheet.known.push(0);
                self.sheet.marks.push(Mark {
                    text: match self.typer.is_plain() && self.at.0 == line {
                        true => self.at.1,
                        false => 0,
                    },
                    ..Mark::of(&record)
                });
                self.block.push(&record);
                self.remark(remarks)
            }
            Typed::Quarantine(problem) => {
                self.count(line, false);
                self.remark(vec![problem])
            }
        }
    }

    /// A line is taken in where one of its rows is.
    fn count(&mut self, line: u64, is_taken: bool) {
        *(if is_taken { &mut self.made } else { &mut self.aside }) += 1;
        match self.last {
            (last, was_taken) if last == line => {
                if is_taken && !was_taken {
                    self.quarantined -= 1;
                    self.taken += 1;
                    self.last = (line, true);
                }
            }
            _ => {
                *(if is_taken {
                    &mut self.taken
                } else {
                    &mut self.quarantined
                }) += 1;
                self.last = (line, is_taken);
            }
        }
    }

    fn send_full(&mut self) -> std::io::Result<()> {
        match self.block.is_full() || self.sheet.len() + self.reserve >= BLOCK_ROWS {
            true => self.send_block(),
            false => Ok(()),
        }
    }

    fn send_block(&mut self) -> std::io::Result<()> {
        let sheet = std::mem::take(&mut self.sheet);
        let block: Option<Vec<u8>> = self.block.finish().map_err(std::io::Error::other)?;
        if !sheet.is_empty() {
            self.frames.bytes(FrameTag::Sheet, &sheet.to_bytes())?;
        }
        if let Some(block) = block {
            self.frames.bytes(FrameTag::Block, &block)?;
        }
        Ok(())
    }

    fn remark(&mut self, problems: Vec<Problem>) -> std::io::Result<()> {
        for problem in problems {
            self.problems_seen += 1;
            if self.problems_seen <= PROBLEMS_KEPT {
                self.problems.push(problem);
            }
        }
        if self.problems.len() >= PROBLEM_CHUNK {
            self.send_problems()?;
        }
        Ok(())
    }

    /// Tells how the reading ended.
    pub fn end(
        mut self,
        balance: Result<Balance, ReadError>,
        file_problems: Vec<Problem>,
        looked: Option<String>,
    ) -> anyhow::Result<()> {
        match balance {
            Ok(balance) => match self.broken.take() {
                Some(error) => Err(error.into()),
                // What was read of a row before it is lost where that was known.
                None if self.known > 0 && self.typer.plan().depends_on_rows => {
                    self.frames.bytes(FrameTag::Unfit, &[])?;
                    self.frames.flush()?;
                    Ok(())
                }
                None => self.finish(balance, file_problems, looked),
            },
            Err(ReadError::Io(error)) => tell_unread(self.frames, &error),
            Err(error) => {
                self.frames.json(FrameTag::End, &refused(error))?;
                self.frames.flush()?;
                Ok(())
            }
        }
    }

    fn send_problems(&mut self) -> std::io::Result<()> {
        if !self.problems.is_empty() {
            self.frames.json(FrameTag::Quarantine, &self.problems)?;
            self.problems.clear();
        }
        Ok(())
    }

    fn finish(mut self, scanned: Balance, file_problems: Vec<Problem>, looked: Option<String>) -> anyhow::Result<()> {
        self.send_block()?;
        self.send_problems()?;
        let plan = self.typer.plan().clone();
        let typed = self.typer.finish();
        // What the reader gave as rows was taken in, or set aside by the typing.
        let given = self.taken + self.quarantined;
        let mut balance = scanned;
        balance.taken = scanned.taken - given.min(scanned.taken) + self.taken;
        balance.quarantined = scanned.quarantined + self.quarantined;
        balance.made = self.made - self.taken;
        let refusal = refusal(&balance, self.made, scanned.quarantined + self.aside, &file_problems);
        let tier = plant_core::tier::assess(&typed.tier_input);
        let mut warnings = typed.warnings;
        warnings.extend(file_problems);
        if self.problems_seen > PROBLEMS_KEPT {
            warnings.push(Problem {
                line: 0,
                column: None,
                code: "more_problems".to_owned(),
                text: format!(
                    "{} problems in all; the first {PROBLEMS_KEPT} are kept in detail",
                    self.problems_seen
                ),
                value: None,
                quarantined: false,
            });
        }
        self.frames.json(
            FrameTag::End,
            &IngestEnd {
                balance,
                warnings,
                tier,
                refusal,
                first_day: typed.first_day,
                last_day: typed.last_day,
                plan: Some(plan),
                looked,
            },
        )?;
        self.frames.flush()?;
        Ok(())
    }
}

/// Why a file that was read, with so many rows taken in and put aside, must not be committed.
fn refusal(balance: &Balance, taken: u64, aside: u64, file_problems: &[Problem]) -> Option<Refusal> {
    let reason = |code, text| Some(Refusal::Hold(Reason { code, text }));
    if !balance.closes() {
        let text = format!(
            "{} physical lines, but {} are accounted for: the row balance does not close",
            balance.physical,
            balance.accounted()
        );
        return Some(Refusal::Fail(Reason {
            code: ReasonCode::BalanceOpen,
            text,
        }));
    }
    if let Some(problem) = file_problems.iter().find(|problem| problem.code == "truncated") {
        return reason(ReasonCode::Truncated, problem.text.clone());
    }
    let rows = taken + aside;
    let share = aside as f64 / rows.max(1) as f64;
    if aside >= BAD_ROWS_LEAST && share > BAD_ROWS_SHARE {
        let text = format!("{aside} of {rows} rows could not be used (more than one in five)");
        return reason(ReasonCode::TooManyBadRows, text);
    }
    None
}

fn refused(error: ReadError) -> IngestEnd {
    IngestEnd {
        balance: Balance::default(),
        warnings: Vec::new(),
        tier: plant_core::model::TierView::default(),
        refusal: Some(unreadable(&error)),
        first_day: None,
        last_day: None,
        plan: None,
        looked: None,
    }
}

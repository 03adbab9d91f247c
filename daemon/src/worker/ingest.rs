//! Reading one file: layout, columns, decision, then its rows as blocks.

use std::fs::File;
use std::io::Write;
use std::ops::ControlFlow;

use plant_core::balance::Balance;
use plant_core::header::fingerprint;
use plant_core::job::{Decision, FrameTag, IngestEnd, IngestHead, IngestOrder, Refusal, Unread};
use plant_core::state::{Reason, ReasonCode};
use plant_core::table::{LayoutHints, Problem};
use plant_mapping::{ColumnFacts, ColumnScan, Typed, Typer};
use plant_rows::Writer;
use plant_tabular::{Document, Limits, Line, ReadError};

use super::frames::FrameWriter;

/// Problems sent in one frame.
const PROBLEM_CHUNK: usize = 500;
/// Problems kept in detail; the rest is counted only.
const PROBLEMS_KEPT: u64 = 10_000;
/// A file with a larger share of unusable rows is held (when there are at least as many as the next figure).
const BAD_ROWS_SHARE: f64 = 0.2;
/// See [`BAD_ROWS_SHARE`].
const BAD_ROWS_LEAST: u64 = 3;

/// Takes the file in, or says why not.
pub fn ingest<W: Write>(order: &IngestOrder, file: File, frames: &mut FrameWriter<W>) -> anyhow::Result<()> {
    let (mut document, facts, head) = match examine(order, file) {
        Ok(examined) => examined,
        Err(error) => return tell_unexamined(frames, error),
    };
    frames.json(FrameTag::Head, &head)?;
    let Decision::Take { profile, .. } = &head.decision else {
        frames.flush()?;
        return Ok(());
    };
    let mut rows = Rows {
        frames,
        typer: Typer::new(profile, document.layout(), &facts, order),
        block: Writer::default(),
        problems: Vec::new(),
        problems_seen: 0,
        quarantined: 0,
        taken: 0,
        broken: None,
    };
    let balance = document.scan(&mut |line| rows.line(line));
    let end = match balance {
        Ok(balance) => {
            if let Some(error) = rows.broken.take() {
                return Err(error.into());
            }
            rows.finish(balance, document.problems())?
        }
        Err(ReadError::Io(error)) => return tell_unread(frames, &error),
        Err(error) => refused(error),
    };
    frames.json(FrameTag::End, &end)?;
    frames.flush()?;
    Ok(())
}

/// Says what the columns could be.
pub fn suggest<W: Write>(order: &IngestOrder, file: File, frames: &mut FrameWriter<W>) -> anyhow::Result<()> {
    match examine(order, file) {
        Ok((_, _, head)) => tell(frames, &head),
        Err(error) => tell_unexamined(frames, error),
    }
}

/// Says why the file could not be looked at: for what is in it, or because the system failed to read it.
fn tell_unexamined<W: Write>(frames: &mut FrameWriter<W>, error: ReadError) -> anyhow::Result<()> {
    if let ReadError::Io(error) = &error {
        return tell_unread(frames, error);
    }
    tell(
        frames,
        &IngestHead {
            layout: None,
            decision: Decision::Refuse(unreadable(&error)),
            columns: Vec::new(),
            suggestion: None,
        },
    )
}

/// The daemon decides what an error of the system is worth, here as where it reads itself.
pub(super) fn tell_unread<W: Write>(frames: &mut FrameWriter<W>, error: &std::io::Error) -> anyhow::Result<()> {
    let unread = Unread {
        errno: error.raw_os_error(),
        text: error.to_string(),
    };
    frames.json(FrameTag::Unread, &unread)?;
    frames.flush()?;
    Ok(())
}

fn tell<W: Write>(frames: &mut FrameWriter<W>, head: &IngestHead) -> anyhow::Result<()> {
    frames.json(FrameTag::Head, head)?;
    frames.flush()?;
    Ok(())
}

/// Opens the file, looks at every row once, and decides.
fn examine(order: &IngestOrder, file: File) -> Result<(Document, ColumnFacts, IngestHead), ReadError> {
    let limits = Limits::default();
    let again = file.try_clone()?;
    let mut document = plant_tabular::open(file, &order.name, &LayoutHints::default(), &limits)?;
    let hints = hints(order, document.layout());
    if hints != LayoutHints::default() {
        document = plant_tabular::open(again, &order.name, &hints, &limits)?;
    }
    let mut scan = ColumnScan::new(&document.layout().header);
    document.scan(&mut |line| {
        if let Line::Row { line, cells } = line {
            scan.observe(line, cells);
        }
        ControlFlow::Continue(())
    })?;
    let facts = scan.finish();
    let head = plant_mapping::decide(document.layout(), &facts, order);
    Ok((document, facts, head))
}

/// What the profile that fits the header says about reading the file.
fn hints(order: &IngestOrder, layout: &plant_core::table::Layout) -> LayoutHints {
    if order.hints != LayoutHints::default() {
        return order.hints.clone();
    }
    if let Some(profile) = &order.forced_profile {
        return profile.settings.layout.clone();
    }
    let fingerprint = fingerprint(&layout.header);
    order
        .profiles
        .iter()
        .find(|profile| profile.header_fingerprint == fingerprint)
        .map(|profile| profile.settings.layout.clone())
        .unwrap_or_default()
}

struct Rows<'a, W: Write> {
    frames: &'a mut FrameWriter<W>,
    typer: Typer,
    block: Writer,
    problems: Vec<Problem>,
    problems_seen: u64,
    quarantined: u64,
    taken: u64,
    broken: Option<std::io::Error>,
}

impl<W: Write> Rows<'_, W> {
    fn line(&mut self, line: Line<'_>) -> ControlFlow<()> {
        let written = match line {
            Line::Row { line, cells } => match self.typer.row(line, cells) {
                Typed::Record(record, remarks) => {
                    self.taken += 1;
                    self.block.push(&record);
                    self.remark(remarks).and_then(|()| match self.block.is_full() {
                        true => self.send_block(),
                        false => Ok(()),
                    })
                }
                Typed::Quarantine(problem) => {
                    self.quarantined += 1;
                    self.remark(vec![problem])
                }
            },
            Line::Bad(problem) => self.remark(vec![problem]),
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

    fn send_block(&mut self) -> std::io::Result<()> {
        let block: Option<Vec<u8>> = self.block.finish().map_err(std::io::Error::other)?;
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

    fn send_problems(&mut self) -> std::io::Result<()> {
        if !self.problems.is_empty() {
            self.frames.json(FrameTag::Quarantine, &self.problems)?;
            self.problems.clear();
        }
        Ok(())
    }

    fn finish(mut self, scanned: Balance, file_problems: Vec<Problem>) -> anyhow::Result<IngestEnd> {
        self.send_block()?;
        self.send_problems()?;
        let typed = self.typer.finish();
        // What the reader gave as rows was taken in, or set aside by the typing.
        let given = self.taken + self.quarantined;
        let mut balance = scanned;
        balance.taken = scanned.taken - given.min(scanned.taken) + self.taken;
        balance.quarantined = scanned.quarantined + self.quarantined;
        let refusal = refusal(&balance, &file_problems);
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
        Ok(IngestEnd {
            balance,
            warnings,
            tier,
            refusal,
            first_day: typed.first_day,
            last_day: typed.last_day,
        })
    }
}

/// Why a file that was read must not be committed.
fn refusal(balance: &Balance, file_problems: &[Problem]) -> Option<Refusal> {
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
    let rows = balance.taken + balance.quarantined;
    let share = balance.quarantined as f64 / rows.max(1) as f64;
    if balance.quarantined >= BAD_ROWS_LEAST && share > BAD_ROWS_SHARE {
        let text = format!(
            "{} of {rows} rows could not be used (more than one in five)",
            balance.quarantined
        );
        return reason(ReasonCode::TooManyBadRows, text);
    }
    None
}

/// How a file ends that can't be read.
fn unreadable(error: &ReadError) -> Refusal {
    match error.reason() {
        (true, reason) => Refusal::Unsupported(reason),
        (false, reason) => Refusal::Fail(reason),
    }
}

fn refused(error: ReadError) -> IngestEnd {
    IngestEnd {
        balance: Balance::default(),
        warnings: Vec::new(),
        tier: plant_core::model::TierView::default(),
        refusal: Some(unreadable(&error)),
        first_day: None,
        last_day: None,
    }
}

#[cfg(test)]
mod tests {
    use plant_core::ids::OrgId;

    use super::*;
    use crate::worker::read_frame;

    #[tokio::test]
    async fn what_the_system_says_to_reading_is_handed_on_and_decides_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.csv");
        std::fs::write(&path, "a,b\n1,2\n").unwrap();
        let order = IngestOrder {
            org_id: OrgId(uuid::Uuid::nil()),
            name: "a.csv".to_owned(),
            zone: "UTC".to_owned(),
            currency: None,
            profiles: Vec::new(),
            forced_profile: None,
            hints: LayoutHints::default(),
            today: chrono::NaiveDate::default(),
        };
        for is_asked in [false, true] {
            let mut sent = Vec::new();
            // Its size can be asked for; its bytes can't (EBADF).
            let closed = File::options().append(true).open(&path).unwrap();
            let mut frames = FrameWriter::new(&mut sent);
            if is_asked {
                suggest(&order, closed, &mut frames).unwrap();
            } else {
                ingest(&order, closed, &mut frames).unwrap();
            }
            let mut sent = sent.as_slice();
            let (tag, bytes) = read_frame(&mut sent).await.unwrap().unwrap();
            assert_eq!(tag, FrameTag::Unread);
            assert_eq!(serde_json::from_slice::<Unread>(&bytes).unwrap().errno, Some(9));
            assert_eq!(read_frame(&mut sent).await.unwrap(), None, "and nothing after it");
        }
    }
}

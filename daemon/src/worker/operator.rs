//! Who an operator is, by one file that names them.

use std::fs::File;
use std::io::Write;
use std::ops::ControlFlow;

use plant_core::job::{Decision, FrameTag, OperatorFound, OperatorOrder};
use plant_core::sanitize;
use plant_mapping::Typer;
use plant_tabular::{Line, ReadError};

use super::frames::FrameWriter;
use super::ingest::examine;
use super::unread::{tell_unread, unreadable};

/// Sends the first name whose code is asked for.
pub fn find<W: Write>(asked: &OperatorOrder, file: File, frames: &mut FrameWriter<W>) -> anyhow::Result<()> {
    let found = match look(asked, file)? {
        Ok(found) => found,
        Err(ReadError::Io(error)) => return tell_unread(frames, &error),
        Err(error) => OperatorFound::Unreadable(unreadable(&error).reason().clone()),
    };
    frames.json(FrameTag::Operator, &found)?;
    frames.flush()?;
    Ok(())
}

fn look(asked: &OperatorOrder, file: File) -> anyhow::Result<Result<OperatorFound, ReadError>> {
    let (mut shaped, looked, head) = match examine(&asked.order, file) {
        Ok(examined) => examined,
        Err(error) => return Ok(Err(error)),
    };
    let profile = match head.decision {
        Decision::Take { profile, .. } => profile,
        Decision::Refuse(refusal) => return Ok(Ok(OperatorFound::Unreadable(refusal.reason().clone()))),
    };
    let typer = Typer::new(&profile, shaped.layout(), &looked.facts, &asked.order)?;
    let mut found = OperatorFound::Nowhere;
    let scanned = shaped.scan_knowing(&mut |_, _| false, &mut |line, _| {
        if let Line::Row { line, cells } = line
            && let Some(name) = typer.operator(&asked.operator, cells)
        {
            found = OperatorFound::Name {
                name: sanitize::display(&name).into_owned(),
                line,
            };
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    });
    Ok(scanned.map(|_| found))
}

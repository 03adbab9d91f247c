//! The worker: a child process that reads one file or analyses its rows, and answers in frames on standard output.
//!
//! Invariants: before it parses a byte that came with its order the kernel confines it for good ([`confine`]): it
//! reaches no file, network or process, sees no database, and is no longer root. It ends by its own limits of memory
//! and time before the daemon has to end it. Order, file and rows come over the socket that is its standard input.

mod account;
mod confine;
mod frames;
mod inbox;
mod ingest;
mod limits;
mod line;
mod operator;
mod prove;
mod rows;
mod shaped;
mod unread;
mod window;

use std::fs::File;
use std::io::{BufReader, Write};
use std::process::ExitCode;

use anyhow::Context;
use plant_core::job::{FrameTag, WorkerOrder};

pub use account::{Account, NoAccount};
pub use frames::{FrameError, FrameWriter, read_frame};
pub use limits::Limits;

/// Components, and entries of lists, sent in one frame.
const PIECE: usize = 500;

/// Runs the worker, as the user and group named where it was started as root; what goes wrong is told on standard
/// error and by the exit code.
pub fn main(limits: &Limits, account: Option<(u32, u32)>) -> ExitCode {
    match work(limits, account) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody reads a closed pipe; the exit code still tells.
            let text = format!("worker: {error:#}");
            drop(writeln!(std::io::stderr(), "{}", plant_core::sanitize::text(&text)));
            ExitCode::FAILURE
        }
    }
}

fn work(limits: &Limits, account: Option<(u32, u32)>) -> anyhow::Result<()> {
    limits.apply()?;
    confine::step_down(account)?;
    let inbox::Inbox { order, file, rows } = inbox::receive()?;
    let confinement = confine::confine()?;
    let mut frames = FrameWriter::new(std::io::stdout().lock());
    frames.json(FrameTag::Ready, &confinement)?;
    frames.flush()?;
    let file = || -> anyhow::Result<File> { file.context("no file came with the order") };
    match serde_json::from_slice(&order)? {
        WorkerOrder::Ingest(order) => ingest::ingest(&order, file()?, rows, &mut frames),
        WorkerOrder::Suggest(order) => ingest::suggest(&order, file()?, &mut frames),
        WorkerOrder::Line(order) => line::show(&order, file()?, &mut frames),
        WorkerOrder::Operator(order) => operator::find(&order, file()?, &mut frames),
        WorkerOrder::Analyse(order) => {
            let rows = BufReader::with_capacity(1 << 18, rows);
            let mut output = plant_analysis::analyse(rows, &order)?;
            for piece in std::mem::take(&mut output.components).chunks(PIECE) {
                frames.json(FrameTag::Components, &piece)?;
            }
            for piece in std::mem::take(&mut output.entries).chunks(PIECE) {
                frames.json(FrameTag::Entries, &piece)?;
            }
            frames.json(FrameTag::Analysis, &output)?;
            frames.flush()?;
            Ok(())
        }
        WorkerOrder::Prove(act) => prove::prove(act, limits, &mut frames),
    }
}

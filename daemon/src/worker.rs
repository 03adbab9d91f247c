//! The worker: a child process that reads one file or analyses its rows, and answers in frames on standard output.
//!
//! Invariants: it opens no socket, sees no database, and ends by its own limits of memory, time and files before the
//! daemon has to end it. Its standard input is the file (or the rows); its order comes on descriptor 3.

mod frames;
mod ingest;
mod limits;

use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::process::ExitCode;

use plant_core::job::{FrameTag, WorkerOrder};

pub use frames::{FrameError, FrameWriter, read_frame};
pub use limits::Limits;

/// The descriptor on which a worker gets its order.
pub const ORDER_FD: i32 = 3;

/// Runs the worker; what goes wrong is told on standard error and by the exit code.
pub fn main(limits: &Limits) -> ExitCode {
    match work(limits) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody reads a closed pipe; the exit code still tells.
            let text = format!("worker: {error:#}");
            drop(writeln!(std::io::stderr(), "{}", plant_core::sanitize::text(&text)));
            ExitCode::FAILURE
        }
    }
}

fn work(limits: &Limits) -> anyhow::Result<()> {
    limits.apply()?;
    let mut text = String::new();
    File::open(format!("/proc/self/fd/{ORDER_FD}"))?.read_to_string(&mut text)?;
    let order: WorkerOrder = serde_json::from_str(&text)?;
    let mut frames = FrameWriter::new(std::io::stdout().lock());
    match order {
        WorkerOrder::Ingest(order) => ingest::ingest(&order, standard_input()?, &mut frames),
        WorkerOrder::Suggest(order) => ingest::suggest(&order, standard_input()?, &mut frames),
        WorkerOrder::Analyse(order) => {
            let rows = BufReader::with_capacity(1 << 18, std::io::stdin().lock());
            let output = plant_analysis::analyse(rows, &order)?;
            frames.json(FrameTag::Analysis, &output)?;
            frames.flush()?;
            Ok(())
        }
    }
}

/// The file on standard input, opened anew so that its position is its own.
fn standard_input() -> std::io::Result<File> {
    File::open("/proc/self/fd/0")
}

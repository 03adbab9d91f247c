//! A small export through confined workers, read and analysed without a database: what a worker needs of this kernel and
//! this C library is there.

use std::fs::File;
use std::os::unix::fs::FileExt;

use anyhow::{Context, bail, ensure};
use plant_core::alias::Aliases;
use plant_core::balance::Balance;
use plant_core::calendar::Calendars;
use plant_core::ids::OrgId;
use plant_core::job::{
    AnalysisOrder, AnalysisOutput, Decision, FrameTag, IngestEnd, IngestHead, IngestOrder, WorkerOrder,
};
use plant_core::profile::{Profile, Settings};
use plant_core::table::LayoutHints;
use plant_rows::{Sealed, end as end_of_rows, piece};
use rustix::fs::MemfdFlags;
use tokio::sync::mpsc;

use crate::clock::Clock;
use crate::intake::{JobError, Worker, Workers, decoded};

/// Days of the export, one row each.
const DAYS: u64 = 28;
const NAME: &str = "rehearsal.csv";
const ZONE: &str = "UTC";

/// Reads and analyses it; returns what came out, in words.
///
/// # Errors
/// What a worker could not do.
pub async fn rehearse(workers: &Workers) -> anyhow::Result<String> {
    let (rows, profile, balance) = read(workers).await.context("reading a small export")?;
    let output = analyse(workers, rows, profile.settings, balance)
        .await
        .context("analysing a small export")?;
    ensure!(
        balance.taken == DAYS && output.records == DAYS,
        "of {DAYS} rows {} were read and {} analysed",
        balance.taken,
        output.records
    );
    Ok(format!("{DAYS} rows read, {} sums made", output.components.len()))
}

/// The rows as the database would give them back, how they were mapped, and where every line went.
async fn read(workers: &Workers) -> anyhow::Result<(Vec<Vec<u8>>, Profile, Balance)> {
    let order = IngestOrder {
        org_id: OrgId(uuid::Uuid::nil()),
        name: NAME.to_owned(),
        zone: ZONE.to_owned(),
        says: Default::default(),
        currency: None,
        profiles: Vec::new(),
        forced_profile: None,
        hints: LayoutHints::default(),
        shape: None,
        folder: String::new(),
        today: Clock::start().today(ZONE),
        operators: None,
        learned: Default::default(),
        base: None,
    };
    let file = File::from(rustix::fs::memfd_create(NAME, MemfdFlags::CLOEXEC)?);
    file.write_all_at(export().as_bytes(), 0)?;
    let mut worker = Worker::reading(workers, &WorkerOrder::Ingest(Box::new(order)), file).await?;
    let head: IngestHead = decoded(worker.expect_frame().await?, FrameTag::Head)?;
    let Decision::Take { profile, .. } = head.decision else {
        bail!("it was not taken in: {:?}", head.decision);
    };
    let mut rows = Vec::new();
    loop {
        match worker.expect_frame().await? {
            (FrameTag::Sheet, _) => {}
            (FrameTag::Block, bytes) => rows.push(piece(&Sealed::new(&bytes, &[], &Aliases::default())?.image, &[])),
            frame => {
                let end: IngestEnd = decoded(frame, FrameTag::End)?;
                worker.finish().await?;
                rows.push(end_of_rows());
                return Ok((rows, *profile, end.balance));
            }
        }
    }
}

async fn analyse(
    workers: &Workers,
    rows: Vec<Vec<u8>>,
    settings: Settings,
    balance: Balance,
) -> anyhow::Result<AnalysisOutput> {
    let order = AnalysisOrder {
        zone: ZONE.to_owned(),
        currency: None,
        file_name: NAME.to_owned(),
        settings,
        balance,
        aliases: Aliases::default(),
        calendars: Calendars::default(),
        steps: Default::default(),
        carried: Vec::new(),
        references: Default::default(),
        lookups: Vec::new(),
        list: None,
    };
    let (mut worker, feed) = Worker::fed(workers, &WorkerOrder::Analyse(Box::new(order))).await?;
    let (sender, receiver) = mpsc::channel(rows.len().max(1));
    for piece in rows {
        sender.send(piece).await?;
    }
    drop(sender);
    let last = async {
        loop {
            match worker.expect_frame().await? {
                (FrameTag::Components | FrameTag::Entries, _) => {}
                frame => return Ok::<_, JobError>(frame),
            }
        }
    };
    let (fed, frame) = tokio::join!(feed.run(receiver), last);
    // A worker that failed closed its input; its own error is the one to tell.
    let output = decoded(frame?, FrameTag::Analysis)?;
    fed?;
    worker.finish().await?;
    Ok(output)
}

/// A production export whose columns need no person.
fn export() -> String {
    let mut text =
        String::from("Work Order,Product,Machine,Posting Date,Quantity Produced,Quantity Good,Quantity Scrap\n");
    for day in 1..=DAYS {
        let scrap = day % 5;
        let made = 100 + day;
        text.push_str(&format!(
            "WO-{day:04},P-{},M-{},2025-02-{day:02},{made},{},{scrap}\n",
            day % 3,
            day % 2,
            made - scrap
        ));
    }
    text
}

//! One ingest job: open, copy, read by a worker, commit in one transaction.

use std::fs::File;
use std::sync::Arc;

use plant_core::access::DAEMON;
use plant_core::ids::{FileId, OrgId, ProfileId};
use plant_core::job::{Decision, FrameTag, IngestEnd, IngestHead, IngestOrder, JobKind, WorkerOrder};
use plant_core::learned::Learned;
use plant_core::model::EventKind;
use plant_core::profile::Profile;
use plant_core::says::FolderSays;
use plant_core::state::{FileState, Reason};
use plant_core::table::{LayoutHints, Problem};
use plant_store::StoreError;
use plant_store::base::{self, Base, Earlier};
use plant_store::files::{self, FileSource, Settlement};
use plant_store::ingest::{Committed, IngestTx, Outcome, Piece, Seen, Sent};
use plant_store::jobs::ClaimedJob;
use plant_store::originals::Stored;
use plant_store::{learned, operators, orgs, profiles};
use tokio::sync::mpsc;
use tracing::{info, warn};

use super::bytes;
use super::error::JobError;
use super::process::{Worker, bytes_of, decoded, json};
use crate::app::App;
use crate::originals::{self, Snapshot};

/// Blocks that may wait for the database.
const BLOCK_QUEUE: usize = 4;
/// Problems kept of a file that is held because of them.
const PROBLEMS_SHOWN: usize = 1_000;

/// Takes the job's file in, or settles it with a reason.
pub async fn ingest(app: &App, job: &ClaimedJob) -> Result<(), JobError> {
    let (file, order) = prepare(app, job.org, job.file_id, As::Asked).await?;
    announce(app, job, FileState::Reading, &file.display);
    let name = file.display.clone();
    let snapshot = match bytes::now(app, job.org, job.file_id, &file).await? {
        Ok(snapshot) => snapshot,
        Err((state, reason)) => return settle(app, job, Ending::without_reading(state, reason)).await,
    };
    let intent = originals::intend(app, job.org, &snapshot.passed.sha256).await?;
    let knew = order.profiles.iter().map(|profile| profile.profile_id).collect();
    let store = async {
        match intent {
            Some(intent) => originals::store(app, job.org, &snapshot, intent).await.map(Some),
            None => Ok(None),
        }
    };
    let (read, original) = tokio::join!(read_taught(app, job, order, &snapshot), store);
    match (read, original) {
        (Err(error), _) => Err(error),
        (Ok(Read::Rows(rows)), Err(error)) => {
            rows.1.transaction.rollback().await?;
            Err(error)
        }
        (Ok(Read::Refused(_)), Err(error)) => Err(error),
        (Ok(Read::Refused(refused)), Ok(original)) => {
            let ending = Ending {
                sha256: Some(snapshot.passed.sha256),
                bytes: Some(snapshot.bytes),
                original,
                knew: Some(knew),
                ..*refused
            };
            settle(app, job, ending).await
        }
        (Ok(Read::Rows(rows)), Ok(original)) => {
            let (head, Reading { transaction, end, .. }) = *rows;
            // The transaction holds the name, so that no other version of it comes in meanwhile.
            let grown = match bytes::grown(app, job.org, job.file_id, &snapshot).await {
                Ok(grown) => grown,
                Err(error) => {
                    transaction.rollback().await?;
                    return Err(error);
                }
            };
            let outcome = Outcome {
                head,
                end,
                sha256: snapshot.passed.sha256,
                bytes: snapshot.bytes,
                original,
                seen: Seen {
                    prefixes: snapshot.passed.prefixes,
                    open_end: snapshot.passed.is_unterminated,
                    grown,
                },
                at: app.clock().now(),
            };
            commit(app, job, transaction, outcome, &name).await
        }
    }
}

/// What a worker made of the file.
enum Read {
    /// Nothing of it is to be taken in.
    Refused(Box<Ending>),
    /// Its rows, not committed yet.
    Rows(Box<(IngestHead, Reading)>),
}

/// What other files tell of how one is written that would be held for that reason; nothing where they don't.
pub(super) async fn taught(app: &App, org: OrgId, head: &IngestHead, reason: &Reason) -> Result<Learned, JobError> {
    let Some(fingerprint) = files::fingerprint(head).filter(|_| learned::may_teach(reason.code)) else {
        return Ok(Learned::default());
    };
    let told = app.store().read(org, DAEMON, move |tx| {
        Box::pin(async move { learned::of_layout(tx, &fingerprint).await })
    });
    Ok(told.await?)
}

/// Has a worker read the file; once more by what other files with its columns prove, where it can't tell itself how it is
/// written.
async fn read_taught(app: &App, job: &ClaimedJob, order: IngestOrder, snapshot: &Snapshot) -> Result<Read, JobError> {
    let read = read_once(app, job, order.clone(), snapshot).await?;
    let Read::Refused(ending) = &read else { return Ok(read) };
    let Some(head) = &ending.head else { return Ok(read) };
    let learned = taught(app, job.org, head, &ending.reason).await?;
    if learned.is_empty() {
        return Ok(read);
    }
    let told = IngestOrder {
        learned: learned.clone(),
        ..order
    };
    Ok(match read_once(app, job, told, snapshot).await? {
        Read::Refused(ending) => Read::Refused(Box::new(Ending { learned, ..*ending })),
        rows => rows,
    })
}

/// Has a worker read the file, with the lines of an earlier version where there is one.
async fn read_once(app: &App, job: &ClaimedJob, order: IngestOrder, snapshot: &Snapshot) -> Result<Read, JobError> {
    let (file_id, today) = (job.file_id, order.today);
    let earlier = app
        .store()
        .read(job.org, DAEMON, move |tx| {
            Box::pin(async move { base::find(tx, file_id, today).await })
        })
        .await;
    if let Some(earlier) = followed(job, earlier)? {
        let follows = IngestOrder {
            base: Some(Box::new(earlier.told.clone())),
            ..order.clone()
        };
        match read(app, job, follows, snapshot, Some(earlier)).await {
            Err(JobError::Unfit) => info!(org.id = %job.org, file.id = %job.file_id, "read by itself"),
            read => return read,
        }
    }
    read(app, job, order, snapshot, None).await
}

/// What there is to follow. What is wrong with another file is no fault of this one.
fn followed<T>(job: &ClaimedJob, found: Result<Option<T>, StoreError>) -> Result<Option<T>, JobError> {
    match found {
        Err(error) if error.passing().is_none() => {
            warn!(org.id = %job.org, file.id = %job.file_id, %error, "the version before can't be followed");
            Ok(None)
        }
        found => Ok(found?),
    }
}

/// Starts a worker on the file and waits until it has decided; meanwhile what is remembered of the lines of an earlier version
/// is looked up, which it needs only then.
async fn begin(
    app: &App,
    job: &ClaimedJob,
    order: &WorkerOrder,
    reader: File,
    earlier: Option<Earlier>,
) -> Result<(Worker, (FrameTag, Vec<u8>), Option<Arc<Base>>), JobError> {
    let Some(earlier) = earlier else {
        let mut worker = Worker::reading(app.workers(), order, reader).await?;
        let head = worker.expect_frame().await?;
        return Ok((worker, head, None));
    };
    let (mut worker, lines) = Worker::following(app.workers(), order, reader).await?;
    let load = app.store().read(job.org, DAEMON, move |tx| {
        let earlier = earlier.clone();
        Box::pin(async move { base::load(tx, &earlier).await })
    });
    let (loaded, head) = tokio::join!(load, worker.expect_frame());
    let (head, base) = (head?, followed(job, loaded)?.map(Arc::new));
    lines.give(base.clone());
    Ok((worker, head, base))
}

/// Has a worker read the file; [`JobError::Unfit`] where it can't follow the earlier version after all.
async fn read(
    app: &App,
    job: &ClaimedJob,
    order: IngestOrder,
    snapshot: &Snapshot,
    earlier: Option<Earlier>,
) -> Result<Read, JobError> {
    let reader = snapshot
        .file
        .try_clone()
        .map_err(JobError::system("cannot hand the file to a worker"))?;
    let order = WorkerOrder::Ingest(Box::new(order));
    let (mut worker, head, base) = begin(app, job, &order, reader, earlier).await?;
    let head: IngestHead = decoded(head, FrameTag::Head)?;
    if let Decision::Refuse(refusal) = &head.decision {
        worker.finish().await?;
        let refusal = refusal.clone();
        let ending = Ending {
            head: Some(head),
            ..Ending::without_reading(refusal.state(), refusal.reason().clone())
        };
        return Ok(Read::Refused(Box::new(ending)));
    }
    let Decision::Take { profile, .. } = &head.decision else {
        return Err(JobError::Worker("the worker decided nothing".to_owned()));
    };
    let profile = (**profile).clone();
    let mut reading = take(app, job, profile, base, &mut worker).await?;
    if let Err(error) = worker.finish().await {
        reading.transaction.rollback().await?;
        return Err(error);
    }
    match reading.end.refusal.take() {
        None => Ok(Read::Rows(Box::new((head, reading)))),
        Some(refusal) => {
            reading.transaction.rollback().await?;
            Ok(Read::Refused(Box::new(Ending {
                head: Some(head),
                end: Some(reading.end),
                problems: reading.problems,
                ..Ending::without_reading(refusal.state(), refusal.reason().clone())
            })))
        }
    }
}

/// With which profile a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum As {
    /// The one chosen for it, else the one that fits.
    Asked,
    /// The very version that its rows were read with.
    Before,
}

/// Where the bytes of a file are, and what a worker is told to do with them.
pub(super) async fn prepare(
    app: &App,
    org_id: OrgId,
    file_id: FileId,
    profile: As,
) -> Result<(FileSource, IngestOrder), JobError> {
    prepare_in(app, org_id, file_id, profile, None).await
}

/// The same as if its folder said something else.
pub(super) async fn prepare_in(
    app: &App,
    org_id: OrgId,
    file_id: FileId,
    profile: As,
    says: Option<&FolderSays>,
) -> Result<(FileSource, IngestOrder), JobError> {
    let (mut source, org, profiles, learned, operators) = app
        .store()
        .read(org_id, DAEMON, move |tx| {
            Box::pin(async move {
                let learned = match profile {
                    As::Asked => Learned::default(),
                    As::Before => learned::as_read(tx, file_id).await?,
                };
                Ok((
                    files::source(tx, file_id).await?,
                    orgs::get(tx).await?,
                    profiles::for_ingest(tx).await?,
                    learned,
                    operators::key(tx).await?,
                ))
            })
        })
        .await?;
    if let Some(says) = says {
        source.says = says.clone();
    }
    let chosen = source.forced_profile.filter(|_| profile == As::Asked);
    let newest = chosen.and_then(|id| profiles.iter().find(|profile| profile.profile_id == id));
    // What is in stays with the profile that it was read with, also when that is offered no longer.
    let before = source.profile.as_ref().filter(|_| source.is_in);
    let forced_profile = newest.or(before).cloned();
    let order = IngestOrder {
        org_id,
        name: source.display.clone(),
        folder: source.folder(),
        // A reading gives the same whenever it is made.
        today: plant_core::time::today(source.zone(&org.zone), source.seen_at),
        zone: source.zone(&org.zone).to_owned(),
        says: source.says.clone(),
        currency: org.currency,
        profiles,
        forced_profile,
        hints: LayoutHints::default(),
        shape: None,
        operators,
        learned,
        base: None,
    };
    Ok((source, order))
}

/// What arrived from the worker, not committed yet.
struct Reading {
    transaction: IngestTx,
    end: IngestEnd,
    /// The first rows put aside, for a file that is held because of them.
    problems: Vec<Problem>,
}

/// Streams the worker's rows into the open transaction.
async fn take(
    app: &App,
    job: &ClaimedJob,
    profile: Profile,
    base: Option<Arc<Base>>,
    worker: &mut Worker,
) -> Result<Reading, JobError> {
    let mut transaction = IngestTx::begin(app.store(), job, DAEMON).await?;
    let (sender, mut receiver) = mpsc::channel(BLOCK_QUEUE);
    // The database work lives in its own task, so that nothing here can drop it half-way.
    let taking = tokio::spawn(async move {
        let taken = transaction.take_rows(&profile, base.as_ref(), &mut receiver).await;
        (transaction, taken)
    });
    let mut problems = Vec::new();
    let received = receive(worker, &sender, &mut problems).await;
    let keep = matches!(&received, Ok(end) if end.refusal.is_none());
    // A closed channel means that the writing failed; its own error is the one to tell.
    drop(sender.send(if keep { Piece::End } else { Piece::Abort }).await);
    drop(sender);
    let (transaction, taken) = taking.await.map_err(|error| JobError::Worker(error.to_string()))?;
    if keep && let Err(error) = taken {
        transaction.rollback().await?;
        return Err(error.into());
    }
    match received {
        Ok(end) => Ok(Reading {
            transaction,
            end,
            problems,
        }),
        Err(error) => {
            transaction.rollback().await?;
            // When the database refused a row, that is the cause and the worker's broken pipe only the effect.
            match taken {
                Err(cause) if !matches!(cause, StoreError::Aborted) => Err(cause.into()),
                _ => Err(error),
            }
        }
    }
}

pub(super) async fn receive(
    worker: &mut Worker,
    sender: &mpsc::Sender<Piece>,
    kept: &mut Vec<Problem>,
) -> Result<IngestEnd, JobError> {
    loop {
        let chunk = match worker.expect_frame().await? {
            (FrameTag::Sheet, sheet) => {
                let makes_rows = plant_rows::Sheet::from_bytes(&sheet).is_ok_and(|sheet| !sheet.marks.is_empty());
                let block = match makes_rows {
                    true => Some(bytes_of(worker.expect_frame().await?, FrameTag::Block)?),
                    false => None,
                };
                Piece::Block(Sent { sheet, block })
            }
            (FrameTag::Unfit, _) => return Err(JobError::Unfit),
            (FrameTag::Quarantine, bytes) => {
                let problems: Vec<Problem> = json(&bytes)?;
                let room = PROBLEMS_SHOWN.saturating_sub(kept.len());
                kept.extend(problems.iter().take(room).cloned());
                Piece::Problems(problems)
            }
            frame @ (FrameTag::End, _) => return decoded(frame, FrameTag::End),
            (other, _) => return Err(JobError::Worker(format!("the worker sent {other:?} out of turn"))),
        };
        if sender.send(chunk).await.is_err() {
            return Err(JobError::Worker("the database refused the rows".to_owned()));
        }
    }
}

async fn commit(
    app: &App,
    job: &ClaimedJob,
    transaction: IngestTx,
    outcome: Outcome,
    name: &str,
) -> Result<(), JobError> {
    match transaction.commit(outcome).await? {
        Committed::In {
            counts, balance, stale, ..
        } => {
            info!(
                org.id = %job.org, file.id = %job.file_id, rows = balance.taken, new = counts.new,
                quarantined = balance.quarantined, duplicate = balance.duplicate, stale = stale.len(), "committed"
            );
            announce(app, job, FileState::Committed, name);
        }
        Committed::Duplicate { of, name } => {
            info!(org.id = %job.org, file.id = %job.file_id, of = %of, "duplicate");
            announce(
                app,
                job,
                FileState::Duplicate,
                &format!("the same bytes are in as {name}"),
            );
        }
    }
    app.wake_jobs();
    Ok(())
}

/// How a reading ends that takes nothing in.
struct Ending {
    state: FileState,
    reason: Reason,
    head: Option<IngestHead>,
    sha256: Option<String>,
    bytes: Option<u64>,
    original: Option<Stored>,
    end: Option<IngestEnd>,
    problems: Vec<Problem>,
    /// What the reading was told of how its columns are written.
    learned: Learned,
    /// The profiles that it knew.
    knew: Option<Vec<ProfileId>>,
}

impl Ending {
    fn without_reading(state: FileState, reason: Reason) -> Ending {
        Ending {
            state,
            reason,
            head: None,
            sha256: None,
            bytes: None,
            original: None,
            end: None,
            problems: Vec::new(),
            learned: Learned::default(),
            knew: None,
        }
    }
}

async fn settle(app: &App, job: &ClaimedJob, ending: Ending) -> Result<(), JobError> {
    if job.kind == JobKind::Reread {
        // What is in stays in as it was read before, and the timeline says why.
        let (owned, reason, at) = (job.clone(), ending.reason, app.clock().now());
        app.store()
            .run(job.org, DAEMON, move |tx| {
                Box::pin(async move { files::give_up(tx, &owned, &reason, at).await })
            })
            .await?;
        return Ok(());
    }
    let Ending {
        state,
        reason,
        head,
        sha256,
        bytes,
        original,
        end,
        learned,
        knew,
        mut problems,
    } = ending;
    info!(org.id = %job.org, file.id = %job.file_id, state = state.name(), reason = reason.code.name(), "settled");
    let note = reason.text.clone();
    let (balance, warnings) = end.map(|end| (Some(end.balance), end.warnings)).unwrap_or_default();
    problems.extend(warnings);
    let settlement = Settlement {
        state,
        note: note.clone(),
        reason: Some(reason),
        head,
        sha256,
        bytes,
        original,
        balance,
        problems,
        learned,
        knew,
        at: app.clock().now(),
    };
    let owned = job.clone();
    app.store()
        .run(job.org, DAEMON, move |tx| {
            Box::pin(async move { files::settle(tx, &owned, &settlement).await })
        })
        .await?;
    announce(app, job, state, &note);
    Ok(())
}

fn announce(app: &App, job: &ClaimedJob, state: FileState, note: &str) {
    app.announce(job.org, EventKind::File, job.file_id, state.name(), note);
}

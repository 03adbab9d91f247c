//! The database of the daemon: opened at the start, however long it is away, and its private cluster kept running.

use std::time::Duration;

use anyhow::{Context, bail};
use plant_core::access::DAEMON;
use plant_core::model::DatabaseKind;
use plant_core::trouble::Passing;
use plant_store::cluster::{ClusterError, ClusterOptions, PrivateCluster, find_programs};
use plant_store::orgs::{self, NewOrg};
use plant_store::{Access, Connections, Store, StoreError, jobs};
use rust_decimal::Decimal;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tracing::{error, info, warn};

use super::halt::Halt;
use super::setting::Setting;
use super::systemd::told_systemd;
use crate::clock::Clock;
use crate::config::Config;
use crate::room::Room;

/// What a pilot promises, in the currency of the org.
const PROMISED_SAVINGS: u32 = 50_000;
/// Connections beside those of the workers: terminals, scans, the queue.
const CONNECTIONS_BESIDE: u32 = 10;
/// Connections for each worker: one reads or writes its rows, one keeps its lease.
const CONNECTIONS_EACH: u32 = 2;
/// Connections that the private cluster takes beside ours: migrations, a look by hand, the end of what still runs.
const CONNECTIONS_MORE: u32 = 15;

/// What a statement that moves the rows of a file may take beyond the time of the worker at its other end: the database's
/// own part, before the first row and after the last.
const LONG_MORE: Duration = Duration::from_secs(60 * 60);

/// The part of the disk that the database's log of changes may take between two checkpoints.
const WAL_PART: u64 = 16;
/// What it may take on the smallest disk, in MiB.
const WAL_LEAST_MIB: u64 = 48;
/// How long Postgres may take to write what only its log of changes has, before it is asked again.
const CHECKPOINT_PATIENCE: Duration = Duration::from_secs(120);
/// How often room is looked at.
const ROOM_STEP: Duration = Duration::from_secs(5);

/// An open database.
pub(super) struct Opened {
    /// The pool.
    pub store: Store,
    /// Whose it is.
    pub kind: DatabaseKind,
    /// Version of the server.
    pub version: String,
    /// The private cluster, if it is one.
    pub cluster: Option<PrivateCluster>,
}

/// Opens the database, brings it up to this version where this program may, makes the first org, and takes up what a dead
/// daemon left.
///
/// # Errors
/// What a person has to mend; what passes is waited for. [`super::Halted`] when that is asked for; no cluster runs then.
pub(super) async fn open(setting: &Setting, clock: Clock, halt: &Halt) -> anyhow::Result<Opened> {
    let mut cluster = None;
    let opened = patiently(halt, async || open_once(setting, clock, &mut cluster, halt).await).await;
    match opened {
        Ok((store, kind, version)) => Ok(Opened {
            store,
            kind,
            version,
            cluster,
        }),
        Err(error) => {
            if let Some(cluster) = cluster
                && let Err(error) = cluster.stop().await
            {
                warn!(%error, "cannot stop the private database");
            }
            Err(error)
        }
    }
}

/// Does something again and again while trouble passes.
///
/// # Errors
/// What a person has to mend; [`super::Halted`] when that is asked for between two tries.
pub(super) async fn patiently<T>(halt: &Halt, mut work: impl AsyncFnMut() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let mut waits = 0;
    loop {
        let error = match work().await {
            Ok(done) => return Ok(done),
            Err(error) => error,
        };
        let kind = passing(&error).ok_or(error)?;
        warn!(cause = kind.name(), "waiting for the database: {}", kind.sentence());
        told_systemd(&[sd_notify::NotifyState::Status(kind.sentence())]);
        let wait = Duration::from_millis(kind.wait_ms(waits));
        halt.unless(tokio::time::sleep(wait)).await?;
        waits = waits.saturating_add(1);
    }
}

/// The passing trouble behind an error of the database or the private cluster.
pub(crate) fn passing(error: &anyhow::Error) -> Option<Passing> {
    error.chain().find_map(|cause| {
        let of_store = cause.downcast_ref::<StoreError>().and_then(StoreError::passing);
        of_store.or_else(|| cause.downcast_ref::<ClusterError>().and_then(ClusterError::passing))
    })
}

async fn open_once(
    setting: &Setting,
    clock: Clock,
    cluster: &mut Option<PrivateCluster>,
    halt: &Halt,
) -> anyhow::Result<(Store, DatabaseKind, String)> {
    // Not dropped half-way: it hears the halt by itself, and leaves no Postgres behind.
    let access = access(setting, cluster, halt).await?;
    let is_private = cluster.is_some();
    halt.unless(async {
        Store::prepare(&access)
            .await
            .context("cannot bring the database up to this version")?;
        let store = Store::connect(&access, connections_of(setting, clock))
            .await
            .context("cannot open the database")?;
        let version = store.version().await?;
        // In a private cluster no other daemon can hold a job, so what a dead one left is taken up at once.
        jobs::reap(&store, is_private).await?;
        ensure_org(&store, &setting.config).await?;
        Ok((store, access.kind(), version))
    })
    .await?
}

fn connections(setting: &Setting) -> u32 {
    let workers = u32::try_from(setting.config.intake.workers).unwrap_or(u32::MAX);
    workers
        .saturating_add(1)
        .saturating_mul(CONNECTIONS_EACH)
        .saturating_add(CONNECTIONS_BESIDE)
}

fn connections_of(setting: &Setting, clock: Clock) -> Connections {
    Connections {
        most: connections(setting),
        name: format!("plantd {}", clock.new_id()),
        long: Duration::from_secs(setting.config.intake.worker_timeout_s).saturating_add(LONG_MORE),
    }
}

async fn access(setting: &Setting, cluster: &mut Option<PrivateCluster>, halt: &Halt) -> anyhow::Result<Access> {
    let configured = &setting.config.database;
    if let Some(url) = &configured.url {
        return Ok(Access::server(url, configured.migrate_url.as_deref())?);
    }
    if let Some(started) = cluster {
        started.revive().await?;
        return Ok(started.access());
    }
    let mut options = ClusterOptions::new(setting.state_dir.clone(), find_programs(setting.path.as_deref())?);
    options.connections = connections(setting).saturating_add(CONNECTIONS_MORE);
    options.halt = Some(halt.listen());
    if let Some(space) = Room::of(&setting.state_dir, true).look() {
        let part_mib = (space.total_bytes / WAL_PART) >> 20;
        options.wal_mib = part_mib.clamp(WAL_LEAST_MIB, options.wal_mib);
    }
    let started = PrivateCluster::start(options).await?;
    Ok(cluster.insert(started).access())
}

/// Connections of a visit beside a daemon that may be at work: fewer than its cluster has to spare.
const CONNECTIONS_VISIT: u32 = 12;

/// Opens the database as it is, also beside a daemon that has its private cluster running; nothing is migrated and no job
/// taken over.
///
/// # Errors
/// When it can't be reached, or is of another age than this program.
pub(super) async fn reach(setting: &Setting, clock: Clock) -> anyhow::Result<Opened> {
    if setting.config.database.url.is_none() && !PrivateCluster::is_there(&setting.state_dir)? {
        bail!(
            "no plantd has worked in {}: name its state folder with --state",
            setting.state_dir.display()
        );
    }
    let mut cluster = None;
    let access = match access(setting, &mut cluster, &Halt::default()).await {
        Err(error) if is_in_use(&error) => PrivateCluster::running(&setting.state_dir)?,
        access => access?,
    };
    let opened = async {
        let connections = Connections {
            most: CONNECTIONS_VISIT,
            ..connections_of(setting, clock)
        };
        let store = Store::connect(&access, connections)
            .await
            .context("cannot open the database")?;
        let version = store.version().await?;
        Ok((store, version))
    };
    match opened.await {
        Ok((store, version)) => Ok(Opened {
            store,
            kind: access.kind(),
            version,
            cluster,
        }),
        Err(error) => {
            if let Some(cluster) = cluster {
                cluster.stop().await.context("cannot stop the private cluster")?;
            }
            Err(error)
        }
    }
}

fn is_in_use(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref::<ClusterError>(), Some(ClusterError::InUse { .. }))
}

/// Brings the database up to this version, and leaves it as it was found.
///
/// # Errors
/// When it can't be reached, or is newer than this program.
pub(super) async fn migrate(setting: &Setting) -> anyhow::Result<()> {
    let mut cluster = None;
    let access = access(setting, &mut cluster, &Halt::default()).await?;
    let prepared = Store::prepare(&access).await;
    if let Some(cluster) = cluster {
        cluster.stop().await.context("cannot stop the private cluster")?;
    }
    prepared.context("cannot bring the database up to this version")
}

/// A private cluster that is started again whenever it ends by itself.
pub(super) struct Kept {
    stop: oneshot::Sender<()>,
    keeping: JoinHandle<Result<(), ClusterError>>,
}

impl Kept {
    /// Keeps it running from now on.
    pub(super) fn keep(cluster: PrivateCluster, room: Room) -> Kept {
        let (stop, stopping) = oneshot::channel();
        Kept {
            stop,
            keeping: tokio::spawn(keep(cluster, room, stopping)),
        }
    }

    /// Stops it in order.
    ///
    /// # Errors
    /// What the system says to the waiting.
    pub(super) async fn stop(self) -> anyhow::Result<()> {
        if self.stop.send(()).is_err() {
            warn!("the private database is not kept any more");
        }
        Ok(self.keeping.await??)
    }
}

async fn keep(
    mut cluster: PrivateCluster,
    room: Room,
    mut stopping: oneshot::Receiver<()>,
) -> Result<(), ClusterError> {
    let mut looking = tokio::time::interval(ROOM_STEP);
    looking.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = looking.tick() => {
                if room.look().is_some_and(|space| space.is_low()) {
                    tokio::select! {
                        cut = tokio::time::timeout(CHECKPOINT_PATIENCE, cluster.checkpoint()) => match cut {
                            Ok(Ok(())) => {}
                            Ok(Err(error)) => warn!(%error, "cannot cut the database's log to make room"),
                            Err(_) => warn!("the database takes long to cut its log; asking again"),
                        },
                        _ = &mut stopping => return cluster.stop().await,
                    }
                }
                continue;
            }
            ended = cluster.exited() => match ended {
                Ok(status) => error!(%status, "the private database ended by itself; starting it again recovers it"),
                Err(error) => error!(%error, "the private database can't be waited for; starting it again"),
            },
            _ = &mut stopping => return cluster.stop().await,
        }
        let mut waits = 0;
        while let Err(error) = cluster.restart().await {
            if matches!(error, ClusterError::Halted) {
                // The only one who sends this is the stop.
                drop((&mut stopping).await);
                return cluster.stop().await;
            }
            error!(%error, "the private database does not start; trying again");
            let wait = Duration::from_millis(Passing::DatabaseAway.wait_ms(waits));
            waits = waits.saturating_add(1);
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                _ = &mut stopping => return cluster.stop().await,
            }
        }
        info!("the private database is back");
    }
}

/// The first org, where there is none yet.
async fn ensure_org(store: &Store, config: &Config) -> anyhow::Result<()> {
    if orgs::all(store).await?.is_empty() {
        let org = NewOrg {
            name: config.org.name.clone(),
            zone: config.org.zone.clone(),
            currency: config.org.currency.clone(),
            goal: Decimal::from(PROMISED_SAVINGS),
        };
        let org_id = orgs::create(store, &org, DAEMON, None).await?;
        info!(org.id = %org_id, org.name, "made the first org");
    }
    Ok(())
}

#[cfg(test)]
mod tests;

//! The life of the daemon: start in order, run until told to stop, stop in order.
//!
//! Invariants: READY is told only when the socket answers; a database that is away is waited for, at the start and later,
//! and is degraded service, not a reason to end; a stop takes less than 20 s whatever runs, and no process of ours is left
//! after it; the watchdog is fed only while every loop makes progress.

mod database;
mod grounds;
mod halt;
mod setting;
mod systemd;
mod visit;

use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{Context, bail};
use plant_core::model::{DatabaseKind, DatabaseView};
use rustix::fs::Mode;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use tracing::{error, info, warn};

pub(crate) use self::database::passing;
pub use self::halt::{Halt, Halted};
pub use self::setting::Setting;
pub use self::visit::Visit;

use self::database::Kept;
use self::grounds::grounds;
use self::systemd::told_systemd;
use crate::app::{App, AppParts};
use crate::clock::Clock;
use crate::inbox;
use crate::intake::{Worker, Workers};
use crate::originals;
use crate::room::Room;

/// How long the gRPC server may take to end its streams.
const SERVER_PATIENCE: Duration = Duration::from_secs(3);
/// How long everything that works with the database may take to end; with the seconds of closing the connections and
/// stopping the cluster it stays below what the README promises and systemd waits.
const LOOPS_PATIENCE: Duration = Duration::from_secs(9);
/// How long a start that was asked to halt may take to end what it had begun, the private cluster above all.
const HALT_PATIENCE: Duration = Duration::from_secs(15);
/// A loop without progress for so long is stuck.
const STUCK_MS: u64 = 120_000;
/// How long the database may take to say that it is there.
const DATABASE_PATIENCE: Duration = Duration::from_secs(5);
/// Before systemd loses patience with a start that goes on, it is told so.
const START_STEP: Duration = Duration::from_secs(20);

/// A running daemon.
pub struct Daemon {
    app: App,
    halt: Halt,
    cluster: Option<Kept>,
    socket: PathBuf,
    /// The socket, where it was made here and not handed over.
    own_socket: Option<PathBuf>,
    server: JoinHandle<anyhow::Result<()>>,
    watching: JoinHandle<()>,
    working: JoinHandle<()>,
    sweeping: JoinHandle<()>,
    watchdog: JoinHandle<()>,
}

impl Daemon {
    /// Starts everything; when it returns, the socket answers. A database that is away is waited for.
    ///
    /// # Errors
    /// With what to do, when something is missing or in the way.
    pub async fn start(setting: Setting) -> anyhow::Result<Daemon> {
        Daemon::start_unless(setting, Halt::default()).await
    }

    /// The same, unless the halt is asked for: then it ends soon, and leaves nothing running.
    ///
    /// # Errors
    /// See [`Daemon::start`]; [`Halted`].
    pub async fn start_unless(setting: Setting, halt: Halt) -> anyhow::Result<Daemon> {
        let clock = Clock::start();
        prepare_state_dir(&setting.state_dir)?;
        let workers = Workers::find(&setting.config.intake)?;
        Worker::check(&workers)
            .await
            .context("no file can be read: workers can't be confined here; `plantd doctor` says what is missing")?;
        let socket = setting.config.socket_path(&setting.state_dir);
        let (listener, is_own) = listener(&socket)?;
        let opened = database::open(&setting, clock, &halt).await?;
        let grounds = grounds(&setting);
        let Setting { config, state_dir, .. } = setting;
        let database = DatabaseView {
            kind: opened.kind,
            version: opened.version,
        };
        let room = Room::of(&state_dir, opened.cluster.is_some());
        let cluster = opened.cluster.map(|cluster| Kept::keep(cluster, room));
        let app = App::new(AppParts {
            store: opened.store,
            config,
            clock,
            database,
            state_dir,
            grounds,
            workers,
        });
        let swept = database::patiently(&halt, async || halt.unless(inbox::sweep(&app)).await?).await;
        if let Err(error) = swept {
            app.store().close().await;
            if let Some(cluster) = cluster {
                cluster.stop().await.context("cannot stop the private cluster")?;
            }
            return Err(error);
        }
        let server = tokio::spawn(crate::rpc::serve(app.clone(), listener));
        let watching = tokio::spawn(crate::watch::run(app.clone()));
        let working = tokio::spawn(crate::intake::run(app.clone()));
        let sweeping = tokio::spawn(originals::run(app.clone()));
        let watchdog = tokio::spawn(watch_over(app.clone()));
        if opened.kind != DatabaseKind::Private {
            let folder = app.state_dir().join(originals::ORIGINALS);
            info!(folder = %folder.display(), "daemons that share this database have to share this folder of originals");
        }
        info!(socket = %socket.display(), database = opened.kind.name(), "ready");
        Ok(Daemon {
            app,
            halt,
            cluster,
            own_socket: is_own.then(|| socket.clone()),
            socket,
            server,
            watching,
            working,
            sweeping,
            watchdog,
        })
    }

    /// What the parts share.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Where terminals connect.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Waits until a signal asks for the stop, or the server ends by itself.
    ///
    /// # Errors
    /// When the server failed.
    async fn wait(&mut self, signals: &mut Signals) -> anyhow::Result<()> {
        loop {
            tokio::select! {
                _ = signals.terminate.recv() => return Ok(()),
                _ = signals.interrupt.recv() => return Ok(()),
                _ = signals.hangup.recv() => {
                    info!("looking at every folder again");
                    self.app.wake_folders();
                    self.app.ask_scans();
                }
                ended = &mut self.server => {
                    ended.context("the server task ended")??;
                    bail!("the server ended by itself");
                }
            }
        }
    }

    /// Stops everything: no new work, running jobs end or are given up, then the server, then the cluster.
    ///
    /// # Errors
    /// When the private cluster can't be stopped.
    pub async fn stop(self) -> anyhow::Result<()> {
        told_systemd(&[sd_notify::NotifyState::Stopping]);
        // A cluster that is just being started again is not waited for.
        self.halt.ask();
        self.app.stop();
        self.watchdog.abort();
        self.sweeping.abort();
        let server = end("the server", SERVER_PATIENCE, self.server);
        let working = end("the job loop", LOOPS_PATIENCE, self.working);
        let watching = end("the folder loop", LOOPS_PATIENCE, self.watching);
        tokio::join!(server, working, watching);
        self.app.store().close().await;
        if let Some(cluster) = self.cluster {
            cluster.stop().await.context("cannot stop the private cluster")?;
        }
        // A socket that systemd handed over is systemd's to keep.
        if let Some(socket) = self.own_socket
            && let Err(error) = std::fs::remove_file(&socket)
        {
            warn!(%error, socket = %socket.display(), "cannot remove the socket");
        }
        info!("stopped");
        Ok(())
    }
}

/// Waits for the end of a task, which is given up when it does not end in time.
async fn end<T>(what: &'static str, patience: Duration, mut task: JoinHandle<T>) {
    match tokio::time::timeout(patience, &mut task).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => error!(%error, "{what} did not end well"),
        Err(_) => {
            warn!("{what} does not end in time and is given up");
            task.abort();
        }
    }
}

/// The signals that the daemon hears.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Signals {
    /// Waits for one that asks for the end.
    async fn end(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    fn listen() -> std::io::Result<Signals> {
        Ok(Signals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }
}

/// `plantd run`: until a signal.
///
/// # Errors
/// See [`Daemon::start`] and [`Daemon::stop`].
pub async fn run(setting: Setting) -> anyhow::Result<()> {
    let mut signals = Signals::listen().context("cannot listen to signals")?;
    let starting = tokio::spawn(tell_start());
    let halt = Halt::default();
    let start = Daemon::start_unless(setting, halt.clone());
    tokio::pin!(start);
    let started = tokio::select! {
        started = &mut start => Some(started),
        () = signals.end() => None,
    };
    let Some(started) = started else {
        told_systemd(&[sd_notify::NotifyState::Stopping]);
        halt.ask();
        let ended = tokio::time::timeout(HALT_PATIENCE, start).await;
        starting.abort();
        match ended {
            // It was complete in that very moment.
            Ok(Ok(daemon)) => daemon.stop().await?,
            Ok(Err(error)) => info!(%error, "stopped before the start was complete"),
            Err(_) => warn!("what the start had begun does not end in time and is given up"),
        }
        return Ok(());
    };
    starting.abort();
    let mut daemon = started?;
    told_systemd(&[sd_notify::NotifyState::Ready]);
    let waited = daemon.wait(&mut signals).await;
    daemon.stop().await?;
    waited
}

/// Tells systemd that the start goes on, however long a recovery, a migration or the wait for a database takes.
async fn tell_start() {
    let more = u32::try_from(START_STEP.as_micros().saturating_mul(3)).unwrap_or(u32::MAX);
    loop {
        told_systemd(&[sd_notify::NotifyState::ExtendTimeoutUsec(more)]);
        tokio::time::sleep(START_STEP).await;
    }
}

/// `plantd migrate`: brings the database up to this version and stops.
///
/// # Errors
/// When the database can't be reached, or is newer than this program.
pub async fn migrate(setting: &Setting) -> anyhow::Result<()> {
    let config = &setting.config;
    if config.database.url.is_some() && config.database.migrate_url.is_none() {
        bail!("database.migrate_url is missing: migrations need the role plant_migrate");
    }
    prepare_state_dir(&setting.state_dir)?;
    database::migrate(setting).await
}

fn prepare_state_dir(state_dir: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(state_dir).with_context(|| {
        format!(
            "cannot make the state folder {}; name another with --state",
            state_dir.display()
        )
    })
}

/// The socket that systemd hands over, else one of our own; whoever may reach its folder may connect, and the door decides.
fn listener(socket: &Path) -> anyhow::Result<(UnixListener, bool)> {
    let mut handed = listenfd::ListenFd::from_env();
    if let Some(listener) = handed
        .take_unix_listener(0)
        .context("systemd handed over something else than a unix socket")?
    {
        return Ok((listener, false));
    }
    if socket.exists() {
        if std::os::unix::net::UnixStream::connect(socket).is_ok() {
            bail!(
                "another plantd answers on {}; stop it, or name another folder with --state",
                socket.display()
            );
        }
        std::fs::remove_file(socket).with_context(|| format!("cannot remove the stale socket {}", socket.display()))?;
    }
    let before = rustix::process::umask(Mode::from_raw_mode(0o111));
    let bound = UnixListener::bind(socket);
    rustix::process::umask(before);
    let listener = bound.with_context(|| format!("cannot listen on {}", socket.display()))?;
    Ok((listener, true))
}

/// Feeds systemd's watchdog while every loop makes progress, and keeps an eye on the database.
async fn watch_over(app: App) {
    let interval = sd_notify::watchdog_enabled().map_or(Duration::from_secs(10), |limit| limit / 3);
    loop {
        match tokio::time::timeout(DATABASE_PATIENCE, app.store().ping()).await {
            Ok(Ok(())) => app
                .progress()
                .database_ms
                .store(app.clock().steady_ms(), Ordering::Relaxed),
            Ok(Err(error)) => warn!(%error, "the database does not answer"),
            Err(_) => warn!("the database does not answer within {} s", DATABASE_PATIENCE.as_secs()),
        }
        let now_ms = app.clock().steady_ms();
        let progress = app.progress();
        let stuck = [("scan", &progress.scan_ms), ("jobs", &progress.jobs_ms)]
            .into_iter()
            .find(|(_, at_ms)| now_ms.saturating_sub(at_ms.load(Ordering::Relaxed)) > STUCK_MS);
        match stuck {
            Some((name, _)) => error!(part = name, "no progress for two minutes; the watchdog is not fed"),
            None => told_systemd(&[sd_notify::NotifyState::Watchdog]),
        }
        tokio::time::sleep(interval).await;
    }
}

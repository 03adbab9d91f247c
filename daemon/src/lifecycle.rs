//! The life of the daemon: start in order, run until told to stop, stop in order.
//!
//! Invariants: READY is told only when the socket answers; after a stop no process of ours is left; the watchdog is fed
//! only while every loop makes progress, and a database that is away is degraded service, not a reason to restart.

use std::ffi::OsString;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{Context, bail};
use plant_core::view::DatabaseView;
use plant_store::cluster::{ClusterOptions, PrivateCluster, find_programs};
use plant_store::orgs::{self, NewOrg};
use plant_store::{Access, Store, jobs};
use rust_decimal::Decimal;
use rustix::fs::Mode;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tracing::{error, info, warn};

use crate::app::{App, AppParts};
use crate::clock::Clock;
use crate::config::Config;

/// How long the gRPC server may take to end its streams.
const SERVER_PATIENCE: Duration = Duration::from_secs(3);
/// What a pilot promises, in the currency of the org.
const PROMISED_SAVINGS: u32 = 50_000;
/// A loop without progress for so long is stuck.
const STUCK_MS: u64 = 120_000;

/// What a daemon is started with.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The effective configuration.
    pub config: Config,
    /// The state folder.
    pub state_dir: PathBuf,
    /// `PATH`, where the programs of Postgres are looked for.
    pub path: Option<OsString>,
}

/// A running daemon.
pub struct Daemon {
    app: App,
    cluster: Option<PrivateCluster>,
    socket: PathBuf,
    /// The socket, where it was made here and not handed over.
    own_socket: Option<PathBuf>,
    server: JoinHandle<anyhow::Result<()>>,
    watching: JoinHandle<()>,
    working: JoinHandle<()>,
    watchdog: JoinHandle<()>,
}

impl Daemon {
    /// Starts everything; when it returns, the socket answers.
    ///
    /// # Errors
    /// With what to do, when something is missing or in the way.
    pub async fn start(setting: Setting) -> anyhow::Result<Daemon> {
        let clock = Clock::start();
        prepare_state_dir(&setting.state_dir)?;
        let socket = setting.config.socket_path(&setting.state_dir);
        let (listener, is_own) = listener(&socket)?;
        let (cluster, access) = database(&setting).await?;
        let Setting { config, state_dir, .. } = setting;
        Store::prepare(&access)
            .await
            .context("cannot bring the database up to this version")?;
        let store = Store::connect(&access).await.context("cannot open the database")?;
        let version = store.version().await?;
        let kind = access.kind();
        // In a private cluster no other daemon can hold a job, so what a dead one left is taken up at once.
        jobs::reap(&store, cluster.is_some()).await?;
        let database = DatabaseView {
            kind: kind.to_owned(),
            version,
        };
        ensure_org(&store, &config).await?;
        let app = App::new(AppParts {
            store,
            config,
            clock,
            database,
            state_dir,
        });
        let server = tokio::spawn(crate::rpc::serve(app.clone(), listener));
        let watching = tokio::spawn(crate::watch::run(app.clone()));
        let working = tokio::spawn(crate::intake::run(app.clone()));
        let watchdog = tokio::spawn(watch_over(app.clone()));
        info!(socket = %socket.display(), database = kind, "ready");
        Ok(Daemon {
            app,
            cluster,
            own_socket: is_own.then(|| socket.clone()),
            socket,
            server,
            watching,
            working,
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
    /// When signals can't be received, or the server failed.
    pub async fn wait(&mut self) -> anyhow::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut hangup = signal(SignalKind::hangup())?;
        let app = self.app.clone();
        let postgres = async {
            match &mut self.cluster {
                Some(cluster) => cluster.exited().await.map_err(anyhow::Error::from),
                None => std::future::pending().await,
            }
        };
        tokio::pin!(postgres);
        loop {
            tokio::select! {
                _ = terminate.recv() => return Ok(()),
                _ = interrupt.recv() => return Ok(()),
                _ = hangup.recv() => {
                    info!("looking at every folder again");
                    app.wake_folders();
                }
                ended = &mut postgres => {
                    // A new start recovers the cluster; systemd makes one.
                    bail!("the private database ended by itself ({}); starting again recovers it", ended?);
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
        self.app.stop();
        self.watchdog.abort();
        if let Err(error) = self.working.await {
            error!(%error, "the job loop did not end well");
        }
        if let Err(error) = self.watching.await {
            error!(%error, "the folder loop did not end well");
        }
        let abort = self.server.abort_handle();
        if tokio::time::timeout(SERVER_PATIENCE, self.server).await.is_err() {
            abort.abort();
        }
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

/// `plantd run`: until a signal.
///
/// # Errors
/// See [`Daemon::start`] and [`Daemon::stop`].
pub async fn run(setting: Setting) -> anyhow::Result<()> {
    let mut daemon = Daemon::start(setting).await?;
    told_systemd(&[sd_notify::NotifyState::Ready]);
    let waited = daemon.wait().await;
    daemon.stop().await?;
    waited
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
    let (cluster, access) = database(setting).await?;
    let prepared = Store::prepare(&access).await;
    if let Some(cluster) = cluster {
        cluster.stop().await.context("cannot stop the private cluster")?;
    }
    prepared.context("cannot bring the database up to this version")
}

fn told_systemd(states: &[sd_notify::NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        warn!(%error, "cannot tell systemd");
    }
}

fn prepare_state_dir(state_dir: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(state_dir).with_context(|| {
        format!(
            "cannot make the state folder {}; name another with --state",
            state_dir.display()
        )
    })
}

/// The socket that systemd hands over, else one of our own, 0660 from its first moment.
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
    let before = rustix::process::umask(Mode::from_raw_mode(0o117));
    let bound = UnixListener::bind(socket);
    rustix::process::umask(before);
    let listener = bound.with_context(|| format!("cannot listen on {}", socket.display()))?;
    Ok((listener, true))
}

async fn database(setting: &Setting) -> anyhow::Result<(Option<PrivateCluster>, Access)> {
    let configured = &setting.config.database;
    if let Some(url) = &configured.url {
        return Ok((None, Access::server(url, configured.migrate_url.as_deref())?));
    }
    let options = ClusterOptions::new(setting.state_dir.clone(), find_programs(setting.path.as_deref())?);
    let cluster = PrivateCluster::start(options).await?;
    let access = cluster.access();
    Ok((Some(cluster), access))
}

async fn ensure_org(store: &Store, config: &Config) -> anyhow::Result<()> {
    if orgs::all(store).await?.is_empty() {
        let org = NewOrg {
            name: config.org.name.clone(),
            zone: config.org.zone.clone(),
            currency: config.org.currency.clone(),
            goal: Decimal::from(PROMISED_SAVINGS),
        };
        let org_id = orgs::create(store, &org, "daemon", None).await?;
        info!(org.id = %org_id, org.name, "made the first org");
    }
    Ok(())
}

/// Feeds systemd's watchdog while every loop makes progress, and keeps an eye on the database.
async fn watch_over(app: App) {
    let interval = sd_notify::watchdog_enabled().map_or(Duration::from_secs(10), |limit| limit / 3);
    loop {
        match app.store().ping().await {
            Ok(()) => app
                .progress()
                .database_ms
                .store(app.clock().steady_ms(), Ordering::Relaxed),
            Err(error) => warn!(%error, "the database does not answer"),
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

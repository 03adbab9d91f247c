//! The private cluster: a Postgres of the daemon's own, on a unix socket only, started and stopped with it.
//!
//! Invariants: one daemon at a time has the cluster (a lock on a file, gone with the process); Postgres never runs as
//! root; nobody but the daemon's own account reaches the socket, and no password exists (peer authentication); a daemon
//! that is killed takes its Postgres along, and one that finds a Postgres left over stops it before it starts its own.

mod error;
mod leftover;
mod place;
mod programs;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Executor};
use tokio::process::Child;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

pub use error::ClusterError;
pub use place::REACHABLE;
pub use programs::{Programs, find_programs};

use crate::access::Access;
use place::{PORT, Place};

/// The database in it.
const DATABASE: &str = "plant";
/// How often the start is looked at.
const STEP: Duration = Duration::from_millis(20);
/// How long a start may take; recovery after a crash is part of it.
const START_LIMIT: Duration = Duration::from_secs(300);
/// How long each way of stopping it may take before a harder one: fast (ends transactions, writes everything), immediate
/// (the next start recovers), and what nobody can refuse. All of them together are shorter than what systemd waits.
const STOP_LIMITS: [(Signal, Duration); 3] = [
    (Signal::INT, Duration::from_secs(6)),
    (Signal::QUIT, Duration::from_secs(2)),
    (Signal::KILL, Duration::from_secs(1)),
];
/// How long a start is tried again while remains of an earlier Postgres are in the way.
const REMAINS_LIMIT: Duration = Duration::from_secs(15);
/// What the log of changes keeps on the disk at least, in MiB: two of its files.
const WAL_LEAST_MIB: u64 = 32;
/// Bytes of the log that an error shows.
const LOG_TAIL_BYTES: usize = 2000;

/// Small, and as safe as Postgres is by itself: `fsync` and full page writes stay on.
const SETTINGS: &[(&str, &str)] = &[
    ("listen_addresses", ""),
    ("unix_socket_permissions", "0700"),
    ("shared_buffers", "64MB"),
    ("effective_cache_size", "512MB"),
    ("work_mem", "16MB"),
    ("maintenance_work_mem", "64MB"),
    ("wal_compression", "on"),
    ("checkpoint_timeout", "15min"),
    ("huge_pages", "off"),
    ("jit", "off"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
    ("logging_collector", "off"),
    ("log_min_messages", "warning"),
    ("cluster_name", "plant"),
];

/// The user id that the private cluster of a daemon that is root runs as. Whoever has it may log in to the database by
/// that alone, so nothing else may run as it.
pub fn uid_below_root() -> Option<u32> {
    place::uid_below_root()
}

/// What a private cluster is started with.
#[derive(Debug, Clone)]
pub struct ClusterOptions {
    /// The daemon's state directory; the cluster lives in `pg` under it.
    pub state_dir: PathBuf,
    /// The programs of Postgres.
    pub programs: Programs,
    /// How many connections at once it takes; 40 unless more are needed.
    pub connections: u32,
    /// What its log of changes may take on the disk between two checkpoints, in MiB; less makes a small disk do, more
    /// makes loading faster.
    pub wal_mib: u64,
    /// Settings of Postgres beside or instead of the usual ones.
    pub settings: Vec<(String, String)>,
    /// Turns true when a start that goes on has to end soon, and to leave nothing running.
    pub halt: Option<watch::Receiver<bool>>,
}

impl ClusterOptions {
    /// The usual settings.
    pub fn new(state_dir: PathBuf, programs: Programs) -> ClusterOptions {
        ClusterOptions {
            state_dir,
            programs,
            connections: 40,
            wal_mib: 512,
            settings: Vec::new(),
            halt: None,
        }
    }
}

/// A running Postgres of this process's own. Dropping it asks Postgres to stop; [`PrivateCluster::stop`] waits for it.
#[derive(Debug)]
pub struct PrivateCluster {
    postgres: Child,
    /// Stops Postgres when this process is gone, however it went.
    guard: Child,
    place: Place,
    options: ClusterOptions,
    /// Held as long as the cluster is ours.
    #[cfg_attr(not(test), expect(dead_code, reason = "held, never read"))]
    lock: File,
    stopped: bool,
}

impl PrivateCluster {
    /// Makes the cluster if there is none, stops what an earlier daemon left over, starts Postgres and waits until it
    /// answers.
    ///
    /// # Errors
    /// What is missing on this machine, what stands in the way, or why Postgres did not start.
    pub async fn start(options: ClusterOptions) -> Result<PrivateCluster, ClusterError> {
        let place = Place::prepare(&options.state_dir)?;
        let lock = place.lock()?;
        let (postgres, guard) = launch(&place, &options).await?;
        Ok(PrivateCluster {
            postgres,
            guard,
            place,
            options,
            lock,
            stopped: false,
        })
    }

    /// Whether a cluster was made here.
    ///
    /// # Errors
    /// What stands in the way of looking.
    pub fn is_there(state_dir: &Path) -> Result<bool, ClusterError> {
        Ok(state_dir.is_dir() && Place::prepare(state_dir)?.data_version()?.is_some())
    }

    /// How to reach the database of the cluster that another process of this account runs here.
    ///
    /// # Errors
    /// What stands in the way of looking.
    pub fn running(state_dir: &Path) -> Result<Access, ClusterError> {
        let place = Place::prepare(state_dir)?;
        Ok(Access::private(&place.socket_dir, PORT, DATABASE))
    }

    /// Starts Postgres again if it has ended.
    ///
    /// # Errors
    /// See [`PrivateCluster::restart`].
    pub async fn revive(&mut self) -> Result<(), ClusterError> {
        let ended = self.postgres.try_wait();
        let Some(status) = ended.map_err(ClusterError::io("waiting for", &self.place.data))? else {
            return Ok(());
        };
        tracing::error!(%status, "the private database ended by itself; starting it again recovers it");
        self.stopped = true;
        self.restart().await
    }

    /// Starts Postgres again after it ended by itself; it recovers what it was doing.
    ///
    /// # Errors
    /// See [`PrivateCluster::start`]; it may be tried again.
    pub async fn restart(&mut self) -> Result<(), ClusterError> {
        // The guard of the one that ended has nothing to stop any more.
        let _ = self.guard.start_kill();
        let _ = self.guard.wait().await;
        let (postgres, guard) = launch(&self.place, &self.options).await?;
        self.postgres = postgres;
        self.guard = guard;
        self.stopped = false;
        Ok(())
    }

    /// Writes what is only in its log of changes, so that the log can be cut: makes room on a disk that is nearly full.
    ///
    /// # Errors
    /// What Postgres says; nothing is lost then.
    pub async fn checkpoint(&self) -> crate::Result<()> {
        let Some(superuser) = self.access().superuser else {
            return Ok(());
        };
        let mut connection = PgConnection::connect_with(&superuser).await?;
        connection.execute("CHECKPOINT").await?;
        connection.close().await?;
        Ok(())
    }

    /// How to reach its database.
    pub fn access(&self) -> Access {
        Access::private(&self.place.socket_dir, PORT, DATABASE)
    }

    /// Where its data lies.
    pub fn data_dir(&self) -> &Path {
        &self.place.data
    }

    /// Waits until Postgres ends by itself, which it should not.
    ///
    /// # Errors
    /// What the system says to the waiting.
    pub async fn exited(&mut self) -> Result<ExitStatus, ClusterError> {
        let status = self
            .postgres
            .wait()
            .await
            .map_err(ClusterError::io("waiting for", &self.place.data))?;
        self.stopped = true;
        Ok(status)
    }

    /// Stops it: ends every connection, writes what has to be written, and waits for the end. Harder ways follow when
    /// that takes longer than some seconds; nothing that was committed is lost by them.
    ///
    /// # Errors
    /// What the system says to the waiting.
    pub async fn stop(mut self) -> Result<(), ClusterError> {
        // From here on the end of the guard must not stop anything.
        let _ = self.guard.start_kill();
        let _ = self.guard.wait().await;
        if !self.stopped {
            stop_child(&mut self.postgres)
                .await
                .map_err(ClusterError::io("stopping", &self.place.data))?;
            self.stopped = true;
        }
        Ok(())
    }
}

impl Drop for PrivateCluster {
    fn drop(&mut self) {
        if !self.stopped {
            signal(&self.postgres, Signal::INT);
        }
    }
}

fn signal(child: &Child, signal: Signal) {
    let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    if let Some(pid) = pid
        && let Err(error) = kill_process(pid, signal)
    {
        tracing::debug!(%error, "Postgres is gone already");
    }
}

async fn stop_child(child: &mut Child) -> std::io::Result<()> {
    for (how, limit) in STOP_LIMITS {
        signal(child, how);
        match timeout(limit, child.wait()).await {
            Ok(result) => return result.map(|_| ()),
            Err(_) => tracing::warn!(signal = ?how, "Postgres did not stop in time"),
        }
    }
    Ok(())
}

/// Stops what is left over, makes the cluster where there is none, and starts Postgres with its guard.
async fn launch(place: &Place, options: &ClusterOptions) -> Result<(Child, Child), ClusterError> {
    let bin = match place.data_version()? {
        Some(version) => options
            .programs
            .of_version(version)
            .ok_or_else(|| ClusterError::VersionMissing {
                data: place.data.clone(),
                version,
            })?,
        None => options.programs.newest(),
    };
    unless(&options.halt, leftover::stop(place, bin)).await??;
    if place.data_version()?.is_none() {
        unless(&options.halt, initdb(place, bin)).await??;
    }
    place.write_access_rules()?;
    let mut settings = vec![
        ("max_connections".to_owned(), options.connections.to_string()),
        ("max_wal_size".to_owned(), format!("{}MB", options.wal_mib)),
        ("min_wal_size".to_owned(), format!("{}MB", WAL_LEAST_MIB)),
    ];
    settings.extend(options.settings.iter().cloned());
    let postgres = start_postgres(place, bin, &settings, &options.halt).await?;
    match start_guard(place, &postgres) {
        Ok(guard) => Ok((postgres, guard)),
        Err(error) => {
            signal(&postgres, Signal::INT);
            Err(error)
        }
    }
}

/// The outcome of the work, which is dropped when the halt is asked for.
async fn unless<T>(halt: &Option<watch::Receiver<bool>>, work: impl Future<Output = T>) -> Result<T, ClusterError> {
    let Some(mut halt) = halt.clone() else {
        return Ok(work.await);
    };
    let asked = async {
        // Without a sender nobody can ask any more.
        if halt.wait_for(|asked| *asked).await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        biased;
        () = asked => Err(ClusterError::Halted),
        outcome = work => Ok(outcome),
    }
}

/// Makes the data directory beside its place and moves it there when it is whole, so that an interruption leaves none.
async fn initdb(place: &Place, bin: &Path) -> Result<(), ClusterError> {
    let mut last = None;
    // C.UTF-8 is there on any Debian; C sorts the same.
    for locale in ["C.UTF-8", "C"] {
        let new = place.fresh_data_dir()?;
        let output = place
            .command(&bin.join("initdb"))
            .arg("--pgdata")
            .arg(&new)
            .args(["--username", "postgres", "--encoding", "UTF8", "--locale", locale])
            .args(["--auth", "peer", "--data-checksums", "--no-instructions"])
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .map_err(ClusterError::io("running", &bin.join("initdb")))?;
        if output.status.success() {
            return std::fs::rename(&new, &place.data)
                .map_err(ClusterError::io("moving the new cluster to", &place.data));
        }
        last = Some(ClusterError::Program {
            program: "initdb",
            status: output.status,
            output: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        });
    }
    Err(last.unwrap_or(ClusterError::NotInstalled {
        searched: bin.display().to_string(),
    }))
}

async fn start_postgres(
    place: &Place,
    bin: &Path,
    settings: &[(String, String)],
    halt: &Option<watch::Receiver<bool>>,
) -> Result<Child, ClusterError> {
    let begin = Instant::now();
    loop {
        let mut child = spawn_postgres(place, bin, settings)?;
        let ready = match unless(halt, wait_ready(place, &mut child)).await {
            Ok(ready) => ready?,
            Err(halted) => {
                stop_child(&mut child)
                    .await
                    .map_err(ClusterError::io("stopping", &place.data))?;
                return Err(halted);
            }
        };
        let Some(detail) = ready else {
            return Ok(child);
        };
        let log = place.log_tail(LOG_TAIL_BYTES);
        // The children of a Postgres that was killed hold its memory for a moment longer.
        let remains = log.contains("pre-existing shared memory block") || log.contains("is another postmaster");
        if !remains || begin.elapsed() > REMAINS_LIMIT {
            return Err(ClusterError::DidNotStart { detail, log });
        }
        sleep(STEP).await;
    }
}

fn spawn_postgres(place: &Place, bin: &Path, settings: &[(String, String)]) -> Result<Child, ClusterError> {
    let program = bin.join("postgres");
    let log = place.open_log()?;
    let errors = log.try_clone().map_err(ClusterError::io("opening", &place.log()))?;
    let mut command = place.command(&program);
    command.arg("-D").arg(&place.data);
    let places = [
        ("unix_socket_directories", format!("\"{}\"", place.socket_dir.display())),
        ("hba_file", place.hba().display().to_string()),
        ("ident_file", place.ident().display().to_string()),
    ];
    for (name, value) in SETTINGS {
        command.arg("-c").arg(format!("{name}={value}"));
    }
    for (name, value) in &places {
        command.arg("-c").arg(format!("{name}={value}"));
    }
    for (name, value) in settings {
        command.arg("-c").arg(format!("{name}={value}"));
    }
    command
        .stdin(Stdio::null())
        .stdout(log)
        .stderr(errors)
        .spawn()
        .map_err(ClusterError::io("running", &program))
}

/// `None` when it answers; what happened when it ended before.
async fn wait_ready(place: &Place, child: &mut Child) -> Result<Option<String>, ClusterError> {
    let access = Access::private(&place.socket_dir, PORT, "postgres");
    let Some(options) = access.superuser else {
        return Ok(Some("no superuser is known".to_owned()));
    };
    let begin = Instant::now();
    loop {
        if let Some(status) = child.try_wait().map_err(ClusterError::io("waiting for", &place.data))? {
            return Ok(Some(format!("it ended with {status}")));
        }
        let attempt = timeout(Duration::from_secs(5), PgConnection::connect_with(&options)).await;
        match attempt {
            Ok(Ok(connection)) => {
                let _ = connection.close().await;
                return Ok(None);
            }
            // Refused for good: who we are, not whether it is up.
            Ok(Err(sqlx::Error::Database(error))) if error.code().is_some_and(|code| code.starts_with("28")) => {
                let detail = format!("it refuses this process: {error}");
                let _ = stop_child(child).await;
                return Ok(Some(detail));
            }
            _ => {}
        }
        if begin.elapsed() > START_LIMIT {
            let _ = stop_child(child).await;
            return Ok(Some("it did not answer in time".to_owned()));
        }
        sleep(STEP).await;
    }
}

/// A shell that waits for the end of its input, which comes when this process ends in any way, and then stops Postgres,
/// if that still is the one.
fn start_guard(place: &Place, postgres: &Child) -> Result<Child, ClusterError> {
    const SCRIPT: &str = r#"read -r _; read -r pid < "$2" && [ "$pid" = "$1" ] && kill -INT "$1""#;
    let shell = Path::new("/bin/sh");
    place
        .command(shell)
        .arg("-c")
        .arg(SCRIPT)
        .arg("plantd-guard")
        .arg(postgres.id().unwrap_or_default().to_string())
        .arg(place.data.join("postmaster.pid"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(ClusterError::io("running", shell))
}

#[cfg(test)]
mod tests;

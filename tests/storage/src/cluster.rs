//! A private PostgreSQL in a folder of its own, reached by a socket only, stopped and removed at the end.

use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use postgres::{Client, NoTls};

/// As in the measurements of loads: a large cache, fsync on, no vacuum in between.
const SETTINGS: &str = "listen_addresses = ''
shared_buffers = 1GB
max_wal_size = 8GB
checkpoint_timeout = 30min
maintenance_work_mem = 256MB
timezone = 'UTC'
log_min_messages = error
autovacuum = off
";

/// A running server.
pub struct Cluster {
    programs: PathBuf,
    root: PathBuf,
    account: Option<(u32, u32)>,
}

impl Cluster {
    /// Makes and starts one under `parent`.
    pub fn start(parent: &Path) -> Result<Self> {
        let root = parent.join(format!("plant-storage-bench-{}", std::process::id()));
        std::fs::create_dir(&root).with_context(|| format!("cannot make {}", root.display()))?;
        let cluster = Self { programs: programs()?, account: account()?, root };
        if let Some((user, group)) = cluster.account {
            chown(&cluster.root, Some(user), Some(group))?;
        }
        let data = cluster.root.join("data");
        cluster
            .run("initdb", &["-D", &text(&data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"])?;
        let settings = format!("{SETTINGS}unix_socket_directories = '{}'\n", cluster.root.display());
        let file = data.join("postgresql.conf");
        let all = std::fs::read_to_string(&file)? + &settings;
        std::fs::write(file, all)?;
        let log = text(&cluster.root.join("log"));
        cluster.run("pg_ctl", &["-D", &text(&data), "-l", &log, "-w", "start"])?;
        Ok(cluster)
    }

    /// A connection as that role.
    pub fn connect(&self, role: &str) -> Result<Client> {
        let to = format!("host={} user={role} dbname=postgres", self.root.display());
        Client::connect(&to, NoTls).with_context(|| format!("cannot connect as {role}"))
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<()> {
        let mut command = Command::new(self.programs.join(program));
        command.args(arguments).current_dir(&self.root).stdout(std::process::Stdio::null());
        if let Some((user, group)) = self.account {
            command.uid(user).gid(group);
        }
        let status = command.status().with_context(|| format!("cannot run {program}"))?;
        ensure!(status.success(), "{program} ended with {status}");
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = text(&self.root.join("data"));
        if let Err(error) = self.run("pg_ctl", &["-D", &data, "-m", "immediate", "-w", "stop"]) {
            eprintln!("the server still runs: {error:#}");
        } else if let Err(error) = std::fs::remove_dir_all(&self.root) {
            eprintln!("{} stays: {error}", self.root.display());
        }
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// The folder of the programs of PostgreSQL 15: from PG_BINDIR, else where distributions put them.
fn programs() -> Result<PathBuf> {
    let named = std::env::var_os("PG_BINDIR").map(PathBuf::from);
    let usual = ["/usr/lib/postgresql/15/bin", "/usr/pgsql-15/bin"].map(PathBuf::from);
    match named.into_iter().chain(usual).find(|folder| folder.join("initdb").is_file()) {
        Some(folder) => Ok(folder),
        None => bail!("PostgreSQL 15 is not installed; install it or name the folder of initdb in PG_BINDIR"),
    }
}

/// The server refuses to run as root: then as the account that owns nothing.
fn account() -> Result<Option<(u32, u32)>> {
    let root = std::fs::metadata("/proc/self")?.uid() == 0;
    Ok(root.then_some((65_534, 65_534)))
}

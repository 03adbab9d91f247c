//! A Postgres server outside of plantd, as a plant's own administrators would run one.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tempfile::TempDir;

use crate::{Account, until};

/// A server on a unix socket in a folder of its own, with a database `plant` in which bootstrap.sql was run. Stopped,
/// and its folder removed, when dropped.
pub struct Server {
    programs: PathBuf,
    folder: TempDir,
    /// Whom it runs as, where this process is root: Postgres refuses root.
    account: Option<Account>,
}

impl Server {
    /// Makes and starts one.
    pub fn start() -> Server {
        let folder = plant_need::open_folder();
        let account = rustix::process::geteuid().is_root().then(|| {
            ["postgres", "nobody"]
                .into_iter()
                .find_map(Account::named)
                .expect("an account to run Postgres as")
        });
        if let Some(account) = &account {
            account.give(folder.path());
        }
        let server = Server {
            programs: programs(),
            folder,
            account,
        };
        server.must(
            "initdb",
            &["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
        );
        server.launch();
        server.sql("postgres", "CREATE DATABASE plant");
        let bootstrap = crate::repository().join("daemon/store/src/bootstrap.sql");
        server.sql("plant", &std::fs::read_to_string(bootstrap).expect("bootstrap.sql"));
        server
    }

    /// Starts it (again) and waits until it answers.
    pub fn launch(&self) {
        let options = format!(
            "-c listen_addresses='' -c unix_socket_directories={} -c max_connections=60 -c fsync=off",
            self.folder.path().display()
        );
        let log = self.folder.path().join("log");
        self.must(
            "pg_ctl",
            &["-w", "-l", log.to_str().expect("text"), "-o", &options, "start"],
        );
    }

    /// Stops it in order: every connection is ended, everything is written.
    pub fn stop(&self) {
        self.must("pg_ctl", &["-w", "-m", "fast", "stop"]);
    }

    /// Kills it at once, as a power cut would, and waits until its last process is gone.
    pub fn kill(&self) {
        let pid = self.pid().expect("it runs");
        let all = crate::processes::children(pid);
        kill_process(pid, Signal::KILL).expect("killed");
        // They notice by themselves; until then they hold the memory that a new start needs.
        for pid in all.into_iter().chain([pid]) {
            until("the server's processes are gone", || test_kill_process(pid).is_err());
        }
    }

    /// The configuration of a daemon that works on it.
    pub fn config(&self) -> String {
        let url = |role: &str| {
            format!(
                "postgres://{role}@localhost/plant?host={}",
                self.folder.path().display()
            )
        };
        format!(
            "[database]\nurl = \"{}\"\nmigrate_url = \"{}\"\n",
            url("plant_app"),
            url("plant_migrate")
        )
    }

    /// Runs statements as the superuser; returns their rows, a line each, values parted by `|`.
    pub fn sql(&self, database: &str, statements: &str) -> String {
        let mut command = self.command("psql");
        command.args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-U",
            "postgres",
            "-d",
            database,
        ]);
        command.arg("-h").arg(self.folder.path()).arg("-c").arg(statements);
        let output = command.output().expect("psql runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn pid(&self) -> Option<Pid> {
        postmaster(&self.data())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        if let Some(account) = &self.account {
            command.uid(account.uid).gid(account.gid);
        }
        command.current_dir("/").stdin(Stdio::null());
        command
    }

    /// Runs one of its programs on its data. What it says goes to a file, since a server that it starts keeps the end
    /// of a pipe open for ever.
    fn must(&self, program: &str, arguments: &[&str]) {
        let said = tempfile::tempfile().expect("a file");
        let status = self
            .command(program)
            .arg("-D")
            .arg(self.data())
            .args(arguments)
            .stdout(said.try_clone().expect("a file"))
            .stderr(said.try_clone().expect("a file"))
            .status()
            .expect("it runs");
        if !status.success() {
            use std::io::{Read, Seek};
            let (mut said, mut text) = (said, String::new());
            said.rewind().expect("rewound");
            said.read_to_string(&mut text).expect("read");
            let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            panic!("{program} {arguments:?}: {status}\n{text}\n{log}");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.pid().is_some() {
            let mut command = self.command("pg_ctl");
            command
                .arg("-D")
                .arg(self.data())
                .args(["-w", "-m", "immediate", "stop"]);
            command.stdout(Stdio::null()).stderr(Stdio::null());
            assert!(
                command.status().is_ok_and(|status| status.success()) || std::thread::panicking(),
                "the server can't be stopped"
            );
        }
    }
}

/// The process that a data folder's pid file names, if it runs.
pub(crate) fn postmaster(data: &Path) -> Option<Pid> {
    let text = std::fs::read_to_string(data.join("postmaster.pid")).ok()?;
    let pid = Pid::from_raw(text.lines().next()?.trim().parse().ok()?)?;
    test_kill_process(pid).ok().map(|()| pid)
}

/// The newest Postgres programs of this machine, found as `tests/setup.sh` finds them.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse::<u32>().ok()?,
                entry.path().join("bin"),
            ))
        })
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .max();
    newest.map(|(_, folder)| folder).unwrap_or_else(|| {
        let said = Command::new("pg_config").arg("--bindir").output();
        let said = said.expect("the tests need the programs of Postgres: run `make setup`");
        PathBuf::from(String::from_utf8(said.stdout).expect("text").trim())
    })
}

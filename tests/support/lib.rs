//! A real daemon on a state folder of its own, and the real `plant` program against it; beside them what such tests need
//! of the machine: another account, an outside Postgres, a small disk, the list of processes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may fail loudly"
)]

mod account;
mod disk;
mod hung;
pub mod processes;
mod server;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

pub use account::{Account, Programs};
pub use disk::{Filling, SmallDisk};
pub use hung::HungMount;
pub use plant_need::open_folder;
pub use server::Server;

/// How long anything may take before a test fails.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// The folder in which cargo puts the programs of this build.
pub fn programs() -> PathBuf {
    let mut path = std::env::current_exe().expect("the test's own path");
    path.pop();
    if path.ends_with("deps") {
        path.pop();
    }
    assert!(
        path.join("plantd").exists() && path.join("plant").exists(),
        "plantd and plant are not built in {}: run `cargo build --workspace` first, as `make test` does",
        path.display()
    );
    path
}

/// The root of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the root")
        .to_path_buf()
}

/// Waits until it holds.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < PATIENCE, "waited too long until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// How a daemon is started.
#[derive(Default)]
pub struct Setup {
    config: String,
    state: Option<PathBuf>,
    account: Option<Account>,
}

impl Setup {
    /// With more configuration (TOML) after the usual of the tests; a table `[intake]` in it replaces the usual one.
    pub fn config(mut self, config: &str) -> Setup {
        self.config.push_str(config);
        self
    }

    /// On an outside server instead of a private cluster.
    pub fn on(self, server: &Server) -> Setup {
        self.config(&server.config())
    }

    /// With its state folder in that folder instead of one of its own.
    pub fn state_in(mut self, folder: &Path) -> Setup {
        self.state = Some(folder.to_path_buf());
        self
    }

    /// As another account, which only root can.
    pub fn run_by(mut self, account: Account) -> Setup {
        self.account = Some(account);
        self
    }

    /// Starts it and waits until it answers.
    pub fn start(self) -> Plant {
        let mut plant = self.prepare();
        plant.launch();
        plant
    }

    /// All but the start.
    pub fn prepare(self) -> Plant {
        let folder = open_folder();
        let intake = "[intake]\nquiet_after_close_ms = 200\nquiet_unchanged_ms = 1000\nlease_s = 5\n";
        let config = if self.config.contains("[intake]") {
            self.config
        } else {
            format!("{intake}{}", self.config)
        };
        if let Some(account) = &self.account {
            account.give(folder.path());
        }
        Plant {
            child: None,
            state: self.state.unwrap_or_else(|| folder.path().to_path_buf()).join("state"),
            programs: self.account.is_some().then(Programs::for_all),
            account: self.account,
            folder,
            config,
        }
    }
}

/// A daemon on a folder of its own; stopped, and its folder removed, when dropped.
pub struct Plant {
    child: Option<Child>,
    /// Configuration, log and folders for exports.
    folder: TempDir,
    state: PathBuf,
    config: String,
    account: Option<Account>,
    /// Where that account finds the programs.
    programs: Option<Programs>,
}

impl Plant {
    /// Starts a daemon with short quiet times.
    pub fn start() -> Plant {
        Setup::default().start()
    }

    /// Starts a daemon with more configuration (TOML) after the usual of the tests.
    pub fn start_with(config: &str) -> Plant {
        Setup::default().config(config).start()
    }

    /// Starts a daemon in another way.
    pub fn setup() -> Setup {
        Setup::default()
    }

    /// Starts the daemon (again) and waits until it answers.
    pub fn launch(&mut self) {
        self.spawn();
        self.until("the daemon answers", |plant| plant.run(&["status"]).status.success());
    }

    /// Starts the daemon (again) and does not wait.
    pub fn spawn(&mut self) {
        assert!(self.child.is_none(), "it runs already");
        let config = self.folder.path().join("plantd.toml");
        std::fs::write(&config, &self.config).expect("the configuration");
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log_path())
            .expect("a log");
        let folder = self.programs.as_ref().map_or_else(programs, Programs::folder);
        let program = folder.join("plantd");
        let mut command = match &self.account {
            Some(account) => account.command(&program),
            None => Command::new(&program),
        };
        let child = command
            .arg("run")
            .arg("--config")
            .arg(&config)
            .arg("--state")
            .arg(self.state_dir())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("plantd starts");
        self.child = Some(child);
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("plantd.log")
    }

    /// What the daemon logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    /// The state folder.
    pub fn state_dir(&self) -> PathBuf {
        self.state.clone()
    }

    /// Where terminals connect, as `plant --host` takes it.
    pub fn host(&self) -> String {
        format!("unix:{}", self.state.join("plantd.sock").display())
    }

    /// Opens every door on the way to the socket to all accounts, so that only the daemon itself stands between.
    pub fn open_to_all(&self) {
        for (path, mode) in [
            (self.folder.path(), 0o755),
            (&self.state, 0o755),
            (&self.state.join("plantd.sock"), 0o666),
        ] {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("opened");
        }
    }

    /// The process id of the daemon.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    fn process(&self) -> Pid {
        Pid::from_child(self.child.as_ref().expect("it runs"))
    }

    /// The workers of the daemon that run now.
    pub fn workers(&self) -> Vec<Pid> {
        let mut all = processes::children(self.process());
        all.retain(|pid| processes::arguments(*pid).get(1).is_some_and(|verb| verb == "worker"));
        all
    }

    /// The first process of the private cluster, if it runs.
    pub fn postmaster(&self) -> Option<Pid> {
        server::postmaster(&self.state.join("pg/data"))
    }

    /// A folder for exports, made if absent.
    pub fn folder(&self, name: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(&path).expect("a folder");
        path
    }

    /// A folder for exports that is watched.
    pub fn watched(&self, name: &str) -> PathBuf {
        let path = self.folder(name);
        self.ok(&["folders", "add", path.to_str().expect("text")]);
        path
    }

    /// Kills the daemon at once, as a power cut would, its cluster included or not.
    pub fn kill(&mut self) {
        let mut child = self.child.take().expect("it runs");
        child.kill().expect("killed");
        child.wait().expect("gone");
    }

    /// Waits until the daemon ends by itself; returns whether it ended with success.
    pub fn ended(&mut self) -> bool {
        let mut child = self.child.take().expect("it runs");
        let started = Instant::now();
        loop {
            if let Some(status) = child.try_wait().expect("its status") {
                return status.success();
            }
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "it does not end\nlog:\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends the daemon a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.process(), signal).expect("signalled");
    }

    /// Asks the daemon to stop and waits for it; returns whether it ended with success.
    pub fn stop(&mut self) -> bool {
        let mut child = self.child.take().expect("it runs");
        kill_process(Pid::from_child(&child), Signal::TERM).expect("signalled");
        let started = Instant::now();
        loop {
            if let Some(status) = child.try_wait().expect("its status") {
                return status.success();
            }
            if started.elapsed() > Duration::from_secs(40) {
                child.kill().expect("killed");
                child.wait().expect("gone");
                return false;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Runs `plantd rebuild` on what the daemon keeps, whether it runs or not.
    pub fn rebuild(&self, arguments: &[&str]) -> Output {
        self.rebuilding().args(arguments).output().expect("plantd runs")
    }

    /// Starts `plantd rebuild` and does not wait.
    pub fn begin_rebuild(&self) -> Child {
        let nothing = (Stdio::null(), Stdio::null());
        let mut command = self.rebuilding();
        command
            .stdout(nothing.0)
            .stderr(nothing.1)
            .spawn()
            .expect("plantd runs")
    }

    fn rebuilding(&self) -> Command {
        let mut command = Command::new(programs().join("plantd"));
        command
            .arg("rebuild")
            .arg("--config")
            .arg(self.folder.path().join("plantd.toml"))
            .arg("--state")
            .arg(self.state_dir())
            .stdin(Stdio::null());
        command
    }

    /// Starts `plant` against the daemon and does not wait.
    pub fn begin(&self, arguments: &[&str]) -> Child {
        Command::new(programs().join("plant"))
            .arg("--host")
            .arg(self.host())
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("plant runs")
    }

    /// Runs `plant` against the daemon.
    pub fn run(&self, arguments: &[&str]) -> Output {
        Command::new(programs().join("plant"))
            .arg("--host")
            .arg(self.host())
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("plant runs")
    }

    /// Runs `plant`, which must succeed; returns its standard output.
    pub fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(
            output.status.success(),
            "plant {arguments:?}: {}\n{}{}\nlog:\n{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
            self.log()
        );
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// Runs `plant … --json`, which must succeed; returns the object.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let mut all = arguments.to_vec();
        all.push("--json");
        let text = self.ok(&all);
        let value: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {text}"));
        assert_eq!(value["schema_version"], 1, "{arguments:?}: {text}");
        value
    }

    /// Puts a file into a folder the way a careful writer does: another name first, then a rename.
    pub fn drop_file(&self, folder: &Path, name: &str, bytes: &[u8]) {
        let temporary = folder.join(format!(".{name}.tmp"));
        std::fs::write(&temporary, bytes).expect("written");
        std::fs::rename(&temporary, folder.join(name)).expect("renamed");
    }

    /// The newest file of that name, once it is settled.
    pub fn settled(&self, name: &str) -> Value {
        let mut found = Value::Null;
        self.until(&format!("{name} is settled"), |plant| {
            let files = plant.json(&["files", "--name", name]);
            let item = files["items"]
                .as_array()
                .and_then(|items| items.iter().find(|item| item["name"] == name))
                .cloned();
            found = item.unwrap_or(Value::Null);
            !matches!(
                found["state"].as_str(),
                None | Some("seen" | "waiting" | "stable" | "reading" | "committed")
            )
        });
        found
    }

    /// Waits until it holds, else fails with the log.
    pub fn until(&self, what: &str, mut holds: impl FnMut(&Plant) -> bool) {
        let started = Instant::now();
        while !holds(self) {
            assert!(
                started.elapsed() < PATIENCE,
                "waited too long until {what}\nlog:\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The state of the newest file of that name; `absent` where there is none.
    pub fn state_of(&self, name: &str) -> String {
        let files = self.json(&["files", "--name", name]);
        let items = files["items"].as_array().expect("a list");
        let item = items.iter().find(|item| item["name"] == name);
        item.and_then(|item| item["state"].as_str())
            .unwrap_or("absent")
            .to_owned()
    }

    /// What the daemon says is wrong, a sentence a line.
    pub fn problems(&self) -> String {
        let status = self.json(&["status"]);
        let problems = status["problems"].as_array().expect("a list");
        problems.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")
    }

    /// The value of a metric over everything, or over one file.
    pub fn metric(&self, metric: &str, more: &[&str]) -> Option<f64> {
        let mut arguments = vec!["metrics", "get", metric];
        arguments.extend(more);
        let items = self.json(&arguments);
        items["items"][0]["value"].as_f64()
    }
}

impl Drop for Plant {
    fn drop(&mut self) {
        if self.child.is_some() {
            self.stop();
        }
    }
}

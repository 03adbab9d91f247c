//! A real daemon on a state folder of its own, and the real `plant` program against it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may fail loudly"
)]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

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

/// The folder of real exports that lies beside the repository on some machines; `None`, told, where it is absent.
pub fn real_exports() -> Option<PathBuf> {
    let path = repository().join("../shared/data");
    if path.is_dir() {
        return Some(path);
    }
    println!("the real exports are absent on this machine: nothing to compare");
    None
}

/// A daemon on a folder of its own; stopped, and its folder removed, when dropped.
pub struct Plant {
    child: Option<Child>,
    state: TempDir,
    config: String,
    log: Option<std::fs::File>,
}

impl Plant {
    /// Starts a daemon with short quiet times.
    pub fn start() -> Plant {
        Self::start_with("")
    }

    /// Starts a daemon with more configuration (TOML) after the usual of the tests.
    pub fn start_with(config: &str) -> Plant {
        let state = tempfile::Builder::new()
            .prefix("plant")
            .tempdir_in("/tmp")
            .expect("a state folder");
        let intake = "[intake]\nquiet_after_close_ms = 200\nquiet_unchanged_ms = 1000\nlease_s = 5\n";
        let config = if config.contains("[intake]") {
            config.to_owned()
        } else {
            format!("{intake}{config}")
        };
        let mut plant = Plant {
            child: None,
            state,
            config,
            log: None,
        };
        plant.launch();
        plant
    }

    /// Starts the daemon (again) and waits until it answers.
    pub fn launch(&mut self) {
        assert!(self.child.is_none(), "it runs already");
        let config = self.state.path().join("plantd.toml");
        std::fs::write(&config, &self.config).expect("the configuration");
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log_path())
            .expect("a log");
        self.log = Some(log.try_clone().expect("a log"));
        let child = Command::new(programs().join("plantd"))
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
        self.until("the daemon answers", |plant| plant.run(&["status"]).status.success());
    }

    fn log_path(&self) -> PathBuf {
        self.state.path().join("plantd.log")
    }

    /// What the daemon logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    /// The state folder.
    pub fn state_dir(&self) -> PathBuf {
        self.state.path().join("state")
    }

    /// The process id of the daemon.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    /// A folder for exports, made if absent.
    pub fn folder(&self, name: &str) -> PathBuf {
        let path = self.state.path().join(name);
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

    /// Asks the daemon to stop and waits for it; returns whether it ended with success.
    pub fn stop(&mut self) -> bool {
        let mut child = self.child.take().expect("it runs");
        let pid = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("signalled");
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

    /// Runs `plant` against the daemon.
    pub fn run(&self, arguments: &[&str]) -> Output {
        Command::new(programs().join("plant"))
            .arg("--host")
            .arg(format!("unix:{}", self.state_dir().join("plantd.sock").display()))
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("plant runs")
    }

    /// Opens everything on the way to the socket to every account of the machine, so that only the daemon stands between,
    /// and lays the program where every account finds it. Only root can act as another account.
    pub fn open_to_all(&self) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let open = |path: &Path, mode| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("permissions");
        };
        let programs_folder = self.folder("programs");
        for path in [self.state.path(), &self.state_dir(), &programs_folder] {
            open(path, 0o755);
        }
        open(&self.state_dir().join("plantd.sock"), 0o666);
        let program = programs_folder.join("plant");
        std::fs::copy(programs().join("plant"), &program).expect("a copy of the program");
        program
    }

    /// `plant` as another account, as [`Plant::open_to_all`] laid it out.
    pub fn command_as(&self, uid: u32, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new("setpriv");
        command
            .args([&format!("--reuid={uid}"), &format!("--regid={uid}")])
            .arg("--clear-groups")
            .arg(program)
            .arg("--host")
            .arg(format!("unix:{}", self.state_dir().join("plantd.sock").display()))
            .args(arguments)
            .env("HOME", "/nonexistent")
            .env("EDITOR", "true")
            .env_remove("VISUAL")
            .stdin(Stdio::null());
        command
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

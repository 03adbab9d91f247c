//! Another account of the system to act as, which only root can.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// User and group id of somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// The user id.
    pub uid: u32,
    /// The id of its first group; it is in no other.
    pub gid: u32,
}

impl Account {
    /// The account of that name; `None` where there is none.
    pub fn named(name: &str) -> Option<Account> {
        let ask = |what: &str| {
            let output = Command::new("id").args([what, "--", name]).output().ok()?;
            String::from_utf8(output.stdout).ok()?.trim().parse().ok()
        };
        Some(Account {
            uid: ask("-u")?,
            gid: ask("-g")?,
        })
    }

    /// `nobody`, where this process may act as it.
    pub fn nobody() -> Option<Account> {
        plant_need::nobody().then(|| Account::named("nobody").expect("the account nobody"))
    }

    /// A stranger whom the system has no name for.
    pub fn stranger(uid: u32) -> Account {
        Account { uid, gid: uid }
    }

    /// A command as this account, without any group but its own.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.uid(self.uid).gid(self.gid).stdin(Stdio::null());
        command
    }

    /// Makes a file or folder this account's.
    pub fn give(&self, path: &Path) {
        std::os::unix::fs::chown(path, Some(self.uid), Some(self.gid)).expect("given away");
    }

    /// `plant` as this account against the daemon, whose doors were opened by [`crate::Plant::open_to_all`].
    pub fn plant_command(&self, programs: &Programs, plant: &crate::Plant, arguments: &[&str]) -> Command {
        let mut command = self.command(&programs.folder().join("plant"));
        command
            .arg("--host")
            .arg(plant.host())
            .args(arguments)
            .env("HOME", "/nonexistent")
            .env("EDITOR", "true")
            .env_remove("VISUAL");
        command
    }

    /// Runs `plant` as this account; see [`Account::plant_command`].
    pub fn plant(&self, programs: &Programs, plant: &crate::Plant, arguments: &[&str]) -> Output {
        self.plant_command(programs, plant, arguments)
            .output()
            .expect("plant runs")
    }
}

/// Our programs in a folder that any account may enter; the one of the build may lie in root's home.
#[derive(Debug)]
pub struct Programs(TempDir);

impl Programs {
    /// Puts them there.
    pub fn for_all() -> Programs {
        let folder = plant_need::open_folder();
        for name in ["plantd", "plant"] {
            let (from, to) = (crate::programs().join(name), folder.path().join(name));
            // They are large: a second name where the file system allows it.
            if std::fs::hard_link(&from, &to).is_err() {
                std::fs::copy(&from, &to).expect("copied");
            }
        }
        Programs(folder)
    }

    /// The folder.
    pub fn folder(&self) -> PathBuf {
        self.0.path().to_path_buf()
    }
}

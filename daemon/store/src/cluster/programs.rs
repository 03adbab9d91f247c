//! The Postgres programs that are installed on this machine.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::ClusterError;

/// The oldest major version that is good enough.
const OLDEST: u32 = 15;
/// Where distributions put them, with a version in between.
const PLACES: [(&str, &str); 2] = [("/usr/lib/postgresql", "bin"), ("/usr/pgsql-", "bin")];
/// The programs that a private cluster needs.
const NEEDED: [&str; 3] = ["postgres", "initdb", "pg_ctl"];

/// The folders of the programs by major version, 15 or later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programs {
    newest: PathBuf,
    by_version: BTreeMap<u32, PathBuf>,
}

impl Programs {
    /// The folder of the newest version.
    pub fn newest(&self) -> &Path {
        &self.newest
    }

    /// The newest major version.
    pub fn version(&self) -> u32 {
        self.by_version.last_key_value().map_or(0, |(version, _)| *version)
    }

    /// The folder of that major version.
    pub fn of_version(&self, version: u32) -> Option<&Path> {
        self.by_version.get(&version).map(PathBuf::as_path)
    }
}

/// Finds the programs: along the search path (`path` is the value of `PATH`), where `pg_config --bindir` says, and in
/// `/usr/lib/postgresql/*/bin`.
///
/// # Errors
/// [`ClusterError::NotInstalled`] or [`ClusterError::TooOld`], with what to install.
pub fn find_programs(path: Option<&OsStr>) -> Result<Programs, ClusterError> {
    let mut folders: Vec<PathBuf> = path
        .map(|path| {
            std::env::split_paths(path)
                .filter(|folder| folder.is_absolute())
                .collect()
        })
        .unwrap_or_default();
    let bindir = folders
        .iter()
        .map(|folder| folder.join("pg_config"))
        .find(|program| program.is_file())
        .and_then(|program| said(Command::new(program).arg("--bindir")));
    folders.extend(bindir.map(PathBuf::from));
    for (root, last) in PLACES {
        folders.extend(versions_under(root, last));
    }
    let mut by_version = BTreeMap::new();
    let mut too_old = 0;
    for folder in &folders {
        if !NEEDED.iter().all(|program| folder.join(program).is_file()) {
            continue;
        }
        match version(&folder.join("postgres")) {
            Some(version) if version >= OLDEST => {
                by_version.entry(version).or_insert_with(|| folder.clone());
            }
            Some(version) => too_old = too_old.max(version),
            None => {}
        }
    }
    match by_version.last_key_value() {
        Some((_, newest)) => Ok(Programs {
            newest: newest.clone(),
            by_version,
        }),
        None if too_old > 0 => Err(ClusterError::TooOld { found: too_old }),
        None => Err(ClusterError::NotInstalled {
            searched: "PATH, `pg_config --bindir` and /usr/lib/postgresql/*/bin".to_owned(),
        }),
    }
}

/// `root/VERSION/last`, or `rootVERSION/last` where the root is the beginning of a name.
fn versions_under(root: &str, last: &str) -> Vec<PathBuf> {
    let root = Path::new(root);
    let (folder, prefix) = if root.is_dir() {
        (root, String::new())
    } else {
        let name = root.file_name().map(|name| name.to_string_lossy().into_owned());
        (root.parent().unwrap_or(root), name.unwrap_or_default())
    };
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix))
        .map(|entry| entry.path().join(last))
        .collect()
}

/// The major version in `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn version(postgres: &Path) -> Option<u32> {
    let said = said(Command::new(postgres).arg("--version"))?;
    said.split_whitespace()
        .nth(2)?
        .split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

fn said(command: &mut Command) -> Option<String> {
    let output = command.stdin(std::process::Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

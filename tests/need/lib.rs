//! What a test needs of the machine beyond the programs that `make setup` brings, and what happens where it is absent.
//!
//! A test that can't show its promise on this machine says so and passes, so that `make test` works anywhere. The
//! environment turns that into a failure: `PLANT_REQUIRE=all`, or a list such as `PLANT_REQUIRE=root,tmux`, names what
//! must be there. With `PLANT_SKIPS=FILE` each skipped test is also written there as a line.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly")]

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use tempfile::TempDir;

/// Something that a machine may lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The folder of real exports beside the repository.
    Shared,
    /// tmux, a terminal without a screen.
    Tmux,
    /// `systemd-analyze`.
    Systemd,
    /// The rights of root.
    Root,
    /// Root, and an account `nobody` to act as.
    Nobody,
    /// The right to mount a file system of a few MiB.
    Tmpfs,
    /// The right to mount a file system of user space (`/dev/fuse`).
    Fuse,
    /// A kernel with landlock.
    Landlock,
    /// Files without a name (`O_TMPFILE`), which some file systems don't know.
    Unnamed,
}

impl Need {
    /// All of them, with the word for it in `PLANT_REQUIRE`.
    const ALL: [(Need, &str); 9] = [
        (Need::Shared, "shared"),
        (Need::Tmux, "tmux"),
        (Need::Systemd, "systemd"),
        (Need::Root, "root"),
        (Need::Nobody, "nobody"),
        (Need::Tmpfs, "tmpfs"),
        (Need::Fuse, "fuse"),
        (Need::Landlock, "landlock"),
        (Need::Unnamed, "unnamed"),
    ];

    fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(need, _)| *need == self)
            .map_or("?", |(_, word)| word)
    }
}

/// The folder of real exports.
pub fn shared() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    met(Need::Shared, path.is_dir()).then_some(path)
}

/// The bytes of one real export; one that is missing in a folder that is there is a failure.
pub fn export(name: &str) -> Option<Vec<u8>> {
    let path = shared()?.join(name);
    Some(std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// tmux can be started.
pub fn tmux() -> bool {
    met(Need::Tmux, starts("tmux", "-V"))
}

/// `systemd-analyze` can be started.
pub fn systemd() -> bool {
    met(Need::Systemd, starts("systemd-analyze", "--version"))
}

/// This process is root.
pub fn root() -> bool {
    met(Need::Root, rustix::process::geteuid().is_root())
}

/// This process is root, and there is an account `nobody` to act as.
pub fn nobody() -> bool {
    let known = std::process::Command::new("id").args(["-u", "nobody"]).output();
    let known = known.is_ok_and(|output| output.status.success());
    met(Need::Nobody, known && rustix::process::geteuid().is_root())
}

/// A file system could be mounted, says the caller, who tried.
pub fn tmpfs(mounted: bool) -> bool {
    met(Need::Tmpfs, mounted)
}

/// A file system of user space could be mounted, says the caller, who tried.
pub fn fuse(mounted: bool) -> bool {
    met(Need::Fuse, mounted)
}

/// The kernel knows landlock, says the caller, who asked it.
pub fn landlock(known: bool) -> bool {
    met(Need::Landlock, known)
}

/// The file system of that folder knows files without a name.
pub fn unnamed(folder: &Path) -> bool {
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    met(
        Need::Unnamed,
        rustix::fs::open(folder, flags, Mode::RUSR | Mode::WUSR).is_ok(),
    )
}

/// A folder that other accounts may pass through, as the one that Postgres runs as under root has to; removed when dropped.
pub fn open_folder() -> TempDir {
    let folder = tempfile::Builder::new().prefix("plant").tempdir().expect("a folder");
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o711)).expect("opened");
    folder
}

fn starts(program: &str, argument: &str) -> bool {
    std::process::Command::new(program).arg(argument).output().is_ok()
}

/// Says what is skipped where the need is not met, or fails where it must be; gives `found` back.
#[expect(
    clippy::disallowed_methods,
    reason = "what must be there is chosen by the environment, as the README says"
)]
fn met(need: Need, found: bool) -> bool {
    let required = std::env::var("PLANT_REQUIRE").unwrap_or_default();
    let required = required_by(&required, need).unwrap_or_else(|error| panic!("{error}"));
    if found {
        return true;
    }
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    let told = format!("{test}: not shown here, it needs `{}`", need.word());
    assert!(!required, "{told}, and PLANT_REQUIRE says that it is here");
    println!("{told}");
    if let Some(list) = std::env::var_os("PLANT_SKIPS") {
        let mut list = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(list)
            .expect("PLANT_SKIPS names a file that can be written");
        // One write each, so that lines of tests that run at once don't mix.
        list.write_all(format!("{told}\n").as_bytes()).expect("written");
    }
    false
}

/// Whether a value of `PLANT_REQUIRE` demands that; a word that means nothing is an error, lest it hide a skip.
fn required_by(list: &str, need: Need) -> Result<bool, String> {
    let mut required = false;
    for word in list.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        let known = Need::ALL.iter().find(|(_, known)| *known == word);
        match known {
            None if word == "all" => required = true,
            None => {
                let words = Need::ALL.map(|(_, word)| word).join(", ");
                return Err(format!("PLANT_REQUIRE: `{word}` is none of the words all, {words}"));
            }
            Some((known, _)) => required |= *known == need,
        }
    }
    Ok(required)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_switch_demands_what_it_names() {
        for (list, need, expected) in [
            ("", Need::Root, Ok(false)),
            ("all", Need::Shared, Ok(true)),
            ("tmux, root", Need::Root, Ok(true)),
            ("tmux,root,", Need::Nobody, Ok(false)),
        ] {
            assert_eq!(required_by(list, need), expected, "{list} {need:?}");
        }
        let error = required_by("root,tmuks", Need::Root).unwrap_err();
        assert!(error.contains("`tmuks`") && error.contains("tmux"), "{error}");
        for (need, word) in Need::ALL {
            assert_eq!(need.word(), word);
            assert_eq!(required_by(word, need), Ok(true));
        }
    }
}

//! A watched folder is a place, not a name: which places may be watched, and whether what stands at a path is still the
//! place that was added.
//!
//! Paths here are canonical: absolute, without links, `.` and `..`. Whoever opens one makes sure of that.

use std::path::{Component, Path, PathBuf};

/// What tells one directory from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Number of the device, as the system has it now.
    pub device: u64,
    /// Number of the directory on it.
    pub inode: u64,
    /// What is mounted there: kind, source and root of the file system; empty where the system does not tell.
    pub mount: String,
    /// When the directory was made, in nanoseconds since 1970, where the file system tells it: a directory that is made
    /// again mostly gets the number of the one that was removed.
    pub born_ns: Option<i64>,
}

impl Identity {
    /// Whether `found` is the same directory.
    ///
    /// Shares and logical volumes get another device number with each mount. There what is mounted decides, where that
    /// names one thing in the world, as a share does, or where the time of making agrees: `tmpfs none` or `/dev/sdb1`
    /// may be anything.
    pub fn is(&self, found: &Identity) -> bool {
        let is_mounted_again = !self.mount.is_empty()
            && self.mount == found.mount
            && (is_share(&self.mount) || (self.born_ns.is_some() && found.born_ns.is_some()));
        self.inode == found.inode && self.may_be_as_old(found) && (self.device == found.device || is_mounted_again)
    }

    /// Whether `other`, as it stands now as well, is the same directory.
    fn is_one_with(&self, other: &Identity) -> bool {
        self.device == other.device && self.inode == other.inode && self.may_be_as_old(other)
    }

    fn may_be_as_old(&self, other: &Identity) -> bool {
        match (self.born_ns, other.born_ns) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        }
    }
}

/// Whether what is mounted is served by another machine or program, under a name that is its own.
fn is_share(mount: &str) -> bool {
    let kind = mount.split(' ').next().unwrap_or_default();
    kind.starts_with("fuse") || ["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph"].contains(&kind)
}

/// Where folders may be watched on this machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grounds {
    /// What the machine's administrator allows; empty: everything but folders of the system and of configuration.
    pub roots: Vec<PathBuf>,
    /// The state folder of the daemon.
    pub state: PathBuf,
    /// Parts of the state folder in which nothing is ever watched.
    pub closed: Vec<PathBuf>,
    /// The folder that the daemon's configuration file lies in.
    pub configuration: PathBuf,
}

/// Why a folder is not watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It, or a folder above it, is the system's.
    System,
    /// It belongs to the daemon: state or configuration, or holds them.
    Own,
    /// It is a hidden folder of somebody's home, where programs keep keys and settings.
    Hidden,
    /// The administrator allows others only.
    NotAllowed,
}

impl Refused {
    /// What a person is told after the path.
    pub fn sentence(self) -> &'static str {
        match self {
            Refused::System => "is a folder of the system; name the folder that the exports are put into",
            Refused::Own => "is, or holds, a folder of plantd itself; name the folder that the exports are put into",
            Refused::Hidden => "lies in a hidden folder of a home, where programs keep keys; choose another one",
            Refused::NotAllowed => {
                "is not beneath a folder that the machine's administrator allows ([folders] roots in plantd.toml)"
            }
        }
    }
}

/// File systems that hold no files of people; never watched, whatever is configured.
const UNREAL: [&str; 3] = ["/proc", "/sys", "/dev"];
/// Folders of the system: not watched unless the administrator names them or one beneath them.
const SYSTEM: [&str; 16] = [
    "/bin",
    "/boot",
    "/etc",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/run",
    "/sbin",
    "/usr",
    "/var/backups",
    "/var/cache",
    "/var/lib",
    "/var/log",
    "/var/mail",
    "/var/spool/cron",
];
/// Where homes are; a hidden folder in one of them is no export folder.
const HOMES: [&str; 2] = ["/home", "/root"];

impl Grounds {
    /// Whether a folder at that canonical path may be watched.
    ///
    /// # Errors
    /// Why not.
    pub fn allow(&self, path: &Path) -> Result<(), Refused> {
        if path.parent().is_none() || UNREAL.iter().any(|unreal| path.starts_with(unreal)) {
            return Err(Refused::System);
        }
        let holds = |own: &PathBuf| !own.as_os_str().is_empty() && own.starts_with(path);
        let in_closed = self.closed.iter().any(|closed| path.starts_with(closed));
        if holds(&self.state) || holds(&self.configuration) || in_closed {
            return Err(Refused::Own);
        }
        if !self.roots.is_empty() {
            return match self.roots.iter().any(|root| path.starts_with(root)) {
                true => Ok(()),
                false => Err(Refused::NotAllowed),
            };
        }
        // What is beneath the state folder and not closed is the daemon's own to give (the demo's exports lie there).
        if !self.state.as_os_str().is_empty() && path.starts_with(&self.state) {
            return Ok(());
        }
        if SYSTEM.iter().any(|system| path.starts_with(system)) || path == Path::new("/var") {
            return Err(Refused::System);
        }
        let is_home = HOMES.iter().any(|home| path.starts_with(home));
        let hidden = |part: Component<'_>| part.as_os_str().as_encoded_bytes().starts_with(b".");
        if is_home && path.components().any(hidden) {
            return Err(Refused::Hidden);
        }
        Ok(())
    }
}

/// How two places lie to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// They are one.
    Same,
    /// The first lies somewhere in the second.
    Within,
    /// The first holds the second.
    Holds,
    /// Neither.
    Apart,
}

/// How a place lies to another one: `chain` is the identity of the directory, then of each one above it. The same
/// directory may be reached by several mounts, so paths alone don't tell.
pub fn relation(path: &Path, chain: &[Identity], other_path: &Path, other_chain: &[Identity]) -> Relation {
    let at = |chain: &[Identity], one: Option<&Identity>| {
        one.is_some_and(|one| chain.iter().any(|link| link.is_one_with(one)))
    };
    let within = at(chain, other_chain.first()) || path.starts_with(other_path);
    let holds = at(other_chain, chain.first()) || other_path.starts_with(path);
    match (within, holds) {
        (true, true) => Relation::Same,
        (true, false) => Relation::Within,
        (false, true) => Relation::Holds,
        (false, false) => Relation::Apart,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(device: u64, inode: u64, mount: &str) -> Identity {
        Identity {
            device,
            inode,
            mount: mount.to_owned(),
            born_ns: None,
        }
    }

    #[test]
    fn a_place_is_known_by_its_number_and_by_what_is_mounted() {
        let known = identity(5, 7, "nfs4 srv:/exports /");
        assert!(known.is(&known.clone()));
        assert!(known.is(&identity(9, 7, "nfs4 srv:/exports /")), "mounted again");
        assert!(!known.is(&identity(5, 8, "nfs4 srv:/exports /")), "another directory");
        assert!(!known.is(&identity(9, 7, "nfs4 other:/exports /")), "another share");
        assert!(
            !identity(5, 7, "").is(&identity(9, 7, "")),
            "nothing is known of the mounts"
        );
        let born = |at: i64| Identity {
            born_ns: Some(at),
            ..known.clone()
        };
        assert!(born(3).is(&born(3)));
        assert!(!born(3).is(&born(4)), "removed and made again under the same number");
        assert!(
            known.is(&born(3)) && born(3).is(&known),
            "a file system that does not tell"
        );

        let disk = |device: u64, born_ns: Option<i64>| Identity {
            born_ns,
            ..identity(device, 2, "ext4 /dev/sdb1 /")
        };
        assert!(disk(5, Some(3)).is(&disk(6, Some(3))), "the disk got another number");
        assert!(
            !disk(5, Some(3)).is(&disk(5, Some(4))),
            "another disk under the name of the first"
        );
        assert!(
            !disk(5, None).is(&disk(6, None)),
            "nothing tells that it is the same disk"
        );
    }

    fn grounds(roots: &[&str]) -> Grounds {
        Grounds {
            roots: roots.iter().map(PathBuf::from).collect(),
            state: "/var/lib/plantd".into(),
            closed: ["/var/lib/plantd/pg", "/var/lib/plantd/inbox"]
                .map(PathBuf::from)
                .to_vec(),
            configuration: "/etc/plantd".into(),
        }
    }

    #[test]
    fn the_system_state_and_configuration_are_never_watched_by_default() {
        let grounds = grounds(&[]);
        let allow = |path: &str| grounds.allow(Path::new(path));
        for path in [
            "/srv/plant/drop",
            "/home/mes/exports",
            "/tmp/x",
            "/data",
            "/var/spool/mes",
            "/var/tmp/x",
            "/var/lib/plantd/exports",
        ] {
            assert_eq!(allow(path), Ok(()), "{path}");
        }
        for home in HOMES {
            assert_eq!(allow(&format!("{home}/exports")), Ok(()), "{home}");
            assert_eq!(allow(&format!("{home}/.config/x")), Err(Refused::Hidden), "{home}");
        }
        for (path, why) in [
            ("/", Refused::System),
            ("/proc/1", Refused::System),
            ("/dev/shm", Refused::System),
            ("/etc", Refused::Own),
            ("/etc/ssl", Refused::System),
            ("/etc/plantd", Refused::Own),
            ("/etc/plantd/x", Refused::System),
            ("/var", Refused::Own),
            ("/var/lib/postgresql", Refused::System),
            ("/var/lib/plantd", Refused::Own),
            ("/var/lib/plantd/pg/data", Refused::Own),
            ("/var/lib/plantd/inbox", Refused::Own),
            ("/home/mes/.ssh", Refused::Hidden),
            ("/run/user", Refused::System),
        ] {
            assert_eq!(allow(path), Err(why), "{path}");
        }
    }

    #[test]
    fn roots_decide_but_never_over_the_daemons_own_folders() {
        let grounds = grounds(&["/srv/plant", "/var/lib/mes", "/var/lib/plantd"]);
        let allow = |path: &str| grounds.allow(Path::new(path));
        assert_eq!(allow("/srv/plant"), Ok(()));
        assert_eq!(allow("/srv/plant/drop"), Ok(()));
        assert_eq!(allow("/var/lib/mes/out"), Ok(()), "named by the administrator");
        assert_eq!(allow("/srv/planted"), Err(Refused::NotAllowed));
        assert_eq!(allow("/home/mes"), Err(Refused::NotAllowed));
        assert_eq!(allow("/var/lib/plantd/pg"), Err(Refused::Own));
    }

    #[test]
    fn places_lie_to_each_other_by_path_and_by_number() {
        let root = identity(1, 2, "");
        let chain = |inodes: &[u64]| {
            let mut chain: Vec<Identity> = inodes.iter().map(|inode| identity(1, *inode, "")).collect();
            chain.push(root.clone());
            chain
        };
        let of =
            |a: &str, ac: &[u64], b: &str, bc: &[u64]| relation(Path::new(a), &chain(ac), Path::new(b), &chain(bc));
        assert_eq!(of("/a/b", &[4, 3], "/a/b", &[4, 3]), Relation::Same);
        assert_eq!(of("/a/b", &[4, 3], "/a", &[3]), Relation::Within);
        assert_eq!(of("/a", &[3], "/a/b", &[4, 3]), Relation::Holds);
        assert_eq!(of("/a/b", &[4, 3], "/a/c", &[5, 3]), Relation::Apart);
        assert_eq!(
            of("/mnt/x", &[4, 9], "/a/b", &[4, 3]),
            Relation::Same,
            "mounted at two paths"
        );
        assert_eq!(of("/mnt/x/y", &[7, 4, 9], "/a/b", &[4, 3]), Relation::Within);
        let gone = relation(Path::new("/gone"), &[], Path::new("/gone/too"), &[]);
        assert_eq!(gone, Relation::Holds, "by the path where nothing can be opened");
    }
}

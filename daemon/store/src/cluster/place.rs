//! Where the cluster lies, as whom it runs, and who may reach it.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use rustix::fs::{FlockOperation, flock};
use rustix::process::geteuid;
use tokio::process::Command;

use super::error::ClusterError;

/// The port only names the socket: `.s.PGSQL.5432`.
pub(super) const PORT: u16 = 5432;

/// Longest path of a unix socket, in bytes.
const SOCKET_PATH_MAX: usize = 107;
/// Where a cluster goes when its account can't reach the state directory of a daemon that runs as root.
pub const REACHABLE: &str = "/var/lib/plant-clusters";
/// Where the socket goes when the path of the state directory is too long for one.
const SHORT: &str = "/tmp";
/// The log is begun anew at a start when it is longer.
const LOG_MAX_BYTES: u64 = 16 * 1024 * 1024;
/// Accounts to step down to from root.
const ACCOUNTS: [&str; 2] = ["postgres", "nobody"];
/// Roles that the daemon's account may log in as.
const ROLES: [&str; 4] = ["plant_app", "plant_migrate", "plant_backup", "postgres"];

/// An account of the system.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Account {
    name: String,
    uid: u32,
    gid: u32,
}

/// The folders of a cluster and the account that it runs as.
#[derive(Debug)]
pub(super) struct Place {
    base: PathBuf,
    /// The data directory.
    pub(super) data: PathBuf,
    /// The folder of the socket.
    pub(super) socket_dir: PathBuf,
    /// The account of this process.
    own: Account,
    /// The account to step down to, when this process is root.
    lower: Option<Account>,
}

impl Place {
    /// Finds and makes the folders.
    pub(super) fn prepare(state_dir: &Path) -> Result<Place, ClusterError> {
        make_dir(state_dir, 0o700)?;
        let state_dir = state_dir
            .canonicalize()
            .map_err(ClusterError::io("opening", state_dir))?;
        let uid = geteuid().as_raw();
        let own = account(&uid.to_string()).ok_or(ClusterError::NoName { uid })?;
        let lower = if uid == 0 {
            Some(below_root().ok_or(ClusterError::NoAccount)?)
        } else {
            None
        };
        let base = match &lower {
            Some(lower) => reachable_base(&state_dir, lower)?,
            None => {
                let base = state_dir.join("pg");
                make_dir(&base, 0o700)?;
                base
            }
        };
        let mut place = Place {
            data: base.join("data"),
            socket_dir: base.join("run"),
            base,
            own,
            lower,
        };
        place.make_socket_dir()?;
        Ok(place)
    }

    fn make_socket_dir(&mut self) -> Result<(), ClusterError> {
        let socket = self.socket_dir.join(format!(".s.PGSQL.{PORT}.lock"));
        if socket.as_os_str().as_bytes().len() > SOCKET_PATH_MAX {
            self.socket_dir = Path::new(SHORT).join(format!("plant-{:016x}", short_name(&self.base)));
        }
        let account = self.lower.as_ref().unwrap_or(&self.own);
        make_dir(&self.socket_dir, 0o700)?;
        let found = fs::symlink_metadata(&self.socket_dir).map_err(ClusterError::io("opening", &self.socket_dir))?;
        // In a folder that anybody may write, the name may have been taken before us.
        let ours = found.is_dir() && (found.uid() == account.uid || found.uid() == self.own.uid);
        if !ours {
            return Err(ClusterError::Place {
                path: self.socket_dir.clone(),
                detail: "another account has this folder: run this as that account, or remove it if no plantd uses it"
                    .to_owned(),
            });
        }
        self.give(&self.socket_dir, 0o700)
    }

    /// Takes the lock that says whose the cluster is; it is gone with this process.
    pub(super) fn lock(&self) -> Result<File, ClusterError> {
        let path = self.base.join("lock");
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(ClusterError::io("opening", &path))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(file),
            Err(rustix::io::Errno::WOULDBLOCK) => Err(ClusterError::InUse { path }),
            Err(error) => Err(ClusterError::io("locking", &path)(error.into())),
        }
    }

    /// The major version that made the data; `None` when there is no data yet.
    pub(super) fn data_version(&self) -> Result<Option<u32>, ClusterError> {
        let path = self.data.join("PG_VERSION");
        match fs::read_to_string(&path) {
            Ok(text) => text.trim().parse().map(Some).map_err(|_| ClusterError::Place {
                path,
                detail: format!("`{}` is no version", text.trim()),
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ClusterError::io("reading", &path)(error)),
        }
    }

    /// An empty folder beside the data directory, for one to be made in; what an interrupted try left is removed.
    pub(super) fn fresh_data_dir(&self) -> Result<PathBuf, ClusterError> {
        let path = self.base.join("data.new");
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(ClusterError::io("removing", &path)(error));
            }
            _ => {}
        }
        make_dir(&path, 0o700)?;
        self.give(&path, 0o700)?;
        Ok(path)
    }

    /// Who may log in as what: the daemon's account and the one that Postgres runs as, by what the kernel says of the
    /// other end of the socket. The files belong to this process, not to the account that Postgres runs as.
    pub(super) fn write_access_rules(&self) -> Result<(), ClusterError> {
        let folder = self.base.join("conf");
        make_dir(&folder, 0o755)?;
        let mut names = vec![self.own.name.as_str()];
        names.extend(self.lower.iter().map(|account| account.name.as_str()));
        let mut ident = String::new();
        for name in names {
            for role in ROLES {
                ident.push_str(&format!("plant \"{name}\" {role}\n"));
            }
        }
        let hba = format!("local all {} peer map=plant\n", ROLES.join(","));
        for (path, text) in [(self.hba(), hba), (self.ident(), ident)] {
            fs::write(&path, text).map_err(ClusterError::io("writing", &path))?;
            fs::set_permissions(&path, Permissions::from_mode(0o644)).map_err(ClusterError::io("writing", &path))?;
        }
        Ok(())
    }

    pub(super) fn hba(&self) -> PathBuf {
        self.base.join("conf/hba.conf")
    }

    pub(super) fn ident(&self) -> PathBuf {
        self.base.join("conf/ident.conf")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.base.join("postgres.log")
    }

    pub(super) fn open_log(&self) -> Result<File, ClusterError> {
        let path = self.log();
        let long = fs::metadata(&path).is_ok_and(|found| found.len() > LOG_MAX_BYTES);
        if long {
            fs::remove_file(&path).map_err(ClusterError::io("removing", &path))?;
        }
        OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&path)
            .map_err(ClusterError::io("opening", &path))
    }

    /// The end of the log, as far as it can be read.
    pub(super) fn log_tail(&self, bytes: usize) -> String {
        let read = || -> std::io::Result<Vec<u8>> {
            let mut file = File::open(self.log())?;
            let length = file.metadata()?.len();
            file.seek(SeekFrom::Start(length.saturating_sub(bytes as u64)))?;
            let mut tail = Vec::new();
            file.read_to_end(&mut tail)?;
            Ok(tail)
        };
        read().map_or_else(
            |error| format!("({error})"),
            |tail| String::from_utf8_lossy(&tail).trim().to_owned(),
        )
    }

    /// A command as the account that Postgres runs as.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = detached(program);
        if let Some(lower) = &self.lower {
            command.uid(lower.uid).gid(lower.gid);
        }
        command
    }

    fn give(&self, path: &Path, mode: u32) -> Result<(), ClusterError> {
        if let Some(lower) = &self.lower {
            chown(path, Some(lower.uid), Some(lower.gid)).map_err(ClusterError::io("giving away", path))?;
        }
        fs::set_permissions(path, Permissions::from_mode(mode)).map_err(ClusterError::io("closing", path))
    }
}

/// The user id that a cluster of a daemon that is root runs as.
pub(super) fn uid_below_root() -> Option<u32> {
    below_root().map(|account| account.uid)
}

/// The account to step down to from root.
fn below_root() -> Option<Account> {
    ACCOUNTS
        .iter()
        .find_map(|name| account(name))
        .filter(|account| account.uid != 0)
}

/// The base of a cluster that runs as another account: `pg` in the state directory where that account can get there,
/// else a folder of its own, with `pg` as a link to it. The link decides from then on.
fn reachable_base(state_dir: &Path, account: &Account) -> Result<PathBuf, ClusterError> {
    let base = state_dir.join("pg");
    if let Ok(elsewhere) = fs::read_link(&base) {
        make_dir(&elsewhere, 0o711)?;
        return Ok(elsewhere);
    }
    let found = fs::metadata(state_dir).map_err(ClusterError::io("opening", state_dir))?;
    if found.uid() == 0 && found.mode() & 0o011 != 0o011 {
        // To pass through, not to list.
        let mode = found.mode() & 0o777 | 0o011;
        fs::set_permissions(state_dir, Permissions::from_mode(mode)).map_err(ClusterError::io("opening", state_dir))?;
    }
    if base.is_dir() || can_enter(state_dir, account) {
        make_dir(&base, 0o711)?;
        fs::set_permissions(&base, Permissions::from_mode(0o711)).map_err(ClusterError::io("opening", &base))?;
        return Ok(base);
    }
    make_dir(Path::new(REACHABLE), 0o711)?;
    let elsewhere = Path::new(REACHABLE).join(format!("{:016x}", short_name(state_dir)));
    make_dir(&elsewhere, 0o711)?;
    std::os::unix::fs::symlink(&elsewhere, &base).map_err(ClusterError::io("linking", &base))?;
    tracing::info!(account = account.name, place = %elsewhere.display(), "the cluster lies elsewhere: its account can't reach the state directory");
    Ok(elsewhere)
}

fn can_enter(folder: &Path, account: &Account) -> bool {
    std::process::Command::new("/bin/sh")
        .args(["-c", "cd -- \"$1\"", "sh"])
        .arg(folder)
        .current_dir("/")
        .uid(account.uid)
        .gid(account.gid)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn make_dir(path: &Path, mode: u32) -> Result<(), ClusterError> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(ClusterError::io("making", parent))?;
    }
    match DirBuilder::new().mode(mode).create(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(ClusterError::io("making", path)(error)),
        // The mode given is cut by the umask.
        Ok(()) => fs::set_permissions(path, Permissions::from_mode(mode)).map_err(ClusterError::io("making", path)),
        Err(_) => Ok(()),
    }
}

fn short_name(path: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    hasher.finish()
}

/// The account of that name or number, as the system's own program sees it (accounts may come from a directory service).
fn account(who: &str) -> Option<Account> {
    let ask = |what: &str| {
        let output = std::process::Command::new("id")
            .args([what, "--", who])
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .stdin(Stdio::null())
            .output()
            .ok()?;
        let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
        (output.status.success() && !text.is_empty()).then_some(text)
    };
    Some(Account {
        name: ask("-un")?,
        uid: ask("-u")?.parse().ok()?,
        gid: ask("-g")?.parse().ok()?,
    })
}

/// A command in a process group of its own: a Ctrl-C at the terminal is for the daemon, which stops Postgres in order.
pub(super) fn detached(program: &Path) -> Command {
    let mut command = std::process::Command::new(program);
    command
        .process_group(0)
        .current_dir("/")
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("LC_MESSAGES", "C");
    Command::from(command)
}

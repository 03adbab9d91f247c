//! How worker processes of this daemon are started, and how long they are waited for.

use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use plant_core::job::Confinement;
use tokio::process::Command;
use tracing::{info, warn};

use crate::config::Intake;
use crate::worker::{Account, NoAccount};

/// What every worker of this daemon has in common.
#[derive(Debug)]
pub struct Workers {
    account: Option<Account>,
    memory_mib: u64,
    /// Time that one worker may use, and be waited for in all.
    pub(super) limit: Duration,
    /// Time that one worker may do nothing at all while it is waited for.
    pub(super) stall: Duration,
    told: AtomicBool,
}

impl Workers {
    /// Finds out what they may run as.
    ///
    /// # Errors
    /// When this process is root and no account without rights will do.
    pub fn find(intake: &Intake) -> Result<Workers, NoAccount> {
        Ok(Workers {
            account: Account::find()?,
            memory_mib: intake.worker_memory_mib,
            limit: Duration::from_secs(intake.worker_timeout_s),
            stall: Duration::from_secs(intake.worker_stall_s),
            told: AtomicBool::new(false),
        })
    }

    /// The account that they run as, where it is not the daemon's own.
    pub fn account(&self) -> Option<&Account> {
        self.account.as_ref()
    }

    /// The command that starts one.
    pub(super) fn command(&self) -> Command {
        // The program as it was started, even if an upgrade replaced the file meanwhile.
        let mut command = Command::new("/proc/self/exe");
        command
            .arg("worker")
            .arg("--memory-mib")
            .arg(self.memory_mib.to_string())
            .arg("--cpu-s")
            .arg(self.limit.as_secs().to_string())
            .current_dir("/")
            .env_clear()
            .env("POLARS_MAX_THREADS", "2")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // The worker steps down itself: the account need not be able to reach the program.
        if let Some(account) = &self.account {
            command
                .arg("--uid")
                .arg(account.uid.to_string())
                .arg("--gid")
                .arg(account.gid.to_string());
        }
        command
    }

    /// Says once how the kernel confines them.
    pub(super) fn tell(&self, confinement: &Confinement) {
        if self.told.swap(true, Ordering::Relaxed) {
            return;
        }
        let Confinement { uid, gid, landlock } = confinement;
        info!(uid, gid, landlock, "workers are confined");
        if *landlock == 0 {
            warn!("this kernel has no landlock: the filter of system calls alone keeps workers from files");
        }
    }
}

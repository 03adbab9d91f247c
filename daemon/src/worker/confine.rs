//! What the kernel lets a worker do once it is about to read bytes from outside: compute, read and write the
//! descriptors it holds, and end.
//!
//! Three layers: an identity without rights ([`step_down`]), landlock, and a filter of system calls ([`syscalls`]).
//! Landlock is taken as far as the kernel has it; without the filter a worker refuses to read.
//!
//! Invariant: all of it is done on the only thread of the process; threads that start later inherit it.

mod syscalls;

use anyhow::{Context, bail};
use landlock::{ABI, Access, AccessFs, AccessNet, LandlockStatus, Ruleset, RulesetAttr, RulesetStatus, Scope};
use nix::unistd::{Gid, Uid, setgid, setgroups, setuid};
use plant_core::job::Confinement;
use rustix::thread::{CapabilitySet, CapabilitySets, capabilities, set_capabilities, set_no_new_privs};

/// The newest landlock whose rights are known here. None is granted, so what a newer kernel restricts in the name of
/// these can't take away anything that a worker needs.
const NEWEST: ABI = ABI::V10;

/// Gives up every right of the user that started the worker; a worker never runs as root.
///
/// # Errors
/// When the system refuses, or no account was named and this is root.
pub fn step_down(account: Option<(u32, u32)>) -> anyhow::Result<()> {
    set_no_new_privs(true).context("cannot give up new privileges")?;
    if let Some((uid, gid)) = account {
        setgroups(&[]).context("cannot leave the groups of the daemon")?;
        setgid(Gid::from_raw(gid)).with_context(|| format!("cannot take the group {gid}"))?;
        setuid(Uid::from_raw(uid)).with_context(|| format!("cannot take the user {uid}"))?;
    }
    if Uid::effective().is_root() || Uid::current().is_root() {
        bail!("a worker does not run as root");
    }
    // A daemon that is not root may have been given some, to read exports of others for instance. One that has none may
    // not even be allowed to give them up.
    let none = CapabilitySets {
        effective: CapabilitySet::empty(),
        permitted: CapabilitySet::empty(),
        inheritable: CapabilitySet::empty(),
    };
    if capabilities(None).context("cannot see its capabilities")? != none {
        set_capabilities(None, none).context("cannot give up capabilities")?;
    }
    Ok(())
}

/// Closes everything but computing and the descriptors at hand, for this process and for good.
///
/// # Errors
/// When the kernel takes no filter of system calls. That it has no landlock is told, not an error.
pub fn confine() -> anyhow::Result<Confinement> {
    let landlock = landlock().context("cannot confine the worker by landlock")?;
    syscalls::apply().context("cannot confine the worker to its system calls")?;
    Ok(Confinement {
        uid: Uid::current().as_raw(),
        gid: Gid::current().as_raw(),
        landlock,
    })
}

/// No file, no TCP port, no abstract socket and no foreign process; returns the version in force, 0 for none.
fn landlock() -> Result<u8, landlock::RulesetError> {
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?
        .restrict_self()?;
    Ok(match (status.ruleset, status.landlock) {
        (RulesetStatus::NotEnforced, _) => 0,
        (_, LandlockStatus::Available { effective_abi, .. }) => effective_abi as u8,
        (_, LandlockStatus::NotEnabled | LandlockStatus::NotImplemented) => 0,
    })
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;

    /// On a thread of its own, which alone is confined; `None` where the kernel has no landlock.
    fn under_landlock<T: Send + 'static>(act: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        std::thread::spawn(|| {
            let version = landlock().unwrap();
            plant_need::landlock(version > 0).then(act)
        })
        .join()
        .unwrap()
    }

    #[test]
    fn landlock_alone_stops_files() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.csv");
        std::fs::write(&path, "a,b\n").unwrap();
        let (read, made) = (path.clone(), dir.path().join("b.csv"));
        let acts = move || {
            [
                std::fs::read(&read).map(drop),
                std::fs::write(&made, "x"),
                std::fs::remove_file(&read),
                std::fs::read_dir("/").map(drop),
            ]
            .map(|outcome| outcome.map_err(|error| error.kind()))
        };
        if let Some(outcomes) = under_landlock(acts) {
            assert_eq!(outcomes, [Err(ErrorKind::PermissionDenied); 4]);
        }
        assert!(path.exists());
    }
}

//! The account that workers of a root daemon run as.

use nix::unistd::User;
use thiserror::Error;

/// Accounts to run workers as, the first that will do.
const NAMES: [&str; 2] = ["plant-worker", "nobody"];

/// An account without rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Its user id.
    pub uid: u32,
    /// Its group id.
    pub gid: u32,
}

/// There is none.
#[derive(Debug, Error)]
#[error(
    "plantd runs as root and has no account to read files with (neither `plant-worker` nor a `nobody` that does not run Postgres): run `useradd --system --no-create-home plant-worker`"
)]
pub struct NoAccount;

impl Account {
    /// The account for the workers of this process; `None` where it is not root and can't step down to one.
    ///
    /// # Errors
    /// When it is root and there is no account that will do.
    pub fn find() -> Result<Option<Account>, NoAccount> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let known = |name: &str| {
            let user = User::from_name(name).ok().flatten()?;
            Some(Account {
                name: user.name,
                uid: user.uid.as_raw(),
                gid: user.gid.as_raw(),
            })
        };
        choose(known, plant_store::cluster::uid_below_root())
            .map(Some)
            .ok_or(NoAccount)
    }
}

/// The first account that is not root's, and not the one that Postgres runs as: that one may log in by its name alone.
fn choose(known: impl Fn(&str) -> Option<Account>, postgres: Option<u32>) -> Option<Account> {
    NAMES
        .iter()
        .filter_map(|name| known(name))
        .find(|account| account.uid != 0 && account.gid != 0 && Some(account.uid) != postgres)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(known: &[(&str, u32)], postgres: Option<u32>) -> Option<u32> {
        let account = |name: &str| {
            known
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(name, uid)| Account {
                    name: (*name).to_owned(),
                    uid: *uid,
                    gid: *uid,
                })
        };
        choose(account, postgres).map(|account| account.uid)
    }

    #[test]
    fn workers_run_as_an_account_that_is_neither_roots_nor_postgres_own() {
        let both = [("plant-worker", 990), ("nobody", 65_534)];
        assert_eq!(check(&both, Some(101)), Some(990));
        assert_eq!(check(&both[1..], Some(101)), Some(65_534));
        assert_eq!(check(&both, Some(65_534)), Some(990));
        assert_eq!(check(&both[1..], Some(65_534)), None);
        assert_eq!(check(&[("plant-worker", 0), ("nobody", 65_534)], None), Some(65_534));
        assert_eq!(check(&[], None), None);
    }
}

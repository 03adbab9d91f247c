//! `plantd doctor`: what this machine has and lacks for the daemon, each with its remedy.

mod confinement;
mod rehearsal;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use crate::config::sources::{ConfigError, Effective};
use crate::environment::Environment;

/// Looks and prints; exit 0 only when nothing is wrong.
///
/// # Errors
/// When the report can't be printed.
pub async fn run(
    config: Result<Effective, ConfigError>,
    state_dir: &Path,
    environment: &Environment,
) -> anyhow::Result<ExitCode> {
    let mut wrong = 0;
    let mut out = std::io::stdout();
    let mut tell = |subject: &str, found: Result<String, String>| -> std::io::Result<()> {
        let shown = |text: String| plant_core::sanitize::display(&text).into_owned();
        match found.map(shown).map_err(shown) {
            Ok(text) => writeln!(out, "ok    {subject}: {text}"),
            Err(text) => {
                wrong += 1;
                writeln!(out, "FAIL  {subject}: {text}")
            }
        }
    };
    tell(
        "configuration",
        config
            .as_ref()
            .map(|effective| format!("{} values", effective.origins.len()))
            .map_err(ToString::to_string),
    )?;
    let has_server = config
        .as_ref()
        .is_ok_and(|effective| effective.config.database.url.is_some());
    if !has_server {
        tell(
            "PostgreSQL programs",
            plant_store::cluster::find_programs(environment.path.as_deref())
                .map(|programs| programs.newest().display().to_string())
                .map_err(|error| error.to_string()),
        )?;
    }
    tell("state folder", writable(state_dir))?;
    tell("users", full_user_map())?;
    let intake = config.map(|effective| effective.config.intake).unwrap_or_default();
    for (subject, found) in confinement::look(&intake).await {
        tell(&subject, found)?;
    }
    Ok(if wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn writable(state_dir: &Path) -> Result<String, String> {
    let mut dir = Some(state_dir);
    while let Some(path) = dir {
        if path.exists() {
            return rustix::fs::access(path, rustix::fs::Access::WRITE_OK)
                .map(|()| state_dir.display().to_string())
                .map_err(|error| {
                    format!(
                        "{} is not writable ({error}); name another with --state",
                        path.display()
                    )
                });
        }
        dir = path.parent();
    }
    Err(format!("{} has no existing parent", state_dir.display()))
}

/// In a user namespace that maps few users every peer looks like nobody, so who asks can't be told.
fn full_user_map() -> Result<String, String> {
    let map = std::fs::read_to_string("/proc/self/uid_map").map_err(|error| error.to_string())?;
    if is_full_user_map(&map) {
        Ok("the daemon can tell who connects".to_owned())
    } else {
        Err("this runs in a user namespace, where who connects can't be told; set PrivateUsers=no".to_owned())
    }
}

/// Whether a `uid_map` covers every user.
pub fn is_full_user_map(map: &str) -> bool {
    map.lines().any(|line| {
        let mut fields = line.split_whitespace().map(str::parse::<u64>);
        matches!((fields.next(), fields.next(), fields.next()), (Some(Ok(0)), Some(Ok(0)), Some(Ok(count))) if count >= 65_536)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_of_few_users_is_not_full() {
        assert!(is_full_user_map("         0          0 4294967295\n"));
        assert!(!is_full_user_map(
            "         0       1000          1\n       990        990          1\n"
        ));
        assert!(!is_full_user_map(""));
    }
}

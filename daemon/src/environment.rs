//! The one place of the daemon that reads the environment.

use std::path::PathBuf;

/// What the environment says.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// `PLANTD_CONFIG`: the configuration file.
    pub config: Option<PathBuf>,
    /// `PLANTD_STATE`: the state folder.
    pub state: Option<PathBuf>,
    /// `PLANTD_DATABASE_URL`: a database server instead of the private cluster.
    pub database_url: Option<String>,
    /// `PLANTD_LOG`: the log filter, `info` by default.
    pub log: Option<String>,
    /// `PATH`, where the programs of Postgres are looked for.
    pub path: Option<std::ffi::OsString>,
    /// `STATE_DIRECTORY`: the state folder that systemd made.
    pub systemd_state: Option<PathBuf>,
}

impl Environment {
    /// Reads it.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the place where the environment is read"
    )]
    pub fn read() -> Environment {
        let path = |name: &str| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        Environment {
            config: path("PLANTD_CONFIG"),
            state: path("PLANTD_STATE"),
            database_url: std::env::var("PLANTD_DATABASE_URL").ok(),
            log: std::env::var("PLANTD_LOG").ok(),
            path: std::env::var_os("PATH"),
            systemd_state: path("STATE_DIRECTORY"),
        }
    }
}

//! What a daemon is started with.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::config::Config;

/// What a daemon is started with.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The effective configuration.
    pub config: Config,
    /// The file that it was looked for in.
    pub config_file: PathBuf,
    /// The state folder.
    pub state_dir: PathBuf,
    /// `PATH`, where the programs of Postgres are looked for.
    pub path: Option<OsString>,
}

//! Where each value of the configuration comes from.

use std::path::{Path, PathBuf};

use thiserror::Error;
use toml::{Table, Value};

use super::Config;
use crate::environment::Environment;

/// Why the configuration can't be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file named can't be read.
    #[error("cannot read {path}: {source}; name another with --config")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is not valid.
    #[error("{path}: {message}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong and where.
        message: String,
    },
    /// A value is out of its range.
    #[error("{key} = {value}: {message}")]
    OutOfRange {
        /// Dotted key.
        key: &'static str,
        /// The value.
        value: String,
        /// What is allowed.
        message: &'static str,
    },
}

/// A configuration with the source of each value.
#[derive(Debug, Clone)]
pub struct Effective {
    /// The values.
    pub config: Config,
    /// The file that they were looked for in.
    pub file: PathBuf,
    /// `(dotted key, value, source)` in order.
    pub origins: Vec<(String, String, String)>,
}

/// The default configuration file.
pub const DEFAULT_PATH: &str = "/etc/plantd/plantd.toml";

/// Loads the configuration: `path` (must exist), else `PLANTD_CONFIG`, else `/etc/plantd/plantd.toml` if it is there.
///
/// # Errors
/// When a file named can't be read, holds an unknown key or a value out of range.
pub fn load(path: Option<&Path>, environment: &Environment) -> Result<Effective, ConfigError> {
    let named = path.map(Path::to_path_buf).or_else(|| environment.config.clone());
    let file = named.clone().unwrap_or_else(|| PathBuf::from(DEFAULT_PATH));
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => Some(text),
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => None,
        Err(source) => return Err(ConfigError::Unreadable { path: file, source }),
    };
    let from_file = text.as_deref().unwrap_or_default();
    let invalid = |error: toml::de::Error| ConfigError::Invalid {
        path: file.clone(),
        message: error.to_string(),
    };
    let mut config: Config = toml::from_str(from_file).map_err(invalid)?;
    let written: Table = toml::from_str(from_file).map_err(invalid)?;
    let mut from_environment = Vec::new();
    if let Some(url) = &environment.database_url {
        config.database.url = Some(url.clone());
        from_environment.push("database.url");
    }
    check(&config)?;
    let origins = origins(&config, &written, &file, &from_environment);
    Ok(Effective { config, file, origins })
}

pub(super) fn check(config: &Config) -> Result<(), ConfigError> {
    let intake = &config.intake;
    let range = |key, value: u64, low, high, message| {
        if (low..=high).contains(&value) {
            Ok(())
        } else {
            Err(ConfigError::OutOfRange {
                key,
                value: value.to_string(),
                message,
            })
        }
    };
    range("intake.workers", intake.workers as u64, 1, 64, "1 to 64")?;
    range(
        "intake.quiet_after_close_ms",
        intake.quiet_after_close_ms,
        0,
        600_000,
        "0 to 600000",
    )?;
    range(
        "intake.quiet_unchanged_ms",
        intake.quiet_unchanged_ms,
        100,
        600_000,
        "100 to 600000",
    )?;
    range("intake.rescan_s", intake.rescan_s, 1, 3_600, "1 to 3600")?;
    range("intake.poll_s", intake.poll_s, 1, 3_600, "1 to 3600")?;
    range(
        "intake.worker_timeout_s",
        intake.worker_timeout_s,
        1,
        86_400,
        "1 to 86400",
    )?;
    range("intake.worker_stall_s", intake.worker_stall_s, 1, 3_600, "1 to 3600")?;
    range(
        "intake.worker_memory_mib",
        intake.worker_memory_mib,
        512,
        65_536,
        "512 to 65536",
    )?;
    range("intake.lease_s", intake.lease_s, 2, 3_600, "2 to 3600")?;
    range("intake.silence_s", intake.silence_s, 1, 600, "1 to 600")?;
    range("intake.file_max_mib", intake.file_max_mib, 1, 10_240, "1 to 10240")?;
    range("inbox.quota_mib", config.inbox.quota_mib, 1, 1 << 30, "1 to 1073741824")?;
    if let Some(gib) = config.originals.max_gib {
        range("originals.max_gib", gib, 1, 1 << 20, "1 to 1048576, or absent")?;
    }
    if let Some(root) = config.folders.roots.iter().find(|root| !root.is_absolute()) {
        return Err(ConfigError::OutOfRange {
            key: "folders.roots",
            value: root.display().to_string(),
            message: "absolute paths",
        });
    }
    if config.org.zone.parse::<chrono_tz::Tz>().is_err() {
        return Err(ConfigError::OutOfRange {
            key: "org.zone",
            value: config.org.zone.clone(),
            message: "an IANA zone such as Europe/Berlin",
        });
    }
    if let Some(currency) = &config.org.currency
        && !(currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase()))
    {
        return Err(ConfigError::OutOfRange {
            key: "org.currency",
            value: currency.clone(),
            message: "three capital letters such as EUR (ISO 4217)",
        });
    }
    Ok(())
}

fn origins(config: &Config, written: &Table, file: &Path, from_environment: &[&str]) -> Vec<(String, String, String)> {
    let effective = Value::try_from(config).unwrap_or(Value::Table(Table::new()));
    let mut rows = Vec::new();
    let Value::Table(sections) = effective else { return rows };
    for (section, value) in sections {
        let Value::Table(keys) = value else { continue };
        for (key, value) in keys {
            let dotted = format!("{section}.{key}");
            let in_file = written
                .get(&section)
                .and_then(Value::as_table)
                .is_some_and(|keys| keys.contains_key(&key));
            let source = if from_environment.contains(&dotted.as_str()) {
                "environment".to_owned()
            } else if in_file {
                file.display().to_string()
            } else {
                "default".to_owned()
            };
            let shown = if section == "database" {
                "(set, not shown)".to_owned()
            } else {
                value.to_string()
            };
            rows.push((dotted, shown, source));
        }
    }
    rows
}

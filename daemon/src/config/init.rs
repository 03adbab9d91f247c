//! `plantd init`: the configuration file of a real plant, by questions on a terminal or by flags.

use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::{Context, bail};

use super::{Config, Org};

/// Flags of `plantd init`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where to write the configuration.
    #[arg(long, value_name = "FILE", default_value = super::sources::DEFAULT_PATH)]
    config: PathBuf,
    /// Name of the org.
    #[arg(long)]
    org: Option<String>,
    /// IANA zone of its local times, such as Europe/Berlin.
    #[arg(long)]
    zone: Option<String>,
    /// ISO 4217 currency of its money, such as EUR; `none` assumes none.
    #[arg(long)]
    currency: Option<String>,
    /// Overwrite an existing file.
    #[arg(long)]
    force: bool,
}

/// Asks what was not given, checks it, writes the file.
///
/// # Errors
/// When a value is not valid, the file exists, or it can't be written.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    if arguments.config.exists() && !arguments.force {
        bail!(
            "{} exists already; overwrite it with --force",
            arguments.config.display()
        );
    }
    let default = Org::default();
    let name = given_or_asked(arguments.org.as_deref(), "--org", "Name of the org", &default.name)?;
    let zone = given_or_asked(
        arguments.zone.as_deref(),
        "--zone",
        "Time zone (IANA, such as Europe/Berlin)",
        &default.zone,
    )?;
    let currency = given_or_asked(
        arguments.currency.as_deref(),
        "--currency",
        "Currency (ISO 4217, or none)",
        "none",
    )?;
    let currency = (currency != "none").then_some(currency);
    let config = Config {
        org: Org { name, zone, currency },
        ..Config::default()
    };
    super::sources::check(&config)?;
    let text = toml::to_string_pretty(&config).context("cannot write the configuration")?;
    if let Some(folder) = arguments.config.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    std::fs::write(&arguments.config, text).with_context(|| format!("cannot write {}", arguments.config.display()))?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "wrote {}", arguments.config.display())?;
    writeln!(
        out,
        "next: start `plantd run --config {}`, then `plant folders add PATH`",
        arguments.config.display()
    )?;
    Ok(())
}

fn given_or_asked(given: Option<&str>, flag: &str, question: &str, default: &str) -> anyhow::Result<String> {
    if let Some(given) = given {
        return Ok(given.to_owned());
    }
    if !std::io::stdin().is_terminal() {
        bail!("{flag} is missing, and there is no terminal to ask on");
    }
    let mut out = std::io::stdout().lock();
    write!(out, "{question} [{default}]: ")?;
    out.flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let line = line.trim();
    Ok(if line.is_empty() { default } else { line }.to_owned())
}

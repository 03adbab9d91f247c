//! The commands of the daemon's program.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::config::sources::ConfigError;
use crate::environment::Environment;
use crate::lifecycle::Setting;
use crate::worker;

/// The exit code of a configuration that can't be used (`EX_CONFIG` of sysexits): systemd does not start it again.
const BAD_CONFIGURATION: u8 = 78;
/// How long threads may take to end with the program.
const RUNTIME_PATIENCE: Duration = Duration::from_secs(1);

/// The daemon of Plant Intel: watches folders, takes in each export exactly once, analyses it, serves the terminal.
#[derive(Debug, Parser)]
#[command(name = "plantd", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the daemon.
    Run(Place),
    /// See it all at once: start on DIR, feed the sample exports, wait, print what was found, open `plant`.
    Demo {
        #[command(flatten)]
        place: Place,
        /// Print and stop; exit 0 only if every sample ended as expected.
        #[arg(long)]
        headless: bool,
        /// Folder with the sample exports.
        #[arg(long, value_name = "DIR")]
        samples: Option<PathBuf>,
    },
    /// Write sample exports and a ready mapping: a kind, or a whole synthetic plant.
    Sample(crate::sample::Arguments),
    /// Write a configuration file for a real plant.
    Init(crate::config::init::Arguments),
    /// Bring the database up to this version.
    Migrate(Place),
    /// Derive everything again from originals and decisions: which rows count, sums, analyses, findings.
    Rebuild {
        #[command(flatten)]
        place: Place,
        /// Change nothing: only compare, print what differs, and exit 1 where something does.
        #[arg(long)]
        verify: bool,
        /// Of this org alone.
        #[arg(long, value_name = "NAME")]
        org: Option<String>,
    },
    /// Look at the configuration.
    Config {
        #[command(subcommand)]
        what: ConfigCommand,
    },
    /// Say what is missing on this machine.
    Doctor(Place),
    /// Read or analyse one file for the daemon.
    #[command(hide = true)]
    Worker {
        #[arg(long, default_value_t = 4_096)]
        memory_mib: u64,
        #[arg(long, default_value_t = 1_800)]
        cpu_s: u64,
        #[arg(long, requires = "gid")]
        uid: Option<u32>,
        #[arg(long, requires = "uid")]
        gid: Option<u32>,
    },
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print each effective value and where it came from.
    Check {
        /// The configuration file.
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
}

/// Where the daemon keeps its things.
#[derive(Debug, clap::Args)]
struct Place {
    /// The configuration file.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The state folder.
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
}

impl Place {
    fn setting(&self, environment: &Environment) -> anyhow::Result<Setting> {
        let effective = crate::config::sources::load(self.config.as_deref(), environment)?;
        Ok(Setting {
            config: effective.config,
            config_file: effective.file,
            state_dir: self.state_dir(environment)?,
            path: environment.path.clone(),
        })
    }

    fn state_dir(&self, environment: &Environment) -> anyhow::Result<PathBuf> {
        let chosen = self
            .state
            .clone()
            .or_else(|| environment.state.clone())
            .or_else(|| environment.systemd_state.clone());
        let dir = match chosen {
            Some(dir) => dir,
            None if rustix::process::geteuid().is_root() => PathBuf::from("/var/lib/plantd"),
            None => directories::ProjectDirs::from("", "", "plantd")
                .and_then(|dirs| dirs.state_dir().map(Path::to_path_buf))
                .context("no home folder is known; name a state folder with --state")?,
        };
        std::path::absolute(&dir).with_context(|| format!("cannot make {} absolute", dir.display()))
    }
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Command::Worker {
        memory_mib,
        cpu_s,
        uid,
        gid,
    } = cli.command
    {
        let limits = worker::Limits {
            memory_bytes: memory_mib.saturating_mul(1 << 20),
            cpu_s,
        };
        return worker::main(&limits, uid.zip(gid));
    }
    let environment = Environment::read();
    log_to_stderr(&environment, matches!(cli.command, Command::Run(_)));
    let ended = runtime().and_then(|runtime| {
        let ended = runtime.block_on(dispatch(cli.command, &environment));
        // A call that hangs in a file system must not keep the program from ending.
        runtime.shutdown_timeout(RUNTIME_PATIENCE);
        ended
    });
    match ended {
        Ok(code) => code,
        Err(error) => {
            use std::io::Write;
            // With standard error closed there is nobody to tell; the exit code remains.
            let text = format!("plantd: {error:#}");
            drop(writeln!(std::io::stderr(), "{}", plant_core::sanitize::text(&text)));
            match error.is::<ConfigError>() {
                true => ExitCode::from(BAD_CONFIGURATION),
                false => ExitCode::FAILURE,
            }
        }
    }
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("cannot start the runtime")
}

fn log_to_stderr(environment: &Environment, verbose: bool) {
    let default = if verbose { "info" } else { "warn" };
    let filter =
        EnvFilter::try_new(environment.log.as_deref().unwrap_or(default)).unwrap_or_else(|_| EnvFilter::new(default));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .init();
}

async fn dispatch(command: Command, environment: &Environment) -> anyhow::Result<ExitCode> {
    match command {
        Command::Run(place) => crate::lifecycle::run(place.setting(environment)?).await?,
        Command::Demo {
            place,
            headless,
            samples,
        } => {
            return crate::demo::run(place.setting(environment)?, headless, samples).await;
        }
        Command::Sample(arguments) => crate::sample::run(&arguments)?,
        Command::Init(arguments) => crate::config::init::run(&arguments)?,
        Command::Migrate(place) => crate::lifecycle::migrate(&place.setting(environment)?).await?,
        Command::Rebuild { place, verify, org } => {
            return crate::rebuild::run(place.setting(environment)?, verify, org.as_deref()).await;
        }
        Command::Config {
            what: ConfigCommand::Check { config },
        } => {
            let effective = crate::config::sources::load(config.as_deref(), environment)?;
            let mut out = std::io::stdout().lock();
            for (key, value, source) in effective.origins {
                std::io::Write::write_fmt(&mut out, format_args!("{key} = {value}    # {source}\n"))?;
            }
        }
        Command::Doctor(place) => {
            let config = crate::config::sources::load(place.config.as_deref(), environment);
            return crate::doctor::run(config, &place.state_dir(environment)?, environment).await;
        }
        Command::Worker { .. } => {}
    }
    Ok(ExitCode::SUCCESS)
}

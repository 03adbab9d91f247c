//! `plantd demo`: everything at once, as a new user would do it, through the same door as the terminal.
//!
//! It starts a daemon on a state folder, puts the sample exports into a watched folder, saves the ready mappings of
//! those that are held, waits until all are settled, prints what each gave, and compares it with what is known of them.

mod report;
pub mod samples;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use plant_core::model::FileItem;
use plant_core::state::FileState;
use plant_proto::client::{Client, SaveProfile, Target};

use self::samples::{Sample, Samples};
use crate::lifecycle::{Daemon, Setting};

/// How long the samples may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// Runs the demo; the exit code is a success only if every sample ended as expected.
///
/// # Errors
/// When the samples can't be found, the daemon can't start, or it takes too long.
pub async fn run(mut setting: Setting, headless: bool, samples: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    setting.config.org.name = "demo".to_owned();
    setting.config.org.currency = Some("USD".to_owned());
    // Whoever runs the demo may watch the folder that it makes.
    setting.config.folders.roots.push(setting.state_dir.clone());
    let state_dir = setting.state_dir.clone();
    let samples = Samples::load(&samples::folder(samples)?)?;
    say(&format!("state folder {}; starting the daemon …", state_dir.display()))?;
    let daemon = Daemon::start(setting).await?;
    let outcome = walk(&daemon, &state_dir, &samples, headless).await;
    daemon.stop().await?;
    let as_expected = outcome?;
    Ok(if as_expected {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn walk(daemon: &Daemon, state_dir: &Path, samples: &Samples, headless: bool) -> anyhow::Result<bool> {
    let client = Client::connect(Target::Unix(daemon.socket().to_path_buf()), None).await?;
    let folder = state_dir.join("exports");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let shown = folder.to_string_lossy().into_owned();
    if !client.list_folders().await?.iter().any(|known| known.path == shown) {
        client.add_folder(&shown, None, None, None).await?;
    }
    say(&format!("putting {} exports into {shown} …", samples.items.len()))?;
    for sample in &samples.items {
        put(&folder, sample)?;
    }
    let started = Instant::now();
    settle(&client, samples, started).await?;
    if save_profiles(&client, samples).await? {
        settle(&client, samples, started).await?;
    }
    let as_expected = report::print(&client, samples).await?;
    if !headless && std::io::stdout().is_terminal() && std::io::stdin().is_terminal() {
        terminal(daemon.socket()).await?;
    }
    Ok(as_expected)
}

/// Puts a sample into the folder as a careful writer does; one that is there already stays as it is.
fn put(folder: &Path, sample: &Sample) -> anyhow::Result<()> {
    let target = folder.join(&sample.name);
    if std::fs::read(&target).is_ok_and(|bytes| bytes == sample.bytes) {
        return Ok(());
    }
    let temporary = folder.join(format!(".{}.tmp", sample.name));
    std::fs::write(&temporary, &sample.bytes).with_context(|| format!("cannot write {}", temporary.display()))?;
    std::fs::rename(&temporary, &target).with_context(|| format!("cannot write {}", target.display()))
}

async fn settle(client: &Client, samples: &Samples, started: Instant) -> anyhow::Result<()> {
    loop {
        let files = samples::files(client, samples).await?;
        let open = files
            .iter()
            .filter(|file| !file.as_ref().is_some_and(FileItem::is_settled))
            .count();
        if open == 0 {
            return Ok(());
        }
        if started.elapsed() > PATIENCE {
            bail!("{open} of the samples are not settled after {} s", PATIENCE.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Saves the ready mapping of each held sample, as a person would after looking at the suggestion.
async fn save_profiles(client: &Client, samples: &Samples) -> anyhow::Result<bool> {
    let mut saved = false;
    let files = samples::files(client, samples).await?;
    for (sample, file) in samples.items.iter().zip(files) {
        let (Some(profile), Some(file)) = (&sample.profile, file) else {
            continue;
        };
        if file.state != FileState::Held {
            continue;
        }
        say(&format!(
            "{} is held: saving the mapping `{}`",
            sample.name, profile.name
        ))?;
        let save = SaveProfile {
            name: profile.name.clone(),
            from: Some(file.file_id.to_string()),
            sets: profile.sets.clone(),
            settings: profile.settings.clone(),
            ..SaveProfile::default()
        };
        client
            .save_profile(save)
            .await
            .with_context(|| format!("the ready mapping of {} is refused", sample.name))?;
        saved = true;
    }
    Ok(saved)
}

/// Opens `plant` beside this program and waits until the person leaves it.
async fn terminal(socket: &Path) -> anyhow::Result<()> {
    let program = std::env::current_exe()
        .context("this program's own path is not known")?
        .with_file_name("plant");
    let status = tokio::process::Command::new(&program)
        .arg("--host")
        .arg(format!("unix:{}", socket.display()))
        .status()
        .await
        .with_context(|| format!("cannot open {}", program.display()))?;
    if !status.success() {
        bail!("plant ended with {status}");
    }
    Ok(())
}

fn say(text: &str) -> std::io::Result<()> {
    writeln!(std::io::stderr().lock(), "{}", plant_core::sanitize::text(text))
}

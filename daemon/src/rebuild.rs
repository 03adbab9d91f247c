//! `plantd rebuild`: everything that is derived, once more from originals and decisions.
//!
//! Invariants: with `--verify` nothing is changed, whatever differs; without it a file whose bytes are gone stays as it
//! was read, and is told.

mod compare;

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;
use plant_core::access::DAEMON;
use plant_core::ids::OrgId;
use plant_core::words::counted;
use plant_store::{orgs, rollups, series, verify};

use crate::app::App;
use crate::intake;
use crate::lifecycle::{Setting, Visit};

/// How often the queue is looked at.
const STEP: Duration = Duration::from_millis(500);

/// Derives again what the orgs (or the one of that name) have, or compares it with what is kept: exit 1 where something
/// differs.
///
/// # Errors
/// When the database can't be opened, or a step of it fails.
pub async fn run(setting: Setting, verify: bool, org: Option<&str>) -> anyhow::Result<ExitCode> {
    let visit = Visit::begin(setting).await?;
    let done = work(visit.app(), verify, org).await;
    visit.end().await?;
    done
}

async fn work(app: &App, verify: bool, org: Option<&str>) -> anyhow::Result<ExitCode> {
    let mut chosen = orgs::all(app.store()).await?;
    if let Some(org) = org {
        chosen.retain(|(_, name)| name == org);
        if chosen.is_empty() {
            bail!("there is no org `{org}`");
        }
    }
    let mut same = true;
    for (org, name) in chosen {
        match verify {
            true => same &= compare::org(app, org, &name, &mut tell).await?,
            false => again(app, org, &name).await?,
        }
    }
    Ok(if same { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints a line for a person.
fn tell(line: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout(), "{}", plant_core::sanitize::display(line))
}

/// Has every file read again, then derives every series, and waits until all is analysed.
async fn again(app: &App, org: OrgId, name: &str) -> anyhow::Result<()> {
    let at = app.clock().now();
    let queued = app
        .store()
        .run(org, DAEMON, move |tx| {
            Box::pin(async move {
                let files = verify::files(tx).await?;
                let files: Vec<_> = files.iter().map(|file| file.file_id).collect();
                series::reread(tx, &files, None, at).await
            })
        })
        .await?;
    tell(&format!(
        "{name}: {} to read again",
        counted(queued.len() as u64, "file", "files")
    ))?;
    let working = tokio::spawn(intake::run(app.clone()));
    let rebuilt = async {
        idle(app, org, name).await?;
        for (id, _) in app
            .store()
            .read(org, DAEMON, |tx| Box::pin(verify::all_series(tx)))
            .await?
        {
            app.store()
                .run(org, DAEMON, move |tx| {
                    Box::pin(async move { series::derive_again(tx, id, at).await })
                })
                .await?;
        }
        idle(app, org, name).await?;
        let renewed = app.store().run(org, DAEMON, |tx| Box::pin(rollups::renew(tx)));
        anyhow::Ok(renewed.await?)
    };
    let rebuilt = rebuilt.await;
    app.stop();
    working.await?;
    rebuilt?;
    for (file, why) in app
        .store()
        .read(org, DAEMON, move |tx| Box::pin(verify::given_up(tx, at)))
        .await?
    {
        tell(&format!("{name}: {file} stays as it was: {why}"))?;
    }
    tell(&format!("{name}: done"))?;
    Ok(())
}

/// Waits until no file that is in has work waiting; tells how much is left.
async fn idle(app: &App, org: OrgId, name: &str) -> anyhow::Result<()> {
    let mut told = None;
    loop {
        let files = app.store().read(org, DAEMON, |tx| Box::pin(verify::files(tx))).await?;
        let busy = files.iter().filter(|file| file.is_busy).count() as u64;
        if busy == 0 {
            return Ok(());
        }
        // Each hundred of them once.
        if told != Some(busy / 100) {
            told = Some(busy / 100);
            tell(&format!("{name}: {} left", counted(busy, "file", "files")))?;
        }
        app.wake_jobs();
        tokio::time::sleep(STEP).await;
    }
}

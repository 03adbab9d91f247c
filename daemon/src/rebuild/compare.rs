//! What is kept of an org beside what follows from its originals and decisions.

use plant_core::access::DAEMON;
use plant_core::ids::{FileId, OrgId};
use plant_core::words::counted;
use plant_store::{rollups, verify};

use crate::app::App;
use crate::intake::{self, Read};

/// Takes a line for a person.
type Tell<'a> = &'a mut (dyn FnMut(&str) -> std::io::Result<()> + Send);

/// Compares all that an org has; gives whether everything is the same.
pub(super) async fn org(app: &App, org: OrgId, name: &str, tell: Tell<'_>) -> anyhow::Result<bool> {
    let mut differences = 0_u64;
    let (mut read, mut analysed, mut busy, mut unread) = (0_u64, 0_u64, 0_u64, 0_u64);
    for file in app.store().read(org, DAEMON, |tx| Box::pin(verify::files(tx))).await? {
        let found = match of_file(app, org, file.file_id).await? {
            Compared::Busy => {
                busy += 1;
                continue;
            }
            Compared::Found(found) => found,
        };
        read += u64::from(found.is_read);
        analysed += u64::from(found.is_analysed);
        differences += found.differences.len() as u64;
        for difference in &found.differences {
            tell(&format!("DIFFERS  {name}, {}: {difference}", file.name))?;
        }
        if let Some(why) = found.unread {
            unread += 1;
            tell(&format!("note     {name}: not read again: {why}"))?;
        }
    }
    let series = app
        .store()
        .read(org, DAEMON, |tx| Box::pin(verify::all_series(tx)))
        .await?;
    for (id, series) in &series {
        let (id, at) = (*id, app.clock().now());
        let found = app
            .store()
            .trial(org, DAEMON, move |tx| {
                Box::pin(async move { verify::series(tx, id, at).await })
            })
            .await?;
        differences += found.len() as u64;
        for difference in found {
            tell(&format!("DIFFERS  {name}, series {series}: {difference}"))?;
        }
    }
    for difference in app
        .store()
        .read(org, DAEMON, |tx| Box::pin(rollups::differing(tx)))
        .await?
    {
        differences += 1;
        tell(&format!("DIFFERS  {name}: {difference}"))?;
    }
    if busy > 0 {
        tell(&format!(
            "note     {name}: {} with work waiting left out; run it again when a daemon has done it",
            counted(busy, "file", "files")
        ))?;
    }
    tell(&format!(
        "{name}: {} read, {} derived, {} computed: {}",
        counted(read, "file", "files"),
        counted(series.len() as u64, "series", "series"),
        counted(analysed, "analysis", "analyses"),
        match differences {
            0 if busy + unread > 0 => "nothing differs in what could be compared".to_owned(),
            0 => "nothing differs".to_owned(),
            some => counted(some, "difference", "differences"),
        }
    ))?;
    Ok(differences == 0)
}

enum Compared {
    /// It is being changed.
    Busy,
    Found(Found),
}

#[derive(Default)]
struct Found {
    is_read: bool,
    is_analysed: bool,
    /// Why its bytes could not be read.
    unread: Option<String>,
    differences: Vec<String>,
}

/// Compares a file; what differs may have been changed meanwhile, so it is looked at once more.
async fn of_file(app: &App, org: OrgId, file: FileId) -> anyhow::Result<Compared> {
    let mut found = match once(app, org, file).await? {
        Compared::Found(found) if !found.differences.is_empty() => found,
        compared => return Ok(compared),
    };
    if let Compared::Found(again) = once(app, org, file).await? {
        found = again;
    }
    Ok(Compared::Found(found))
}

async fn once(app: &App, org: OrgId, file_id: FileId) -> anyhow::Result<Compared> {
    let file = app
        .store()
        .read(org, DAEMON, move |tx| {
            Box::pin(async move { verify::file(tx, file_id).await })
        })
        .await?;
    if file.is_busy {
        return Ok(Compared::Busy);
    }
    let mut found = Found::default();
    match intake::reading(app, org, file_id).await? {
        Read::Rows(fresh) => {
            found.is_read = true;
            found.differences = app
                .store()
                .read(org, DAEMON, move |tx| {
                    Box::pin(async move { verify::reading(tx, file_id, &fresh).await })
                })
                .await?;
        }
        Read::Refused(reason) => found
            .differences
            .push(format!("it would not be taken in any more: {}", reason.text)),
        Read::NoBytes(why) => found.unread = Some(why),
    }
    if file.is_analysed {
        found.is_analysed = true;
        let (store, at) = (app.store().clone(), app.clock().now());
        let take = move |mut pieces| {
            tokio::spawn(async move {
                store
                    .trial(org, DAEMON, move |tx| {
                        Box::pin(async move { verify::analysis(tx, file_id, &mut pieces, at).await })
                    })
                    .await
            })
        };
        found
            .differences
            .extend(intake::analysis(app, org, file_id, take).await?);
    }
    Ok(Compared::Found(found))
}

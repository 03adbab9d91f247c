//! The sweeper: deletes what is not to be kept any longer, and removes bytes that nobody names.
//!
//! Invariant: bytes are removed in a transaction that saw that nobody names them and keeps others from naming them.

use std::time::Duration;

use plant_core::access::DAEMON;
use plant_core::ids::OrgId;
use plant_store::{orgs, originals};
use tracing::{info, warn};

use super::keep;
use super::reach::call;
use super::shelf::Shelf;
use crate::app::App;
use crate::intake::JobError;

/// How long between two sweeps.
const PAUSE: Duration = Duration::from_secs(3_600);
/// Originals of an org that are looked at for deletion in one sweep.
const CANDIDATES: i64 = 10_000;
/// Places that are looked at under one lock.
const BATCH: usize = 500;

/// What a sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Files on their way whose writer is gone.
    pub left_over: u64,
    /// Originals deleted by their age or for room.
    pub deleted: u64,
    /// Places whose bytes nobody named.
    pub removed: u64,
}

/// Sweeps at the start and once an hour until the stop begins.
pub async fn run(app: App) {
    loop {
        match sweep(&app, originals::INTENT_AGE).await {
            Ok(swept) if swept == Swept::default() => {}
            Ok(swept) => info!(?swept, "swept the originals"),
            Err(error) => warn!(%error, "cannot sweep the originals; the next sweep tries again"),
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = app.stopping() => return,
        }
    }
}

/// One sweep, for which intents of at least that age count no longer.
///
/// # Errors
/// When the database or the folder of the originals does not answer.
pub async fn sweep(app: &App, age: Duration) -> Result<Swept, JobError> {
    let shelf = Shelf::below(app.state_dir());
    let own = shelf.clone();
    let mut swept = Swept {
        left_over: call(app, "sweeping what was on its way", move || own.sweep_temp()).await?,
        ..Swept::default()
    };
    let orgs: Vec<OrgId> = orgs::all(app.store()).await?.into_iter().map(|(org, _)| org).collect();
    swept.deleted = delete(app, &orgs, age).await?;
    for org in orgs {
        let own = shelf.clone();
        let names = call(app, "looking at the originals", move || own.names(org)).await?;
        for names in names.chunks(BATCH) {
            swept.removed += remove(app, org, names.to_vec(), age).await?;
        }
    }
    Ok(swept)
}

/// Marks what is not to be kept any longer.
async fn delete(app: &App, orgs: &[OrgId], age: Duration) -> Result<u64, JobError> {
    let mut candidates = Vec::new();
    let mut total_bytes = 0_u64;
    for org in orgs {
        let (bytes, found) = app
            .store()
            .run(*org, DAEMON, move |tx| {
                Box::pin(async move {
                    originals::forget_intents(tx, age).await?;
                    let (_, _, bytes) = originals::usage(tx).await?;
                    Ok((bytes, originals::candidates(tx, CANDIDATES).await?))
                })
            })
            .await?;
        total_bytes = total_bytes.saturating_add(bytes);
        candidates.extend(found.into_iter().map(|candidate| (*org, candidate)));
    }
    let now = app.clock().now();
    let goes = keep::goes(&app.config().originals, now, total_bytes, &candidates);
    let mut deleted = 0;
    for org in orgs {
        let sha256s: Vec<String> = goes
            .iter()
            .filter(|(whose, _)| whose == org)
            .map(|(_, sha256)| sha256.clone())
            .collect();
        if !sha256s.is_empty() {
            deleted += app
                .store()
                .run(*org, DAEMON, move |tx| {
                    Box::pin(async move { originals::delete(tx, &sha256s, now).await })
                })
                .await?;
        }
    }
    Ok(deleted)
}

/// Removes those of these bytes that nobody names.
async fn remove(app: &App, org: OrgId, names: Vec<String>, age: Duration) -> Result<u64, JobError> {
    let own = app.clone();
    app.store()
        .run(org, DAEMON, move |tx| {
            Box::pin(async move {
                let unnamed = originals::unnamed(tx, &names, age).await?;
                let shelf = Shelf::below(own.state_dir());
                let count = unnamed.len() as u64;
                // A folder that does not answer keeps others waiting no longer than its silence is waited for.
                let removed = call(&own, "removing originals", move || {
                    unnamed.iter().try_for_each(|sha256| shelf.remove(org, sha256))
                })
                .await;
                Ok(removed.map(|()| count))
            })
        })
        .await?
}

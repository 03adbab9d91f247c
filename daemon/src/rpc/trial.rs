//! What a mapping, or what is said of a folder, would make of files: they are read by it, and nothing is kept.

use plant_core::ids::FileId;
use plant_core::model::{TrialHeld, TrialView};
use plant_store::trial::{self, Change, Trial};

use super::call::Ctx;
use super::refusal::Refusal;
use crate::app::App;
use crate::intake::{self, By};

/// What is tried on which files.
pub(super) struct Wanted {
    pub(super) change: Change,
    pub(super) files: Vec<FileId>,
}

/// Reads the newest of the files, as many as may be, and reckons.
pub(super) async fn of(app: &App, ctx: &Ctx, wanted: Wanted) -> Result<TrialView, Refusal> {
    let all = wanted.files;
    let (files, left_out) = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { trial::newest(tx, &all).await })
        })
        .await?;
    let by = match &wanted.change {
        Change::Mapping { profile, .. } => By::Profile(profile),
        Change::Folder { says, .. } => By::Folder(says),
    };
    let (mut tried, mut held) = (Vec::with_capacity(files.len()), Vec::new());
    for file in files {
        match intake::try_file(app, ctx.org, file, by).await? {
            Ok(read) => tried.push(read),
            Err((file, reason)) => held.push(TrialHeld {
                file,
                reason: reason.text,
            }),
        }
    }
    let trial = Trial {
        change: wanted.change,
        files: tried,
        at: app.clock().now(),
    };
    let effect = app
        .store()
        .trial(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { trial::effect(tx, trial).await })
        })
        .await?;
    Ok(TrialView {
        held,
        left_out,
        ..effect
    })
}

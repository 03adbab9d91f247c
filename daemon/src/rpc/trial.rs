//! What a mapping, or what is said of a folder, would make of files: they are read by it, and nothing is kept.

use std::collections::BTreeSet;

use plant_core::ids::FileId;
use plant_core::model::{FindingChange, FindingKind, TrialHeld, TrialView};
use plant_store::trial::{self, Change, Trial, TriedAnalysis};

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
        .read(ctx.org, &ctx.actor, move |tx| {
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
    let told = findings(app, effect.findings, effect.analyses).await?;
    Ok(TrialView {
        held,
        left_out,
        analysed: told.analysed,
        findings_before: told.before,
        findings_after: told.after,
        findings: told.changes,
        ..effect.view
    })
}

/// What becomes of the findings of the files that are analysed for it.
struct Told {
    analysed: u64,
    before: u64,
    after: u64,
    changes: Vec<FindingChange>,
}

async fn findings(
    app: &App,
    known: Vec<(FileId, FindingKind, String)>,
    analyses: Vec<TriedAnalysis>,
) -> Result<Told, Refusal> {
    let files: BTreeSet<FileId> = analyses.iter().map(|tried| tried.file).collect();
    let before: BTreeSet<(FileId, FindingKind, String)> =
        known.into_iter().filter(|(file, ..)| files.contains(file)).collect();
    let mut after = BTreeSet::new();
    for tried in analyses {
        let file = tried.file;
        let found = intake::findings(app, tried).await?;
        after.extend(found.into_iter().map(|finding| (file, finding.kind, finding.title)));
    }
    let change = |comes: bool| {
        move |(_, kind, title): &(FileId, FindingKind, String)| FindingChange {
            comes,
            kind: *kind,
            title: title.clone(),
        }
    };
    let gone = before.difference(&after).map(change(false));
    Ok(Told {
        analysed: files.len() as u64,
        before: before.len() as u64,
        after: after.len() as u64,
        changes: gone.chain(after.difference(&before).map(change(true))).collect(),
    })
}

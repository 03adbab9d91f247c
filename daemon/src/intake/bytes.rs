//! The bytes of a file that are to be read: a copy of what lies in its folder now, or its original.

use std::fs::File;

use plant_core::access::DAEMON;
use plant_core::ids::{FileId, OrgId};
use plant_core::state::{FileState, Reason, ReasonCode};
use plant_store::files::{self, FileSource};

use super::error::JobError;
use super::source::{self, Refused};
use crate::app::App;
use crate::originals::{self, Passed, Snapshot};

/// The bytes of the file as they are in one moment: from its folder, or from its original where the plant has deleted it
/// since it was put aside.
///
/// # Errors
/// [`JobError::Waits`] for what passes: see [`source::open`] and [`source::snapshot`].
pub async fn now(
    app: &App,
    org: OrgId,
    file_id: FileId,
    file: &FileSource,
) -> Result<Result<Snapshot, Refused>, JobError> {
    if file.is_in {
        return again(app, org, file).await;
    }
    let refused = match source::open(app, file).await? {
        Ok(opened) => {
            // What was put aside and lies there no longer is read from its original: another version took its place.
            let is_other = (opened.facts.bytes, opened.facts.mtime_ns, opened.facts.inode) != file.version;
            if let Some(sha256) = file.sha256.clone().filter(|_| is_other)
                && let Ok(original) = originals::open(app, org, &sha256).await?
            {
                return of_original(original, sha256).map(Ok);
            }
            let earlier = app
                .store()
                .run(org, DAEMON, move |tx| {
                    Box::pin(async move { files::earlier(tx, file_id).await })
                })
                .await?;
            let sizes = earlier.iter().map(|version| version.bytes).collect();
            return source::snapshot(app, opened, sizes).await.map(Ok);
        }
        Err(refused) => refused,
    };
    let is_gone = refused.1.code == ReasonCode::Vanished;
    let Some(sha256) = file.sha256.clone().filter(|_| is_gone) else {
        return Ok(Err(refused));
    };
    match originals::open(app, org, &sha256).await? {
        Ok(original) => of_original(original, sha256).map(Ok),
        Err(_) => Ok(Err(refused)),
    }
}

/// The bytes of a file that is in and is read once more: those of its original and no others.
async fn again(app: &App, org: OrgId, file: &FileSource) -> Result<Result<Snapshot, Refused>, JobError> {
    let sha256 = file.sha256.clone().unwrap_or_default();
    Ok(match originals::open(app, org, &sha256).await? {
        Ok(original) => Ok(of_original(original, sha256)?),
        Err(unopened) => Err((
            FileState::Failed,
            Reason {
                code: ReasonCode::Vanished,
                text: unopened.sentence(&file.display),
            },
        )),
    })
}

fn of_original(original: File, sha256: String) -> Result<Snapshot, JobError> {
    let bytes = original
        .metadata()
        .map_err(|error| originals::trouble("looking at an original", &error))?
        .len();
    // An earlier version is no matter here: it was compared when the file was there.
    let passed = Passed {
        sha256,
        prefixes: Vec::new(),
        is_unterminated: false,
    };
    Ok(Snapshot {
        file: original,
        bytes,
        passed,
    })
}

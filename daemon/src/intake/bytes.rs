//! The bytes of a file that are to be read: a copy of what lies in its folder now, or its original.

use std::fs::File;

use plant_core::access::DAEMON;
use plant_core::ids::{FileId, OrgId};
use plant_core::state::{FileState, Reason, ReasonCode};
use plant_store::files::{self, FileSource};

use super::error::JobError;
use super::source::{self, Refused};
use crate::app::App;
use crate::originals::{self, Snapshot};

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
                return put_aside(app, org, file_id, original).await.map(Ok);
            }
            let sizes = earlier(app, org, file_id).await?;
            return source::snapshot(app, opened, sizes).await.map(Ok);
        }
        Err(refused) => refused,
    };
    let is_gone = refused.1.code == ReasonCode::Vanished;
    let Some(sha256) = file.sha256.clone().filter(|_| is_gone) else {
        return Ok(Err(refused));
    };
    match originals::open(app, org, &sha256).await? {
        Ok(original) => put_aside(app, org, file_id, original).await.map(Ok),
        Err(_) => Ok(Err(refused)),
    }
}

/// The bytes of a file that is in and is read once more: those of its original and no others.
async fn again(app: &App, org: OrgId, file: &FileSource) -> Result<Result<Snapshot, Refused>, JobError> {
    let sha256 = file.sha256.clone().unwrap_or_default();
    Ok(match originals::open(app, org, &sha256).await? {
        // What it is to other versions was found when it came in.
        Ok(original) => Ok(originals::measured(app, original, Vec::new()).await?),
        Err(unopened) => Err((
            FileState::Failed,
            Reason {
                code: ReasonCode::Vanished,
                text: unopened.sentence(&file.display),
            },
        )),
    })
}

/// The bytes of a file that was put aside before it was in.
pub(super) async fn put_aside(app: &App, org: OrgId, file_id: FileId, original: File) -> Result<Snapshot, JobError> {
    let sizes = earlier(app, org, file_id).await?;
    originals::measured(app, original, sizes).await
}

/// The sizes of the versions of its name before it.
async fn earlier(app: &App, org: OrgId, file_id: FileId) -> Result<Vec<u64>, JobError> {
    let sizes = app
        .store()
        .read(org, DAEMON, move |tx| {
            Box::pin(async move { files::earlier(tx, file_id).await })
        })
        .await?;
    Ok(sizes)
}

/// The numbers of the later versions of its name that begin with these bytes: a file may be put aside until larger ones of
/// its name are in.
///
/// # Errors
/// [`JobError::Waits`] when an original can't be read now.
pub async fn grown(app: &App, org: OrgId, file_id: FileId, snapshot: &Snapshot) -> Result<Vec<i64>, JobError> {
    let bytes = snapshot.bytes;
    let later = app
        .store()
        .read(org, DAEMON, move |tx| {
            Box::pin(async move { files::later(tx, file_id, bytes).await })
        })
        .await?;
    let mut grown = Vec::new();
    for version in later {
        // Without its bytes nothing is known of it, and it stays the version that it was.
        let Ok(original) = originals::open(app, org, &version.sha256).await? else {
            continue;
        };
        let passed = originals::measured(app, original, vec![bytes]).await?.passed;
        if passed.prefixes.contains(&(bytes, snapshot.passed.sha256.clone())) {
            grown.push(version.file_no);
        }
    }
    Ok(grown)
}

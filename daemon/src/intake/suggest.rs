//! What the columns of a file could be, asked for by a person: a worker looks at the file and takes nothing in.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use plant_core::ids::{FileId, OrgId};
use plant_core::job::{FrameTag, IngestHead, IngestOrder, WorkerOrder};
use plant_core::state::Reason;
use plant_core::table::LayoutHints;
use plant_store::{files, orgs, profiles};

use super::JobError;
use super::ingest::decoded;
use super::open::open_beneath;
use super::process::Worker;
use crate::app::App;

/// The head of a file as a worker sees it now, with its suggestion; or the reason why it can't be read. `hints` is what
/// the person said about its layout.
///
/// # Errors
/// When the database or the worker fails.
pub async fn suggest(
    app: &App,
    org_id: OrgId,
    file_id: FileId,
    hints: &LayoutHints,
) -> Result<Result<IngestHead, Reason>, JobError> {
    let (source, org, profiles) = app
        .store()
        .run(org_id, "daemon", move |tx| {
            Box::pin(async move {
                Ok((
                    files::source(tx, file_id).await?,
                    orgs::get(tx).await?,
                    profiles::for_ingest(tx).await?,
                ))
            })
        })
        .await?;
    let opened = tokio::task::spawn_blocking(move || {
        open_beneath(&PathBuf::from(&source.folder_path), OsStr::from_bytes(&source.name)).map(|file| (file, source))
    })
    .await
    .map_err(|error| JobError::Worker(error.to_string()))?;
    let (file, source) = match opened {
        Ok(opened) => opened,
        Err(reason) => return Ok(Err(reason)),
    };
    let order = IngestOrder {
        org_id,
        file_no: source.file_no,
        name: source.display,
        today: app.clock().today(&org.zone),
        zone: org.zone,
        currency: org.currency,
        profiles,
        forced_profile: None,
        hints: hints.clone(),
    };
    let mut worker = Worker::reading(app.workers(), &WorkerOrder::Suggest(Box::new(order)), file).await?;
    let head = decoded(worker.expect_frame().await?, FrameTag::Head)?;
    worker.finish().await?;
    Ok(Ok(head))
}

//! One physical line of a file, asked for by a person: from its original, by a worker.

use plant_core::access::DAEMON;
use plant_core::ids::{FileId, OrgId};
use plant_core::job::{FrameTag, LineFound, LineOrder, WorkerOrder};
use plant_core::state::{Reason, ReasonCode};
use plant_store::files;

use super::error::JobError;
use super::process::{Worker, decoded};
use super::suggest::told;
use crate::app::App;
use crate::originals;

/// That line of the bytes as they were read; or the reason why there are none to look at.
///
/// # Errors
/// When the database or the worker fails.
pub async fn line(app: &App, org: OrgId, file_id: FileId, line: u64) -> Result<Result<LineFound, Reason>, JobError> {
    let (file, head) = app
        .store()
        .read(org, DAEMON, move |tx| {
            Box::pin(async move { Ok((files::source(tx, file_id).await?, files::head(tx, file_id).await?)) })
        })
        .await?;
    let Some(sha256) = &file.sha256 else {
        return Ok(Err(no_original(format!("{} was not read yet", file.display))));
    };
    let original = match told(originals::open(app, org, sha256).await)? {
        Ok(Ok(original)) => original,
        Ok(Err(why)) => return Ok(Err(no_original(why.sentence(&file.display)))),
        Err(reason) => return Ok(Err(reason)),
    };
    let order = LineOrder {
        name: file.display,
        layout: head.and_then(|head| head.layout),
        line,
    };
    let mut worker = Worker::reading(app.workers(), &WorkerOrder::Line(Box::new(order)), original).await?;
    let frame = match told(worker.expect_frame().await)? {
        Ok(frame) => frame,
        Err(reason) => return Ok(Err(reason)),
    };
    let found = decoded(frame, FrameTag::Line)?;
    worker.finish().await?;
    Ok(Ok(found))
}

pub(super) fn no_original(text: String) -> Reason {
    Reason {
        code: ReasonCode::Vanished,
        text,
    }
}

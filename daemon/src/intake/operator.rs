//! Who an operator is, asked for by an administrator: from the originals of files that name them, by a worker.

use plant_core::ids::{FileId, OrgId};
use plant_core::job::{FrameTag, OperatorFound, OperatorOrder, WorkerOrder};
use plant_core::state::Reason;

use super::error::JobError;
use super::ingest::{As, prepare};
use super::line::no_original;
use super::process::{Worker, decoded};
use super::suggest::told;
use crate::app::App;
use crate::originals;

/// What one file says of the operator of a code, with the file's name; or the reason why it can't be looked at.
///
/// # Errors
/// When the database or the worker fails.
pub async fn operator(
    app: &App,
    org: OrgId,
    file_id: FileId,
    operator: String,
) -> Result<(String, Result<OperatorFound, Reason>), JobError> {
    let (file, order) = prepare(app, org, file_id, As::Before).await?;
    let name = file.display.clone();
    let sha256 = file.sha256.unwrap_or_default();
    let original = match told(originals::open(app, org, &sha256).await)? {
        Ok(Ok(original)) => original,
        Ok(Err(why)) => return Ok((name, Err(no_original(why.sentence(&file.display))))),
        Err(reason) => return Ok((name, Err(reason))),
    };
    let order = WorkerOrder::Operator(Box::new(OperatorOrder { order, operator }));
    let mut worker = Worker::reading(app.workers(), &order, original).await?;
    let frame = match told(worker.expect_frame().await)? {
        Ok(frame) => frame,
        Err(reason) => return Ok((name, Err(reason))),
    };
    let found = decoded(frame, FrameTag::Operator)?;
    worker.finish().await?;
    Ok((name, Ok(found)))
}

//! One file with everything known about it.

use plant_core::model::FileDetail;
use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::files;

use crate::app::App;
use crate::rpc::bounded;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::GetFileRequest,
) -> Result<wire::GetFileResponse, Refusal> {
    let file = fitting(detail(&app, &ctx, request.file).await?);
    Ok(wire::GetFileResponse { file: file.to_wire() })
}

/// The file, cut where it is too long for one answer; its notes say so then.
pub(super) fn fitting(file: FileDetail) -> FileDetail {
    bounded::thing(file, |file| {
        file.notes.push(bounded::said(
            "the lines that are named hold it whole, in the file itself",
        ));
    })
}

/// The file that is meant.
pub(super) async fn detail(app: &App, ctx: &Ctx, file: String) -> Result<FileDetail, Refusal> {
    let detail = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let id = files::resolve(tx, &file).await?;
                files::get(tx, id).await
            })
        })
        .await?;
    Ok(detail)
}

//! Decides the question of the series that a file belongs to.

use plant_core::model::EventKind;
use plant_core::series::Answer;
use plant_core::word::UnknownWord;
use plant_proto::convert::Cross;
use plant_proto::fault::Fault;
use plant_proto::wire;
use plant_store::{files, series};

use super::get_file;
use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::AnswerFileRequest,
) -> Result<wire::AnswerFileResponse, Refusal> {
    let choice: Answer = request
        .choice
        .parse()
        .map_err(|error: UnknownWord| Fault::invalid(error.to_string()))?;
    let at = app.clock().now();
    let detail = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let id = files::resolve(tx, &request.file).await?;
                series::answer(tx, id, choice, at).await?;
                files::get(tx, id).await
            })
        })
        .await?;
    app.wake_jobs();
    app.announce(
        ctx.org,
        EventKind::File,
        detail.item.file_id,
        detail.item.state.name(),
        "answered",
    );
    Ok(wire::AnswerFileResponse {
        file: get_file::fitting(detail).to_wire(),
    })
}

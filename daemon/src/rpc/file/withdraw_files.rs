//! Takes the rows of files out of count.

use plant_core::model::EventKind;
use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::{files, series};

use super::which::{MOST_SHOWN, Which};

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::WithdrawFilesRequest,
) -> Result<wire::WithdrawFilesResponse, Refusal> {
    let why = request.why;
    let which = Which::read(request.which)?;
    let at = app.clock().now();
    let items = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let ids = which.resolve(tx).await?;
                series::withdraw(tx, &ids, &why, at).await?;
                let mut items = Vec::with_capacity(ids.len().min(MOST_SHOWN));
                for id in ids.into_iter().take(MOST_SHOWN) {
                    items.push(files::get(tx, id).await?.item);
                }
                Ok(items)
            })
        })
        .await?;
    app.wake_jobs();
    for item in &items {
        app.announce(ctx.org, EventKind::File, item.file_id, item.state.name(), "withdrawn");
    }
    Ok(wire::WithdrawFilesResponse { files: items.to_wire() })
}

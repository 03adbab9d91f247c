//! Files, newest first.

use plant_proto::convert::{Cross, WireFault};
use plant_proto::wire;
use plant_store::files::{self, FileFilter};

use crate::app::App;
use crate::rpc::bounded;
use crate::rpc::call::Ctx;
use crate::rpc::paging;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::ListFilesRequest,
) -> Result<wire::ListFilesResponse, Refusal> {
    let filter = FileFilter {
        states: Cross::from_wire(request.states).map_err(|fault: WireFault| fault.at("states"))?,
        folder: request.folder,
        name: request.name,
        since: Cross::from_wire(request.since).map_err(|fault: WireFault| fault.at("since"))?,
        limit: paging::size(request.page_size),
        page: paging::token(&request.page_token).map(str::to_owned),
    };
    let page = app
        .store()
        .read(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { files::list(tx, &filter).await })
        })
        .await?;
    Ok(wire::ListFilesResponse {
        files: bounded::items(page.items).to_wire(),
        next_page_token: page.next_page.unwrap_or_default(),
    })
}

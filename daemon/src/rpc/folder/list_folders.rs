//! The watched folders by path.

use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::folders;

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::paging;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::ListFoldersRequest,
) -> Result<wire::ListFoldersResponse, Refusal> {
    let folders = app
        .store()
        .read(ctx.org, &ctx.actor, |tx| Box::pin(folders::list(tx)))
        .await?;
    let page = paging::slice(folders, request.page_size, &request.page_token)?;
    Ok(wire::ListFoldersResponse {
        folders: page.items.to_wire(),
        next_page_token: page.next_page.unwrap_or_default(),
    })
}

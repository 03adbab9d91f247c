//! How operators are kept, and those that rows name.

use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::operators;

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::paging;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::ListOperatorsRequest,
) -> Result<wire::ListOperatorsResponse, Refusal> {
    let view = app
        .store()
        .read(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                operators::list(tx, paging::size(request.page_size), paging::token(&request.page_token)).await
            })
        })
        .await?;
    Ok(wire::ListOperatorsResponse {
        kept: view.kept.to_wire(),
        since: view.since.to_wire(),
        by: view.by,
        operators: view.items.to_wire(),
        next_page_token: view.next_page.unwrap_or_default(),
    })
}

//! Findings, the largest careful saving first.

use plant_proto::convert::{Cross, WireFault};
use plant_proto::wire;
use plant_store::analyses;
use plant_store::findings::{self, FindingFilter};

use crate::app::App;
use crate::rpc::bounded;
use crate::rpc::call::Ctx;
use crate::rpc::paging;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::ListFindingsRequest,
) -> Result<wire::ListFindingsResponse, Refusal> {
    let at = |field: &'static str| move |fault: WireFault| fault.at(field);
    let analyzer = Cross::from_wire(request.analyzer).map_err(at("analyzer"))?;
    let state = Cross::from_wire(request.state).map_err(at("state"))?;
    let page = app
        .store()
        .read(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let file = match &request.analysis {
                    None => None,
                    Some(written) => {
                        let id = analyses::resolve(tx, written).await?;
                        analyses::get(tx, id).await?.file_id
                    }
                };
                let filter = FindingFilter {
                    analyzer,
                    state,
                    with_money: request.with_saving,
                    file,
                    limit: paging::size(request.page_size),
                    page: paging::token(&request.page_token).map(str::to_owned),
                };
                findings::list(tx, &filter).await
            })
        })
        .await?;
    Ok(wire::ListFindingsResponse {
        findings: bounded::items(page.items).to_wire(),
        next_page_token: page.next_page.unwrap_or_default(),
    })
}

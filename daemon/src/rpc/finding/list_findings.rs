//! Findings, the largest careful saving first.

use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::findings::{self, FindingFilter};
use plant_store::{StoreError, analyses};

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
    let page = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let file = match &request.analysis {
                    None => None,
                    Some(written) => {
                        let id = analyses::resolve(tx, written).await?;
                        let analysis = analyses::get(tx, id).await?;
                        let corrupt = |_| StoreError::Corrupt {
                            table: "analyses",
                            column: "file_id",
                            row: id.to_string(),
                        };
                        analysis.file_id.map(|file| file.parse().map_err(corrupt)).transpose()?
                    }
                };
                let filter = FindingFilter {
                    analyzer: request.analyzer,
                    state: request.state,
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

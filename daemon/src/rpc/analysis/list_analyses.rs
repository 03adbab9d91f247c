//! Analyses, newest first, without what the analyzers said.

use plant_core::model::Page;
use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::{StoreError, analyses, files};

use crate::app::App;
use crate::rpc::bounded;
use crate::rpc::call::Ctx;
use crate::rpc::paging;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::ListAnalysesRequest,
) -> Result<wire::ListAnalysesResponse, Refusal> {
    let page = app
        .store()
        .read(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let Some(file) = &request.file else {
                    return analyses::list(tx, paging::size(request.page_size), paging::token(&request.page_token))
                        .await;
                };
                // A file has one analysis at most, its newest.
                let file = files::resolve(tx, file).await?;
                let items = match analyses::resolve(tx, &file.to_string()).await {
                    Ok(analysis) => {
                        let mut analysis = analyses::get(tx, analysis).await?;
                        analysis.analyzers.clear();
                        vec![analysis]
                    }
                    Err(StoreError::NotFound { .. }) => Vec::new(),
                    Err(error) => return Err(error),
                };
                Ok(Page { items, next_page: None })
            })
        })
        .await?;
    Ok(wire::ListAnalysesResponse {
        analyses: bounded::items(page.items).to_wire(),
        next_page_token: page.next_page.unwrap_or_default(),
    })
}

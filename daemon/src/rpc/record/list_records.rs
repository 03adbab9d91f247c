//! Rows as they were taken in.

use plant_core::variable::Variable;
use plant_proto::convert::{Cross, WireFault};
use plant_proto::fault::Fault;
use plant_proto::wire;
use plant_store::files;
use plant_store::records::{self, RecordFilter};

use crate::app::App;
use crate::rpc::bounded;
use crate::rpc::call::Ctx;
use crate::rpc::paging;
use crate::rpc::refusal::Refusal;

/// Conditions at most.
const FILTERS_MAX: usize = 20;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::ListRecordsRequest,
) -> Result<wire::ListRecordsResponse, Refusal> {
    if request.filters.len() > FILTERS_MAX {
        return Err(Fault::invalid(format!("at most {FILTERS_MAX} conditions can be given")).into());
    }
    let filters = request
        .filters
        .into_iter()
        .map(|filter| Ok((Variable::from_wire(filter.variable)?, filter.value)))
        .collect::<Result<Vec<_>, WireFault>>()
        .map_err(|fault| fault.at("filters"))?;
    let _turn = bounded::turn().await;
    let page = app
        .store()
        .read(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let file = match &request.file {
                    Some(file) => Some(files::resolve(tx, file).await?),
                    None => None,
                };
                let filter = RecordFilter {
                    file,
                    filters,
                    limit: paging::size(request.page_size),
                    page: paging::token(&request.page_token).map(str::to_owned),
                };
                records::list(tx, &filter).await
            })
        })
        .await?;
    Ok(wire::ListRecordsResponse {
        records: bounded::items(page.items).to_wire(),
        next_page_token: page.next_page.unwrap_or_default(),
    })
}

//! What files tell of one variable, thing by thing.

use plant_core::reference::is_fact;
use plant_core::variable::Variable;
use plant_proto::convert::{Cross, WireFault};
use plant_proto::fault::Fault;
use plant_proto::wire;
use plant_store::references;

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
    request: wire::ListReferenceEntriesRequest,
) -> Result<wire::ListReferenceEntriesResponse, Refusal> {
    if request.filters.len() > FILTERS_MAX {
        return Err(Fault::invalid(format!("at most {FILTERS_MAX} conditions can be given")).into());
    }
    let kind = Variable::from_name(&request.kind).filter(|kind| is_fact(*kind));
    let kind = kind.ok_or_else(|| Fault::not_found("reference list", &request.kind, "plant references list"))?;
    let codes = request
        .filters
        .into_iter()
        .map(|filter| Ok((Variable::from_wire(filter.variable)?, filter.value)))
        .collect::<Result<Vec<_>, WireFault>>()
        .map_err(|fault| fault.at("filters"))?;
    let limit = paging::size(request.page_size);
    let page = app
        .store()
        .read(ctx.org, &ctx.actor, move |tx| {
            Box::pin(
                async move { references::entries(tx, kind, &codes, limit, paging::token(&request.page_token)).await },
            )
        })
        .await?;
    Ok(wire::ListReferenceEntriesResponse {
        entries: bounded::items(page.items).to_wire(),
        next_page_token: page.next_page.unwrap_or_default(),
    })
}

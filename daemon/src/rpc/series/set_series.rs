//! Sets the mode or the key of a series.

use plant_core::series::Mode;
use plant_core::variable::Variable;
use plant_proto::convert::Cross;
use plant_proto::fault::Fault;
use plant_proto::wire;
use plant_store::series;

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::SetSeriesRequest,
) -> Result<wire::SetSeriesResponse, Refusal> {
    let mode = match request.mode.as_deref() {
        None => None,
        Some("auto") => Some(None),
        Some(word) => Some(Some(
            word.parse::<Mode>()
                .map_err(|error| Fault::invalid(format!("{error}, or auto")))?,
        )),
    };
    let key = request
        .key
        .iter()
        .map(|name| name.parse::<Variable>())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Fault::invalid(error.to_string()))?;
    let key = (request.has_key || !key.is_empty()).then_some(key);
    if mode.is_none() && key.is_none() {
        return Err(Fault::invalid("say what is to be set: --mode or --key").into());
    }
    let at = app.clock().now();
    let detail = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let id = series::resolve(tx, &request.series).await?;
                series::set(tx, id, mode, key.as_deref(), at).await?;
                series::get(tx, id).await
            })
        })
        .await?;
    app.wake_jobs();
    Ok(wire::SetSeriesResponse {
        series: detail.to_wire(),
    })
}

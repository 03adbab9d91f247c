//! Sets the mode, the key, the rank or the columns that don't matter of a series.

use std::str::FromStr;

use plant_core::series::{Basis, Mode};
use plant_core::variable::Variable;
use plant_core::word::UnknownWord;
use plant_proto::convert::Cross;
use plant_proto::fault::Fault;
use plant_proto::wire;
use plant_store::series::{self, Setting};

use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::SetSeriesRequest,
) -> Result<wire::SetSeriesResponse, Refusal> {
    let mode = word_or_auto::<Mode>(request.mode.as_deref())?;
    let rank = word_or_auto::<Basis>(request.rank.as_deref())?;
    let key = request
        .key
        .iter()
        .map(|name| name.parse::<Variable>())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Fault::invalid(error.to_string()))?;
    let key = (request.has_key || !key.is_empty()).then_some(key);
    let ignore = (request.has_ignore || !request.ignore.is_empty()).then_some(request.ignore);
    let setting = Setting {
        mode,
        key,
        ignore,
        rank,
    };
    if setting == Setting::default() {
        return Err(Fault::invalid("say what is to be set: --mode, --key, --ignore or --rank").into());
    }
    let at = app.clock().now();
    let detail = app
        .store()
        .run(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let id = series::resolve(tx, &request.series).await?;
                series::set(tx, id, setting, at).await?;
                series::get(tx, id).await
            })
        })
        .await?;
    app.wake_jobs();
    Ok(wire::SetSeriesResponse {
        series: detail.to_wire(),
    })
}

/// A word of a list, or `auto` for none of them.
fn word_or_auto<T: FromStr<Err = UnknownWord>>(word: Option<&str>) -> Result<Option<Option<T>>, Fault> {
    match word {
        None => Ok(None),
        Some("auto") => Ok(Some(None)),
        Some(word) => match word.parse() {
            Ok(word) => Ok(Some(Some(word))),
            Err(error) => Err(Fault::invalid(format!("{error}, or auto"))),
        },
    }
}

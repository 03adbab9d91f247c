//! What reading files again would make of them; nothing is kept.

use plant_proto::convert::Cross;
use plant_proto::fault::Fault;
use plant_proto::wire;
use plant_store::trial::Change;
use plant_store::{files, profiles};

use super::which::Which;
use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;
use crate::rpc::trial::{self, Wanted};

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::TryRereadRequest,
) -> Result<wire::TryRereadResponse, Refusal> {
    let which = Which::read(request.which)?;
    let (ids, used) = app
        .store()
        .read(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let ids = which.resolve(tx).await?;
                let mut used = Vec::new();
                for id in &ids {
                    let source = files::source(tx, *id).await?;
                    if let Some(profile) = source.profile.filter(|_| source.is_in) {
                        used.push(profile.profile_id);
                    }
                }
                let is_all_in = used.len() == ids.len();
                used.sort_unstable();
                used.dedup();
                let newest = match used.as_slice() {
                    [one] if is_all_in => profiles::get(tx, &one.to_string(), None).await?,
                    _ => None,
                };
                Ok((ids, newest))
            })
        })
        .await?;
    let Some(view) = used else {
        let message = "what is tried are files that are in and were read by one profile: name them, or say --profile";
        return Err(Fault::invalid(message).into());
    };
    let wanted = Wanted {
        change: Change::Mapping {
            profile: Box::new(view.profile),
            before: None,
            is_saved: true,
        },
        files: ids,
    };
    Ok(wire::TryRereadResponse {
        effect: trial::of(&app, &ctx, wanted).await?.to_wire(),
    })
}

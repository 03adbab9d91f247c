//! What saving a profile would make of the files that are there; nothing is saved.

use plant_proto::convert::Cross;
use plant_proto::wire;
use plant_store::files;
use plant_store::trial::Change;

use super::save_profile::{Prepared, prepare, to_reread};
use crate::app::App;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;
use crate::rpc::trial::{self, Wanted};

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::TryProfileRequest,
) -> Result<wire::TryProfileResponse, Refusal> {
    let Prepared {
        profile, before, file, ..
    } = prepare(&app, &ctx, request.save.unwrap_or_default()).await?;
    let (then, former) = (profile.clone(), before.clone());
    let files = app
        .store()
        .read(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let mut all = to_reread(tx, former.as_ref(), &then, file).await?;
                all.extend(files::held_with_fingerprint(tx, &then.header_fingerprint).await?);
                if let Some((file, state)) = file
                    && !state.has_rows()
                    && !all.contains(&file)
                {
                    all.push(file);
                }
                Ok(all)
            })
        })
        .await?;
    let wanted = Wanted {
        change: Change::Mapping {
            profile: Box::new(profile),
            before: before.map(Box::new),
            is_saved: false,
        },
        files,
    };
    Ok(wire::TryProfileResponse {
        effect: trial::of(&app, &ctx, wanted).await?.to_wire(),
    })
}

//! What the columns of a file could be: as it was found when the file was read, else a worker looks at it now.

use plant_core::ids::FileId;
use plant_core::job::Decision;
use plant_core::model::SuggestionView;
use plant_core::profile::Shape;
use plant_core::state::Reason;
use plant_core::table::{Layout, LayoutHints};
use plant_proto::convert::Cross;
use plant_proto::fault::Fault;
use plant_proto::wire;
use plant_store::files;

use crate::app::App;
use crate::intake;
use crate::rpc::bounded;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::SuggestProfileRequest,
) -> Result<wire::SuggestProfileResponse, Refusal> {
    let file = app
        .store()
        .read(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { files::resolve(tx, &request.file).await })
        })
        .await?;
    let (_, suggestion) = look_at(&app, &ctx, file, &LayoutHints::default(), None).await?;
    Ok(wire::SuggestProfileResponse {
        suggestion: bounded::thing(suggestion, |_| {}).to_wire(),
    })
}

/// How a file is laid out and what its columns could be, obeying what a person said about the layout and its line steps.
pub(super) async fn look_at(
    app: &App,
    ctx: &Ctx,
    file: FileId,
    hints: &LayoutHints,
    shape: Option<&Shape>,
) -> Result<(Layout, SuggestionView), Refusal> {
    if *hints == LayoutHints::default() && shape.is_none() {
        // A held file was read to its end already; a large one would take longer than a call may.
        let known = app
            .store()
            .read(ctx.org, &ctx.actor, move |tx| {
                Box::pin(async move { files::head(tx, file).await })
            })
            .await?;
        if let Some((Some(layout), Some(suggestion))) = known.map(|head| (head.layout, head.suggestion)) {
            return Ok((layout, suggestion));
        }
    }
    let head = intake::suggest(app, ctx.org, file, hints, shape)
        .await?
        .map_err(|reason| unreadable(&reason))?;
    match (head.layout, head.suggestion) {
        (Some(layout), Some(suggestion)) => Ok((layout, suggestion)),
        _ => match head.decision {
            Decision::Refuse(refusal) => Err(unreadable(refusal.reason()).into()),
            Decision::Take { .. } => Err(Fault::conflict(
                "the file has no columns that could be mapped; look at it with `plant files show`",
            )
            .into()),
        },
    }
}

fn unreadable(reason: &Reason) -> Fault {
    Fault::conflict(format!(
        "its columns can't be read: {}; {}",
        reason.text,
        next_step(reason)
    ))
}

/// The next step of a reason, without the parts that name a file.
fn next_step(reason: &Reason) -> String {
    match reason.code.next_step() {
        text if text.contains('{') => "`plant files explain` says more".to_owned(),
        text => text.to_owned(),
    }
}

//! One physical line of a file as it was read.

use plant_core::access::Role;
use plant_core::job::LineFound;
use plant_core::model::LineView;
use plant_proto::convert::Cross;
use plant_proto::fault::Fault;
use plant_proto::wire;
use plant_store::{files, operators};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::intake;
use crate::rpc::bounded;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

/// Lines that are looked for at one time: each unpacks its file and has a worker.
static LINES: Semaphore = Semaphore::const_new(2);

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::GetLineRequest,
) -> Result<wire::GetLineResponse, Refusal> {
    let (asked, line) = (request.file, request.line);
    let (file, is_hidden) = app
        .store()
        .read(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move {
                let id = files::resolve(tx, &asked).await?;
                Ok((files::item(tx, id).await?, operators::are_hidden_in(tx, id).await?))
            })
        })
        .await?;
    if is_hidden && ctx.role < Role::Admin {
        return Err(Fault::not_allowed(format!(
            "the lines of {} say who somebody is, and this org keeps operators by codes: an administrator may see them; \
             `plant records --file` shows the rows",
            file.name
        ))
        .into());
    }
    if line == 0 {
        return Err(Fault::invalid("lines are counted from 1").into());
    }
    // It is never closed.
    let _turn = LINES.acquire().await.ok();
    let found = intake::line(&app, ctx.org, file.file_id, line)
        .await?
        .map_err(|reason| Fault::conflict(reason.text))?;
    let (text, is_cut) = match found {
        LineFound::Text { text, is_cut } => (text, is_cut),
        LineFound::Beyond { lines } => {
            return Err(Fault::conflict(format!("{} has no line {line}; its last one is {lines}", file.name)).into());
        }
        LineFound::Unreadable(reason) => return Err(Fault::conflict(reason.text).into()),
    };
    let found = LineView {
        file_id: file.file_id,
        name: file.name,
        line,
        text,
        is_cut,
    };
    Ok(wire::GetLineResponse {
        line: bounded::thing(found, |line| line.is_cut = true).to_wire(),
    })
}

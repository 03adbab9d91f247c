//! Who the operator of a code is.

use plant_core::job::OperatorFound;
use plant_core::model::OperatorName;
use plant_core::operator;
use plant_proto::convert::Cross;
use plant_proto::fault::Fault;
use plant_proto::wire;
use plant_store::operators;
use tokio::sync::Semaphore;

use crate::app::App;
use crate::intake;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

/// Files that are looked through at one time: each has a worker that looks at every row.
static FILES: Semaphore = Semaphore::const_new(1);

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::ResolveOperatorRequest,
) -> Result<wire::ResolveOperatorResponse, Refusal> {
    let code = request.operator.trim().to_owned();
    if !operator::is_code(&code) {
        return Err(Fault::invalid(format!(
            "`{code}` is no code of an operator, such as op-7f3a9c2d41b0; `plant operators` lists them"
        ))
        .into());
    }
    let asked = code.clone();
    let files = app
        .store()
        .read(ctx.org, &ctx.actor, move |tx| {
            Box::pin(async move { operators::files_with(tx, &asked).await })
        })
        .await?;
    if files.is_empty() {
        return Err(Fault::not_found("operator", &code, "plant operators").into());
    }
    // It is never closed.
    let _turn = FILES.acquire().await.ok();
    let mut why = None;
    for file_id in files {
        let (file, found) = intake::operator(&app, ctx.org, file_id, code.clone()).await?;
        let (name, line) = match found {
            Ok(OperatorFound::Name { name, line }) => (name, line),
            Ok(OperatorFound::Nowhere) => continue,
            Ok(OperatorFound::Unreadable(reason)) | Err(reason) => {
                why = Some(reason.text);
                continue;
            }
        };
        let operator = OperatorName {
            operator: code.clone(),
            name,
            file_id,
            file,
            line,
        };
        // Nobody is told a name of which it isn't written down that they were.
        app.store()
            .run(ctx.org, &ctx.actor, move |tx| {
                let code = code.clone();
                Box::pin(async move { operators::resolved(tx, &code, file_id).await })
            })
            .await?;
        return Ok(wire::ResolveOperatorResponse {
            operator: operator.to_wire(),
        });
    }
    let why = why.unwrap_or_else(|| "no original of the files with it names it any more".to_owned());
    Err(Fault::conflict(format!("{code} can't be taken back to a name: {why}")).into())
}

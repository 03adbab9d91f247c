//! Why a file was read, held, ignored, called a duplicate: in sentences.

use plant_proto::wire;

use super::{explain, get_file};
use crate::app::App;
use crate::rpc::bounded;
use crate::rpc::call::Ctx;
use crate::rpc::refusal::Refusal;

pub(super) async fn handle(
    app: App,
    ctx: Ctx,
    request: wire::ExplainFileRequest,
) -> Result<wire::ExplainFileResponse, Refusal> {
    let file = get_file::detail(&app, &ctx, request.file).await?;
    Ok(wire::ExplainFileResponse {
        sentences: bounded::thing(explain::sentences(&file), |_| {}),
    })
}

//! How a handler is called: what it knows of the caller, and what becomes of its error.

use std::sync::Arc;

use plant_core::access::Role;
use plant_core::ids::OrgId;
use plant_proto::status::Fault;
use tonic::{Request, Response, Status};

use super::door::Caller;
use super::refusal::Refusal;
use crate::app::App;

/// Who calls, in which org. Made by the door alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ctx {
    /// Who, as the audit log names it: `unix:<uid>`.
    pub actor: String,
    /// The org of the call.
    pub org: OrgId,
    /// What the caller may do there.
    pub role: Role,
}

/// Answers a call in an org.
pub(super) async fn answer<Q, A, H, F>(app: &App, request: Request<Q>, handle: H) -> Result<Response<A>, Status>
where
    H: FnOnce(App, Ctx, Q) -> F,
    F: Future<Output = Result<A, Refusal>>,
{
    let name = std::any::type_name::<Q>();
    let Some(ctx) = request.extensions().get::<Ctx>().cloned() else {
        return Err(no_door(app, name));
    };
    handle(app.clone(), ctx, request.into_inner())
        .await
        .map(Response::new)
        .map_err(|refusal| refusal.into_fault(app, name).into())
}

/// Answers a call of the host, in no org.
pub(super) async fn answer_host<Q, A, H, F>(app: &App, request: Request<Q>, handle: H) -> Result<Response<A>, Status>
where
    H: FnOnce(App, Arc<Caller>, Q) -> F,
    F: Future<Output = Result<A, Refusal>>,
{
    let name = std::any::type_name::<Q>();
    let Some(caller) = request.extensions().get::<Arc<Caller>>().cloned() else {
        return Err(no_door(app, name));
    };
    handle(app.clone(), caller, request.into_inner())
        .await
        .map(Response::new)
        .map_err(|refusal| refusal.into_fault(app, name).into())
}

/// A call that did not come through the door: a fault of the program, and nothing is done.
fn no_door(app: &App, name: &str) -> Status {
    let incident = app.clock().new_id().to_string();
    tracing::error!(incident, rpc.request = name, "a call came in beside the door");
    Fault::Internal { incident }.into()
}

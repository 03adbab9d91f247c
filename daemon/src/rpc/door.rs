//! The one layer before every service: who calls, what the call takes, in which org. Default deny.
//!
//! Invariants: a connection whose account the kernel doesn't tell is refused; a path that the table doesn't name is
//! refused before anything is looked up; the org header only selects among what the caller has; the account of the
//! daemon and root act in an org without a grant only where they name it, and that is in the org's audit log first; a
//! stream ends when the right to it does; refusals are in the audit log too, at most once an hour for the same.

pub(super) mod accounts;
mod admit;
mod body;
mod directory;
mod look_up;
mod remarks;
mod right;

use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use plant_core::access::Role;
use plant_core::ids::OrgId;
use plant_proto::ORG_METADATA;
use plant_proto::status::Fault;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::http::{Request, Response};
use tower::{Layer, Service};
use tracing::{info, warn};

pub(super) use admit::{Admission, Caller, is_host_admin, principal, shell_word};
pub(super) use directory::AppDirectory;
pub(super) use look_up::{Directory, Remark};

use self::body::Guarded;
use self::right::{Admitted, Right};
use super::call::Ctx;
use super::connections::{Link, OpenCall};
use super::methods::{Need, Span, method};

/// How long a call may take until its answer begins.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// Puts the door before a service.
#[derive(Clone)]
pub(super) struct DoorLayer {
    directory: Arc<dyn Directory>,
    patience: Duration,
}

impl DoorLayer {
    pub(super) fn new(directory: impl Directory) -> DoorLayer {
        DoorLayer {
            directory: Arc::new(directory),
            patience: CALL_TIMEOUT,
        }
    }
}

impl<S> Layer<S> for DoorLayer {
    type Service = Door<S>;

    fn layer(&self, inner: S) -> Door<S> {
        Door {
            inner,
            directory: Arc::clone(&self.directory),
            patience: self.patience,
        }
    }
}

/// A service behind the door.
#[derive(Clone)]
pub(super) struct Door<S> {
    inner: S,
    directory: Arc<dyn Directory>,
    patience: Duration,
}

impl<S> Service<Request<Body>> for Door<S>
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Response<Body>, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let waiting = self.inner.clone();
        // The one that was polled ready is the one that must be called.
        let mut inner = std::mem::replace(&mut self.inner, waiting);
        let (directory, patience) = (Arc::clone(&self.directory), self.patience);
        let knock = Knock::of(&request);
        Box::pin(async move {
            let id = directory.new_id();
            let entered = tokio::time::timeout(patience, enter(&directory, knock)).await;
            let pass = match entered.unwrap_or_else(|_| Err(too_slow(patience))) {
                Ok(pass) => pass,
                Err(fault) => return Ok(Status::from(fault).into_http()),
            };
            if let Some(ctx) = pass.ctx {
                request.extensions_mut().insert(ctx);
            }
            request.extensions_mut().insert(pass.caller);
            let call = Some(Arc::new(pass.call));
            if pass.span == Span::Upload {
                let lost = Arc::new(OnceLock::new());
                if let Some(right) = pass.right {
                    let left = Arc::clone(&lost);
                    request = request.map(|body| Guarded::request(body, right, left));
                }
                let answer = inner.call(request).await?;
                // What the handler says of a push that broke off is not why it did.
                return Ok(match lost.get() {
                    Some(fault) => Status::from(fault.clone()).into_http(),
                    None => answer.map(|body| Guarded::answer(body, None, call)),
                });
            }
            match tokio::time::timeout(patience, inner.call(request)).await {
                Ok(answer) => Ok(answer?.map(|body| Guarded::answer(body, pass.right, call))),
                Err(_) => {
                    warn!(request.id = %id, rpc.method = pass.method, "gave up after {} s", patience.as_secs());
                    Ok(Status::from(too_slow(patience)).into_http())
                }
            }
        })
    }
}

fn too_slow(patience: Duration) -> Fault {
    Fault::unavailable(format!(
        "this took longer than {} s and was given up; try again, or ask for less at once",
        patience.as_secs()
    ))
}

/// What a call that is let in carries on.
struct Pass {
    method: &'static str,
    span: Span,
    caller: Arc<Caller>,
    ctx: Option<Ctx>,
    /// The right on which it stays open, where it does.
    right: Option<Right>,
    call: OpenCall,
}

/// What a request says before it is let in.
struct Knock {
    link: Option<Link>,
    path: String,
    asked: Option<Vec<u8>>,
}

impl Knock {
    fn of(request: &Request<Body>) -> Knock {
        Knock {
            link: request.extensions().get::<Link>().cloned(),
            path: request.uri().path().to_owned(),
            asked: request
                .headers()
                .get(ORG_METADATA)
                .map(|value| value.as_bytes().to_vec()),
        }
    }
}

async fn enter(directory: &Arc<dyn Directory>, knock: Knock) -> Result<Pass, Fault> {
    let link = knock.link.ok_or_else(|| {
        Fault::not_allowed("the connection doesn't tell who calls; use the unix socket of plantd (--host unix:PATH)")
    })?;
    let (peer, call) = (link.peer, link.open_call()?);
    let Some((method, need, span)) = method(&knock.path) else {
        info!(
            peer.uid = peer.uid,
            rpc.method = knock.path,
            "denied: not in the table of calls"
        );
        return Err(Fault::not_allowed(
            "the daemon doesn't know this call; use `plant` and `plantd` of the same version",
        ));
    };
    let pass = |caller, ctx, right| Pass {
        method,
        span,
        caller,
        ctx,
        right,
        call,
    };
    let Need::Role(least) = need else {
        return match need {
            // Health must answer when the database doesn't, so nothing is looked up.
            Need::Account => Ok(pass(Arc::new(Caller::unknown(peer.uid)), None, None)),
            _ => {
                let caller = Arc::new(directory.look_up(peer).await?);
                admit(&**directory, &caller, method, need, None).await?;
                Ok(pass(caller, None, None))
            }
        };
    };
    // Followed before the look-up, so that no change falls between the two.
    let changes = directory.changes();
    let caller = Arc::new(directory.look_up(peer).await?);
    let asked = match &knock.asked {
        None => None,
        Some(bytes) => Some(
            std::str::from_utf8(bytes)
                .map_err(|_| Fault::invalid("the org name is not UTF-8; `plant org list` lists the names"))?,
        ),
    };
    let Some((org, role)) = admit(&**directory, &caller, method, need, asked).await? else {
        return Ok(pass(caller, None, None));
    };
    let ctx = Ctx {
        actor: caller.actor(),
        org,
        role,
    };
    let admitted = Admitted {
        peer,
        org,
        least,
        by_name: asked.is_some(),
    };
    let right = (span != Span::Short).then(|| Right::new(Arc::clone(directory), admitted, changes));
    Ok(pass(caller, Some(ctx), right))
}

/// The org and the role of a call that is let in, `None` where it is in no org; what is remarkable goes into the audit
/// log first.
async fn admit(
    directory: &dyn Directory,
    caller: &Caller,
    method: &'static str,
    need: Need,
    asked: Option<&str>,
) -> Result<Option<(OrgId, Role)>, Fault> {
    let uid = caller.uid;
    let remark = |org, action| {
        directory.remark(Remark {
            uid,
            org,
            action,
            method,
        })
    };
    match caller.admit(need, asked) {
        Ok(Admission::Host) => Ok(None),
        Ok(Admission::Org { org, role, break_glass }) => {
            if break_glass {
                remark(org, "access.break_glass").await?;
            }
            Ok(Some((org, role)))
        }
        Err(refused) => {
            info!(peer.uid = uid, rpc.method = method, reason = %refused.fault, "denied");
            for org in refused.orgs {
                remark(org, "access.denied").await?;
            }
            Err(refused.fault)
        }
    }
}

#[cfg(test)]
mod tests;

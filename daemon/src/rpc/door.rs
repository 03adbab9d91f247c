//! The one layer before every service: who calls, what the call takes, in which org. Default deny.
//!
//! Invariants: a connection whose account the kernel doesn't tell is refused; a path that the table doesn't name is
//! refused before anything is looked up; the org header only selects among what the caller has; the account of the
//! daemon and root act in an org without a grant only where they name it, and that is in the org's audit log first.

pub(super) mod accounts;
mod admit;
mod directory;

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use plant_core::ids::OrgId;
use plant_proto::ORG_METADATA;
use plant_proto::status::Fault;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::http::{Request, Response};
use tonic::transport::server::UdsConnectInfo;
use tower::{Layer, Service};
use tracing::{info, warn};
use uuid::Uuid;

pub(super) use accounts::Groups;
pub(super) use admit::{Admission, Caller, principal, shell_word};
pub(super) use directory::AppDirectory;

use super::call::Ctx;
use super::methods::{Need, Span, method};

/// How long a call may take until its answer begins.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// The account at the other end of a connection, from the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Peer {
    /// User id.
    pub uid: u32,
    /// Primary group id.
    pub gid: u32,
}

/// What is remarkable about a call, for the org's audit log.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Remark {
    /// Who.
    pub uid: u32,
    /// In which org.
    pub org: OrgId,
    /// `access.break_glass` or `access.denied`.
    pub action: &'static str,
    /// Which call.
    pub method: &'static str,
}

/// Who is who; the daemon's own in production, a table in tests.
pub(super) trait Directory: Send + Sync + 'static {
    /// The caller with everything that it may.
    fn look_up(&self, peer: Peer) -> BoxFuture<'static, Result<Caller, Fault>>;
    /// Writes a remark into the org's audit log, at most once an hour for the same.
    fn remark(&self, remark: Remark) -> BoxFuture<'static, Result<(), Fault>>;
    /// An id for a call.
    fn new_id(&self) -> Uuid;
}

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
            let entered = tokio::time::timeout(patience, enter(&*directory, knock, id)).await;
            let pass = match entered.unwrap_or_else(|_| Err(too_slow(patience))) {
                Ok(pass) => pass,
                Err(fault) => return Ok(Status::from(fault).into_http()),
            };
            if let Some(ctx) = pass.ctx {
                request.extensions_mut().insert(ctx);
            }
            request.extensions_mut().insert(pass.caller);
            if pass.span == Span::Upload {
                return inner.call(request).await;
            }
            match tokio::time::timeout(patience, inner.call(request)).await {
                Ok(answer) => answer,
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
}

/// What a request says before it is let in.
struct Knock {
    peer: Option<Peer>,
    path: String,
    asked: Option<Vec<u8>>,
}

impl Knock {
    fn of(request: &Request<Body>) -> Knock {
        Knock {
            peer: peer_of(request),
            path: request.uri().path().to_owned(),
            asked: request
                .headers()
                .get(ORG_METADATA)
                .map(|value| value.as_bytes().to_vec()),
        }
    }
}

async fn enter(directory: &dyn Directory, knock: Knock, id: Uuid) -> Result<Pass, Fault> {
    let peer = knock.peer.ok_or_else(|| {
        Fault::not_allowed("the connection doesn't tell who calls; use the unix socket of plantd (--host unix:PATH)")
    })?;
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
    if need == Need::Account {
        // Health must answer when the database doesn't, so nothing is looked up.
        let caller = Arc::new(Caller::unknown(peer.uid));
        return Ok(Pass {
            method,
            span,
            caller,
            ctx: None,
        });
    }
    let caller = Arc::new(directory.look_up(peer).await?);
    let asked = match &knock.asked {
        None => None,
        Some(bytes) => Some(
            std::str::from_utf8(bytes)
                .map_err(|_| Fault::invalid("the org name is not UTF-8; `plant org list` lists the names"))?,
        ),
    };
    let admission = match caller.admit(need, asked) {
        Ok(admission) => admission,
        Err(refused) => {
            info!(peer.uid = peer.uid, rpc.method = method, reason = %refused.fault, "denied");
            if let Some(org) = refused.org {
                let action = "access.denied";
                directory
                    .remark(Remark {
                        uid: peer.uid,
                        org,
                        action,
                        method,
                    })
                    .await?;
            }
            return Err(refused.fault);
        }
    };
    let ctx = match admission {
        Admission::Host => None,
        Admission::Org { org, role, break_glass } => {
            if break_glass {
                let action = "access.break_glass";
                directory
                    .remark(Remark {
                        uid: peer.uid,
                        org,
                        action,
                        method,
                    })
                    .await?;
            }
            Some(Ctx {
                actor: caller.actor(),
                org,
                role,
                request_id: id,
            })
        }
    };
    Ok(Pass {
        method,
        span,
        caller,
        ctx,
    })
}

fn peer_of(request: &Request<Body>) -> Option<Peer> {
    let credentials = request.extensions().get::<UdsConnectInfo>()?.peer_cred?;
    Some(Peer {
        uid: credentials.uid(),
        gid: credentials.gid(),
    })
}

#[cfg(test)]
mod tests;

//! What the door asks of the rest of the daemon.

use futures::future::BoxFuture;
use plant_core::ids::OrgId;
use plant_proto::status::Fault;
use tokio::sync::watch;
use uuid::Uuid;

use super::admit::Caller;
use crate::rpc::peer::Peer;

/// What is remarkable about a call, for the org's audit log.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::rpc) struct Remark {
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
pub(in crate::rpc) trait Directory: Send + Sync + 'static {
    /// The caller with everything that it may.
    fn look_up(&self, peer: Peer) -> BoxFuture<'static, Result<Caller, Fault>>;
    /// Writes a remark into the org's audit log, at most once an hour for the same.
    fn remark(&self, remark: Remark) -> BoxFuture<'static, Result<(), Fault>>;
    /// Follows the changes of rights that this daemon makes.
    fn changes(&self) -> watch::Receiver<u64>;
    /// An id for a call.
    fn new_id(&self) -> Uuid;
}

//! How the daemon is, and what happens in it.

mod get_status;
mod watch_events;

use plant_proto::wire;
use plant_proto::wire::system_service_server::SystemService;
use tonic::{Request, Response, Status};

use super::call::answer;
use super::service::Rpc;

#[tonic::async_trait]
impl SystemService for Rpc {
    type WatchEventsStream = watch_events::Events;

    async fn get_status(
        &self,
        request: Request<wire::GetStatusRequest>,
    ) -> Result<Response<wire::GetStatusResponse>, Status> {
        answer(&self.app, request, get_status::handle).await
    }

    async fn watch_events(
        &self,
        request: Request<wire::WatchEventsRequest>,
    ) -> Result<Response<Self::WatchEventsStream>, Status> {
        answer(&self.app, request, watch_events::handle).await
    }
}

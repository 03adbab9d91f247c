//! What files tell of things, and who takes it from there.

mod list_reference_entries;
mod list_references;

use plant_proto::wire;
use plant_proto::wire::reference_service_server::ReferenceService;
use tonic::{Request, Response, Status};

use super::call::answer;
use super::service::Rpc;

#[tonic::async_trait]
impl ReferenceService for Rpc {
    async fn list_references(
        &self,
        request: Request<wire::ListReferencesRequest>,
    ) -> Result<Response<wire::ListReferencesResponse>, Status> {
        answer(&self.app, request, list_references::handle).await
    }

    async fn list_reference_entries(
        &self,
        request: Request<wire::ListReferenceEntriesRequest>,
    ) -> Result<Response<wire::ListReferenceEntriesResponse>, Status> {
        answer(&self.app, request, list_reference_entries::handle).await
    }
}

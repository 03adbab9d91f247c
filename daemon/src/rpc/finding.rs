//! Losses with evidence, and the ledger of savings.

mod get_finding;
mod get_savings;
mod list_findings;

use plant_proto::wire;
use plant_proto::wire::finding_service_server::FindingService;
use tonic::{Request, Response, Status};

use super::call::answer;
use super::service::Rpc;

#[tonic::async_trait]
impl FindingService for Rpc {
    async fn list_findings(
        &self,
        request: Request<wire::ListFindingsRequest>,
    ) -> Result<Response<wire::ListFindingsResponse>, Status> {
        answer(&self.app, request, list_findings::handle).await
    }

    async fn get_finding(
        &self,
        request: Request<wire::GetFindingRequest>,
    ) -> Result<Response<wire::GetFindingResponse>, Status> {
        answer(&self.app, request, get_finding::handle).await
    }

    async fn get_savings(
        &self,
        request: Request<wire::GetSavingsRequest>,
    ) -> Result<Response<wire::GetSavingsResponse>, Status> {
        answer(&self.app, request, get_savings::handle).await
    }
}

//! Use of the org and its audit log.

mod get_usage;
mod list_audit;
mod verify_audit;

use plant_proto::wire;
use plant_proto::wire::usage_service_server::UsageService;
use tonic::{Request, Response, Status};

use super::call::answer;
use super::service::Rpc;

#[tonic::async_trait]
impl UsageService for Rpc {
    async fn get_usage(
        &self,
        request: Request<wire::GetUsageRequest>,
    ) -> Result<Response<wire::GetUsageResponse>, Status> {
        answer(&self.app, request, get_usage::handle).await
    }

    async fn list_audit(
        &self,
        request: Request<wire::ListAuditRequest>,
    ) -> Result<Response<wire::ListAuditResponse>, Status> {
        answer(&self.app, request, list_audit::handle).await
    }

    async fn verify_audit(
        &self,
        request: Request<wire::VerifyAuditRequest>,
    ) -> Result<Response<wire::VerifyAuditResponse>, Status> {
        answer(&self.app, request, verify_audit::handle).await
    }
}

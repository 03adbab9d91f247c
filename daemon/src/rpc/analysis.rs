//! What the analyzers said.

mod get_analysis;
mod list_analyses;

use plant_proto::wire;
use plant_proto::wire::analysis_service_server::AnalysisService;
use tonic::{Request, Response, Status};

use super::call::answer;
use super::service::Rpc;

#[tonic::async_trait]
impl AnalysisService for Rpc {
    async fn list_analyses(
        &self,
        request: Request<wire::ListAnalysesRequest>,
    ) -> Result<Response<wire::ListAnalysesResponse>, Status> {
        answer(&self.app, request, list_analyses::handle).await
    }

    async fn get_analysis(
        &self,
        request: Request<wire::GetAnalysisRequest>,
    ) -> Result<Response<wire::GetAnalysisResponse>, Status> {
        answer(&self.app, request, get_analysis::handle).await
    }
}

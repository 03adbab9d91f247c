//! The rows as they were taken in.

mod list_records;

use plant_proto::wire;
use plant_proto::wire::record_service_server::RecordService;
use tonic::{Request, Response, Status};

use super::call::answer;
use super::service::Rpc;

#[tonic::async_trait]
impl RecordService for Rpc {
    async fn list_records(
        &self,
        request: Request<wire::ListRecordsRequest>,
    ) -> Result<Response<wire::ListRecordsResponse>, Status> {
        answer(&self.app, request, list_records::handle).await
    }
}

//! The files that were seen and what became of them.

mod explain;
mod explain_file;
mod get_file;
mod list_files;
mod push_file;
mod retry_failed;
mod retry_file;

use plant_proto::wire;
use plant_proto::wire::file_service_server::FileService;
use tonic::{Request, Response, Status, Streaming};

use super::call::answer;
use super::service::Rpc;

#[tonic::async_trait]
impl FileService for Rpc {
    async fn list_files(
        &self,
        request: Request<wire::ListFilesRequest>,
    ) -> Result<Response<wire::ListFilesResponse>, Status> {
        answer(&self.app, request, list_files::handle).await
    }

    async fn get_file(
        &self,
        request: Request<wire::GetFileRequest>,
    ) -> Result<Response<wire::GetFileResponse>, Status> {
        answer(&self.app, request, get_file::handle).await
    }

    async fn explain_file(
        &self,
        request: Request<wire::ExplainFileRequest>,
    ) -> Result<Response<wire::ExplainFileResponse>, Status> {
        answer(&self.app, request, explain_file::handle).await
    }

    async fn retry_file(
        &self,
        request: Request<wire::RetryFileRequest>,
    ) -> Result<Response<wire::RetryFileResponse>, Status> {
        answer(&self.app, request, retry_file::handle).await
    }

    async fn retry_failed(
        &self,
        request: Request<wire::RetryFailedRequest>,
    ) -> Result<Response<wire::RetryFailedResponse>, Status> {
        answer(&self.app, request, retry_failed::handle).await
    }

    async fn push_file(
        &self,
        request: Request<Streaming<wire::PushFileRequest>>,
    ) -> Result<Response<wire::PushFileResponse>, Status> {
        answer(&self.app, request, push_file::handle).await
    }
}

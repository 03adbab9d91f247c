//! The files that were seen and what became of them.

mod answer_file;
mod explain;
mod explain_file;
mod get_file;
mod get_line;
mod list_files;
mod push_file;
mod reread_files;
mod restore_files;
mod retry_failed;
mod retry_file;
mod try_reread;
mod which;
mod withdraw_files;

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

    async fn get_line(
        &self,
        request: Request<wire::GetLineRequest>,
    ) -> Result<Response<wire::GetLineResponse>, Status> {
        answer(&self.app, request, get_line::handle).await
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

    async fn answer_file(
        &self,
        request: Request<wire::AnswerFileRequest>,
    ) -> Result<Response<wire::AnswerFileResponse>, Status> {
        answer(&self.app, request, answer_file::handle).await
    }

    async fn withdraw_files(
        &self,
        request: Request<wire::WithdrawFilesRequest>,
    ) -> Result<Response<wire::WithdrawFilesResponse>, Status> {
        answer(&self.app, request, withdraw_files::handle).await
    }

    async fn restore_files(
        &self,
        request: Request<wire::RestoreFilesRequest>,
    ) -> Result<Response<wire::RestoreFilesResponse>, Status> {
        answer(&self.app, request, restore_files::handle).await
    }

    async fn try_reread(
        &self,
        request: Request<wire::TryRereadRequest>,
    ) -> Result<Response<wire::TryRereadResponse>, Status> {
        answer(&self.app, request, try_reread::handle).await
    }

    async fn reread_files(
        &self,
        request: Request<wire::RereadFilesRequest>,
    ) -> Result<Response<wire::RereadFilesResponse>, Status> {
        answer(&self.app, request, reread_files::handle).await
    }

    async fn push_file(
        &self,
        request: Request<Streaming<wire::PushFileRequest>>,
    ) -> Result<Response<wire::PushFileResponse>, Status> {
        answer(&self.app, request, push_file::handle).await
    }
}

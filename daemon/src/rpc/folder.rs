//! The watched export folders.

mod add_folder;
mod confirm_folder;
pub(super) mod ground;
mod list_folders;
mod remove_folder;
mod set_folder;
mod try_folder;

use plant_proto::wire;
use plant_proto::wire::folder_service_server::FolderService;
use tonic::{Request, Response, Status};

use super::call::answer;
use super::service::Rpc;

#[tonic::async_trait]
impl FolderService for Rpc {
    async fn list_folders(
        &self,
        request: Request<wire::ListFoldersRequest>,
    ) -> Result<Response<wire::ListFoldersResponse>, Status> {
        answer(&self.app, request, list_folders::handle).await
    }

    async fn add_folder(
        &self,
        request: Request<wire::AddFolderRequest>,
    ) -> Result<Response<wire::AddFolderResponse>, Status> {
        answer(&self.app, request, add_folder::handle).await
    }

    async fn remove_folder(
        &self,
        request: Request<wire::RemoveFolderRequest>,
    ) -> Result<Response<wire::RemoveFolderResponse>, Status> {
        answer(&self.app, request, remove_folder::handle).await
    }

    async fn set_folder(
        &self,
        request: Request<wire::SetFolderRequest>,
    ) -> Result<Response<wire::SetFolderResponse>, Status> {
        answer(&self.app, request, set_folder::handle).await
    }

    async fn try_folder(
        &self,
        request: Request<wire::TryFolderRequest>,
    ) -> Result<Response<wire::TryFolderResponse>, Status> {
        answer(&self.app, request, try_folder::handle).await
    }

    async fn confirm_folder(
        &self,
        request: Request<wire::ConfirmFolderRequest>,
    ) -> Result<Response<wire::ConfirmFolderResponse>, Status> {
        answer(&self.app, request, confirm_folder::handle).await
    }
}

//! The saved mappings of columns to variables.

mod archive_profile;
mod clone_profile;
mod get_profile;
mod list_profiles;
mod save_profile;
mod suggest_profile;
mod try_profile;

use plant_proto::wire;
use plant_proto::wire::profile_service_server::ProfileService;
use tonic::{Request, Response, Status};

use super::call::answer;
use super::service::Rpc;

#[tonic::async_trait]
impl ProfileService for Rpc {
    async fn list_profiles(
        &self,
        request: Request<wire::ListProfilesRequest>,
    ) -> Result<Response<wire::ListProfilesResponse>, Status> {
        answer(&self.app, request, list_profiles::handle).await
    }

    async fn get_profile(
        &self,
        request: Request<wire::GetProfileRequest>,
    ) -> Result<Response<wire::GetProfileResponse>, Status> {
        answer(&self.app, request, get_profile::handle).await
    }

    async fn save_profile(
        &self,
        request: Request<wire::SaveProfileRequest>,
    ) -> Result<Response<wire::SaveProfileResponse>, Status> {
        answer(&self.app, request, save_profile::handle).await
    }

    async fn try_profile(
        &self,
        request: Request<wire::TryProfileRequest>,
    ) -> Result<Response<wire::TryProfileResponse>, Status> {
        answer(&self.app, request, try_profile::handle).await
    }

    async fn clone_profile(
        &self,
        request: Request<wire::CloneProfileRequest>,
    ) -> Result<Response<wire::CloneProfileResponse>, Status> {
        answer(&self.app, request, clone_profile::handle).await
    }

    async fn archive_profile(
        &self,
        request: Request<wire::ArchiveProfileRequest>,
    ) -> Result<Response<wire::ArchiveProfileResponse>, Status> {
        answer(&self.app, request, archive_profile::handle).await
    }

    async fn suggest_profile(
        &self,
        request: Request<wire::SuggestProfileRequest>,
    ) -> Result<Response<wire::SuggestProfileResponse>, Status> {
        answer(&self.app, request, suggest_profile::handle).await
    }
}

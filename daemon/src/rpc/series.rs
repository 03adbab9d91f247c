//! Series: versions of one kind of record, and what they are to each other.

mod get_series;
mod list_series;
mod merge_series;
mod move_file;
mod set_series;
mod split_series;

use plant_proto::wire;
use plant_proto::wire::series_service_server::SeriesService;
use tonic::{Request, Response, Status};

use super::call::answer;
use super::service::Rpc;

#[tonic::async_trait]
impl SeriesService for Rpc {
    async fn list_series(
        &self,
        request: Request<wire::ListSeriesRequest>,
    ) -> Result<Response<wire::ListSeriesResponse>, Status> {
        answer(&self.app, request, list_series::handle).await
    }

    async fn get_series(
        &self,
        request: Request<wire::GetSeriesRequest>,
    ) -> Result<Response<wire::GetSeriesResponse>, Status> {
        answer(&self.app, request, get_series::handle).await
    }

    async fn set_series(
        &self,
        request: Request<wire::SetSeriesRequest>,
    ) -> Result<Response<wire::SetSeriesResponse>, Status> {
        answer(&self.app, request, set_series::handle).await
    }

    async fn merge_series(
        &self,
        request: Request<wire::MergeSeriesRequest>,
    ) -> Result<Response<wire::MergeSeriesResponse>, Status> {
        answer(&self.app, request, merge_series::handle).await
    }

    async fn split_series(
        &self,
        request: Request<wire::SplitSeriesRequest>,
    ) -> Result<Response<wire::SplitSeriesResponse>, Status> {
        answer(&self.app, request, split_series::handle).await
    }

    async fn move_file(
        &self,
        request: Request<wire::MoveFileRequest>,
    ) -> Result<Response<wire::MoveFileResponse>, Status> {
        answer(&self.app, request, move_file::handle).await
    }
}

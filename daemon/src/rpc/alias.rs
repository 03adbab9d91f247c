//! Aliases: names of one machine or product that go by another one.

mod add_alias;
mod change;
mod list_aliases;
mod remove_alias;
mod try_alias;

use plant_proto::wire;
use plant_proto::wire::alias_service_server::AliasService;
use tonic::{Request, Response, Status};

use super::call::answer;
use super::service::Rpc;

#[tonic::async_trait]
impl AliasService for Rpc {
    async fn list_aliases(
        &self,
        request: Request<wire::ListAliasesRequest>,
    ) -> Result<Response<wire::ListAliasesResponse>, Status> {
        answer(&self.app, request, list_aliases::handle).await
    }

    async fn try_alias(
        &self,
        request: Request<wire::TryAliasRequest>,
    ) -> Result<Response<wire::TryAliasResponse>, Status> {
        answer(&self.app, request, try_alias::handle).await
    }

    async fn add_alias(
        &self,
        request: Request<wire::AddAliasRequest>,
    ) -> Result<Response<wire::AddAliasResponse>, Status> {
        answer(&self.app, request, add_alias::handle).await
    }

    async fn remove_alias(
        &self,
        request: Request<wire::RemoveAliasRequest>,
    ) -> Result<Response<wire::RemoveAliasResponse>, Status> {
        answer(&self.app, request, remove_alias::handle).await
    }
}

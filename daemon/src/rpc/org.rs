//! The orgs of the machine, and who may do what in them.

mod access;
mod create_org;
mod grant_access;
mod list_grants;
mod list_operators;
mod list_orgs;
mod resolve_operator;
mod revoke_access;
mod set_operators;

use plant_proto::wire;
use plant_proto::wire::org_service_server::OrgService;
use tonic::{Request, Response, Status};

use super::call::{answer, answer_host};
use super::service::Rpc;

#[tonic::async_trait]
impl OrgService for Rpc {
    async fn create_org(
        &self,
        request: Request<wire::CreateOrgRequest>,
    ) -> Result<Response<wire::CreateOrgResponse>, Status> {
        answer_host(&self.app, request, create_org::handle).await
    }

    async fn list_orgs(
        &self,
        request: Request<wire::ListOrgsRequest>,
    ) -> Result<Response<wire::ListOrgsResponse>, Status> {
        answer_host(&self.app, request, list_orgs::handle).await
    }

    async fn grant_access(
        &self,
        request: Request<wire::GrantAccessRequest>,
    ) -> Result<Response<wire::GrantAccessResponse>, Status> {
        answer(&self.app, request, grant_access::handle).await
    }

    async fn list_grants(
        &self,
        request: Request<wire::ListGrantsRequest>,
    ) -> Result<Response<wire::ListGrantsResponse>, Status> {
        answer(&self.app, request, list_grants::handle).await
    }

    async fn revoke_access(
        &self,
        request: Request<wire::RevokeAccessRequest>,
    ) -> Result<Response<wire::RevokeAccessResponse>, Status> {
        answer(&self.app, request, revoke_access::handle).await
    }

    async fn list_operators(
        &self,
        request: Request<wire::ListOperatorsRequest>,
    ) -> Result<Response<wire::ListOperatorsResponse>, Status> {
        answer(&self.app, request, list_operators::handle).await
    }

    async fn set_operators(
        &self,
        request: Request<wire::SetOperatorsRequest>,
    ) -> Result<Response<wire::SetOperatorsResponse>, Status> {
        answer(&self.app, request, set_operators::handle).await
    }

    async fn resolve_operator(
        &self,
        request: Request<wire::ResolveOperatorRequest>,
    ) -> Result<Response<wire::ResolveOperatorResponse>, Status> {
        answer(&self.app, request, resolve_operator::handle).await
    }
}

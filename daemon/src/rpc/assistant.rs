//! Answers to questions.

mod ask;

use plant_proto::wire;
use plant_proto::wire::assistant_service_server::AssistantService;
use tonic::{Request, Response, Status};

use super::call::answer;
use super::service::Rpc;

#[tonic::async_trait]
impl AssistantService for Rpc {
    type AskStream = ask::Parts;

    async fn ask(&self, request: Request<wire::AskRequest>) -> Result<Response<Self::AskStream>, Status> {
        answer(&self.app, request, ask::handle).await
    }
}

//! The catalogue of figures, and the figures.

mod get_metric;
mod list_metrics;
mod query_metrics;

use plant_proto::wire;
use plant_proto::wire::metric_service_server::MetricService;
use tonic::{Request, Response, Status};

use super::call::answer;
use super::service::Rpc;

#[tonic::async_trait]
impl MetricService for Rpc {
    async fn list_metrics(
        &self,
        request: Request<wire::ListMetricsRequest>,
    ) -> Result<Response<wire::ListMetricsResponse>, Status> {
        answer(&self.app, request, list_metrics::handle).await
    }

    async fn get_metric(
        &self,
        request: Request<wire::GetMetricRequest>,
    ) -> Result<Response<wire::GetMetricResponse>, Status> {
        answer(&self.app, request, get_metric::handle).await
    }

    async fn query_metrics(
        &self,
        request: Request<wire::QueryMetricsRequest>,
    ) -> Result<Response<wire::QueryMetricsResponse>, Status> {
        answer(&self.app, request, query_metrics::handle).await
    }
}

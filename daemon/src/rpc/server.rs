//! The server: its limits, its services, and the door before them all.

use std::time::Duration;

use anyhow::Context;
use plant_proto::wire::alias_service_server::AliasServiceServer;
use plant_proto::wire::analysis_service_server::AnalysisServiceServer;
use plant_proto::wire::assistant_service_server::AssistantServiceServer;
use plant_proto::wire::calendar_service_server::CalendarServiceServer;
use plant_proto::wire::file_service_server::FileServiceServer;
use plant_proto::wire::finding_service_server::FindingServiceServer;
use plant_proto::wire::folder_service_server::FolderServiceServer;
use plant_proto::wire::metric_service_server::MetricServiceServer;
use plant_proto::wire::org_service_server::OrgServiceServer;
use plant_proto::wire::profile_service_server::ProfileServiceServer;
use plant_proto::wire::record_service_server::RecordServiceServer;
use plant_proto::wire::reference_service_server::ReferenceServiceServer;
use plant_proto::wire::series_service_server::SeriesServiceServer;
use plant_proto::wire::system_service_server::SystemServiceServer;
use plant_proto::wire::usage_service_server::UsageServiceServer;
use plant_proto::{REQUEST_MAX_BYTES, RESPONSE_MAX_BYTES};
use tonic::transport::Server;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;
use tracing::warn;

use super::accept::connections;
use super::connections::{Bounds, Connections, raise_descriptors};
use super::door::{AppDirectory, DoorLayer};
use super::service::Rpc;
use crate::app::App;

/// Calls at once on one connection that are being opened.
const CALLS_PER_CONNECTION: usize = 32;
/// Streams at once on one connection.
const STREAMS_PER_CONNECTION: u32 = 64;
/// Largest list of headers, in bytes.
const HEADERS_MAX_BYTES: u32 = 16 * 1024;
/// How often the database is looked at for the health service.
const READY_CHECK: Duration = Duration::from_secs(5);
/// Name in the health service that follows the database; the empty name says only that the daemon lives.
const READY: &str = "ready";

/// Serves until the stop begins and the running calls have ended.
///
/// # Errors
/// When the listener can't be used.
pub async fn serve(app: App, listener: std::os::unix::net::UnixListener) -> anyhow::Result<()> {
    let open = Connections::new(Bounds::of(raise_descriptors()), app.daemon_uid());
    serve_within(app, listener, open).await
}

/// The same with the connections that it may have.
pub(super) async fn serve_within(
    app: App,
    listener: std::os::unix::net::UnixListener,
    open: Connections,
) -> anyhow::Result<()> {
    listener
        .set_nonblocking(true)
        .context("the listening socket can't be made non-blocking")?;
    let listener = tokio::net::UnixListener::from_std(listener).context("the listening socket can't be used")?;
    let (health, health_service) = tonic_health::server::health_reporter();
    health.set_service_status(READY, ServingStatus::Serving).await;
    let watcher = tokio::spawn(watch_database(app.clone(), health));

    macro_rules! limited {
        ($server:ident) => {
            $server::new(Rpc { app: app.clone() })
                .max_decoding_message_size(REQUEST_MAX_BYTES)
                .max_encoding_message_size(RESPONSE_MAX_BYTES)
        };
    }
    let served = limits(Server::builder())
        .layer(DoorLayer::new(AppDirectory::new(app.clone())))
        .add_service(health_service)
        .add_service(limited!(SystemServiceServer))
        .add_service(limited!(FolderServiceServer))
        .add_service(limited!(FileServiceServer))
        .add_service(limited!(ProfileServiceServer))
        .add_service(limited!(RecordServiceServer))
        .add_service(limited!(SeriesServiceServer))
        .add_service(limited!(AliasServiceServer))
        .add_service(limited!(CalendarServiceServer))
        .add_service(limited!(ReferenceServiceServer))
        .add_service(limited!(MetricServiceServer))
        .add_service(limited!(AnalysisServiceServer))
        .add_service(limited!(FindingServiceServer))
        .add_service(limited!(AssistantServiceServer))
        .add_service(limited!(UsageServiceServer))
        .add_service(limited!(OrgServiceServer))
        .serve_with_incoming_shutdown(connections(listener, open), async { app.stopping().await })
        .await;
    watcher.abort();
    served.context("the server of the terminals failed")
}

/// What one connection may take; the same in tests.
pub(super) fn limits(server: Server) -> Server {
    server
        .concurrency_limit_per_connection(CALLS_PER_CONNECTION)
        .load_shed(true)
        .max_concurrent_streams(STREAMS_PER_CONNECTION)
        .http2_max_header_list_size(HEADERS_MAX_BYTES)
        .http2_keepalive_interval(Some(Duration::from_secs(30)))
        .http2_keepalive_timeout(Some(Duration::from_secs(10)))
}

/// Keeps the health service right about the database, and says that nothing is served once the stop begins.
async fn watch_database(app: App, health: HealthReporter) {
    let mut was_ready = true;
    loop {
        let answer = tokio::time::timeout(READY_CHECK, app.store().ping()).await;
        let is_ready = matches!(answer, Ok(Ok(())));
        if is_ready != was_ready {
            if !is_ready {
                warn!("the database does not answer; calls fail until it does");
            }
            let status = if is_ready {
                ServingStatus::Serving
            } else {
                ServingStatus::NotServing
            };
            health.set_service_status(READY, status).await;
            was_ready = is_ready;
        }
        tokio::select! {
            () = tokio::time::sleep(READY_CHECK) => {}
            () = app.stopping() => break,
        }
    }
    health.set_service_status("", ServingStatus::NotServing).await;
    health.set_service_status(READY, ServingStatus::NotServing).await;
}
